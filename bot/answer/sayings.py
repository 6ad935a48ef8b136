"""What somebody said, and what is told of a matter: sentences to show where the judge finds none that answers
outright."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answer.evidence import Sentence, same
from bot.answer.question import Asked
from bot.answer.terms import names

COVERED = 0.85
"""Share of what is asked about that must stand in the sentence or close by."""
MOST = 2
_ASKS = re.compile(
    r"^what (?:did|does|do|has|have) .+? (?:say|said)(?: (?:about|on|of|over|to|in|at)\b.*)?\W*$",
    re.IGNORECASE,
)
"""Their words are what is asked for, not a thing in them: "what did Baku say the US could lose"."""

_TOLD = re.compile(r"^what is told about\b", re.IGNORECASE)
"""As question/compare.py asks each outlet."""


def said_by(asked: Asked, ranked: Sequence[Sentence]) -> list[Sentence]:
    """Sentences that give the words of the one asked about, on what is asked; [] where none surely does."""
    if not _ASKS.match(asked.text) or not asked.saying or not names(asked.subject) or asked.language != "en":
        return []
    fit = [s for s in ranked if _is_theirs(asked, s) and s.marks.coverage >= COVERED and _near_all(asked, s)]
    best = [s for s in fit[:MOST] if s.hit.article == fit[0].hit.article]
    return sorted(best, key=lambda s: s.place)


def told_of(asked: Asked, ranked: Sequence[Sentence]) -> list[Sentence]:
    """Sentences of one article on the matter, where all of a question is "What is told about it?", as when
    outlets are compared; [] where none names all of it."""
    if not _TOLD.match(asked.text):
        return []
    fit = [s for s in ranked if not s.marks.missing and not s.marks.lacking and s.marks.coverage >= COVERED]
    fit.sort(key=lambda s: -(s.marks.coverage + s.marks.own + s.marks.similarity))
    best = [s for s in fit if s.hit.article == fit[0].hit.article][:MOST]
    return sorted(best, key=lambda s: s.place)


def _is_theirs(asked: Asked, sentence: Sentence) -> bool:
    """Whether it says that somebody says something, who may be the one asked about and is no other."""
    if not sentence.marks.speaks or sentence.marks.missing:
        return False
    said = [doers for _, theirs, doers in sentence.deeds if "+say" in theirs]
    return any(same(asked.subject, doers) or not names(doers) for doers in said)


def _near_all(asked: Asked, sentence: Sentence) -> bool:
    near = sentence.keys.union(sentence.title, *(s.keys for s in sentence.near))
    return all(t.keys & near for t in asked.terms if t.weight >= 1.0)
