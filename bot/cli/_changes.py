"""What changed between the versions of an article, for a terminal and for machines."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from index.changes import Change, changes, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text

    from bot.terminal import Terminal
    from index.article import Version

WHY = {
    "first": "first seen",
    "publisher": "changed by its publisher",
    "extraction": "read better by Dateline",
}
FIELDS = ("title", "publisher", "author", "language", "published", "modified")
STYLES = {"gone": "red strike", "new": "green", "same": ""}
SIGNS = {"gone": "-", "new": "+", "changed": "~"}
MARKS = {"gone": ("[-", "-]"), "new": ("{+", "+}"), "same": ("", "")}
"""Around words where there is no colour."""


def as_json(before: Version, after: Version) -> dict[str, object]:
    """`{"from", "fields": [{"field", "before", "after"}], "text": [{"kind", "before", "after"}]}`.

    Of the text it names what differs, each side as `{"start", "end", "text"}` or null.
    """

    def side(span: tuple[int, int] | None, text: str) -> dict[str, object] | None:
        return span and {"start": span[0], "end": span[1], "text": text[span[0] : span[1]]}

    return {
        "from": before.id,
        "fields": [{"field": name, "before": old, "after": new} for name, old, new in _fields(before, after)],
        "text": [
            {"kind": c.kind, "before": side(c.before, before.text), "after": side(c.after, after.text)}
            for c in changes(before.text, after.text)
            if c.kind != "same"
        ],
    }


def show(versions: Sequence[Version], terminal: Terminal, only: Version | None = None) -> None:
    """Each version against the one before it, oldest first; with `only`, that version alone."""
    from bot.terminal import counted

    pairs = [(a, b) for a, b in pairwise(versions) if only is None or b.id == only.id]
    if not pairs:
        what = f"{only.id} is the first version" if only else "There is one version"
        terminal.print(f"{what}: nothing was changed.", "dim")
    for number, (before, after) in enumerate(pairs):
        if number:
            terminal.print()
        _pair(before, after, terminal)
    if len(pairs) > 1:
        terminal.print()
        terminal.print(f"{counted(len(versions), 'version')} in all", "dim")


def _pair(before: Version, after: Version, terminal: Terminal) -> None:
    from rich.text import Text

    from bot.terminal import counted, day, one_line

    when = f"dated {day(after.modified)}, " if after.modified and after.reason == "publisher" else ""
    terminal.print(f"{before.id} → {after.id}", "bold")
    terminal.print(f"{WHY[after.reason]}; {when}seen {day(after.seen)}", "dim")
    for name, old, new in _fields(before, after):
        _line(
            Text(f"{name}: ").append_text(
                _marked(one_line(old or "none"), one_line(new or "none"), terminal)
            ),
            "~",
            terminal,
        )
    same = 0
    shown = False
    for change in [*changes(before.text, after.text), None]:
        if change is not None and change.kind == "same":
            same += 1
            continue
        if same and (shown or change is not None):
            terminal.print(f"    … {counted(same, 'sentence')} as before", "dim")
        same = 0
        if change is not None:
            shown = True
            _sentence(change, before.text, after.text, terminal)
    if not shown:
        terminal.print("    the text is the same", "dim")


def _sentence(change: Change, before: str, after: str, terminal: Terminal) -> None:
    from rich.text import Text

    from bot.terminal import one_line

    old = one_line(before[slice(*change.before)]) if change.before else ""
    new = one_line(after[slice(*change.after)]) if change.after else ""
    if change.kind == "changed":
        _line(_marked(old, new, terminal), "~", terminal)
    else:
        _line(Text(old or new, STYLES[change.kind]), SIGNS[change.kind], terminal)


def _line(text: Text, sign: str, terminal: Terminal) -> None:
    from rich.text import Text

    colour = {"-": "red", "+": "green", "~": "yellow"}[sign]
    terminal.block(text, Text.assemble("  ", (sign, colour), " "))


def _marked(old: str, new: str, terminal: Terminal) -> Text:
    """One wording over the other: by colour, or where there is none by brackets."""
    from rich.text import Text

    out = Text()
    for mark, run in words(old, new):
        if terminal.out.color_system is None:
            opening, closing = MARKS[mark]
            out.append(f"{opening}{run}{closing}")
        else:
            out.append(run, STYLES[mark])
    return out


def _fields(before: Version, after: Version) -> list[tuple[str, str | None, str | None]]:
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in FIELDS)
    return [(name, old, new) for name, old, new in pairs if old != new]
