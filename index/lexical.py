"""Finding passages by their words: tantivy, BM25, in `<data>/lexical`.

Passages are folded (`index.text`) and stemmed as English and as Russian, each of which leaves the
other's script alone. Only ids are kept here; text and offsets come from the ledger.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import SearchIndexError
from index.files import replace_text, sync_folder
from index.text import fold

if TYPE_CHECKING:
    import tantivy

LEXICAL_FOLDER = "lexical"
SCHEMA = 1
"""Raised when fields or analysis change, so that the next writer rebuilds."""
TITLE_WEIGHT = 0.5
RELATED_WEIGHT = 0.5
_HEAP_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for: a word, and the other names under which it may appear."""

    word: str
    related: tuple[str, ...] = ()
    """Words or phrases; they count for less than the asker's own word."""


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
        query = _query(index, terms)
        if query is None or (allowed is not None and not allowed):
            return []
        if allowed is not None:
            query = _restricted(index, query, allowed)
        try:
            searcher = index.searcher()
            hits = searcher.search(query, limit, count=False).hits
            ids = searcher.fast_field_values("id", [address for _, address in hits])
        except (ValueError, OSError) as error:
            raise self._damaged(error) from error
        return [(int(id), float(score)) for id, (score, _) in zip(ids, hits, strict=True) if id is not None]  # noqa: A001

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
                if self._index is None:
                    raise self._damaged(error) from error
                # The writer is exchanging the folder this instant; what is open still answers.
                self._stamp = (0, 0, 0, 0)
            return self._index

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
        try:
            state = json.loads((self._folder / "STATE").read_text(encoding="utf-8"))
            if state not in (self._state(sequence), self._state(sequence + 1)):
                return False
            index = open_index(self._folder)
            self._use(index)
            if _last_id(index) > last:
                self._drop_above(last)
                index.reload()
            if index.searcher().num_docs != passages:
                self.close()
                return False
        except (ValueError, OSError, KeyError, TypeError):
            self.close()
            return False
        self._write_state(self._folder, sequence)
        return True

    def start_over(self) -> None:
        """Begins an empty index beside the present one, which goes on answering until `take_over`."""
        self.close()
        fresh = self._folder.with_name(LEXICAL_FOLDER + ".tmp")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        self._use(_create_index(fresh))

    def take_over(self, sequence: int) -> None:
        """Commits what was added since `start_over` and puts it in the place of the present index."""
        self.close(commit=True)
        fresh = self._folder.with_name(LEXICAL_FOLDER + ".tmp")
        old = self._folder.with_name(LEXICAL_FOLDER + ".old")
        self._write_state(fresh, sequence)
        shutil.rmtree(old, ignore_errors=True)
        if self._folder.exists():
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
        self._open_writer().add_document(document)
        self._pending += 1

    def commit(self, sequence: int) -> None:
        """Makes what was added findable, and durable, as of the ledger's `sequence`."""
        if self._pending:
            self._open_writer().commit()
            self._pending = 0
        self._write_state(self._folder, sequence)

    def rollback(self) -> None:
        """Forgets what was added since the last commit."""
        if self._pending:
            self._open_writer().rollback()
            self._pending = 0

    def _drop_above(self, passage: int) -> None:
        import tantivy

        index, writer = self._index, self._open_writer()
        assert index is not None
        above = tantivy.Query.range_query(
            index.schema, "id", tantivy.FieldType.Unsigned, lower_bound=passage, include_lower=False
        )
        writer.delete_documents_by_query(above)
        writer.commit()

    def close(self, *, commit: bool = False) -> None:
        if self._writer is not None:
            if commit:
                self._writer.commit()
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
    index.register_tokenizer("dateline", _analyzer())
    index.config_reader("manual")  # reloaded by `Lexical._fresh`, at the very query
    return index


def _analyzer() -> tantivy.TextAnalyzer:
    import tantivy

    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    builder = builder.filter(tantivy.Filter.stemmer("english")).filter(tantivy.Filter.stemmer("russian"))
    return builder.build()


def _query(index: tantivy.Index, terms: Sequence[Term]) -> tantivy.Query | None:
    """Any of the terms; each counts once, under whichever of its names scores best."""
    import tantivy

    analyzer = _analyzer()
    clauses = []
    for term in terms:
        names = [(term.word, 1.0), *((name, RELATED_WEIGHT) for name in term.related)]
        options = [
            tantivy.Query.boost_query(_named(index, tokens), weight)
            for name, weight in names
            if (tokens := analyzer.analyze(fold(name)))
        ]
        if options:
            clauses.append((tantivy.Occur.Should, tantivy.Query.disjunction_max_query(options)))
    return tantivy.Query.boolean_query(clauses) if clauses else None


def _named(index: tantivy.Index, tokens: list[str]) -> tantivy.Query:
    import tantivy

    def within(field: str) -> tantivy.Query:
        if len(tokens) == 1:
            return tantivy.Query.term_query(index.schema, field, tokens[0])
        return tantivy.Query.phrase_query(index.schema, field, list(tokens))

    title = tantivy.Query.boost_query(within("title"), TITLE_WEIGHT)
    return tantivy.Query.boolean_query(
        [(tantivy.Occur.Should, within("text")), (tantivy.Occur.Should, title)]
    )


def _restricted(index: tantivy.Index, query: tantivy.Query, ids: Collection[int]) -> tantivy.Query:
    import tantivy

    among = tantivy.Query.term_set_query(index.schema, "id", list(ids))
    unscored = tantivy.Query.const_score_query(among, 0.0)
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, unscored)])
