"""The terminal face: status, checked claims as they come, their sources, one line of coverage.

Everything that comes from an article is data: it is cleaned of control characters and never read as
markup. On a pipe, or with NO_COLOR, what is printed is plain text.
"""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.status import Status as Spinner
from rich.style import Style
from rich.text import Text

from bot.answer import told
from bot.answer.news import notes
from bot.answer.plain import address, outlet, unmarked
from bot.answer.types import Answer, AsksBack, CheckedClaim, Citation, Claim, Event, Status, Verdict
from bot.answer.understood import given_up, quoted
from index.article import Coverage, Hit
from index.text import visible

if TYPE_CHECKING:
    from index.query import Understood

WITHDRAWN = "This article has been withdrawn."
WAY_OUT = "--as-typed asks without."
MEASURE = 100
"""Widest line, in columns: longer ones are hard to read."""
BRIEF = 280
"""Characters shown of a passage that only comes near."""

_ESCAPES = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|\x1b[ -/]*[0-~]?"
)
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BREAKS = re.compile("\r\n?|[\u2028\u2029]")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_KEPT = "\ue000"
"""Stands for a space where a line must not be broken; rich breaks at no-break spaces too."""
_SURROGATES = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """`text` fit to print: no escape sequences, control characters or bidi overrides; lines are kept."""
    text = visible(_CONTROLS.sub("", _ESCAPES.sub("", _BREAKS.sub("\n", text))))
    return _SURROGATES.sub("\ufffd", text).replace("\t", " ")


def one_line(text: str) -> str:
    """`text` cleaned, on one line."""
    return " ".join(clean(text).split())


def day(iso: str | date | None) -> str:
    """A date for people, `16 Nov 2023`; `undated` for None."""
    if iso is None:
        return "undated"
    try:
        d = iso if isinstance(iso, date) else date.fromisoformat(iso[:10])
    except ValueError:
        return one_line(str(iso))
    return f"{d.day} {_MONTHS[d.month - 1]} {d.year}"


def counted(n: int, noun: str) -> str:
    """`1 article`, `2,041 articles`."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def size(n: float) -> str:
    """`812 kB`, `4.2 MB`, in powers of ten."""
    for unit in ("bytes", "kB", "MB"):
        if n < 1000:
            return f"{n:.0f} {unit}" if unit == "bytes" or n >= 100 else f"{n:.1f} {unit}"
        n = n / 1000
    return f"{n:,.1f} GB"


def coverage_line(coverage: Coverage, as_of: date | None = None) -> str:
    """How many articles were asked, which days they span, and what was left out, on one line."""
    if not coverage.articles:
        line = "No articles match"
    else:
        line = counted(coverage.articles, "article")
        if coverage.oldest and coverage.newest:
            line += f", {day(coverage.oldest)} – {day(coverage.newest)}, newest {day(coverage.newest)}"
    if coverage.undated:
        line += f"; {coverage.undated:,} undated" + (" left out" if coverage.window or as_of else "")
    if coverage.window.since:
        line += f"; since {day(coverage.window.since)}"
    if coverage.window.until:
        line += f"; until {day(coverage.window.until)}"
    if as_of:
        line += f"; as of {day(as_of)}"
    return line


def console(*, stderr: bool = False) -> Console:
    """A console that prints text as it is; plain unless it is a terminal that may be coloured."""
    made = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if made.is_terminal and not os.environ.get("NO_COLOR"):
        return made
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, color_system=None)


class Terminal:
    """Prints answers, hits and blocks of text to `out`; says what it is doing on `err`."""

    def __init__(self, out: Console | None = None, err: Console | None = None) -> None:
        self.out = out or console()
        self.err = err or console(stderr=True)
        # On a pipe lines are left whole, so that a quote can be searched for.
        self.wraps = self.out.is_terminal or "COLUMNS" in os.environ
        self._spinner: Spinner | None = None

    @property
    def width(self) -> int:
        return min(self.out.width, MEASURE)

    def say(self, text: str) -> None:
        """Show on the error stream what is being done, when it is a terminal."""
        if not self.err.is_terminal or self.err.is_dumb_terminal:
            return
        line = Text(one_line(text), style="dim", overflow="ellipsis", no_wrap=True)
        if self._spinner is None:
            self._spinner = Spinner(line, console=self.err, spinner_style="cyan")
            self._spinner.start()
        else:
            self._spinner.update(line)

    def hush(self) -> None:
        """Take the status line away."""
        if self._spinner is not None:
            self._spinner.stop()
            self._spinner = None

    @contextmanager
    def waiting(self, text: str) -> Iterator[None]:
        """Show `text` while the block runs."""
        self.say(text)
        try:
            yield
        finally:
            self.hush()

    def print(self, text: str | Text = "", style: str = "") -> None:
        """Print data or prose, wrapped to the width of a terminal."""
        self.block(text if isinstance(text, Text) else Text(clean(text), style))

    def block(self, text: Text, first: Text | str = "", rest: Text | str | None = None) -> None:
        """Print `text` with `first` before its first line and `rest` before the others."""
        first = Text(first) if isinstance(first, str) else first
        rest = Text(" " * cell_len(first.plain)) if rest is None else rest
        rest = Text(rest) if isinstance(rest, str) else rest
        room = max(self.width - cell_len(first.plain), 20)
        lines = text.wrap(self.out, room) if self.wraps else text.split("\n", allow_blank=True)
        for i, line in enumerate(lines):
            line.plain = line.plain.rstrip().replace(_KEPT, " ")
            self._line(Text.assemble(rest if i else first, line))

    def _line(self, line: Text) -> None:
        line.rstrip()
        self.out.print(line, soft_wrap=True)

    def show(self, events: Iterable[Event], *, full: bool = True, way_out: str = WAY_OUT) -> Answer:
        """Print an answer while it is made and return it; sources in one line each unless `full`."""
        shown: list[Claim] = []
        try:
            for event in events:
                if isinstance(event, Status):
                    self.say(event.text)
                    continue
                self.hush()
                if isinstance(event, CheckedClaim):
                    self.claim(event.claim, event.verdict, shown[-1].part if shown else "")
                    shown.append(event.claim)
                    continue
                if event.timeline:
                    self.events(event)
                for claim in () if event.timeline else event.claims:
                    if claim not in shown:
                        self.claim(claim)
                self.after_claims(event, full=full, way_out=way_out)
                return event
        finally:
            self.hush()
        raise AssertionError("an answer's events end with the answer")

    def claim(self, claim: Claim, verdict: Verdict | None = None, before: str = "") -> None:
        """A claim, under its part of the question where that is another than `before`."""
        if claim.part and claim.part != before:
            if before:
                self.print()
            self.print(one_line(claim.part), "bold")
        if verdict:
            self.print(f"{told.SAID[verdict]}.", "bold")
        marks = "".join(f"[{n}]" for n in claim.citations)
        note = notes.claim_note(claim)
        ours = (f" [{one_line(note)}]" if note else "", "dim")
        lead = (notes.LEADS[claim.standing], "yellow")
        self.block(Text.assemble(lead, one_line(claim.text), ours, " ", (marks, "bold cyan")))

    def events(self, answer: Answer) -> None:
        """The events of a timeline, each with its day before it and who tells it below."""
        wide = max(len(event.shown) for event in answer.timeline) + 2
        for place, (event, claim) in enumerate(zip(answer.timeline, answer.claims, strict=True)):
            marks = "".join(f"[{n}]" for n in claim.citations)
            said = f" [{one_line(f'said by {claim.speaker}')}]" if claim.speaker else ""
            lead = notes.LEADS[claim.standing]
            event_line = Text.assemble(
                (lead, "yellow"), one_line(claim.text), (said, "dim"), " ", (marks, "bold cyan")
            )
            self.block(event_line, Text(event.shown.ljust(wide), "bold"))
            self.block(Text(one_line(notes.event_line(answer, place)), "dim"), " " * wide)

    def differences(self, answer: Answer) -> None:
        """Reports that don't agree, side by side."""
        for difference in answer.differences:
            self.print()
            self.print(notes.heading(difference), "bold")
            for line, n in notes.side_by_side(difference, answer):
                self.block(Text.assemble(one_line(line), " ", (f"[{n}]", "bold cyan")), "  ")

    def after_claims(self, answer: Answer, *, full: bool = True, way_out: str = WAY_OUT) -> None:
        """Sources, or the nearest passages of a question that has no answer; remark and coverage."""
        for part, said in told.unanswered(answer):
            self.print()
            self.print(one_line(part.text), "bold")
            self.print(said)
        if answer.asks_back:
            self.asks_back(answer.asks_back)
        elif answer.answered:
            self.differences(answer)
            self.print()
            if full and not answer.timeline:
                self.sources(answer.citations)
            else:
                for citation in answer.citations:
                    self._head(f"[{citation.n}]", citation)
                    if full:
                        self._place(citation, " " * (len(f"[{citation.n}]") + 1))
                self.print()
        else:
            ends = (answer.coverage.oldest, answer.coverage.newest)
            self.print(told.silence(*(day(end) if end else None for end in ends)), "bold")
            self.print()
            if answer.nearest:
                self.print("Nearest:", "bold")
                self.print()
                self.hits(answer.nearest, brief=True)
        for line in filter(None, (answer.note, told.read_as(answer))):
            self.print(one_line(line), "dim")
        if answer.degraded:
            self.block(Text(one_line(answer.degraded), "yellow"), Text("! ", "yellow"))
        self.understood(answer.understood, answer.taken_back, way_out)
        if answer.answered:
            self.print(notes.sources_line(answer), "dim")
        self.print(coverage_line(answer.coverage, answer.as_of), "dim")

    def asks_back(self, asks: AsksBack) -> None:
        """What is asked of the asker, and by number what the archive has."""
        self.print(one_line(asks.text), "bold")
        for number, choice in enumerate(asks.choices, 1):
            self.block(Text(one_line(choice)), Text(f"  {number}. ", "bold cyan"))
        self.print()

    def understood(
        self, understood: Sequence[Understood], taken_back: Sequence[Understood], way_out: str = WAY_OUT
    ) -> None:
        """What was read out of the question, and how to ask without it; what of it left nothing to find."""
        if taken_back:
            self.block(Text(one_line(given_up(taken_back)), "yellow"), Text("! ", "yellow"))
        if understood:
            said = "; ".join(one_line(each) for each in quoted(understood))
            self.print(f"Understood: {said}. {way_out}", "dim")

    def sources(
        self,
        citations: Sequence[Citation],
        withdrawn: Collection[str] = (),
        changed: Mapping[str, str] | None = None,
    ) -> None:
        """Each source by its number: outlet, title, date, the quote word for word, and its link; nothing of
        a version that is withdrawn. `changed` tells which have been changed since, and when."""
        for c in citations:
            number = f"[{c.n}]"
            if c.version in withdrawn:
                self.block(Text(WITHDRAWN), Text(f"{number} ", "bold cyan"))
                self.print()
                continue
            pad = " " * (len(number) + 1)
            self._head(number, c)
            self.quote(c.quote, pad)
            if since := (changed or {}).get(c.version, c.changed):
                self.block(Text(f"changed by its publisher since, on {day(since)}", "yellow"), pad)
            self._outlets(c.outlets, c.publisher, pad)
            self._place(c, pad)
            self.link(c.link, pad)
            self.print()

    def hits(
        self,
        hits: Sequence[Hit],
        *,
        score: bool = False,
        brief: bool = False,
        marked: Callable[[Hit], Text] | None = None,
        why: Callable[[Hit], Iterable[str]] | None = None,
    ) -> None:
        """Passages by rank: outlet, title, date, the text or with `brief` its beginning, and where it is.
        With `marked` the text is what that gives, cleaned already; `why` adds lines below it."""
        for rank, hit in enumerate(hits, 1):
            number = f"{rank}."
            pad = " " * (len(number) + 1)
            self._head(number, hit)
            if marked is not None:
                self._quoted(marked(hit), pad)
            else:
                self.quote(textwrap.shorten(hit.text, BRIEF, placeholder=" …") if brief else hit.text, pad)
            self._outlets(hit.outlets, hit.publisher, pad)
            for line in why(hit) if why else ():
                self.block(Text(one_line(line), "dim"), pad)
            rated = f"  (score {hit.score:.2f})" if score else ""
            self._reference(f"{hit.version} --quote {hit.start}:{hit.end}{rated}", pad)
            self.link(hit.url or hit.origin, pad)
            self.print()

    def quote(self, text: str, pad: str = "") -> None:
        """Words of an article, with a bar at their left."""
        self._quoted(Text(clean(text).strip("\n")), pad)

    def _quoted(self, text: Text, pad: str) -> None:
        bar = Text.assemble(pad, ("│ ", "cyan"))
        self.block(text, bar, bar)

    def link(self, target: str, pad: str = "") -> None:
        """A link whole on one line, so that it can be clicked and copied."""
        target = clean(address(target)).replace("\n", "")
        web = target.startswith(("http://", "https://", "file://"))
        style = Style(dim=True, link=target if web else None)
        self._line(Text.assemble(pad, (target, style)))

    def _head(self, number: str, source: Citation | Hit) -> None:
        whose = one_line(outlet(source.publisher, source.url)) or "outlet unknown"
        dated = day(source.published).replace(" ", _KEPT)
        title = one_line(unmarked(source.title)) or "untitled"
        head = Text.assemble((whose, "bold"), " · ", title, " · ", dated)
        self.block(head, Text(f"{number} ", "bold cyan"))

    def _place(self, c: Citation, pad: str) -> None:
        self._reference(f"{c.version} --quote {c.start}:{c.end}", pad)

    def _reference(self, reference: str, pad: str) -> None:
        """What `dateline article` takes to show the words in their place."""
        self.block(Text(f"article {reference}", "dim"), pad)

    def _outlets(self, outlets: Sequence[str], own: str | None, pad: str) -> None:
        others = [one_line(o) for o in outlets if o != own]
        if others:
            self.block(Text(f"also printed by {', '.join(others)}", "dim"), pad)
