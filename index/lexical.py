"""Finding passages by their words: tantivy, BM25, in `<data>/lexical`.

Each word stands here twice: as it is written, folded, and as the bases that it may be a form of
(`index.stems`). Only ids are kept here; text and offsets come from the ledger.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import threading
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import LedgerError, SearchIndexError
from index.files import disk_error, replace_text, sync_folder
from index.lexical_damage import NOTE, PanicError, damaged_file, leave_note, panics
from index.lexical_mirror import mirror_of
from index.lexical_query import Term, any_of, best, clauses_for, restricted, sifted
from index.stems import analysis_of, is_turkic
from index.text import fold

if TYPE_CHECKING:
    import tantivy

__all__ = ["LEXICAL_FOLDER", "Lexical", "LexicalWriter", "Term"]

LEXICAL_FOLDER = "lexical"
SCHEMA = 3
"""Raised when fields or analysis change, so that the next writer rebuilds."""
_HEAP_BYTES = 64_000_000
_REMEMBERED = 16
"""Questions, for those that are asked at the same time."""


class Lexical:
    """Reads the lexical index; each search sees the last commit, of whichever process."""

    def __init__(self, data: Path) -> None:
        self._folder = data / LEXICAL_FOLDER
        self._lock = threading.Lock()
        self._stamp = (0, 0, 0, 0)  # inodes of folder and meta.json, its time and size
        self._index: tantivy.Index | None = None
        self._turkic = False
        """Whether it holds anything in Turkish or Azerbaijani."""
        self._made: dict[tuple[Term, ...], list[tantivy.Query]] = {}
        """What the last questions came to, of the index as it is open."""

    def search(
        self, terms: Sequence[Term], limit: int, allowed: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """`(passage id, BM25 score)`, best first, at most `limit`; of the allowed passages only.

        May name passages that the ledger doesn't hold (yet); whoever hydrates drops them.
        SearchIndexError when the index is missing or damaged.
        """
        index = self._fresh()
        if not terms or (allowed is not None and not allowed):
            return []
        try:
            with panics():
                return self._search(index, terms, limit, allowed)
        except (ValueError, OSError) as error:
            raise self._damaged(error) from error

    def _search(
        self, index: tantivy.Index, terms: Sequence[Term], limit: int, allowed: Collection[int] | None
    ) -> list[tuple[int, float]]:
        searcher = index.searcher()
        clauses = self._clauses(index, searcher, tuple(terms))
        if not clauses:
            return []
        if allowed is None:
            return best(searcher, any_of(clauses), limit)
        found = sifted(searcher, any_of(clauses), limit, allowed)
        if found is not None:
            return found
        among = best(searcher, restricted(index, searcher, clauses, allowed), limit)
        return [(id_, score) for id_, score in among if score > 0]

    def _clauses(
        self, index: tantivy.Index, searcher: tantivy.Searcher, terms: tuple[Term, ...]
    ) -> list[tantivy.Query]:
        """Made once of a question, which is asked at least twice: for the best, and for what others score."""
        made = self._made
        found = made.get(terms)
        if found is None:
            found = clauses_for(index, searcher, terms, turkic=self._turkic)
            if len(made) >= _REMEMBERED:
                made.clear()
            made[terms] = found
        return found

    def scores(self, terms: Sequence[Term], ids: Collection[int]) -> dict[int, float]:
        """BM25 scores of these passages; those in which no term is are left out."""
        return dict(self.search(terms, max(1, len(ids)), allowed=ids))

    def frequencies(self, tokens: Collection[str]) -> tuple[int, dict[str, int]]:
        """How many passages there are, and how many have each token in their text.

        SearchIndexError when the index is missing or damaged.
        """
        try:
            with panics():
                searcher = self._fresh().searcher()
                return searcher.num_docs, {token: searcher.doc_freq("text", token) for token in tokens}
        except (ValueError, OSError) as error:
            raise self._damaged(error) from error

    def _fresh(self) -> tantivy.Index:
        meta = self._folder / "meta.json"
        with self._lock:
            try:
                folder, file = self._folder.stat(), meta.stat()
                stamp = (folder.st_ino, file.st_ino, file.st_mtime_ns, file.st_size)
                is_older = self._index is not None and self._stamp != stamp and self._stamp[0] == stamp[0]
                if self._index is not None and is_older and _may_write(self._folder):
                    self._index.reload()
                elif self._index is None or self._stamp != stamp:
                    self._index = open_index(self._folder)
                if self._stamp != stamp:
                    self._turkic = _holds_turkic(self._index)
                    self._made = {}
                self._stamp = stamp
            except (ValueError, OSError) as error:
                # The writer is exchanging the folder, or was killed at it: what is open still answers, or
                # what it has moved aside.
                self._stamp = (0, 0, 0, 0)
                if isinstance(error, PanicError):
                    self._index = None
                    raise self._damaged(error) from error
                if self._index is None:
                    self._index = self._moved_aside(error)
                    self._turkic = _holds_turkic(self._index)
                    self._made = {}
            return self._index

    def _moved_aside(self, error: Exception) -> tantivy.Index:
        try:
            return open_index(_aside(self._folder))
        except (ValueError, OSError):
            raise self._damaged(error) from error

    def check(self) -> None:
        """SearchIndexError where a file isn't as it was written. Reads the whole index."""
        name = damaged_file(self._folder)
        if name is not None:
            raise self._damaged(ValueError(f"{name} is not as it was written"))

    def _damaged(self, error: Exception) -> SearchIndexError:
        leave_note(self._folder)
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
        if (self._folder / NOTE).exists():
            return False
        try:
            with panics():
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

    def add(self, title: str, texts: Sequence[tuple[int, str]], language: str | None = None) -> None:
        """Passages of one article, each as `(id, text)`. `language` is the article's (ISO 639-1); None where
        it isn't known."""
        folded_title = fold(title)
        with self._writing():
            into = self._open_writer()
            for (passage, text), folded in zip(texts, _folded([text for _, text in texts]), strict=True):
                turkic = is_turkic(language, text)
                into.add_document(_document(passage, folded_title, folded, turkic=turkic))
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
            with panics():
                yield
        except (ValueError, OSError) as error:
            leave_note(self._folder)
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


def _may_write(folder: Path) -> bool:
    return os.access(folder, os.W_OK)


def open_index(folder: Path) -> tantivy.Index:
    """ValueError or OSError when there is none that can be read."""
    import tantivy

    if not tantivy.Index.exists(str(folder)):
        raise FileNotFoundError(f"there is no index in {folder}")
    index = tantivy.Index.open(str(folder if _may_write(folder) else mirror_of(folder)))
    try:
        tantivy.Query.term_query(index.schema, "turkic", 1)
    except ValueError:
        raise ValueError("it is from an older Dateline") from None
    return _with_analyzers(index)


def _holds_turkic(index: tantivy.Index) -> bool:
    import tantivy

    query = tantivy.Query.term_query(index.schema, "turkic", 1)
    with panics():
        return bool(index.searcher().search(query, 1, count=False).hits)


def _folded(texts: Sequence[str]) -> list[str]:
    """Folded at once, which takes half as long as one by one."""
    folded = fold("\0".join(texts)).split("\0")
    return folded if len(folded) == len(texts) else [fold(text) for text in texts]


def _document(passage: int, title: str, text: str, *, turkic: bool) -> tantivy.Document:
    """`title` and `text` are folded."""
    import tantivy

    document = tantivy.Document()
    document.add_unsigned("id", passage)
    if turkic:
        document.add_unsigned("turkic", 1)
    for field, value in (("title", title), ("text", text)):
        if value.isascii() and not turkic:
            document.add_text(field, value)  # tantivy comes to the same tokens, beside this thread
        else:
            _add_tokens(document, field, analysis_of(turkic=turkic)(value))
    document.add_text("words", f"{title} {text}")
    return document


def _add_tokens(document: tantivy.Document, field: str, tokens: Sequence[tuple[str, ...]]) -> None:
    """The tokens of each word, all at its place."""
    import tantivy

    placed = [tantivy.Token(token, at, 0, 0) for at, of_word in enumerate(tokens) for token in of_word]
    document.add_pre_tokenized_text(field, tantivy.PreTokenizedString("", placed))


def _last_id(index: tantivy.Index) -> int:
    import tantivy

    hits = index.searcher().search(tantivy.Query.all_query(), 1, order_by_field="id").hits
    return int(hits[0][0]) if hits else 0


def _create_index(folder: Path) -> tantivy.Index:
    import tantivy

    schema = tantivy.SchemaBuilder()
    schema.add_unsigned_field("id", indexed=True, fast=True)
    schema.add_unsigned_field("turkic", indexed=True)
    for field in ("title", "text"):
        schema.add_text_field(field, tokenizer_name="stems")
    schema.add_text_field("words", tokenizer_name="words", index_option="freq")
    return _with_analyzers(tantivy.Index(schema.build(), path=str(folder)))


def _with_analyzers(index: tantivy.Index) -> tantivy.Index:
    import tantivy

    simple, english = tantivy.Tokenizer.simple(), tantivy.Filter.stemmer("english")
    index.register_tokenizer("stems", tantivy.TextAnalyzerBuilder(simple).filter(english).build())
    index.register_tokenizer("words", tantivy.TextAnalyzerBuilder(simple).build())
    index.config_reader("manual")  # reloaded by `Lexical._fresh`, at the very query
    return index
