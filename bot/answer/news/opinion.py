"""Whether a sentence is a report, or a guess at what lies behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.answer.news.types import Standing
from bot.answer.news.words import pattern

if TYPE_CHECKING:
    from bot.answer.evidence import Sentence
    from bot.answer.question import Asked

HEAD = 200  # characters of a text in which a piece says what it is
COVERED, SIMILAR = 0.6, 0.45
"""How much of the question an analysis must hold, and its cosine with it, to be shown at all."""


def is_analysis(title: str, text: str = "", url: str | None = None) -> bool:
    """Whether a piece calls itself analysis or opinion: in its title, at its head, in its address."""
    places = (("titles", title), ("heads", text[:HEAD]), ("addresses", url or ""))
    patterns = [(pattern("analysis", name), place) for name, place in places if place]
    return any(found.search(place) for found, place in patterns if found is not None)


def is_guess(sentence: str) -> bool:
    """Whether a sentence only supposes: "observers think", "may have wanted"."""
    found = pattern("analysis", "guesses")
    return found is not None and found.search(sentence) is not None


def standing(sentence: str, in_analysis: bool, is_somebodys_word: bool) -> Standing:
    """How a sentence stands: what somebody is quoted as saying is a report even in an analysis."""
    if is_guess(sentence):
        return "analysis"
    return "analysis" if in_analysis and not is_somebodys_word else "reported"


def stated_first(asked: Asked, answering: Sequence[Sentence], ranked: Sequence[Sentence]) -> list[Sentence]:
    """The same sentences, those of analyses and guesses after those that report; where a reason is asked for
    and stated, one that an analysis gives is added behind."""
    found = sorted(answering, key=_supposes)
    if asked.kind != "why" or not found or any(map(_supposes, found)):
        return found
    fit = [
        s
        for s in ranked
        if _supposes(s)
        and not s.marks.missing
        and s.marks.coverage >= COVERED
        and s.marks.similarity >= SIMILAR
        and s.marks.typed >= 0.5
        and not s.marks.opposed
    ]
    best = max(fit, key=lambda s: s.marks.similarity + s.marks.own, default=None)
    return [*found, best] if best is not None else found


def _supposes(sentence: Sentence) -> bool:
    """Whether a sentence is a guess, or stands in a piece of guesses without saying whose word it is."""
    hit = sentence.hit
    if is_guess(sentence.text):
        return True
    in_piece = is_analysis(hit.title, hit.text if not hit.start else "", hit.url)
    return in_piece and "+say" not in sentence.keys
