"""The signals: of each candidate a number a signal, larger speaks for it. Named as `--explain` shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.ledger import Place
from index.rank.reading import Held
from index.rank.recency import When, about_the_moment, ages, hinted, newness

Floats = NDArray[np.float64]
Signals = dict[str, Floats]

MEANING, WORDS = "meaning", "words"
"""Cosine of question and passage; BM25."""
NEWER = "newer"
"""As far as the question is about news of the moment."""
HINTED = "hinted time"
TOGETHER = "words together"
KIND = "kind of answer"
READ_SIGNALS = (TOGETHER, KIND)


def standing(
    places: Sequence[Place], lexical: Mapping[int, float], dense: Mapping[int, float], when: When
) -> Signals:
    """Signals of where candidates stand in the indexes and in time."""
    ids = [place.passage for place in places]
    days = [place.day for place in places]
    meaning = standardised(np.array([dense.get(id_, np.nan) for id_ in ids]))
    words = standardised(np.array([lexical.get(id_, 0.0) for id_ in ids]))
    age = ages(days, when.moment)
    moment = about_the_moment((meaning + words) / 2, age, recent=when.recent)
    return {
        MEANING: meaning,
        WORDS: words,
        NEWER: moment * standardised(newness(age)),
        HINTED: hinted(days, when.lean),
    }


def reading(held: Sequence[Held | None]) -> Signals:
    """Signals of what the candidates' texts say; average where there is no text."""

    def of(attribute: str) -> Floats:
        return standardised(
            np.array([np.nan if h is None else getattr(h, attribute) for h in held], dtype=float)
        )

    return {
        TOGETHER: of("together"),
        KIND: standardised(np.log1p([np.nan if h is None else h.fits for h in held])),
    }


def standardised(values: Floats) -> Floats:
    """In standard deviations from the mean; 0 where the value isn't known (NaN), or all are alike."""
    known = values[~np.isnan(values)]
    if known.size == 0 or known.std() < 1e-9:
        return np.zeros_like(values)
    return np.asarray(np.nan_to_num((values - known.mean()) / known.std(), nan=0.0))
