"""What a Chroma server holds of the archive, as the ledger knows it.

The ledger's triggers note each passage that is to leave a store in the very transaction that deletes it, or
that brings its article's next version. So whatever is killed, the next run knows what is to be done there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.article import Passage

if TYPE_CHECKING:
    from index.ledger.ledger import Ledger
    from index.ledger.writer import Writer


@dataclass(frozen=True, slots=True)
class Store:
    """One collection of a server; the columns of the ledger's table say what each is."""

    name: str
    collection: str
    upto: int = 0
    writing: int = 0
    stamps: tuple[str, ...] = ()
    held: int = 0
    at: str | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a search may be narrowed by, of one version. Days are counted from 1970."""

    day: int | None
    """Of publication."""
    dated: int | None
    """That its text counts from: of its modification where known."""
    publisher: str | None
    author: str | None
    language: str | None


_COLUMNS = "name, collection, upto, writing, stamps, held, at, fault"
_SUPERSEDED = "SELECT id FROM versions INDEXED BY versions_by_day WHERE superseded_by IS NOT NULL"


def find(ledger: Ledger, name: str) -> Store | None:
    return next((store for store in every(ledger) if store.name == name), None)


def every(ledger: Ledger) -> list[Store]:
    rows = ledger._rows(f"SELECT {_COLUMNS} FROM stores ORDER BY name")
    return [Store(**dict(row) | {"stamps": tuple(json.loads(row["stamps"]))}) for row in rows]


def note(writer: Writer, store: Store) -> None:
    """Commits at once."""
    values = (*(store.name, store.collection, store.upto, store.writing), json.dumps(store.stamps))
    writer._rows(
        f"INSERT INTO stores ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
        "collection = excluded.collection, upto = excluded.upto, writing = excluded.writing, "
        "stamps = excluded.stamps, held = excluded.held, at = excluded.at, fault = excluded.fault",
        (*values, store.held, store.at, store.fault),
    )


def drop(writer: Writer, name: str) -> None:
    writer._rows("DELETE FROM stores WHERE name = ?", (name,))


def leaving(ledger: Ledger, name: str, limit: int) -> list[int]:
    """Some of the passages that are to leave this store, lowest first."""
    rows = ledger._rows("SELECT passage FROM leaving WHERE store = ? ORDER BY passage LIMIT ?", (name, limit))
    return [int(row[0]) for row in rows]


def have_left(writer: Writer, name: str, passages: Iterable[int]) -> None:
    writer._rows(
        "DELETE FROM leaving WHERE store = ? AND passage IN (SELECT value FROM json_each(?))",
        (name, json.dumps(list(passages))),
    )


def count_current(ledger: Ledger, upto: int) -> int:
    """Passages of latest versions with this id or a smaller one."""
    row = ledger._row(f"SELECT count(*) FROM passages WHERE id <= ? AND version IN ({_SUPERSEDED})", (upto,))
    return ledger.count_passages(upto) - (int(row[0]) if row else 0)


def superseded(ledger: Ledger) -> frozenset[int]:
    """Passages of versions that are not their article's latest."""
    row = ledger._row(f"SELECT json_group_array(id) FROM passages WHERE version IN ({_SUPERSEDED})")
    return frozenset(json.loads(row[0])) if row else frozenset()


def with_facts(ledger: Ledger, passages: Sequence[Passage]) -> list[tuple[Passage, Facts]]:
    """Those of the passages that are of latest versions, with what they may be narrowed by."""
    rows = ledger._rows(
        "SELECT id, published_day, day, publisher, author, language FROM versions "
        "WHERE superseded_by IS NULL AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(list({passage.version for passage in passages})),),
    )
    facts = {row[0]: Facts(*row[1:]) for row in rows}
    return [(passage, facts[passage.version]) for passage in passages if passage.version in facts]
