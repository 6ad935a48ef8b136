"""Query to Hits: words and meaning, fused; one version an article, one copy a story."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Self, TypeVar, overload

from index.article import Hit, Window
from index.config import IndexConfig
from index.errors import DatelineError
from index.fuse import Candidate, collapse, fuse
from index.ledger import Ledger
from index.lexical import Lexical
from index.query import Query

if TYPE_CHECKING:
    from index.dense import Dense
    from index.embedder import Embedder

T = TypeVar("T")
_DEPTH = 100
"""Passages asked of each search at first; twice, four times … as many when too few are left of them."""
_DEEPEST = 1_600
_LOOKS = 3
"""At an archive that changes while it is looked at."""


@dataclass(frozen=True, slots=True)
class Hits(Sequence[Hit]):
    """Hits, best first, and what they were looked for in."""

    hits: tuple[Hit, ...]
    degraded: str | None = None
    """Why the search did less than it should, in a sentence; None when it did all."""
    window: Window = field(default_factory=Window)
    as_of: date | None = None

    def __len__(self) -> int:
        return len(self.hits)

    @overload
    def __getitem__(self, at: int) -> Hit: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, at: int | slice) -> Hit | tuple[Hit, ...]:
        return self.hits[at]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)


class Index:
    """The archive, to be searched. Sees what other processes commit; may be used by many threads."""

    def __init__(self, config: IndexConfig, ledger: Ledger) -> None:
        self.config = config
        self.ledger = ledger
        self._lexical = Lexical(config.data)
        self._lock = threading.Lock()
        self._embedder: Embedder | None = None
        self._dense: Dense | None = None
        self._allowed = lru_cache(maxsize=8)(self._ask_allowed)

    @classmethod
    def open(cls, config: IndexConfig) -> Self:
        """Cheap: models and Chroma are loaded by the first search. LedgerError when there is no archive."""
        if config.chroma_url:
            raise DatelineError(
                f"CHROMA_URL is set ({config.chroma_url}), and this release reads its embedded index only: "
                "unset CHROMA_URL."
            )
        return cls(config, Ledger(config.data))

    @property
    def embedder(self) -> Embedder:
        """Loaded when first asked for. ModelError when it can't be."""
        from index.embedder import load_embedder

        with self._lock:
            if self._embedder is None:
                self._embedder = load_embedder(self.config)
            return self._embedder

    def warm(self) -> None:
        """Loads what the first search would load, so that it answers like the others."""
        self.search(Query("dateline"), limit=1)

    def search(self, query: Query, limit: int = 10) -> Hits:
        """At most `limit` passages, best first: at most two an article, one copy of a story.

        When words or meaning can't be searched the other answers alone, and `degraded` says why.
        LedgerError when the ledger can't be read.
        """
        allowed = self._allowed(self.ledger.state(), query.window, query.as_of, query.publishers)
        if allowed is not None and not allowed:
            return Hits((), None, query.window, query.as_of)
        search = _Search(self, query, allowed)
        depth = _DEPTH
        chosen = collapse(search.candidates(depth), limit)
        while len(chosen) < limit and search.has_more and depth < _DEEPEST:
            depth *= 2
            chosen = collapse(search.candidates(depth), limit)
        return Hits(self._hydrate(chosen, query), search.degraded, query.window, query.as_of)

    def _ask_allowed(
        self, state: tuple[str, int], window: Window, as_of: date | None, publishers: tuple[str, ...]
    ) -> frozenset[int] | None:
        """`state` is only the cache's key: the same question of an unchanged ledger is asked once."""
        allowed = self.ledger.allowed(window, as_of, publishers)
        return None if allowed is None else frozenset(allowed)

    def dense(self) -> Dense:
        """ModelError or SearchIndexError when nothing can be found by meaning."""
        from index.dense import Dense
        from index.vectors import Vectors

        embedder = self.embedder
        with self._lock:
            if self._dense is None:
                vectors = Vectors(self.config.data, embedder.identity, embedder.dim)
                self._dense = Dense(self.ledger, vectors)
            return self._dense

    def _hydrate(self, chosen: Sequence[Candidate], query: Query) -> tuple[Hit, ...]:
        versions = self.ledger.versions_by_id({c.place.version for c in chosen})
        articles = self.ledger.articles({c.place.article for c in chosen})
        hits = []
        for candidate in chosen:
            place = candidate.place
            version, article = versions.get(place.version), articles.get(place.article)
            if version is None or article is None:
                continue  # deleted since it was found
            hits.append(
                Hit(
                    passage=place.passage,
                    article=place.article,
                    version=place.version,
                    start=place.start,
                    end=place.end,
                    text=version.text[place.start : place.end],
                    title=version.title,
                    publisher=version.publisher,
                    author=version.author,
                    language=version.language,
                    published=version.published,
                    url=article.url,
                    origin=article.origin,
                    score=candidate.score,
                    dense=candidate.dense,
                    lexical=candidate.lexical,
                    story=article.story,
                    outlets=self.ledger.outlets(place.article, query.as_of),
                )
            )
        return tuple(hits)

    def close(self) -> None:
        if self._dense is not None:
            self._dense.close()
        self.ledger.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Search:
    """One query's way through both indexes."""

    def __init__(self, index: Index, query: Query, allowed: frozenset[int] | None) -> None:
        self._index = index
        self._allowed = allowed
        self._terms = query.terms()
        self._remarks: dict[str, str] = {}
        self.has_more = False
        """Whether an index may know more than it was asked for."""
        self._dense = self._attempt("meaning", index.dense, None)
        self._vector = None
        if self._dense is not None:
            vectors = self._attempt("meaning", lambda: index.embedder.encode([query.text], "query"), None)
            self._vector = None if vectors is None else vectors[0]

    @property
    def degraded(self) -> str | None:
        remarks = dict(self._remarks)
        if self._dense is not None and self._dense.degraded:
            remarks.setdefault("base", self._dense.degraded)
        return " ".join(remarks.values()) or None

    def candidates(self, depth: int) -> list[Candidate]:
        """What the top `depth` of either index may be read as, with both scores, fused."""
        ledger = self._index.ledger
        for _ in range(_LOOKS):
            sequence = ledger.sequence()
            lexical = dict(self._by_words(depth))
            dense = dict(self._by_meaning(depth))
            places = ledger.places(lexical.keys() | dense.keys())
            # An article whose new version was committed in between would be found as neither of the two.
            if all(place.current for place in places) or ledger.sequence() == sequence:
                break
        self.has_more = depth in (len(lexical), len(dense))
        if self._allowed is None:
            places = [place for place in places if place.current]
        ids = {place.passage for place in places}
        lexical |= self._scored_by_words(ids - lexical.keys())
        dense |= self._scored_by_meaning(ids - dense.keys())
        return fuse(places, lexical, dense)

    def _by_words(self, depth: int) -> list[tuple[int, float]]:
        lexical = self._index._lexical
        return self._attempt("words", lambda: lexical.search(self._terms, depth, self._allowed), [])

    def _by_meaning(self, depth: int) -> list[tuple[int, float]]:
        dense, vector = self._dense, self._vector
        if dense is None or vector is None:
            return []
        return self._attempt("meaning", lambda: dense.search(vector, depth, self._allowed), [])

    def _scored_by_words(self, ids: set[int]) -> dict[int, float]:
        lexical, nothing = self._index._lexical, dict[int, float]()
        return self._attempt("words", lambda: lexical.scores(self._terms, ids), nothing) if ids else nothing

    def _scored_by_meaning(self, ids: set[int]) -> dict[int, float]:
        dense, vector, nothing = self._dense, self._vector, dict[int, float]()
        if dense is None or vector is None or not ids:
            return nothing
        return self._attempt("meaning", lambda: dense.scores(vector, ids), nothing)

    def _attempt(self, what: str, search: Callable[[], T], otherwise: T) -> T:
        try:
            return search()
        except DatelineError as error:
            self._remarks[what] = f"Searched without {what}: {error}"
            return otherwise
