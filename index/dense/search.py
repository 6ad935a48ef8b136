"""Asking the base and the delta as one."""

from __future__ import annotations

import threading
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from index.dense.base import Base, chroma_folder, current_name, read_manifest
from index.errors import SearchIndexError
from index.ledger import Ledger
from index.vectors import Vectors

Floats = NDArray[np.float32]
SUSPECT = "suspect"
"""Folder in which a reader notes the name of a base that it could not use, for the next ingest."""
_EXACT_UP_TO = 2_000
"""Allowed passages that are scored exactly sooner than Chroma filters its graph."""


class Dense:
    """Nearest passages by cosine, over everything whose vector is committed. Thread-safe.

    Each search sees the last base and the last vectors, of whichever process. When the base is missing or
    damaged everything is scored exactly from the stored vectors, and `degraded` says so.
    """

    def __init__(self, ledger: Ledger, vectors: Vectors) -> None:
        self._ledger = ledger
        self._vectors = vectors
        self._lock = threading.RLock()
        self._base: Base | None = None
        self._tried: str | None = None
        self._delta = _Delta(ledger, vectors)
        self.degraded: str | None = None

    def search(
        self, vector: Floats, limit: int, allowed: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """`(passage id, cosine)`, nearest first, at most `limit`; of the allowed passages only.

        `vector` has length 1. SearchIndexError when the vectors can't be read.
        """
        if allowed is not None and len(allowed) <= _EXACT_UP_TO:
            return _best(self.scores(vector, allowed), limit)
        with self._lock:
            base = self._current_base()
            upto = base.manifest.upto if base else 0
            found = self._delta.search(vector, limit, upto, allowed)
            if base is not None:
                inside = None if allowed is None else sorted(id_ for id_ in allowed if id_ <= upto)
                try:
                    found += base.query(vector, limit, inside)
                except SearchIndexError as error:
                    self._give_up(base.name, error)
                    return self.search(vector, limit, allowed)
        return _best(dict(found), limit)

    def scores(self, vector: Floats, ids: Collection[int]) -> dict[int, float]:
        """Exact cosines of these passages; those without a vector are left out."""
        passages = list(self._ledger.passages(ids).values())
        rows, found = self._vectors.get_many([passage.vector for passage in passages])
        cosines = rows @ vector
        return {
            passage.id: float(cosine)
            for passage, cosine, there in zip(passages, cosines, found, strict=True)
            if there
        }

    def close(self) -> None:
        with self._lock:
            if self._base is not None:
                self._base.close()
            self._base = self._tried = None

    def _current_base(self) -> Base | None:
        """The base that CURRENT names; a new one is opened, and the old one closed, when it has changed."""
        name = current_name(self._ledger.data)
        if name is None or name == self._tried:
            return self._base
        self.close()
        self._tried = name
        folder = chroma_folder(self._ledger.data) / name
        try:
            manifest = read_manifest(folder)
            if manifest.ledger != self._ledger.identity:
                raise SearchIndexError(f"{name} was built from another ledger")
            if manifest.model != self._vectors.identity:
                # Not damaged: it is the other model's. The next ingest builds this one's.
                return None
            self._base = Base(folder)
            self.degraded = None
        except SearchIndexError as error:
            if name == current_name(self._ledger.data):
                self._give_up(name, error)
            else:
                self._tried = None  # it was replaced while we looked
        return self._base

    def _give_up(self, name: str, error: SearchIndexError) -> None:
        """Answers exactly from now on, and tells the next ingest to build another base."""
        self.close()
        self._tried = name
        self.degraded = (
            f"The Chroma base can't be used ({error}); every passage is compared one by one until the next "
            "`dateline ingest` builds another."
        )
        note = chroma_folder(self._ledger.data) / SUSPECT / name
        try:
            note.parent.mkdir(exist_ok=True)
            note.touch()
        except OSError:
            return  # an archive that this process may only read; whoever ingests can't be told


class _Delta:
    """Vectors of the passages above the base, kept as a matrix and added to as they come."""

    def __init__(self, ledger: Ledger, vectors: Vectors) -> None:
        self._ledger = ledger
        self._vectors = vectors
        self._start_over(0)

    def _start_over(self, upto: int) -> None:
        self._upto = self._read_to = upto
        self._stamp = (-1, -1)
        self._ids = np.empty(0, dtype=np.int64)
        self._rows = np.empty((0, self._vectors.dim), dtype=np.float32)
        self._waiting: dict[int, str] = {}

    def search(
        self, vector: Floats, limit: int, upto: int, allowed: Collection[int] | None
    ) -> list[tuple[int, float]]:
        """The nearest of the passages with an id above `upto`."""
        self._refresh(upto)
        ids, rows = self._ids, self._rows
        if allowed is not None:
            chosen = np.isin(ids, np.fromiter(allowed, dtype=np.int64, count=len(allowed)))
            ids, rows = ids[chosen], rows[chosen]
        cosines = rows @ vector
        if len(cosines) > limit:
            nearest = np.argpartition(-cosines, limit)[:limit]
            ids, cosines = ids[nearest], cosines[nearest]
        return [(int(id_), float(cosine)) for id_, cosine in zip(ids, cosines, strict=True)]

    def _refresh(self, upto: int) -> None:
        if upto != self._upto:
            self._start_over(upto)
        stamp = (self._ledger.sequence(), self._vectors.sequence())
        if stamp == self._stamp:
            return
        for page in self._ledger.iter_passages(after=self._read_to):
            self._waiting.update((passage.id, passage.vector) for passage in page)
            self._read_to = page[-1].id
        ids = np.fromiter(self._waiting, dtype=np.int64, count=len(self._waiting))
        rows, found = self._vectors.get_many(list(self._waiting.values()))
        self._ids = np.concatenate([self._ids, ids[found]])
        self._rows = np.concatenate([self._rows, rows[found]])
        for id_ in ids[found]:
            del self._waiting[int(id_)]
        self._stamp = stamp


def _best(scores: dict[int, float], limit: int) -> list[tuple[int, float]]:
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
