"""Asking a Chroma server, and the passages that it doesn't hold yet, as one."""

from __future__ import annotations

import threading
from collections.abc import Collection as Ids
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.allowed import Allowed
from index.config import IndexConfig
from index.dense.delta import Delta
from index.dense.server.collection import Collection, collection_name
from index.dense.server.http import ChromaServer, NoPassageError
from index.dense.server.records import Where, filter_of
from index.errors import DatelineError, SearchIndexError, ServerError
from index.ledger import Ledger, stores
from index.vectors import Vectors

if TYPE_CHECKING:
    from index.query import Query

Floats = NDArray[np.float32]
_EXACT_UP_TO = 2_000
"""Allowed passages that are scored from the vectors at hand sooner than the server is asked."""
_SIFTED_FROM = 0.1
"""Share of the passages that must be allowed for them to be sifted out of the nearest of all."""
_NAMED_UP_TO = 100_000
"""Allowed passages that are named to the server; of more it is told what they have in common."""
_BESIDE = 20_000
"""Newer passages that are compared one by one, while the server doesn't hold them."""
_STEP = 5_000
_BY_WORDS = 8
"""Of so many places one is for what the server found by words, where it looks for words."""
_REST = 10.0
"""Seconds in which a server that failed isn't asked again: questions shan't wait for it each time."""


class ServerDense:
    """What `index.dense.Dense` does, on a server. Thread-safe.

    When the server can't be asked, what it holds is found by words alone, and `degraded` says so.
    """

    def __init__(self, ledger: Ledger, model: str, dim: int, config: IndexConfig) -> None:
        self._ledger = ledger
        self._server = ChromaServer(config)
        self._model, self._dim = model, dim
        self._lock = threading.RLock()
        self._collection: Collection | None = None
        self._state = ledger.state()
        self._vectors = _vectors_at_hand(config, model, dim)
        self._delta = Delta(ledger, self._vectors) if self._vectors else None
        self._superseded: tuple[tuple[str, int], frozenset[int]] = (("", -1), frozenset())
        self._floor = 0
        self._fault: str | None = None
        self._rests_until = 0.0
        self._remark: str | None = None

    @property
    def degraded(self) -> str | None:
        told = [remark for remark in (self._fault, self._remark) if remark]
        return " ".join(told) or None

    def search(
        self,
        vector: Floats,
        limit: int,
        allowed: Ids[int] | None = None,
        query: Query | None = None,
    ) -> list[tuple[int, float]]:
        """As `Dense.search`. `query` tells what the allowed ones have in common, and in which words it is
        asked."""
        if allowed is not None and len(allowed) <= _EXACT_UP_TO and self._vectors is not None:
            return _best(self.scores(vector, allowed), limit)
        if allowed is not None and not isinstance(allowed, Allowed):
            allowed = Allowed(allowed)
        collection = self._asked()
        found = self._newer(vector, limit, allowed, collection)
        if allowed is not None and query is not None and query.as_of is not None:
            found |= self._older_versions(vector, allowed)
        nearest, by_words = self._on_the_server(collection, vector, limit, allowed, query)
        found |= nearest
        by_words = {id_: cosine for id_, cosine in by_words.items() if id_ not in found}
        return _best(found, limit - len(by_words)) + list(by_words.items())

    def scores(self, vector: Floats, ids: Ids[int]) -> dict[int, float]:
        """Exact cosines of these passages; those whose vector is out of reach are left out."""
        if self._vectors is None:
            return self._scores_of_the_server(vector, ids)
        passages = list(self._ledger.passages(ids).values())
        rows, found = self._vectors.get_many([passage.vector for passage in passages])
        pairs = zip(passages, rows @ vector, found, strict=True)
        return {passage.id: float(cosine) for passage, cosine, there in pairs if there}

    def _scores_of_the_server(self, vector: Floats, ids: Ids[int]) -> dict[int, float]:
        collection = self._asked()
        try:
            held = collection.vectors(list(ids)) if collection else {}
        except (ServerError, SearchIndexError) as error:
            self._give_up(error)
            return {}
        return {id_: float(row @ vector / np.linalg.norm(row)) for id_, row in held.items()}

    # --- what the server doesn't hold ---

    def _newer(
        self, vector: Floats, limit: int, allowed: Allowed | None, collection: Collection | None
    ) -> dict[int, float]:
        """Of the passages that are embedded and not yet there."""
        with self._lock:
            upto, last = self._held_upto(collection), self._ledger.last_passage()
            waiting = last - upto
            self._remark = None
            if waiting <= 0:
                return {}
            if self._delta is None or waiting > _BESIDE:
                self._remark = (
                    f"{waiting:,} passages are not on the Chroma server yet and are found by words alone: "
                    "run `dateline ingest` or `dateline publish`."
                )
                return {}
            if not self._floor <= upto <= self._floor + _STEP:
                self._floor = upto  # the delta is read anew at each floor, so it doesn't follow each write
            return dict(self._delta.search(vector, limit, self._floor, allowed))

    def _held_upto(self, collection: Collection | None) -> int:
        found = stores.every(self._ledger)
        if collection is not None:
            place = collection.place
            return next((store.upto for store in found if store.name == place), 0)
        # Which tenant and database it is may not be known while the server is away.
        return next((store.upto for store in found if self._is_ours(store.name)), 0)

    def _is_ours(self, name: str) -> bool:
        ours = collection_name(self._ledger.identity, self._model)
        return name.startswith(self._server.address) and name.endswith(ours)

    def _older_versions(self, vector: Floats, allowed: Allowed) -> dict[int, float]:
        """As of a day an article may read as a version that the server holds no longer."""
        old = sorted(id_ for id_ in self._superseded_ones() if id_ in allowed)
        return self.scores(vector, old[-_BESIDE:]) if old and self._vectors is not None else {}

    def _superseded_ones(self) -> frozenset[int]:
        state = self._ledger.state()
        with self._lock:
            if self._superseded[0] != state:
                self._superseded = state, stores.superseded(self._ledger)
            return self._superseded[1]

    # --- the server ---

    def _asked(self) -> Collection | None:
        """The collection; None where the server can't be asked, or rests."""
        with self._lock:
            self._notice_another_ledger()
            if monotonic() < self._rests_until:
                return None
            if self._collection is not None:
                return self._collection
            collection = Collection(self._server, self._ledger.identity, self._model, self._dim)
        try:
            collection.find()
        except DatelineError as error:
            self._give_up(error)
            return None
        with self._lock:
            self._collection, self._fault = collection, None
        return collection

    def _notice_another_ledger(self) -> None:
        identity, sequence = self._ledger.state()
        if identity != self._state[0] or sequence < self._state[1]:
            self._collection = None
            if self._delta is not None:
                self._delta.forget()
        self._state = identity, sequence

    def _on_the_server(
        self,
        collection: Collection | None,
        vector: Floats,
        limit: int,
        allowed: Allowed | None,
        query: Query | None,
    ) -> tuple[dict[int, float], dict[int, float]]:
        """The nearest; and a few that are farther and hold the question's words, where the server looks for
        words."""
        if collection is None:
            return {}, {}
        try:
            found = self._nearest(collection, vector, limit, allowed, query)
        except DatelineError as error:
            self._give_up(error)
            return {}, {}
        self._fault = None
        unscored = [id_ for id_, cosine in found if cosine is None][: limit // _BY_WORDS]
        nearest = {id_: cosine for id_, cosine in found if cosine is not None}
        return nearest, self.scores(vector, unscored) if unscored else {}

    def _nearest(
        self,
        collection: Collection,
        vector: Floats,
        limit: int,
        allowed: Allowed | None,
        query: Query | None,
    ) -> list[tuple[int, float | None]]:
        """Many allowed ones are sifted out of the nearest of all; few are named; else the server narrows."""
        words = query.text if query is not None else None
        if allowed is None:
            return collection.query(vector, limit, words=words)
        most = self._server.quotas.results
        share = len(allowed) / max(1, self._ledger.last_passage())
        if share >= _SIFTED_FROM and not self._server.is_cloud:
            depth = int(2 * limit / share)
            found = [pair for pair in collection.query(vector, depth) if pair[0] in allowed][:limit]
            if len(found) == limit:
                return found
        where = self._where(query)
        if where is None or (not self._server.is_cloud and len(allowed) <= _NAMED_UP_TO):
            held = self._held(collection, allowed)
            try:
                return collection.query(vector, limit, ids=held) if held else []
            except NoPassageError:  # a run took one away, or it was lost: the next one mends that
                pass
        found = collection.query(vector, min(2 * limit, most or 2 * limit), where=where, words=words)
        return [pair for pair in found if pair[0] in allowed]

    def _held(self, collection: Collection, allowed: Allowed) -> list[int]:
        """Those that are there: a server refuses a request that names one that isn't."""
        upto, old = self._held_upto(collection), self._superseded_ones()
        return [
            id_ for id_ in allowed.ids[: allowed.ids.searchsorted(upto, "right")].tolist() if id_ not in old
        ]

    def _where(self, query: Query | None) -> Where | None:
        """None where the server can't be told: then the passages are named."""
        if query is None:
            return None
        return filter_of(query, self._ledger.as_written)

    def _give_up(self, error: DatelineError) -> None:
        self._fault = f"{error} Until then passages are found by words alone."
        self._rests_until = monotonic() + _REST

    def close(self) -> None:
        self._server.close()
        if self._vectors is not None:
            self._vectors.close()


def _vectors_at_hand(config: IndexConfig, model: str, dim: int) -> Vectors | None:
    """The vectors in the data folder; a reader on another machine may do without."""
    try:
        return Vectors(config.data, model, dim)
    except SearchIndexError:
        return None


def _best(scores: dict[int, float], limit: int) -> list[tuple[int, float]]:
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
