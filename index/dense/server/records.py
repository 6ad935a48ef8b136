"""A passage as a server keeps it, and what it may be asked to narrow by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.dense.server.http import DOCUMENT_BYTES
from index.dense.server.words import SPARSE_KEY, sparse
from index.ledger.selection import days
from index.ledger.stores import Facts

if TYPE_CHECKING:
    from index.query import Query

Floats = NDArray[np.float32]
Where = dict[str, Any]
_NAME_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Record:
    passage: int
    vector: Floats
    facts: Facts
    text: str | None = None
    """What hybrid search looks for words in; None where the server has none."""


def filter_of(query: Query, as_written: Callable[[Sequence[str]], list[str]]) -> Where | None:
    """What a server is to narrow by; None for nothing.

    An article may be let through that the ledger knows better: as of a day, by a later version.

    Args:
        as_written: publishers as the ledger writes them, of names that a question has.
    """
    window, parts = query.window, list[Where]()
    if window.since is not None:
        parts.append({"day": {"$gte": days(window.since)}})
    if window.until is not None:
        parts.append({"day": {"$lte": days(window.until)}})
    if query.as_of is not None:
        parts.append({"dated": {"$lte": days(query.as_of)}})
    for name, values in (
        ("publisher", as_written(query.publishers)),
        ("author", query.authors),
        ("language", query.languages),
    ):
        if values:
            parts.append({name: {"$in": [value[:_NAME_CHARACTERS] for value in values]}})
    if names := as_written(query.left_out):
        parts.append({"publisher": {"$nin": [name[:_NAME_CHARACTERS] for name in names]}})
    return {"$and": parts} if len(parts) > 1 else parts[0] if parts else None


def metadata_of(record: Record, *, is_hybrid: bool) -> dict[str, Any] | None:
    """What is kept beside the vector; None for nothing."""
    kept = {
        name: value[:_NAME_CHARACTERS] if isinstance(value, str) else value
        for name, value in asdict(record.facts).items()
        if value is not None
    }
    if is_hybrid:
        vector = sparse(document_of(record))
        if vector is not None:
            kept[SPARSE_KEY] = vector
    return kept or None


def document_of(record: Record) -> str:
    """As much of its text as Chroma Cloud takes."""
    text = record.text or ""
    raw = text.encode()
    return text if len(raw) <= DOCUMENT_BYTES else raw[:DOCUMENT_BYTES].decode(errors="ignore")
