"""The events of a timeline: which day a sentence tells of, and which sentences tell the same event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from bot.answer.evidence import Sentence
from bot.answer.news.days import every_time
from index.article import Window

LONGEST = 7
"""Days; a longer stretch dates no event."""
SAME, RETOLD = 0.72, 0.9
"""Cosine of two sentences of about the same day that tell the same event; and of a later one that tells it
again, without its day."""
SHARED, LESS = 0.4, 0.22
"""Where they share this part of their names, numbers and deeds, a cosine less by so much will do."""
REPORTED_WITHIN = timedelta(14)
"""How long after it a thing is still reported."""


@dataclass(slots=True, eq=False)
class Told:
    """An event as one sentence tells it, and the other sentences that tell the same."""

    sentence: Sentence
    vector: NDArray[np.float32]
    window: Window
    by: Literal["sentence", "published"]
    words: str
    score: float
    others: list[Told] = field(default_factory=list)

    @property
    def day(self) -> date:
        assert self.window.since is not None
        return self.window.since


def within(event: Window, window: Window) -> bool:
    since, until = event.since, event.until
    assert since is not None and until is not None
    return (window.since is None or until >= window.since) and (window.until is None or since <= window.until)


def day_of(sentence: Sentence, published: date) -> tuple[Window | None, str]:
    """The days on which it happened, as the sentence gives them, and the words by which it does."""
    past = [
        (start, end, window)
        for start, end, window in every_time(sentence.text, published, sentence.hit.language, sentence.doc)
        if window.since
        and window.until
        and window.since <= published + timedelta(1)
        and (window.until - window.since).days <= LONGEST
    ]
    if sentence.doc is not None:
        past = [each for each in past if _is_of_the_deed(sentence.doc, each[0], each[1])]
    if not past:
        return None, ""
    start, end, window = max(past, key=lambda each: each[2].since or date.min)
    return window, sentence.text[start:end].rstrip(" .,")


def _is_of_the_deed(doc: Any, start: int, end: int) -> bool:
    """Whether a time belongs to what the sentence tells: to its main verb, or the verb of what is said there;
    not to a thing beside it, as in "after the hearing of 15 November"."""
    tokens = [t for t in doc if start <= t.idx < end]
    inside = {t.i for t in tokens}
    top = next((t for t in tokens if t.head.i not in inside), None)
    if top is None:
        return False
    token = top.head
    if top.dep_ == "poss":  # "stayed away from Thursday's summit"
        token = token.head
        while token.pos_ in ("ADP", "ADV") and token.head != token:
            if token.lower_ in ("after", "before", "since", "until", "following", "despite"):
                return False
            token = token.head
    elif token.dep_ in ("prep", "pobj") and token.pos_ == "ADP":
        if token.lower_ in ("after", "since", "before", "until", "till", "by", "from", "for"):
            return False
        token = token.head
    while token.dep_ in ("ccomp", "conj", "xcomp", "parataxis") and token.head != token:
        token = token.head
    return bool(token.dep_ == "ROOT")


def merged(told: Sequence[Told]) -> list[Told]:
    """One of each event; the others that tell it stand with it. `told` is best first."""
    kept: list[Told] = []
    for event in told:
        same = next((k for k in kept if _is_same(event, k)), None)
        if same is None:
            kept.append(event)
        else:
            _join(same, event)
    # What one article tells of one day is one event, whichever of its sentences others retold.
    apart: list[Told] = []
    for event in kept:
        same = next((k for k in apart if k.day == event.day and _articles(k) & _articles(event)), None)
        if same is None:
            apart.append(event)
        else:
            _join(same, event)
    return apart


def _join(event: Told, other: Told) -> None:
    event.others += [other, *other.others]
    if event.by == "published" and other.by == "sentence":
        # The sentence that gives the day stands for both.
        event.others[event.others.index(other)] = replace(event, others=[])
        event.sentence, event.vector = other.sentence, other.vector
        event.window, event.by, event.words = other.window, other.by, other.words


def _articles(event: Told) -> set[str]:
    return {each.sentence.hit.article for each in (event, *event.others)}


def _is_same(one: Told, other: Told) -> bool:
    apart = abs((one.day - other.day).days)
    if one.sentence.hit.article == other.sentence.hit.article:
        return one.day == other.day
    if "published" in (one.by, other.by) and apart <= REPORTED_WITHIN.days:
        return _alike(one, other, RETOLD) or (apart <= 1 and _alike(one, other, SAME))
    if apart > 1 and not within(one.window, other.window):
        return False
    return _alike(one, other, SAME)


def _alike(one: Told, other: Told, enough: float) -> bool:
    """Whether two sentences tell the same, by this cosine, or by a lesser one where they share much."""
    cosine = float(one.vector @ other.vector)
    mine, theirs = (frozenset(k for k in e.sentence.keys if k[0] in "@#+") for e in (one, other))
    shared = len(mine & theirs) / max(1, min(len(mine), len(theirs)))
    return cosine >= enough or (cosine >= enough - LESS and shared >= SHARED)
