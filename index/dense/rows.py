"""A base's vectors beside its graph, in order of passage id: for exact cosines, of few or of many.

The graph finds the nearest of all; it is slow at the nearest of some, and tells nothing of a passage that
it didn't find. So each number of a vector is kept as two bytes, the second of which divides the steps of the
first: a look at the first bytes alone runs through 100,000 passages in 7 ms, and both together are as exact
as what the vectors are stored in. Mapped into memory, so that all readers of a machine share one copy.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import SearchIndexError

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]
_IDS, _STEPS, _COARSE, _FINE = "ids.i64", "steps.f32", "coarse.i8", "fine.i8"
_PARTS = 254
"""Steps of the second byte to one of the first."""
_BLOCK = 2048
"""Rows multiplied at a time: as floats they stay in the processor's cache."""
_SPARE = 4
"""Times as many are compared exactly as are wanted, as the first bytes alone may rank them a little wrong."""


class RowsWriter:
    """Adds to the rows in a base's folder, which it creates; those of a copied base are added to."""

    def __init__(self, folder: Path) -> None:
        self._stack = contextlib.ExitStack()
        self._files = {
            name: self._stack.enter_context((folder / name).open("ab"))
            for name in (_IDS, _STEPS, _COARSE, _FINE)
        }

    def add(self, ids: list[int], vectors: Floats) -> None:
        """Vectors are n × dim; ids larger than all before."""
        steps, coarse, fine = _split(vectors)
        parts: tuple[tuple[str, NDArray[Any]], ...] = (
            (_IDS, np.array(ids, dtype="<i8")),
            (_STEPS, steps),
            (_COARSE, coarse),
            (_FINE, fine),
        )
        for name, part in parts:
            self._files[name].write(part.tobytes())

    def close(self) -> None:
        self._stack.close()


def _split(vectors: Floats) -> tuple[Floats, NDArray[np.int8], NDArray[np.int8]]:
    steps = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-12) / np.float32(127)
    scaled = vectors / steps
    coarse = np.rint(scaled)
    fine = np.rint((scaled - coarse) * _PARTS).clip(-127, 127)
    return steps[:, 0].astype("<f4"), coarse.astype(np.int8), fine.astype(np.int8)


def drop_rows(folder: Path, gone: Ids) -> None:
    """Writes the rows anew without those of these passages."""
    rows = Rows(folder)
    kept = ~np.isin(rows.ids, gone)
    for name, part in ((_IDS, rows.ids), (_STEPS, rows.steps), (_COARSE, rows.coarse), (_FINE, rows.fine)):
        fresh = folder / f"{name}.tmp"
        with fresh.open("wb") as file:
            for at in range(0, len(part), 65_536):
                file.write(part[at : at + 65_536][kept[at : at + 65_536]].tobytes())
        fresh.replace(folder / name)


def has_rows(folder: Path) -> bool:
    """Whether the base has any: one of an older Dateline has none."""
    return (folder / _IDS).is_file()


class Rows:
    """The vectors of a base, to be read. Thread-safe. SearchIndexError when they are damaged."""

    def __init__(self, folder: Path) -> None:
        try:
            self.ids: Ids = np.fromfile(folder / _IDS, dtype="<i8")
            self.steps: Floats = np.fromfile(folder / _STEPS, dtype="<f4")
            n = len(self.ids)
            self.coarse, self.fine = (_mapped(folder / name, n) for name in (_COARSE, _FINE))
        except (OSError, ValueError) as error:
            raise SearchIndexError(f"the vectors of {folder.name} can't be read ({error})") from error
        if len(self.steps) != n or self.coarse.shape != self.fine.shape:
            raise SearchIndexError(f"the vectors of {folder.name} are not as they were written")

    def __len__(self) -> int:
        return len(self.ids)

    def places(self, ids: Ids) -> NDArray[np.intp]:
        """Rows of those of the passages that are here, in the order of `ids`, which are sorted."""
        at = np.searchsorted(self.ids, ids)
        at = at[at < len(self.ids)] if len(at) and at[-1] >= len(self.ids) else at
        return np.asarray(at[self.ids[at] == ids[: len(at)]])

    def cosines(self, vector: Floats, places: NDArray[np.intp]) -> Floats:
        """Of these rows with a vector of length 1, as exact as what is stored."""
        products = self.coarse[places].astype(np.float32) @ vector
        products += self.fine[places].astype(np.float32) @ vector / np.float32(_PARTS)
        return np.asarray(products * self.steps[places])

    def nearest(self, vector: Floats, limit: int, places: NDArray[np.intp]) -> list[tuple[int, float]]:
        """`(passage id, cosine)` of the nearest among these rows, in no order. Looks at each of them."""
        wanted = _SPARE * limit
        if len(places) > wanted:
            about = self._about(vector, places)
            places = np.sort(places[np.argpartition(-about, wanted)[:wanted]])
        exact = self.cosines(vector, places)
        if len(places) > limit:
            best = np.argpartition(-exact, limit)[:limit]
            places, exact = places[best], exact[best]
        return list(zip(self.ids[places].tolist(), exact.tolist(), strict=True))

    def _about(self, vector: Floats, places: NDArray[np.intp]) -> Floats:
        """Cosines by the first bytes alone."""
        found = np.empty(len(places), dtype=np.float32)
        block = np.empty((_BLOCK, self.coarse.shape[1]), dtype=np.float32)
        for at in range(0, len(places), _BLOCK):
            some = places[at : at + _BLOCK]
            rows = block[: len(some)]
            # A run without gaps is read as it lies, not row by row.
            together = int(some[-1]) - int(some[0]) + 1 == len(some)
            rows[...] = self.coarse[int(some[0]) : int(some[-1]) + 1] if together else self.coarse[some]
            np.dot(rows, vector, out=found[at : at + len(some)])
        found *= self.steps[places]
        return found


def _mapped(file: Path, n: int) -> NDArray[np.int8]:
    size = file.stat().st_size
    if n == 0:
        return np.empty((0, 1), dtype=np.int8)
    if size % n:
        raise ValueError(f"{file.name} has {size} bytes for {n} passages")
    return np.memmap(file, dtype=np.int8, mode="r", shape=(n, size // n))
