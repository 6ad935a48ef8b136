"""Bringing a Chroma server to where the ledger stands: what is new is written, what went is deleted.

The ledger notes before each write how far it may come, and after it how far it came. So a run that is killed
costs one write that is done again; and a server that was away, was wiped or was put back is brought along by
the next run. What it holds is counted at the end, and listed where the count isn't right.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from index.article import Passage
from index.config import IndexConfig
from index.dense.server.collection import Collection
from index.dense.server.http import ChromaServer
from index.dense.server.records import Record
from index.errors import DatelineError, SearchIndexError
from index.ledger import Writer, stores
from index.ledger.stores import Facts, Store
from index.vectors import Vectors

Progress = Callable[[int, int], None]
_PAGE = 2_000
_SAMPLE = 20
_SAME = 0.99
_FOUND = 0.8
"""Share of the sample that must be found by its own vector: the server's graph is approximate."""
_NEAREST = 10


@dataclass(slots=True)
class Published:
    """What was done to a server, and what it holds now."""

    place: str
    """Address, tenant, database and collection."""
    written: int = 0
    deleted: int = 0
    held: int = 0
    mended: int = 0
    """Of what was written or deleted, what only a listing of the server's passages brought to light."""
    sample: int = 0
    """Passages that were asked for by their own vector."""
    found: int = 0
    """Of these, how many were among the nearest ten."""
    waiting: int = 0
    """Passages behind the first that has no vector yet: a later run writes them."""
    seconds: float = 0.0

    def as_json(self) -> dict[str, object]:
        return {
            "place": self.place,
            "written": self.written,
            "deleted": self.deleted,
            "held": self.held,
            "mended": self.mended,
            "sample": self.sample,
            "found": self.found,
            "waiting": self.waiting,
            "seconds": round(self.seconds, 3),
        }


class Publisher:
    """One run's way of writing to the server that `config` names.

    To be used by the process that holds the archive's Writer. ServerError when the server is away or
    refuses, IndexMismatchError when another archive's or model's collection is in the way; the ledger then
    knows how far it came, and why no further.
    """

    def __init__(
        self, writer: Writer, vectors: Vectors, config: IndexConfig, progress: Progress | None = None
    ) -> None:
        """`progress` gets (passages written, passages to write); what it raises ends the work after a
        write."""
        self._writer, self._vectors = writer, vectors
        self._tell = progress or (lambda done, total: None)
        self._server = ChromaServer(config)
        self._collection = Collection(self._server, writer.identity, vectors.identity, vectors.dim)
        self._size = self._server.quotas.records
        self._store: Store | None = None
        self._is_stamped = False
        self.done = Published(self._server.place)

    def go_on(self) -> None:
        """Deletes what is to leave, and writes what has got its vector since."""
        with self._noting_faults():
            self._go_on()

    def finish(self, *, verify: bool = False) -> Published:
        """The same, and counts; with `verify`, a sample is read back and found by its own vectors."""
        with self._noting_faults():
            self._go_on()
            self.done.held = self._collection.count()
            if self.done.held != self._expected():
                self._mend()
                self.done.held = self._collection.count()
            if self.done.held != self._expected():
                raise self._server.fault(
                    f"it says that it holds {self.done.held:,} passages where {self._expected():,} were "
                    "written: see its log, and run `dateline publish` again"
                )
            if verify:
                self._verify()
            now = datetime.now(UTC).isoformat(timespec="seconds")
            self._note(held=self.done.held, at=now, fault=None)
        return self.done

    def close(self) -> None:
        self._server.close()

    @contextmanager
    def _noting_faults(self) -> Iterator[None]:
        try:
            yield
        except DatelineError as error:
            if self._store is not None:
                self._note(fault=str(error))
                self._store, self._is_stamped = None, False  # another try looks anew
            raise

    def _go_on(self) -> None:
        if self._store is None:
            self._begin()
        self._delete_what_left()
        self._write_what_is_new()

    def _begin(self) -> None:
        """Looks whether the server is as the ledger left it. Where it isn't, as it was wiped, or another
        copy of this archive wrote there, all is written over."""
        self._collection.find_or_make()
        place = self._collection.place
        known = stores.find(self._writer, place)
        if (
            known is None
            or known.collection != self._collection.id
            or self._collection.stamp not in known.stamps
        ):
            stores.drop(self._writer, place)
            known = Store(place, self._collection.id, writing=self._writer.last_passage())
            stores.note(self._writer, known)
        self._store = known

    def _expected(self) -> int:
        assert self._store is not None
        return stores.count_current(self._writer, self._store.upto)

    def _note(self, **changed: Any) -> None:
        assert self._store is not None
        self._store = replace(self._store, **changed)
        stores.note(self._writer, self._store)

    def _stamp(self) -> None:
        """Before the first write. A ledger that is put back later doesn't know the stamp that it finds, and
        one that was copied finds the other's."""
        if self._is_stamped:
            return
        stamp = secrets.token_hex(8)
        self._note(stamps=(self._collection.stamp, stamp))
        self._collection.set_stamp(stamp)
        self._note(stamps=(stamp,))
        self._is_stamped = True

    # --- deleting ---

    def _delete_what_left(self) -> None:
        assert self._store is not None
        while ids := stores.leaving(self._writer, self._store.name, self._size):
            self._delete(ids)
            stores.have_left(self._writer, self._store.name, ids)

    def _delete(self, ids: Sequence[int]) -> None:
        self._stamp()
        self._collection.delete(ids)
        self.done.deleted += len(ids)

    # --- writing ---

    def _write_what_is_new(self) -> None:
        assert self._store is not None
        upto = self._store.upto
        last = max(upto, self._vectors.complete(self._writer))
        total = self._writer.count_passages(last) - self._writer.count_passages(upto)
        done = 0
        self._tell(0, total)
        for passages, behind in self._new(upto):
            self._write(passages, upto=behind)
            done += len(passages)
            self._tell(done, max(done, total))
        self.done.waiting = max(0, self._writer.last_passage() - self._store.upto)

    def _new(self, after: int) -> Iterator[tuple[list[tuple[Passage, Facts]], int]]:
        """What is to be written, a write at a time, and the passage id up to which all is there then. Ends
        before the first passage that has no vector."""
        for page in self._writer.iter_passages(after, _PAGE):
            missing = set(self._vectors.missing([passage.vector for passage in page]))
            whole = page
            if missing:
                first = next(at for at, passage in enumerate(page) if passage.vector in missing)
                whole = page[:first]
            current = stores.with_facts(self._writer, whole)
            for at in range(0, len(current), self._size):
                some = current[at : at + self._size]
                is_last = at + self._size >= len(current)
                yield some, whole[-1].id if is_last else some[-1][0].id
            if whole and not current:
                yield [], whole[-1].id
            if missing:
                return

    def _write(self, passages: Sequence[tuple[Passage, Facts]], upto: int) -> None:
        assert self._store is not None
        if passages:
            self._stamp()
            if upto > self._store.writing:
                self._note(writing=upto)
            self._put(passages)
        self._note(upto=max(upto, self._store.upto), writing=max(upto, self._store.writing))

    def _put(self, passages: Sequence[tuple[Passage, Facts]]) -> None:
        rows, found = self._vectors.get_many([passage.vector for passage, _ in passages])
        if not found.all():
            self._vectors.note_complete(self._writer, 0)
            raise SearchIndexError("Vectors vanished while they were written: run `dateline ingest` again.")
        texts: dict[int, str] = {}
        if self._collection.is_hybrid:
            texts = self._writer.embed_text([passage.id for passage, _ in passages])
        self._collection.put(
            [
                Record(passage.id, row, facts, texts.get(passage.id))
                for (passage, facts), row in zip(passages, rows, strict=True)
            ]
        )
        self.done.written += len(passages)

    # --- mending ---

    def _mend(self) -> None:
        """Lists what the server holds, deletes what it shouldn't, and writes what it lacks."""
        assert self._store is not None
        held = self._collection.ids()
        before = self.done.written + self.done.deleted
        wanted: set[int] = set()
        for page in self._writer.iter_passages(0, _PAGE):
            whole = [passage for passage in page if passage.id <= self._store.upto]
            current = stores.with_facts(self._writer, whole)
            wanted |= {passage.id for passage, _ in current}
            lacking = [pair for pair in current if pair[0].id not in held]
            for at in range(0, len(lacking), self._size):
                self._stamp()
                self._put(lacking[at : at + self._size])
            if page[-1].id > self._store.upto:
                break
        extra = sorted(held - wanted)
        for at in range(0, len(extra), self._size):
            self._delete(extra[at : at + self._size])
        self.done.mended += self.done.written + self.done.deleted - before

    # --- verifying ---

    def _verify(self) -> None:
        """ServerError when a sample isn't there as it was written, or isn't found by its own vectors."""
        assert self._store is not None
        starts = sorted({int(start) for start in np.linspace(0, max(0, self._store.upto - 1), _SAMPLE)})
        near = [page[0] for start in starts if (page := self._writer.passages_after(start, 1))]
        sample = [passage for passage, _ in stores.with_facts(self._writer, near)]
        sample = [passage for passage in sample if passage.id <= self._store.upto]
        rows, _ = self._vectors.get_many([passage.vector for passage in sample])
        held = self._collection.vectors([passage.id for passage in sample])
        for passage, row in zip(sample, rows, strict=True):
            there = held.get(passage.id)
            if there is None or float(there @ row) < _SAME * float(
                np.linalg.norm(row) * np.linalg.norm(there)
            ):
                raise self._server.fault(
                    "it holds another vector for a passage than was written: delete the collection "
                    f"{self._collection.name} there and run `dateline publish` again"
                )
        nearest = [self._collection.query(row, _NEAREST) for row in rows]
        found = sum(any(cosine is not None and cosine >= _SAME for _, cosine in near) for near in nearest)
        self.done.sample, self.done.found = len(sample), found
        if found < _FOUND * len(sample):
            raise self._server.fault(
                f"it finds {found} of {len(sample)} passages by their own vectors: see its log, and run "
                "`dateline publish` again"
            )
