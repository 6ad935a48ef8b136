"""Finding passages by their words: tantivy, BM25, in `<data>/lexical`.

Passages are folded (`index.text`) and stemmed as English and as Russian, each of which leaves the
other's script alone. Only ids are kept here; text and offsets come from the ledger.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import threading
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import LedgerError, SearchIndexError
from index.files import disk_error, replace_text, sync_folder
from index.lexical_query import MANY, Term, analyzer, best, query_for, restricted, sifted
from index.text import fold

if TYPE_CHECKING:
    import tantivy

__all__ = ["LEXICAL_FOLDER", "Lexical", "LexicalWriter", "Term"]

LEXICAL_FOLDER = "lexical"
SCHEMA = 1
"""Raised when fields or analysis change, so that the next writer rebuilds."""
_HEAP_BYTES = 64_000_000


class Lexical:
    """Reads the lexical index; each search sees the last commit, of whichever process."""

    def __init__(self, data: Path) -> None:
        self._folder = data / LEXICAL_FOLDER
        self._lock = threading.Lock()
        self._stamp = (0, 0, 0, 0)  # inodes of folder and meta.json, its time and size
        self._index: tantivy.Index | None = None

    def search(
        self, terms: Sequence[Term], limit: int, allowed: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """`(passage id, BM25 score)`, best first, at most `limit`; of the allowed passages only.

        May name passages that the ledger doesn't hold (yet); whoever hydrates drops them.
        SearchIndexError when the index is missing or damaged.
        """
        index = self._fresh()
        query = query_for(index, terms)
        if query is None or (allowed is not None and not allowed):
            return []
        try:
            searcher = index.searcher()
            if allowed is None:
                return best(searcher, query, limit)
            if len(allowed) >= MANY:
                found = sifted(searcher, query, limit, allowed)
                if found is not None:
                    return found
            return best(searcher, restricted(index, query, allowed), limit)
        except (ValueError, OSError) as error:
            raise self._damaged(error) from error

    def scores(self, terms: Sequence[Term], ids: Collection[int]) -> dict[int, float]:
        """BM25 scores of these passages; those in which no term is are left out."""
        return dict(self.search(terms, max(1, len(ids)), allowed=ids))

    def _fresh(self) -> tantivy.Index:
        meta = self._folder / "meta.json"
        with self._lock:
            try:
                folder, file = self._folder.stat(), meta.stat()
                stamp = (folder.st_ino, file.st_ino, file.st_mtime_ns, file.st_size)
                if self._index is not None and self._stamp != stamp and self._stamp[0] == stamp[0]:
                    self._index.reload()
                elif self._index is None or self._stamp != stamp:
                    self._index = open_index(self._folder)
                self._stamp = stamp
            except (ValueError, OSError) as error:
                # The writer is exchanging the folder, or was killed at it: what is open still answers, or
                # what it has moved aside.
                self._stamp = (0, 0, 0, 0)
                if self._index is None:
                    self._index = self._moved_aside(error)
            return self._index

    def _moved_aside(self, error: Exception) -> tantivy.Index:
        try:
            return open_index(_aside(self._folder))
        except (ValueError, OSError):
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> SearchIndexError:
        return SearchIndexError(
            f"The word index {self._folder} can't be read ({error}): the next `dateline ingest` rebuilds it."
        )


class LexicalWriter:
    """Writes the lexical index. The ledger's Writer owns it, and with it the lock of the archive."""

    def __init__(self, data: Path, ledger: str) -> None:
        """`ledger` is the identity of the ledger whose passages these are."""
        self._folder = data / LEXICAL_FOLDER
        self._ledger = ledger
        self._index: tantivy.Index | None = None
        self._writer: tantivy.IndexWriter | None = None
        self._pending = 0

    def open(self, sequence: int, passages: int, last: int) -> bool:
        """Opens the index that stands at the ledger's `sequence`, holding its `passages` up to id
        `last`; False when it must be rebuilt because it is missing, damaged or of another state.

        A killed writer leaves documents that the ledger never got; they are deleted here.
        """
        if read_state(self._folder.parent) not in (self._state(sequence), self._state(sequence + 1)):
            return False
        try:
            index = open_index(self._folder)
            self._use(index)
            if _last_id(index) > last:
                self._drop_above(last)
                index.reload()
            if index.searcher().num_docs != passages:
                self.close()
                return False
        except (ValueError, OSError) as error:
            self.close()
            trouble = disk_error(error, self._folder)
            if trouble is not None:
                raise trouble from error
            return False
        with self._writing():
            self._write_state(self._folder, sequence)
        return True

    def start_over(self) -> None:
        """Begins an empty index beside the present one, which goes on answering until `take_over`."""
        self.close()
        fresh = self._folder.with_name(LEXICAL_FOLDER + ".tmp")
        with self._writing():
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(parents=True)
            self._use(_create_index(fresh))

    def take_over(self, sequence: int) -> None:
        """Commits what was added since `start_over` and puts it in the place of the present index."""
        with self._writing():
            self._open_writer().commit()
            self.close()
            fresh = self._folder.with_name(LEXICAL_FOLDER + ".tmp")
            old = _aside(self._folder)
            self._write_state(fresh, sequence)
            if self._folder.exists():
                shutil.rmtree(old, ignore_errors=True)
                self._folder.rename(old)
            fresh.rename(self._folder)
            sync_folder(self._folder.parent)
            shutil.rmtree(old, ignore_errors=True)
            self._use(open_index(self._folder))

    def add(self, passage: int, title: str, text: str) -> None:
        import tantivy

        document = tantivy.Document()
        document.add_unsigned("id", passage)
        document.add_text("title", fold(title))
        document.add_text("text", fold(text))
        with self._writing():
            self._open_writer().add_document(document)
        self._pending += 1

    def commit(self, sequence: int) -> None:
        """Makes what was added findable, and durable, as of the ledger's `sequence`."""
        with self._writing():
            if self._pending:
                self._open_writer().commit()
                self._pending = 0
            self._write_state(self._folder, sequence)

    def rollback(self) -> None:
        """Forgets what was added since the last commit. A writer that can't any more is to be opened anew."""
        if self._pending:
            with contextlib.suppress(ValueError, OSError):
                self._open_writer().rollback()
            self._pending = 0

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """LedgerError for what tantivy or the disk refuses: no article could come in."""
        try:
            yield
        except (ValueError, OSError) as error:
            raise disk_error(error, self._folder) or LedgerError(
                f"The word index {self._folder} can't be written ({error}): run `dateline ingest` again, "
                "which rebuilds it if it must. What was committed stays."
            ) from error

    def _drop_above(self, passage: int) -> None:
        import tantivy

        index, writer = self._index, self._open_writer()
        assert index is not None
        above = tantivy.Query.range_query(
            index.schema, "id", tantivy.FieldType.Unsigned, lower_bound=passage, include_lower=False
        )
        writer.delete_documents_by_query(above)
        writer.commit()

    def close(self) -> None:
        """Waits until merges in the background are done. What wasn't committed is lost."""
        if self._writer is not None:
            # A writer whose disk is full is of no more use; what it committed stands.
            with contextlib.suppress(ValueError, OSError):
                self._writer.wait_merging_threads()
        self._writer = self._index = None
        self._pending = 0

    def _use(self, index: tantivy.Index) -> None:
        self._index = index
        self._writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)

    def _open_writer(self) -> tantivy.IndexWriter:
        if self._writer is None:
            raise SearchIndexError("The word index is not open for writing.")
        return self._writer

    def _write_state(self, folder: Path, sequence: int) -> None:
        # Not worth a wait for the disk: an index whose state is lost is rebuilt.
        replace_text(folder / "STATE", json.dumps(self._state(sequence)), durable=False)

    def _state(self, sequence: int) -> dict[str, int | str]:
        return {"schema": SCHEMA, "ledger": self._ledger, "sequence": sequence}


def read_state(data: Path) -> dict[str, Any]:
    """What the word index was made for: `schema`, `ledger`, `sequence`; empty where that can't be read."""
    try:
        found = json.loads((data / LEXICAL_FOLDER / "STATE").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _aside(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.old")


def open_index(folder: Path) -> tantivy.Index:
    """ValueError or OSError when there is none that can be read."""
    import tantivy

    if not tantivy.Index.exists(str(folder)):
        raise FileNotFoundError(f"there is no index in {folder}")
    index = tantivy.Index.open(str(folder))
    return _with_analyzer(index)


def _last_id(index: tantivy.Index) -> int:
    import tantivy

    hits = index.searcher().search(tantivy.Query.all_query(), 1, order_by_field="id").hits
    return int(hits[0][0]) if hits else 0


def _create_index(folder: Path) -> tantivy.Index:
    import tantivy

    schema = tantivy.SchemaBuilder()
    schema.add_unsigned_field("id", indexed=True, fast=True)
    schema.add_text_field("title", tokenizer_name="dateline")
    schema.add_text_field("text", tokenizer_name="dateline")
    return _with_analyzer(tantivy.Index(schema.build(), path=str(folder)))


def _with_analyzer(index: tantivy.Index) -> tantivy.Index:
    index.register_tokenizer("dateline", analyzer())
    index.config_reader("manual")  # reloaded by `Lexical._fresh`, at the very query
    return index
