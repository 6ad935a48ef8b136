"""Two rankings made one, and copies of a story made one hit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.ledger import Place

PASSAGES_AN_ARTICLE = 2
_ABOUT_AS_GOOD = 0.25
"""Difference of fused scores within which the earliest copy of a story stands for it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage with its scores."""

    place: Place
    score: float
    dense: float | None
    lexical: float | None


def fuse(
    places: Sequence[Place], lexical: Mapping[int, float], dense: Mapping[int, float]
) -> list[Candidate]:
    """Candidates, best first. The score is the mean of both scores, each counted in its standard
    deviations from the candidates' mean.

    A passage without a word of the query has the BM25 score 0. One without a vector yet counts as average
    in meaning: it may not vanish because it is new.
    """
    ids = [place.passage for place in places]
    by_words = np.array([lexical.get(id_, 0.0) for id_ in ids])
    by_meaning = np.array([dense.get(id_, np.nan) for id_ in ids])
    scores = (_standardised(by_words) + _standardised(by_meaning)) / 2
    found = [
        Candidate(place, float(score), dense.get(place.passage), lexical.get(place.passage))
        for place, score in zip(places, scores, strict=True)
    ]
    return sorted(found, key=lambda c: (-c.score, c.place.passage))


def _standardised(values: NDArray[np.float64]) -> NDArray[np.float64]:
    known = values[~np.isnan(values)]
    if known.size == 0 or known.std() < 1e-9:
        return np.zeros_like(values)
    return np.asarray(np.nan_to_num((values - known.mean()) / known.std(), nan=0.0))


def collapse(candidates: Sequence[Candidate], limit: int) -> list[Candidate]:
    """At most `limit` of the candidates (best first): of each story one article, of it two passages.

    The earliest dated copy stands for its story among those that answer about as well as the best.
    """
    stories: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        stories.setdefault(candidate.place.story, []).append(candidate)
    chosen = [kept for story in stories.values() for kept in _first_copy(story)]
    return sorted(chosen, key=lambda c: (-c.score, c.place.passage))[:limit]


def _first_copy(copies: Sequence[Candidate]) -> list[Candidate]:
    good = [copy for copy in copies if copy.score >= copies[0].score - _ABOUT_AS_GOOD]
    first = min(good, key=lambda c: (c.place.day is None, c.place.day or 0, c.place.passage))
    return [copy for copy in copies if copy.place.article == first.place.article][:PASSAGES_AN_ARTICLE]
