"""The weighing of blocks, fitted by bench/fit_extraction.py: trees that rely on the votes of extractors, and
weights that do without."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Table = NDArray[np.float32]

FILE = Path(__file__).parent / "model.json"
_ROWS = 2000
"""Blocks weighed at once, so that a page of a hundred thousand takes no more memory."""


@dataclass(frozen=True)
class Trees:
    """Boosted trees, as arrays of trees by nodes; a leaf is its own child."""

    names: tuple[str, ...]
    base: float
    depth: int
    feature: NDArray[np.intp]
    threshold: Table
    left: NDArray[np.intp]
    right: NDArray[np.intp]
    value: Table

    def probability(self, names: list[str], table: Table) -> Table:
        """Of each block, a row of `table`, that it is the article's."""
        import numpy as np

        wanted = table[:, [names.index(name) for name in self.names]]
        scores = [self._score(wanted[at : at + _ROWS]) for at in range(0, len(wanted), _ROWS)]
        return _logistic(np.concatenate(scores)) if scores else np.zeros(0, np.float32)

    def _score(self, table: Table) -> Table:
        import numpy as np

        rows, trees = np.arange(len(table))[:, None], np.arange(len(self.feature))[None, :]
        node = np.zeros((len(table), len(self.feature)), np.intp)
        for _ in range(self.depth):
            goes_left = table[rows, self.feature[trees, node]] <= self.threshold[trees, node]
            node = np.where(goes_left, self.left[trees, node], self.right[trees, node])
        return np.asarray(self.base + self.value[trees, node].sum(axis=1), np.float32)


@dataclass(frozen=True)
class Linear:
    """A logistic regression."""

    names: tuple[str, ...]
    base: float
    weights: Table

    def probability(self, names: list[str], table: Table) -> Table:
        """As Trees.probability."""
        return _logistic(self.base + table[:, [names.index(name) for name in self.names]] @ self.weights)


@dataclass(frozen=True)
class Model:
    trees: Trees
    linear: Linear


def _logistic(score: Table) -> Table:
    import numpy as np

    return np.asarray(1 / (1 + np.exp(-np.clip(score, -30, 30))), np.float32)


@cache
def load() -> Model:
    """The model that is shipped."""
    return parsed(json.loads(FILE.read_text(encoding="utf-8")))


def parsed(data: dict[str, Any]) -> Model:
    """The model that a file's contents describe."""
    import numpy as np

    trees, linear = data["trees"], data["linear"]

    def nodes(name: str, kind: Any) -> Any:
        size = max(len(tree[name]) for tree in trees["nodes"])
        return np.array([tree[name] + [0] * (size - len(tree[name])) for tree in trees["nodes"]], kind)

    return Model(
        Trees(
            tuple(trees["names"]),
            float(trees["base"]),
            int(trees["depth"]),
            nodes("feature", np.intp),
            nodes("threshold", np.float32),
            nodes("left", np.intp),
            nodes("right", np.intp),
            nodes("value", np.float32),
        ),
        Linear(tuple(linear["names"]), float(linear["base"]), np.array(linear["weights"], np.float32)),
    )
