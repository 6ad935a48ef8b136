"""Where an answer stood that was missed, and what other thresholds would show."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bot.answer.judge import chosen
from bot.evaluate.labelled import Labelled, Span, holds

if TYPE_CHECKING:
    from bot.answer.answer import Answerer
    from bot.answer.evidence import Sentence
    from bot.answer.types import Answer, Question
    from index.article import Hit
    from index.ledger import Ledger

Stage = Literal["not found", "not chosen", "another sentence"]
STEPS = tuple(n / 4 for n in range(-20, 21))
"""Thresholds tried, in log-odds above the shipped one."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the answer stood: in no passage found; in one of which nothing was shown; or in one of which
    another sentence was."""

    stage: Stage
    rank: int | None = None
    """Of the passage, from 1."""

    def __str__(self) -> str:
        if self.stage == "not found":
            return "not found: it stands in no passage found for the question"
        if self.stage == "not chosen":
            return f"found, not chosen: passage {self.rank} of those found holds it"
        return f"wrong sentence: passage {self.rank} holds it, another sentence of it was shown"


@dataclass(frozen=True, slots=True)
class Point:
    """What would be shown at another threshold, all questions taken together."""

    above: float
    """Log-odds above the shipped threshold."""
    answered: float
    """Share of the questions that have an answer, 0 to 1."""
    right: float | None
    """Share of these answers; None where there are none."""
    false: float | None
    """Share of the questions without an answer that are given one; None where there are none."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the judge had before it for one question."""

    standing: Standing | None
    at: tuple[bool | None, ...]
    """For each of STEPS: whether what would be shown is right; None where nothing would be."""


def look(answerer: Answerer, question: Question, label: Labelled, answer: Answer, *, missed: bool) -> Look:
    """Looks again at what was found for a question; with `missed`, where its answer stood."""
    asked, ranked, found = answerer.evidence(question)
    at: list[bool | None] = []
    for step in STEPS:
        shown = chosen(asked, ranked, above=step)
        at.append(_is_right(answerer.index.ledger, label, shown) if shown else None)
    standing = _standing(answerer.index.ledger, label, found.hits, answer) if missed else None
    return Look(standing, tuple(at))


def curve(looks: Sequence[tuple[Labelled, Look]]) -> Iterator[Point]:
    """The points, lowest threshold first, over questions of which it is known what is right."""
    known = [(label.answerable, each.at) for label, each in looks if label.is_known]
    for place, above in enumerate(STEPS):
        with_answer = [at[place] for answerable, at in known if answerable]
        without = [at[place] for answerable, at in known if not answerable]
        answered = [right for right in with_answer if right is not None]
        yield Point(
            above=above,
            answered=len(answered) / len(with_answer) if with_answer else 0.0,
            right=sum(answered) / len(answered) if answered else None,
            false=sum(right is not None for right in without) / len(without) if without else None,
        )


def names(ledger: Ledger, wanted: Collection[str], article: str, url: str | None, title: str) -> bool:
    """Whether one of these ids, addresses, titles or ends of paths is this article's."""
    known = ledger.article(article)
    origin = known.origin if known else ""
    plain = " ".join(title.split()).casefold()
    return any(
        one in (article, url, origin)
        or one.partition("@")[0] == article
        or origin.endswith(f"/{one}")
        or " ".join(one.split()).casefold() == plain
        for one in wanted
    )


def overlaps(version: str, start: int, end: int, spans: Collection[Span]) -> bool:
    return any(version == of and start < last and first < end for of, first, last in spans)


def _is_right(ledger: Ledger, label: Labelled, shown: Sequence[Sentence]) -> bool:
    if any(overlaps(s.hit.version, s.start, s.end, label.rejected) for s in shown):
        return False
    if label.expect:
        return holds(" ".join(f"{s.text} {s.hit.published or ''}" for s in shown), label.expect)
    return any(
        overlaps(s.hit.version, s.start, s.end, label.quotes)
        or names(ledger, label.articles, s.hit.article, s.hit.url, s.hit.title)
        for s in shown
    )


def _standing(ledger: Ledger, label: Labelled, hits: Sequence[Hit], answer: Answer) -> Standing | None:
    """None where it can't be told, as no words, quotes or articles are expected."""
    if not label.answerable or not label.is_known:
        return None
    for rank, hit in enumerate(hits, 1):
        if label.expect:
            is_held = holds(f"{hit.text} {hit.published or ''}", label.expect)
        else:
            is_held = overlaps(hit.version, hit.start, hit.end, label.quotes) or names(
                ledger, label.articles, hit.article, hit.url, hit.title
            )
        if is_held:
            of_it = [(hit.version, hit.start, hit.end)]
            is_shown = any(overlaps(c.version, c.start, c.end, of_it) for c in answer.citations)
            return Standing("another sentence" if is_shown else "not chosen", rank)
    return Standing("not found")
