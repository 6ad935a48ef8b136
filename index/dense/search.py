"""Asking the base and the delta as one."""

from __future__ import annotations

import threading
from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.allowed import Allowed
from index.dense.base import Base, chroma_folder, current_name, read_manifest
from index.dense.delta import Delta
from index.errors import SearchIndexError
from index.ledger import Ledger
from index.vectors import Vectors

if TYPE_CHECKING:
    from index.query import Query

Floats = NDArray[np.float32]
SUSPECT = "suspect"
"""Folder in which a reader notes the name of a base that it could not use, for the next ingest."""
_LOOK = 20_000
"""Where the square of the number of allowed passages, divided by those of the base, is more than this,
sifting the graph's nearest costs less than a look at each: from 63,000 of 200,000, 141,000 of a million."""


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
        self._delta = Delta(ledger, vectors)
        self._state = ledger.state()
        self.degraded: str | None = None

    def search(
        self,
        vector: Floats,
        limit: int,
        allowed: Collection[int] | None = None,
        query: Query | None = None,
    ) -> list[tuple[int, float]]:
        """`(passage id, cosine)`, nearest first, at most `limit`; of the allowed passages only.

        `vector` has length 1. `query` is for `ServerDense`, which is asked in the same way.
        SearchIndexError when the vectors can't be read.
        """
        if allowed is not None and not isinstance(allowed, Allowed):
            allowed = Allowed(allowed)
        with self._lock:
            self._notice_another_ledger()
            base = self._current_base()
            upto = base.manifest.upto if base else 0
            found = self._delta.search(vector, limit, upto, allowed)
            if base is not None:
                try:
                    found += self._inside(base, vector, limit, allowed)
                except SearchIndexError as error:
                    self._give_up(base.name, error)
                    return self.search(vector, limit, allowed)
        return _best(dict(found), limit)

    def _inside(
        self, base: Base, vector: Floats, limit: int, allowed: Allowed | None
    ) -> list[tuple[int, float]]:
        """The nearest allowed ones of the base. Many are sifted out of the nearest of all by the graph; fewer
        are looked at one by one, and so are those of which too few are found by sifting."""
        if allowed is None:
            return base.query(vector, limit)
        ids, held = allowed.ids[: allowed.ids.searchsorted(base.manifest.upto, "right")], base.manifest.count
        if len(ids) ** 2 > _LOOK * held:
            depth = int(2 * limit * held / len(ids))
            found = [pair for pair in base.query(vector, depth) if pair[0] in allowed][:limit]
            if len(found) == limit:
                return found
        if base.rows is None:
            return _best(self._from_vectors(vector, ids.tolist()), limit)
        return base.rows.nearest(vector, limit, base.rows.places(ids))

    def scores(self, vector: Floats, ids: Collection[int]) -> dict[int, float]:
        """Exact cosines of these passages; those without a vector are left out."""
        wanted = np.unique(np.fromiter(ids, dtype=np.int64))
        with self._lock:
            self._notice_another_ledger()
            base = self._current_base()
            upto = base.manifest.upto if base else 0
            old, new = np.split(wanted, [int(wanted.searchsorted(upto, "right"))])
            found = self._delta.scores(vector, new, upto) if len(new) else {}
            if base is None or not len(old):
                return found
            if base.rows is None:
                return found | self._from_vectors(vector, old.tolist())
            return found | base.scores(vector, old)

    def _from_vectors(self, vector: Floats, ids: Collection[int]) -> dict[int, float]:
        """The same of passages in a base of an older Dateline, which has its graph only."""
        passages = list(self._ledger.passages(ids).values())
        rows, found = self._vectors.get_many([passage.vector for passage in passages])
        cosines = rows @ vector
        return {
            passage.id: float(cosine)
            for passage, cosine, there in zip(passages, cosines, found, strict=True)
            if there
        }

    def warm(self) -> None:
        """Reads what the first questions could do without."""
        with self._lock:
            base = self._current_base()
            if base is not None:
                try:
                    base.warm()
                except SearchIndexError as error:
                    self._give_up(base.name, error)

    def close(self) -> None:
        with self._lock:
            if self._base is not None:
                self._base.close()
            self._base = self._tried = None

    def _notice_another_ledger(self) -> None:
        """A backup put back under our feet: what was read of the one before doesn't hold for it."""
        identity, sequence = self._ledger.state()
        if identity != self._state[0] or sequence < self._state[1]:
            self.close()
            self._delta.forget()
        self._state = identity, sequence

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


def _best(scores: dict[int, float], limit: int) -> list[tuple[int, float]]:
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
