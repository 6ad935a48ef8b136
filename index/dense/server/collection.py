"""An archive's collection on a Chroma server: its name, what it is of, and what is asked of it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from index.dense.server.http import ChromaServer, NoCollectionError
from index.dense.server.records import Record, Where, document_of, metadata_of
from index.dense.server.words import SPARSE_KEY, hybrid_schema, hybrid_search
from index.errors import IndexMismatchError, SearchIndexError, ServerError

Floats = NDArray[np.float32]
_LAYOUT = 1
_NAME_BYTES = 200
"""Of a model's name in the collection's metadata: Chroma Cloud takes 256."""
_GRAPH = {"space": "cosine", "ef_search": 200, "ef_construction": 200}
_PAGE = 5_000
"""Ids listed at once by a server of one's own."""


def collection_name(ledger: str, model: str) -> str:
    """One a ledger and model, so that two archives, or two models, never mix. At most 128 bytes."""
    return f"{prefix(ledger)}{hashlib.sha256(model.encode()).hexdigest()[:16]}"


def prefix(ledger: str) -> str:
    """What the names of all of a ledger's collections begin with."""
    return f"dateline-{ledger}-"


class Collection:
    """The collection of one ledger and one model, once it has been found or made. Thread-safe.

    Besides ServerError, IndexMismatchError when what goes by its name is another archive's or model's.
    """

    def __init__(self, server: ChromaServer, ledger: str, model: str, dim: int) -> None:
        self.server = server
        self.name = collection_name(ledger, model)
        self._ledger, self._model, self._dim = ledger, model, dim
        self._id: str | None = None
        self._metadata: dict[str, Any] = {}
        self.is_hybrid = False
        """Whether the server looks for words too, in the same request."""

    @property
    def place(self) -> str:
        """What the ledger notes it under."""
        return f"{self.server.address}{self.server.home()}/collections/{self.name}"

    @property
    def id(self) -> str:
        if self._id is None:
            self.find()
        assert self._id is not None
        return self._id

    @property
    def stamp(self) -> str:
        """What was written to it last said that it was."""
        return str(self._metadata.get("stamp", ""))

    # --- finding and making ---

    def find(self) -> None:
        """SearchIndexError when the server holds nothing of this archive by this model."""
        try:
            self._take(self.server.call("GET", self._path(self.name), kind="read"))
        except NoCollectionError as error:
            self._id = None
            raise SearchIndexError(
                f"The Chroma server at {self.server.place} holds no passage of this archive by "
                f"{self._model}{self._others()}: run `dateline publish` or `dateline ingest`."
            ) from error

    def find_or_make(self) -> None:
        try:
            self.find()
        except SearchIndexError:
            self._make()

    def _make(self) -> None:
        body: dict[str, Any] = {"name": self.name, "get_or_create": True, "metadata": self._described("")}
        if self.server.is_cloud:
            body["schema"] = hybrid_schema()
        else:
            body["configuration"] = {"hnsw": _GRAPH}
        self._take(self.server.call("POST", self._path(), body, kind="write"))

    def _described(self, stamp: str) -> dict[str, Any]:
        described = {"dateline": _LAYOUT, "ledger": self._ledger, "model": self._model[:_NAME_BYTES]}
        return described | {"dim": self._dim, "stamp": stamp}

    def _take(self, found: dict[str, Any]) -> None:
        metadata = found.get("metadata") or {}
        told = {key: metadata.get(key) for key in ("dateline", "ledger", "model", "dim")}
        ours = self._described("")
        ours.pop("stamp")
        where = f"The collection {self.name} at {self.server.place}"
        if told != ours:
            raise IndexMismatchError(
                f"{where} is of {told['model'] or 'something else'} with {told['dim']} numbers a vector, not "
                f"of {self._model} with {self._dim}: delete it there, or set CHROMA_DATABASE to another "
                "database."
            )
        if found.get("dimension") not in (None, self._dim):
            raise IndexMismatchError(
                f"{where} has vectors of {found['dimension']} numbers, and {self._model} makes {self._dim}: "
                "delete it there, or set EMBEDDING_MODEL back."
            )
        if _space(found) not in (None, "cosine"):
            raise IndexMismatchError(
                f"{where} measures by {_space(found)}, not by cosine: delete it there and run "
                "`dateline publish`."
            )
        self._id, self._metadata = str(found["id"]), metadata
        self.is_hybrid = SPARSE_KEY in ((found.get("schema") or {}).get("keys") or {})

    def _others(self) -> str:
        """Of which other models the server holds this archive, in words; nothing when of none."""
        try:
            found = self.server.call("GET", self._path(), kind="read", params={"limit": 300})
        except ServerError:
            return ""
        ours = [c for c in found if str(c.get("name", "")).startswith(prefix(self._ledger))]
        models = sorted({str((c.get("metadata") or {}).get("model", "")) for c in ours} - {""})
        return f" (it does by {', '.join(models)})" if models else ""

    def set_stamp(self, stamp: str) -> None:
        described = self._described(stamp)
        self.server.call("PUT", self._path(self.id), {"new_metadata": described}, kind="write")
        self._metadata = described

    # --- writing ---

    def put(self, records: Sequence[Record]) -> None:
        """Writes records, at most `server.quotas.records`; one that is there already is written over."""
        rows = np.stack([record.vector for record in records]).astype("<f4")
        packed = self.server.takes_base64()
        body: dict[str, Any] = {
            "ids": [str(record.passage) for record in records],
            "embeddings": [base64.b64encode(row.tobytes()).decode() for row in rows]
            if packed
            else rows.tolist(),
            "metadatas": [metadata_of(record, is_hybrid=self.is_hybrid) for record in records],
        }
        if self.is_hybrid:
            body["documents"] = [document_of(record) for record in records]
        self._post("upsert", body)

    def delete(self, passages: Sequence[int]) -> None:
        """At most `server.quotas.records`; what isn't there is no fault."""
        delete(self.server, self._path(self.id), passages)

    def _post(self, what: str, body: dict[str, Any]) -> Any:
        return self.server.call("POST", f"{self._path(self.id)}/{what}", body, kind="write")

    # --- reading ---

    def count(self) -> int:
        return int(self._asked("GET", "count"))

    def query(
        self,
        vector: Floats,
        limit: int,
        *,
        where: Where | None = None,
        ids: Sequence[int] | None = None,
        words: str | None = None,
    ) -> list[tuple[int, float | None]]:
        """`(passage, cosine)`, nearest first. With `words`, and where the server can, behind these others
        that are good by words and nearness together, best first and without cosines."""
        limit = min(limit, self.server.quotas.results or limit)
        if words and self.is_hybrid and ids is None:
            body = hybrid_search(vector, words, limit, where)
            found = self._asked("POST", "search", body) if body else None
            if found is not None:
                pairs = zip(found["ids"][0], found["scores"][0], strict=True)
                nearest: dict[int, float | None] = {int(id_): 1.0 - float(far) for id_, far in pairs}
                for id_ in found["ids"][1]:
                    nearest.setdefault(int(id_), None)
                return list(nearest.items())
        body = {"query_embeddings": [vector.tolist()], "n_results": limit, "include": ["distances"]}
        if where is not None:
            body["where"] = where
        if ids is not None:
            body["ids"] = [str(id_) for id_ in ids]
        found = self._asked("POST", "query", body)
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [(int(id_), 1.0 - float(distance)) for id_, distance in pairs]

    def vectors(self, passages: Sequence[int]) -> dict[int, Floats]:
        """What it holds for these passages; one that it doesn't hold is left out."""
        held: dict[int, Floats] = {}
        size = self.server.quotas.records
        for at in range(0, len(passages), size):
            ids = [str(passage) for passage in passages[at : at + size]]
            found = self._asked("POST", "get", {"ids": ids, "include": ["embeddings"], "limit": size})
            rows = zip(found["ids"], found["embeddings"], strict=True)
            held |= {int(id_): np.array(row, dtype=np.float32) for id_, row in rows}
        return held

    def ids(self) -> set[int]:
        """Every passage that it holds; a request for each few hundred or thousand of them."""
        size = self.server.quotas.results or _PAGE
        held: set[int] = set()
        at = 0
        while True:
            found = self._asked("POST", "get", {"include": [], "limit": size, "offset": at})["ids"]
            held |= {int(id_) for id_ in found}
            at += size
            if len(found) < size:
                return held

    def _asked(self, method: Any, what: str, body: dict[str, Any] | None = None) -> Any:
        """Asks; once more where the collection has been made anew since it was found."""
        try:
            return self.server.call(method, f"{self._path(self.id)}/{what}", body, kind="read")
        except NoCollectionError:
            self.find()
            return self.server.call(method, f"{self._path(self.id)}/{what}", body, kind="read")

    def _path(self, name: str | None = None) -> str:
        path = f"{self.server.home()}/collections"
        return path if name is None else f"{path}/{quote(name, safe='')}"


def delete(server: ChromaServer, path: str, passages: Sequence[int]) -> None:
    """Deletes passages of the collection at this path, written over first: Chroma marks what is deleted,
    and its files would keep the vectors until they are written anew."""
    ids = [str(passage) for passage in passages]
    held = server.call("POST", f"{path}/get", {"ids": ids, "include": ["embeddings"]}, kind="write")
    if held["ids"]:
        dim = len(held["embeddings"][0])
        rows = np.random.default_rng(len(ids)).normal(size=(len(held["ids"]), dim))
        body = {"ids": held["ids"], "embeddings": rows.tolist()}
        if server.is_cloud:
            body["documents"] = ["-"] * len(held["ids"])
        server.call("POST", f"{path}/update", body, kind="write")
        server.call("POST", f"{path}/delete", {"ids": held["ids"]}, kind="write")


def _space(found: dict[str, Any]) -> str | None:
    configuration = found.get("configuration_json") or {}
    kinds = [configuration.get(kind) or {} for kind in ("hnsw", "spann")]
    return next((str(kind["space"]) for kind in kinds if kind.get("space")), None)
