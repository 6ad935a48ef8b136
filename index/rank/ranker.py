"""Candidates ranked in two steps: all by where they stand, the best of them by what their texts say too.

A signal is counted in standard deviations from the candidates' mean, times its weight. Weights are data,
`weights.json`, fitted by bench/fit_ranking.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

import numpy as np

from index.ledger import Place
from index.rank.reading import Readings
from index.rank.recency import When
from index.rank.signals import MEANING, WORDS, Floats, Signals, reading, standardised, standing

READ = 40
"""Best candidates whose texts are read: 400 rank no better, and cost more; of 24 a word that three of them
have stands out too little from their mean (docs/decisions.md)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage with its scores."""

    place: Place
    score: float
    dense: float | None
    lexical: float | None
    signals: tuple[tuple[str, float], ...] = ()
    """What each signal added to the score: they sum to it."""
    is_asked_about: bool = False
    """Whether the question names the article by its title."""


@cache
def weights() -> dict[str, dict[str, float]]:
    """Step (`standing`, `read`) -> signal -> weight."""
    text = (resources.files("index") / "rank" / "weights.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, float]] = json.loads(text)["weights"]
    return found


def promising(
    places: Sequence[Place], lexical: Mapping[int, float], dense: Mapping[int, float], count: int
) -> list[Place]:
    """Those likeliest to be among the best, whatever their day: a guess, to be made before all is known."""
    weight = weights()["standing"]
    ids = [place.passage for place in places]
    words = standardised(np.array([lexical.get(id_, 0.0) for id_ in ids]))
    meaning = standardised(np.array([dense.get(id_, np.nan) for id_ in ids]))
    best = np.argsort(-(weight[MEANING] * meaning + weight[WORDS] * words), kind="stable")[:count]
    return [places[at] for at in best.tolist()]


def rank(
    places: Sequence[Place],
    lexical: Mapping[int, float],
    dense: Mapping[int, float],
    when: When,
    readings: Readings,
) -> list[Candidate]:
    """Candidates, best first.

    A passage without a word of the query has the BM25 score 0. One without a vector yet counts as average
    in meaning: it may not vanish because it is new.
    """
    if not places:
        return []
    first = standing(places, lexical, dense, when)
    before = _total(_weighted(first, weights()["standing"]))
    order = np.argsort(-before, kind="stable")
    best, rest = order[:READ], order[READ:]
    held = readings.of([places[at] for at in best])
    parts = _weighted({k: v[best] for k, v in first.items()} | reading(held), weights()["read"])
    scores = _total(parts)
    ranked = [
        _candidate(
            places[at],
            {name: float(values[n]) for name, values in parts.items()},
            (lexical, dense),
            is_asked_about=(h := held[n]) is not None and h.is_asked_about,
        )
        for n, at in enumerate(best)
    ]
    # What isn't read stands behind all that is, in its own order.
    ends = float(scores.min()) - (before[best[-1]] - before[rest])
    for at, behind in zip(rest.tolist(), ends.tolist(), strict=True):
        place = places[at]
        scores_of = dense.get(place.passage), lexical.get(place.passage)
        ranked.append(Candidate(place, behind, *scores_of, (("not read", behind),)))
    return sorted(ranked, key=lambda c: (-c.score, c.place.passage))


def reranked(candidates: Sequence[Candidate], scores: Sequence[float], weight: float) -> list[Candidate]:
    """The candidates (best first), the first of them with a cross-encoder's scores added; what it didn't
    look at stands behind."""
    again = [
        replace(c, score=c.score + added, signals=(*c.signals, ("cross-encoder", added)))
        for c, added in zip(
            candidates, (weight * standardised(np.array(scores, dtype=float))).tolist(), strict=False
        )
    ]
    if not again:
        return list(candidates)
    again.sort(key=lambda c: (-c.score, c.place.passage))
    down = min(again[-1].score - candidates[len(again)].score, 0.0) if len(candidates) > len(again) else 0.0
    rest = [
        replace(c, score=c.score + down, signals=(*c.signals, ("not looked at again", down))) if down else c
        for c in candidates[len(again) :]
    ]
    return again + rest


def _candidate(
    place: Place,
    parts: Mapping[str, float],
    scores: tuple[Mapping[int, float], Mapping[int, float]],
    *,
    is_asked_about: bool = False,
) -> Candidate:
    lexical, dense = (score.get(place.passage) for score in scores)
    signals = tuple((name, value) for name, value in parts.items() if value)
    return Candidate(place, sum(parts.values()), dense, lexical, signals, is_asked_about)


def _weighted(signals: Signals, weight: Mapping[str, float]) -> Signals:
    return {name: signals[name] * value for name, value in weight.items()}


def _total(parts: Signals) -> Floats:
    return np.asarray(np.sum(list(parts.values()), axis=0))
