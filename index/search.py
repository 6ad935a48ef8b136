"""Query to Hits: words and meaning, fused; one version an article, one copy a story."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Self, TypeVar, overload

from index.allowed import Allowed
from index.article import Hit, Version, Window
from index.config import IndexConfig
from index.errors import DatelineError
from index.known import Knowing, Known
from index.ledger import Ledger, Place
from index.ledger.catalogue import Catalogue
from index.lexical import Lexical
from index.live import check_model, live_model
from index.narrow import Narrow
from index.query import KINDS, Query, Understood
from index.rank import (
    READ_AGAIN,
    WEIGHT,
    Candidate,
    Readings,
    Reranker,
    Text,
    Wanted,
    When,
    collapse,
    join,
    promising,
    rank,
    rarity,
    reranked,
    tokens_of,
)
from index.stems import asked
from index.text import fold

if TYPE_CHECKING:
    from index.dense import Dense
    from index.dense.server import ServerDense
    from index.embedder import Embedder, Floats

T = TypeVar("T")
_DEPTH = 100
"""Passages asked of each search at first; twice, four times … as many when too few are left of them."""
_DEEPEST = 1_600
_LOOKS = 3
"""At an archive that changes while it is looked at."""
_AHEAD = 24, 24
"""Passages read while others are looked for by meaning, the best by words; and while the last are scored by
words, the best of all. More would often be read in vain (docs/decisions.md)."""


@dataclass(frozen=True, slots=True)
class Hits(Sequence[Hit]):
    """Hits, best first, and what they were looked for in."""

    hits: tuple[Hit, ...]
    degraded: str | None = None
    """Why the search did less than it should, in a sentence; None when it did all."""
    window: Window = field(default_factory=Window)
    as_of: date | None = None
    understood: tuple[Understood, ...] = ()
    """What was read out of the question's words, and used."""
    taken_back: tuple[Understood, ...] = ()
    """What was read out of them too, but left nothing to be found: so it was looked for without."""

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
        self.reranker = Reranker(config.reranker) if config.reranker else None
        self._lock = threading.Lock()
        self._embedder: Embedder | None = None
        self._dense: Dense | ServerDense | None = None
        live = live_model(ledger)
        self._model = live.identity if live else None
        self._catalogue = Catalogue(ledger)
        self.workers = ThreadPoolExecutor(4, thread_name_prefix="question")
        self._knowing = Knowing(ledger)
        self._allowed = lru_cache(maxsize=8)(self._ask_allowed)

    @classmethod
    def open(cls, config: IndexConfig) -> Self:
        """Cheap: models and Chroma are loaded by the first search. LedgerError when there is no archive."""
        return cls(config, Ledger(config.data))

    @property
    def embedder(self) -> Embedder:
        """Loaded when first asked for. ModelError when it can't be; IndexMismatchError when the archive is in
        use with another model."""
        from index.embedder import load_embedder

        with self._lock:
            if self._embedder is None:
                check_model(self.ledger, self.config)
                self._embedder = load_embedder(self.config)
            return self._embedder

    def _follow_model(self) -> None:
        """What `dateline reindex` has put in use since we looked is used from now on."""
        live = live_model(self.ledger)
        if live is None or live.identity == self._model:
            return
        left: Dense | ServerDense | None = None
        with self._lock:
            if self._model not in (None, live.identity):
                self.config = live.put_in(self.config)
                left, self._dense, self._embedder = self._dense, None, None
            self._model = live.identity
        if left is not None:
            left.close()

    def by_meaning(self) -> tuple[Dense | ServerDense, Embedder]:
        """`dense()` and the embedder of its vectors, which a reindex exchanges together."""
        while True:
            embedder, dense = self.embedder, self.dense()
            if embedder is self._embedder and dense is self._dense:
                return dense, embedder

    def known(self) -> Known:
        """What `index.query.parse` reads questions with. DatelineError where a user's table is wrong."""
        return self._knowing.now()

    def rarities(self, words: Sequence[str]) -> tuple[int, dict[str, float]]:
        """How many passages there are, and how rare each word is in them: 0 when all have it, 1 when none.
        SearchIndexError when there is no word index, or it is damaged."""
        ways = {word: [tokens for way in asked(fold(word), turkic=True) for tokens in way] for word in words}
        every = {token for some in ways.values() for tokens in some for token in tokens}
        count, found = self._lexical.frequencies(every)
        rarest = rarity(count, 0)
        return count, {
            word: min((rarity(count, max(found[t] for t in each)) for each in some), default=rarest) / rarest
            for word, some in ways.items()
        }

    def warm(self) -> None:
        """Loads what the first search would load, so that it answers like the others."""
        self.search(Query("dateline"), limit=1)
        if self._dense is not None and hasattr(self._dense, "warm"):  # a server has nothing to read
            self._dense.warm()
        self._catalogue.allowed(Narrow(as_of=date.today()))

    def search(self, query: Query, limit: int = 10) -> Hits:
        """At most `limit` passages, best first: at most two an article, one copy of a story.

        Where what was understood of the question leaves none, it is looked for without, and `taken_back` says
        so. When words or meaning can't be searched the other answers alone, and `degraded` says why.
        LedgerError when the ledger can't be read.
        """
        self._follow_model()
        found = self._find(query, limit)
        if not found.hits and query.narrows:
            for kinds in [*({kind} for kind in KINDS if kind in query.narrows), query.narrows]:
                wider = self._find(query.without(kinds), limit)
                if wider.hits:
                    return replace(
                        wider, taken_back=tuple(each for each in query.understood if each.kind in kinds)
                    )
        return found

    def _find(self, query: Query, limit: int) -> Hits:
        allowed = self._allowed(self.ledger.state(), query.narrow)
        if allowed is not None and not allowed:
            return Hits((), None, query.window, query.as_of, query.understood)
        search = _Search(self, query, allowed)
        depth = _DEPTH
        chosen = collapse(search.candidates(depth), limit)
        while len(chosen) < limit and search.has_more and depth < _DEEPEST:
            depth *= 2
            chosen = collapse(search.candidates(depth), limit)
        hits = self._hydrate(chosen, query, search.read_versions({c.place.version for c in chosen}))
        return Hits(hits, search.degraded, query.window, query.as_of, query.understood)

    def count_allowed(self, query: Query) -> int | None:
        """How many passages the question may be answered from, as it is narrowed; None for all."""
        allowed = self._allowed(self.ledger.state(), query.narrow)
        return None if allowed is None else len(allowed)

    def _ask_allowed(self, state: tuple[str, int], narrow: Narrow) -> Allowed | None:
        """`state` is only the cache's key: the same question of an unchanged ledger is asked once."""
        return self._catalogue.allowed(narrow)

    def dense(self) -> Dense | ServerDense:
        """ModelError or SearchIndexError when nothing can be found by meaning."""
        from index.dense import Dense
        from index.vectors import Vectors

        while True:
            embedder = self.embedder
            with self._lock:
                if embedder is not self._embedder:
                    continue  # exchanged in between
                if self._dense is None and self.config.has_server:
                    from index.dense.server import ServerDense

                    self._dense = ServerDense(self.ledger, embedder.identity, embedder.dim, self.config)
                elif self._dense is None:
                    vectors = Vectors(self.config.data, embedder.identity, embedder.dim)
                    self._dense = Dense(self.ledger, vectors)
                return self._dense

    def _hydrate(
        self, chosen: Sequence[Candidate], query: Query, versions: Mapping[str, Version]
    ) -> tuple[Hit, ...]:
        ids = {c.place.article for c in chosen}
        articles, outlets = self.ledger.articles(ids), self.ledger.outlets_of(ids, query.as_of)
        hits = []
        for candidate in join(chosen, {id_: version.text for id_, version in versions.items()}):
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
                    outlets=outlets.get(place.article, ()),
                    signals=candidate.signals,
                )
            )
        return tuple(hits)

    def close(self) -> None:
        self.workers.shutdown()
        if self._dense is not None:
            self._dense.close()
        self.ledger.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Search:
    """One query's way through both indexes."""

    def __init__(self, index: Index, query: Query, allowed: Allowed | None) -> None:
        self._index = index
        self._query = query
        self._allowed = allowed
        self._remarks: dict[str, str] = {}
        self._versions: dict[str, Version] = {}
        self.has_more = False
        """Whether an index may know more than it was asked for."""
        pair = self._attempt("meaning", index.by_meaning, None)
        self._dense = pair[0] if pair else None
        # While it is embedded and looked for by meaning on one core, words are searched on another.
        self._encoding = index.workers.submit(pair[1].encode, [query.text], "query") if pair else None
        self._terms = query.terms()
        self._readings: Readings | None = None

    def _vector(self) -> Floats | None:
        vectors = self._attempt("meaning", self._encoding.result, None) if self._encoding else None
        return None if vectors is None else vectors[0]

    @property
    def degraded(self) -> str | None:
        remarks = dict(self._remarks)
        if self._dense is not None and self._dense.degraded:
            remarks.setdefault("base", self._dense.degraded)
        return " ".join(remarks.values()) or None

    def candidates(self, depth: int) -> list[Candidate]:
        """What the top `depth` of either index may be read as, with both scores, fused."""
        ledger, submit = self._index.ledger, self._index.workers.submit
        for _ in range(_LOOKS):
            sequence = ledger.sequence()
            by_meaning = submit(self._by_meaning, depth)
            lexical = dict(self._by_words(depth))
            places = ledger.places(lexical)
            fitting = sorted(places, key=lambda place: -lexical[place.passage])
            self._read().ahead(fitting[: _AHEAD[0]], by_meaning.done)
            dense = dict(by_meaning.result())
            others = dense.keys() - lexical.keys()
            scored = submit(self._scored_by_words, others)
            places = sorted([*places, *ledger.places(others)], key=attrgetter("passage"))
            if ledger.sequence() == sequence:
                break
            # An article whose new version was committed in between would be found as neither, or as both.
            places = ledger.places(lexical.keys() | dense.keys())
            if all(place.current for place in places):
                break
        self.has_more = depth in (len(lexical), len(dense))
        if self._allowed is None:
            places = [place for place in places if place.current]
        dense |= self._scored_by_meaning({place.passage for place in places} - dense.keys())
        self._read().ahead(promising(places, lexical, dense, _AHEAD[1]), scored.done)
        lexical |= scored.result()
        when = When(self._query.moment, self._query.recent, self._query.lean)
        return self._reranked(rank(places, lexical, dense, when, self._read()))

    def _read(self) -> Readings:
        if self._readings is None:
            self._readings = Readings(self._wanted(), self._texts)
        return self._readings

    def _reranked(self, candidates: list[Candidate]) -> list[Candidate]:
        reranker = self._index.reranker
        if reranker is None or not candidates:
            return candidates
        best = candidates[:READ_AGAIN]
        texts = self._texts([c.place for c in best])
        found = [texts.get(c.place.passage, Text("", "", None)) for c in best]
        passages = [f"{text.title}\n{text.text}" for text in found]
        scores = self._attempt("reranker", lambda: reranker.scores(self._query.text, passages), None)
        return candidates if scores is None else reranked(candidates, scores, WEIGHT)

    def _wanted(self) -> Wanted:
        tokens = tokens_of(self._terms)
        nothing = 0, dict[str, int]()
        count, found = self._attempt("words", lambda: self._index._lexical.frequencies(tokens), nothing)
        rarities = {token: rarity(count, n) for token, n in found.items()}
        return Wanted(self._query.text, self._terms, rarities)

    def _texts(self, places: Sequence[Place]) -> dict[int, Text]:
        """What ranking reads of the places' passages."""
        versions = self.read_versions({place.version for place in places})
        return {
            place.passage: Text(version.title, version.text[place.start : place.end], version.language)
            for place in places
            if (version := versions.get(place.version))
        }

    def read_versions(self, ids: Set[str]) -> dict[str, Version]:
        """These versions, and those that were read before; what is gone is left out."""
        self._versions |= self._index.ledger.versions_by_id(ids - self._versions.keys())
        return self._versions

    def _by_words(self, depth: int) -> list[tuple[int, float]]:
        lexical = self._index._lexical
        return self._attempt("words", lambda: lexical.search(self._terms, depth, self._allowed), [])

    def _by_meaning(self, depth: int) -> list[tuple[int, float]]:
        dense, vector = self._dense, self._vector()
        if dense is None or vector is None:
            return []
        return self._attempt("meaning", lambda: dense.search(vector, depth, self._allowed, self._query), [])

    def _scored_by_words(self, ids: set[int]) -> dict[int, float]:
        lexical, nothing = self._index._lexical, dict[int, float]()
        return self._attempt("words", lambda: lexical.scores(self._terms, ids), nothing) if ids else nothing

    def _scored_by_meaning(self, ids: set[int]) -> dict[int, float]:
        dense, vector, nothing = self._dense, self._vector(), dict[int, float]()
        if dense is None or vector is None or not ids:
            return nothing
        return self._attempt("meaning", lambda: dense.scores(vector, ids), nothing)

    def _attempt(self, what: str, search: Callable[[], T], otherwise: T) -> T:
        try:
            return search()
        except DatelineError as error:
            self._remarks[what] = f"Searched without {what}: {error}"
            return otherwise
