"""News sense in words, alike for every face. Words of articles in it are theirs: a face cleans each line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from bot.answer.news.types import Day, Difference, Speaker, Standing
from bot.answer.plain import outlet
from index.article import Window
from index.query.times import said

if TYPE_CHECKING:
    from bot.answer.types import Answer, Citation, Claim

LEADS: dict[Standing, str] = {"reported": "", "analysis": "Analysis, not a report: "}
"""What is put before a claim by how it stands."""


def claim_note(claim: Claim) -> str:
    """Ours beside a claim's words: who says it, and which days it names; empty where there is nothing."""
    return _note(claim.speaker, claim.days)


def citation_note(citation: Citation) -> str:
    """The same beside a quote: who says it only where the quote itself doesn't name them."""
    who: Speaker | None = citation.speaker
    return _note(who.shown if who and who.sentence else "", citation.days)


def _note(speaker: str, days: tuple[Day, ...]) -> str:
    parts = [f"said by {speaker}"] if speaker else []
    parts += [f"{text}: {shown}" for text, shown in dict.fromkeys((d.text, d.shown) for d in days)]
    return "; ".join(parts)


def heading(difference: Difference) -> str:
    """`Reports differ on the wounded:`"""
    about = f" on {difference.about}" if difference.about else ""
    match difference.kind:
        case "corrected":
            return f"Its publisher has changed this{about}:"
        case "later":
            return f"Reports differ{about}, the latest last:"
    return f"Outlets differ{about}:"


def side_by_side(difference: Difference, answer: Answer) -> Iterator[tuple[str, int]]:
    """A line for each report, without its citation's mark; and the citation's number."""
    cited = {c.n: c for c in answer.citations}
    for place, report in enumerate(difference.reports):
        citation = cited[report.citation]
        whose = outlet(citation.publisher, citation.url) or "outlet unknown"
        day = _day(report.day)
        when = day
        if difference.kind == "corrected":
            when = f"since {day}" if place else f"first, {day}"
        yield f"“{report.says}” – {whose}, {when}", report.citation


def sources_line(answer: Answer) -> str:
    """How many sources there are that don't repeat one another, and as of when the answer stands."""
    found = answer.sources
    line = f"{found.independent} independent source{'' if found.independent == 1 else 's'}"
    if found.outlets > found.independent:
        line += f" in {found.outlets} outlets"
    if found.newest:
        line += f", newest {_day(found.newest)}"
    if answer.stands:
        line += f"; as of {_day(answer.stands)}"
    return line


def event_line(answer: Answer, place: int) -> str:
    """Below an event of a timeline: who tells it, and where its day is from."""
    event = answer.timeline[place]
    quoted = answer.claims[event.claim].citations[0]
    citation = next(c for c in answer.citations if c.n == quoted)
    others = [name for name in event.outlets if name != citation.publisher]
    line = outlet(citation.publisher, citation.url) or "outlet unknown"
    if others:
        line += f" and {len(others)} more" if len(others) > 1 else f" and {others[0]}"
        line += f", {event.independent} independent sources" if event.independent > 1 else ", one source"
    if event.by == "published":
        return f"{line} · day of publication"
    return f"{line} · {event.words}" if event.words else line


def _day(iso: str | None) -> str:
    if iso is None:
        return "undated"
    day = date.fromisoformat(iso[:10])
    return said(Window(day, day))
