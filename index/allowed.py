"""Passages that a question may be answered from, as a set that is cheap at half a million."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]


class Allowed(Set[int]):
    """A set of passage ids: `ids` in order, and a byte for every id up to the largest, to look many up at
    once. Immutable."""

    __slots__ = ("_mask", "ids")

    def __init__(self, ids: Iterable[int] | Ids) -> None:
        if not isinstance(ids, np.ndarray):
            ids = np.fromiter(ids, dtype=np.int64)
        self.ids: Ids = np.unique(ids.astype(np.int64, copy=False))
        self._mask = np.zeros(int(self.ids[-1]) + 1 if len(self.ids) else 0, dtype=np.bool_)
        self._mask[self.ids] = True

    @classmethod
    def of_mask(cls, mask: NDArray[np.bool_]) -> Allowed:
        """Of the ids whose place in `mask` is true."""
        made = cls.__new__(cls)
        made.ids = np.flatnonzero(mask).astype(np.int64, copy=False)
        made._mask = mask
        return made

    @classmethod
    def _from_iterable(cls, it: Iterable[Any]) -> frozenset[Any]:
        """What `&` and `|` make."""
        return frozenset(it)

    def among(self, ids: Ids) -> NDArray[np.bool_]:
        """Which of these are in the set."""
        inside = np.asarray(ids < len(self._mask))
        inside[inside] = self._mask[ids[inside]]
        return inside

    def __contains__(self, id_: object) -> bool:
        return isinstance(id_, int) and 0 <= id_ < len(self._mask) and bool(self._mask[id_])

    def __iter__(self) -> Iterator[int]:
        return iter(self.ids.tolist())

    def __len__(self) -> int:
        return len(self.ids)

    def __hash__(self) -> int:
        return hash((len(self.ids), self.ids[:1].tobytes()))
