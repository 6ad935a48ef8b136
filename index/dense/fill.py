"""Putting passages into a base that is being built: Chroma's graph, and the rows beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from index.article import Passage
from index.dense.base import COLLECTION, Floats, open_client
from index.dense.rows import RowsWriter
from index.errors import DatelineError, SearchIndexError
from index.files import disk_error
from index.ledger import Ledger
from index.vectors import Vectors

ROWS = 500
SMALL = 1000
"""Chroma writes its graph to disk every 1,000 rows. A base with fewer has none, and every reader would
write one into the sealed folder; so small bases are told to write at once."""


def fill(
    draft: Path,
    ledger: Ledger,
    vectors: Vectors,
    after: int,
    upto: int,
    count: int,
    progress: Callable[[int, int], None] | None,
) -> None:
    """Adds the passages above `after`, up to `upto`, which makes it `count`. SearchIndexError, DiskError."""
    try:
        _add(draft, ledger, vectors, after, upto, count, progress)
        if count >= SMALL:
            _settle(draft)
    except (DatelineError, OSError):
        raise
    except Exception as error:
        told = f"Chroma can't build {draft.name} ({error}); the present base stays."
        raise disk_error(error, draft.parent) or SearchIndexError(told) from error


def _add(
    draft: Path,
    ledger: Ledger,
    vectors: Vectors,
    after: int,
    upto: int,
    count: int,
    progress: Callable[[int, int], None] | None,
) -> None:
    client = open_client(draft)
    rows_file = RowsWriter(draft)
    try:
        if after:
            collection = client.get_collection(COLLECTION, embedding_function=None)
        else:
            graph = {"space": "cosine", "ef_search": 200, "ef_construction": 200}
            if count < SMALL:
                graph |= {"sync_threshold": 2, "batch_size": 2}
            collection = client.create_collection(
                COLLECTION, embedding_function=None, configuration={"hnsw": graph}
            )
        total, done = count - (collection.count() if after else 0), 0
        if progress is not None:
            progress(done, total)
        for passages, rows in _embedded(ledger, vectors, after, upto):
            collection.add(ids=[str(passage.id) for passage in passages], embeddings=rows)
            rows_file.add([passage.id for passage in passages], rows)
            done += len(passages)
            if len(passages) == 1:
                # Chroma counts what it is told, not rows, and writes its graph at every second: a last
                # passage by itself is told twice, or the graph would be written by whoever reads it.
                collection.update(ids=[str(passages[0].id)], embeddings=rows)
            if progress is not None:
                progress(done, total)
    finally:
        rows_file.close()
        client.close()


@contextmanager
def written_at_once(draft: Path) -> Iterator[Any]:
    """The base's collection, which writes its graph at every second change for as long as this is open: so
    none of them is left in Chroma's log, to be written by whoever reads the base."""
    client = open_client(draft)
    try:
        collection = client.get_collection(COLLECTION, embedding_function=None)
        before = collection.configuration["hnsw"] or {}
        collection.modify(configuration={"hnsw": {"sync_threshold": 2, "batch_size": 2}})
    finally:
        client.close()
    client = open_client(draft)  # the thresholds are read when a collection is opened
    try:
        collection = client.get_collection(COLLECTION, embedding_function=None)
        yield collection
        kept = {key: before[key] for key in ("sync_threshold", "batch_size") if key in before}
        collection.modify(configuration={"hnsw": kept})
    finally:
        client.close()


def _settle(draft: Path) -> None:
    """Has Chroma write its graph once more. The last rows, up to 1,000, stand in its log only, and whoever
    opens the base would put them into the graph first: a second or two, each time."""
    with written_at_once(draft) as collection:
        some = collection.get(limit=2, include=["embeddings"])
        collection.update(ids=some["ids"], embeddings=some["embeddings"])


def write_rows(draft: Path, ledger: Ledger, vectors: Vectors, upto: int) -> None:
    """What a base of an older Dateline lacks."""
    with closing(RowsWriter(draft)) as writer:
        for passages, rows in _embedded(ledger, vectors, 0, upto):
            writer.add([passage.id for passage in passages], rows)


def _embedded(
    ledger: Ledger, vectors: Vectors, after: int, upto: int
) -> Iterator[tuple[list[Passage], Floats]]:
    for page in ledger.iter_passages(after=after, size=ROWS):
        passages = [passage for passage in page if passage.id <= upto]
        if passages:
            rows, found = vectors.get_many([passage.vector for passage in passages])
            if not found.all():
                vectors.note_complete(ledger, 0)
                raise SearchIndexError(
                    "Vectors vanished while a base was built: run `dateline ingest` again."
                )
            yield passages, rows
