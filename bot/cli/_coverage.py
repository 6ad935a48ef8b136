"""What an archive covers, as a picture for a terminal: articles by month and by outlet, gaps, the newest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from index.who.names import squeeze

if TYPE_CHECKING:
    from bot.terminal import Terminal

BARS = 36
"""Most lines of the picture; a longer archive is drawn by year."""
OUTLETS = 10
"""Most outlets named; the others are counted."""
GAPS = 4
_SPARKS = "▁▂▃▄▅▆▇█"
_SPARK_CELLS = 24

Calendar = Sequence[tuple[str | None, str, int, str]]
"""`(publisher, YYYY-MM, articles, newest day)`, as `Ledger.calendar` gives it."""


@dataclass(frozen=True, slots=True)
class Outlet:
    publisher: str
    articles: int
    """Undated ones too."""
    months: dict[str, int]
    newest: str | None
    """ISO day."""


def by_month(calendar: Calendar) -> dict[str, int]:
    """Articles of every outlet by month, `YYYY-MM`, oldest first."""
    months: dict[str, int] = {}
    for _, month, n, _ in calendar:
        months[month] = months.get(month, 0) + n
    return months


def by_outlet(calendar: Calendar, publishers: Iterable[tuple[str, int]]) -> list[Outlet]:
    """Each outlet with its months, most articles first; `publishers` are `(publisher, articles)`.

    Spellings of one name ("USA TODAY", "USA Today") are one outlet, under the commonest.
    """
    spelled: dict[str, str] = {}
    articles: dict[str, int] = {}
    for publisher, n in sorted(publishers, key=lambda each: -each[1]):
        name = spelled.setdefault(squeeze(publisher) or publisher, publisher)
        articles[name] = articles.get(name, 0) + n
    months: dict[str, dict[str, int]] = {name: {} for name in articles}
    newest: dict[str, str] = {}
    for by, month, n, last in calendar:
        known = spelled.get(squeeze(by or "") or by or "")
        if known is not None:
            months[known][month] = months[known].get(month, 0) + n
            newest[known] = max(last, newest.get(known, last))
    found = [Outlet(name, n, months[name], newest.get(name)) for name, n in articles.items()]
    return sorted(found, key=lambda outlet: -outlet.articles)


def gaps(months: dict[str, int]) -> list[tuple[str, str]]:
    """First and last month of every stretch without an article, longest first."""
    if not months:
        return []
    found: list[tuple[int, int]] = []
    known = sorted(_number(month) for month in months)
    for before, after in pairwise(known):
        if after - before > 1:
            found.append((before + 1, after - 1))
    found.sort(key=lambda gap: (gap[0] - gap[1], gap[0]))
    return [(_month(first), _month(last)) for first, last in found]


def show_months(terminal: Terminal, months: dict[str, int], label: int) -> None:
    """One bar a month, or a year where there are too many months; gaps show as empty lines."""
    from rich.text import Text

    if not months:
        return
    first, last = _number(min(months)), _number(max(months))
    if last - first < BARS:
        heights = {spoken(_month(n)): months.get(_month(n), 0) for n in range(first, last + 1)}
    else:
        heights = {f"{year}": 0 for year in range(first // 12, last // 12 + 1)}
        for month, n in months.items():
            heights[month[:4]] += n
    room = min(40, terminal.width - label - 18)
    for name, n in heights.items():
        bar = _bar(n, max(heights.values()), room)
        terminal.block(Text.assemble((f"{name:>8} ", "dim"), (bar, "cyan"), f"{n:,}"), " " * label)


def show_gaps(terminal: Terminal, months: dict[str, int], label: int) -> None:
    """The longest stretches without an article, in words."""
    from rich.text import Text

    from bot.terminal import counted

    found = gaps(months)
    if not found:
        return
    said = [spoken(first) if first == last else f"{spoken(first)} – {spoken(last)}" for first, last in found]
    more = len(found) - GAPS
    text = (
        "no articles of "
        + ", ".join(said[:GAPS])
        + (f", and {counted(more, 'gap')} more" if more > 0 else "")
    )
    terminal.block(Text(text, "yellow"), Text(f"{'Gaps':<{label}}", "bold"))


def show_outlets(terminal: Terminal, outlets: Sequence[Outlet], months: dict[str, int], label: int) -> None:
    """A line an outlet: how many, over the archive's months a spark a stretch, and its newest."""
    from rich.text import Text

    from bot.terminal import counted, day, one_line

    heading = Text(f"{'Outlets':<{label}}", "bold")
    if not outlets:
        terminal.block(Text("none known"), heading)
        return
    shown = outlets[:OUTLETS]
    names = [one_line(outlet.publisher)[:24] for outlet in shown]
    width = max(map(len, names))
    digits = max(len(f"{outlet.articles:,}") for outlet in shown)
    for i, (outlet, name) in enumerate(zip(shown, names, strict=True)):
        line = Text.assemble(f"{name:<{width}} ", f"{outlet.articles:>{digits},} ")
        if spark := _spark(outlet.months, months):
            line.append(f"{spark} ", "cyan")
        line.append(f"newest {day(outlet.newest)}" if outlet.newest else "undated", "dim")
        terminal.block(line, " " * label if i else heading)
    if len(outlets) > OUTLETS:
        rest = sum(outlet.articles for outlet in outlets[OUTLETS:])
        others = f"and {counted(len(outlets) - OUTLETS, 'outlet')} more with {counted(rest, 'article')}"
        terminal.block(Text(others, "dim"), " " * label)


def spoken(month: str) -> str:
    """`Nov 2023` of `2023-11`."""
    from bot.terminal import day

    return day(f"{month}-01").partition(" ")[2]


def _spark(own: dict[str, int], all_months: dict[str, int]) -> str:
    """The outlet's articles over the archive's whole span, in at most _SPARK_CELLS equal stretches; a
    space where it has none."""
    first, last = _number(min(all_months, default="1970-01")), _number(max(all_months, default="1970-01"))
    span = last - first + 1
    cells = [0] * min(span, _SPARK_CELLS)
    if len(cells) < 2 or not own:
        return ""
    for month, n in own.items():
        cells[(_number(month) - first) * len(cells) // span] += n
    most = max(cells)
    return "".join(_SPARKS[(n * len(_SPARKS) - 1) // most] if n else " " for n in cells)


def _bar(n: int, most: int, room: int) -> str:
    return "█" * max(1, round(room * n / most)) + " " if n else ""


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _month(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"
