"""What stands beside the base: scored exactly, kept as matrices that grow as vectors are committed."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from index.allowed import Allowed
from index.ledger import Ledger
from index.vectors import Vectors

Floats = NDArray[np.float32]
_BLOCK = 4096
"""Rows to a matrix: what grows is a list of them, as one matrix would be copied whole at each commit."""


class Delta:
    """Vectors of the passages above the base. A commit costs what it brings, not what is there.

    Not thread-safe: `Dense` asks it under its lock.
    """

    def __init__(self, ledger: Ledger, vectors: Vectors) -> None:
        self._ledger = ledger
        self._vectors = vectors
        self._start_over(0)

    def forget(self) -> None:
        """Reads everything again at the next search."""
        self._start_over(0)

    def _start_over(self, upto: int) -> None:
        self._upto = self._read_to = upto
        self._stamp = (-1, -1)
        self._listed: list[int] = []
        self._ids = np.empty(0, dtype=np.int64)
        """Passage of each row of the blocks, one after another."""
        self._blocks: list[Floats] = []
        self._rows: dict[int, int] = {}
        """Row of each passage."""
        self._waiting: dict[str, list[int]] = {}
        """Hash of what isn't embedded yet -> the passages that wait for it."""

    def search(
        self, vector: Floats, limit: int, upto: int, allowed: Allowed | None
    ) -> list[tuple[int, float]]:
        """The nearest of the passages with an id above `upto`."""
        self._refresh(upto)
        ids, cosines = self._ids, self._cosines(vector)
        if allowed is not None:
            chosen = allowed.among(ids)
            ids, cosines = ids[chosen], cosines[chosen]
        if len(cosines) > limit:
            nearest = np.argpartition(-cosines, limit)[:limit]
            ids, cosines = ids[nearest], cosines[nearest]
        return list(zip(ids.tolist(), cosines.tolist(), strict=True))

    def scores(self, vector: Floats, ids: NDArray[np.int64], upto: int) -> dict[int, float]:
        """Cosines of those of these passages, all above `upto`, whose vectors are there."""
        self._refresh(upto)
        rows = {id_: self._rows[id_] for id_ in ids.tolist() if id_ in self._rows}
        return {id_: float(self._blocks[row // _BLOCK][row % _BLOCK] @ vector) for id_, row in rows.items()}

    def _cosines(self, vector: Floats) -> Floats:
        parts = [block @ vector for block in self._blocks]
        return np.concatenate(parts)[: len(self._ids)] if parts else np.empty(0, dtype=np.float32)

    def _refresh(self, upto: int) -> None:
        if upto != self._upto:
            self._start_over(upto)
        stamp = (self._ledger.sequence(), self._vectors.sequence())
        if stamp == self._stamp:
            return
        try:
            self._take(self._arrived())
            for page in self._ledger.iter_passages(after=self._read_to):
                for passage in page:
                    self._waiting.setdefault(passage.vector, []).append(passage.id)
                self._take({passage.vector for passage in page})
                self._read_to = page[-1].id
        except BaseException:
            self._start_over(upto)
            raise
        self._ids = np.array(self._listed, dtype=np.int64)
        self._stamp = stamp

    def _arrived(self) -> Iterable[str]:
        """Which of what waits may have come since the last look."""
        added = self._vectors.added_since(self._stamp[1]) if self._waiting else set()
        return self._waiting.keys() if added is None else added & self._waiting.keys()

    def _take(self, names: Iterable[str]) -> None:
        """Adds those of the vectors that are there, for each passage that waits for them."""
        waiting = list(names)
        for at in range(0, len(waiting), _BLOCK):
            some = waiting[at : at + _BLOCK]
            rows, found = self._vectors.get_many(some)
            for name, row in zip(np.array(some)[found].tolist(), rows[found], strict=True):
                for id_ in self._waiting.pop(name):
                    place = len(self._listed) % _BLOCK
                    if place == 0:
                        self._blocks.append(np.zeros((_BLOCK, self._vectors.dim), dtype=np.float32))
                    self._blocks[-1][place] = row
                    self._rows[id_] = len(self._listed)
                    self._listed.append(id_)
