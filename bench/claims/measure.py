"""F1, accuracy and false support of a side, with what chance leaves of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
RECALL = 0.8


def f1(truth: Flags, said: Flags) -> float:
    return 2 * float((truth & said).sum()) / max(1.0, float(truth.sum() + said.sum()))


def false_support(truth: Flags, scores: Floats) -> float:
    """Share of the unsupported that pass at the highest threshold at which 80 % of the supported do."""
    threshold = np.sort(scores[truth])[::-1][int(np.ceil(RECALL * truth.sum())) - 1]
    return float((scores[~truth] >= threshold).mean())


def best_threshold(truth: Flags, scores: Floats) -> float:
    """That at which F1 and accuracy together are best."""
    grid = np.unique(scores)
    return float(max(grid, key=lambda t: f1(truth, scores >= t) + float(((scores >= t) == truth).mean())))


@dataclass(frozen=True)
class Scores:
    """Of one side: each a value and the ends of its 95 % interval."""

    f1: tuple[float, float, float]
    accuracy: tuple[float, float, float]
    false_support: tuple[float, float, float]
    recall: float
    precision: float

    def row(self, name: str) -> str:
        cells = [f"{v:5.3f} [{a:.2f}-{b:.2f}]" for v, a, b in (self.f1, self.accuracy, self.false_support)]
        row = f"  {name:18s} {cells[0]:20s} {cells[1]:20s} {cells[2]:20s}"
        return f"{row} {self.precision:9.3f} {self.recall:7.3f}"


HEAD = f"  {'':18s} {'F1':20s} {'accuracy':20s} {'false at .8 recall':20s} {'precision':>9s} {'recall':>7s}"


def scored(truth: Flags, scores: Floats, threshold: float) -> Scores:
    """Resampled 2,000 times."""
    said = scores >= threshold
    rng = np.random.default_rng(0)
    drawn = [
        d for d in rng.integers(0, len(truth), (2000, len(truth))) if truth[d].any() and not truth[d].all()
    ]

    def interval(of: Callable[[NDArray[np.intp]], float]) -> tuple[float, float, float]:
        low, high = np.percentile([of(d) for d in drawn], [2.5, 97.5])
        return round(of(np.arange(len(truth))), 4), round(float(low), 4), round(float(high), 4)

    return Scores(
        interval(lambda d: f1(truth[d], said[d])),
        interval(lambda d: float((truth[d] == said[d]).mean())),
        interval(lambda d: false_support(truth[d], scores[d])),
        float(said[truth].mean()),
        float(truth[said].mean()) if said.any() else 0.0,
    )
