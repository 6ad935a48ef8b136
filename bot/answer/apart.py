"""One answer from several: the parts of a compound question, or the outlets compared, with their evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.answer.citing import added
from bot.answer.news.types import Difference
from bot.answer.types import Answer, CheckedClaim, Citation, Claim, Event, Part, Question, Status
from index.article import Hit

NEAREST = 3


@dataclass(frozen=True, slots=True)
class Asking:
    """One of several questions, and under which heading its answer stands."""

    heading: str
    question: Question


def in_parts(
    ask: Callable[[Question], Iterator[Event]],
    parts: Sequence[Asking],
    kind: Literal["question", "outlet"],
) -> Iterator[Event]:
    """The events of each in turn, as those of one answer; statuses, claims, and the Answer last.

    Args:
        ask: answers one question; `Answerer` has it.
        parts: two at least.
    """
    citations: list[Citation] = []
    claims: list[Claim] = []
    told: list[Part] = []
    answers: list[Answer] = []
    for number, part in enumerate(parts, 1):
        places: dict[int, int] = {}
        for event in ask(part.question):
            match event:
                case Status(text):
                    yield Status(f"{text} ({number} of {len(parts)})")
                case CheckedClaim(claim, new, verdict):
                    known = len(citations)
                    places |= {c.n: added(citations, c) for c in new}
                    claim = _renumbered(claim, places, part.heading)
                    claims.append(claim)
                    yield CheckedClaim(claim, tuple(citations[known:]), verdict)
                case Answer():
                    places |= {c.n: added(citations, c) for c in event.citations}
                    differences = tuple(_moved(each, places) for each in event.differences)
                    answers.append(replace(event, differences=differences))
                    told.append(Part(part.heading, kind, event.answered, event.verdict))
    yield _joined(answers, tuple(told), tuple(claims), tuple(citations))


def _joined(
    answers: Sequence[Answer],
    parts: tuple[Part, ...],
    claims: tuple[Claim, ...],
    citations: tuple[Citation, ...],
) -> Answer:
    widest = max(answers, key=lambda a: a.coverage.articles)
    remarks = dict.fromkeys(a.degraded for a in answers if a.degraded)
    return replace(
        widest,
        answered=bool(claims),
        claims=claims,
        citations=citations,
        nearest=() if claims else tuple(_each_once(answers))[:NEAREST],
        degraded=" ".join(remarks) or None,
        understood=tuple(dict.fromkeys(u for a in answers for u in a.understood)),
        taken_back=tuple(dict.fromkeys(u for a in answers for u in a.taken_back)),
        verdict=None,
        parts=parts,
        differences=tuple(d for a in answers for d in a.differences),
        note=" ".join(dict.fromkeys(a.note for a in answers if a.note)) or None,
    )


def _each_once(answers: Sequence[Answer]) -> Iterator[Hit]:
    seen: set[tuple[str, int]] = set()
    for answer in answers:
        for hit in answer.nearest:
            if (hit.version, hit.start) not in seen:
                seen.add((hit.version, hit.start))
                yield hit


def _renumbered(claim: Claim, places: dict[int, int], part: str) -> Claim:
    return replace(claim, citations=tuple(places[n] for n in claim.citations), part=part)


def _moved(difference: Difference, places: dict[int, int]) -> Difference:
    reports = tuple(replace(each, citation=places[each.citation]) for each in difference.reports)
    return replace(difference, reports=reports)
