"""What is remembered of the web between runs: validators, robots.txt files, what may be asked again when.

Beside the ledger, as `web.sqlite`, and disposable: without it everything is asked for once more. Addresses
are kept as hashes, so that nothing of an article's words stays here once the archive has forgotten it.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

Row = TypeVar("Row", "PageState", "FeedState", "RobotsState")

_FILE = "web.sqlite"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class PageState:
    """A page as it was when last asked for. Times are seconds since 1970."""

    etag: str | None = None
    last_modified: str | None = None
    raw_hash: str = ""
    """As in the ledger's `sources`; when that differs, the page was never committed as it stands here."""
    stamp: str = ""
    """What the feed or sitemap said of it then."""
    first: float = 0.0
    """When it first came in."""
    checked: float = 0.0
    failures: int = 0
    """In a row."""
    due: float = 0.0
    """After a failure: not to be tried again on its own before."""
    settled: int = 0
    """1 once a run that was given it has gone through."""


@dataclass(frozen=True, slots=True)
class FeedState:
    """A watched feed or sitemap. Times are seconds since 1970."""

    etag: str | None = None
    last_modified: str | None = None
    cleaner: int = 0
    read: float = 0.0
    """When all that it lists was last looked through."""
    interval: float = 0.0
    """Seconds between two looks, learnt."""
    due: float = 0.0
    failures: int = 0


@dataclass(frozen=True, slots=True)
class RobotsState:
    body: bytes
    status: int
    fetched: float


class WebState:
    """Opens `web.sqlite`, or makes it; one that is damaged is begun anew. To be used by one thread."""

    def __init__(self, data: Path, ledger: str = "") -> None:
        """`ledger` is the identity of the ledger that this goes with; another's state is dropped."""
        data.mkdir(parents=True, exist_ok=True)
        self._path = data / _FILE
        self._open()
        try:
            self._prepare(ledger)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            self._db.close()
            for ending in ("", "-wal", "-shm"):
                self._path.with_name(_FILE + ending).unlink(missing_ok=True)
            self._open()
            self._prepare(ledger)

    def _open(self) -> None:
        self._db = sqlite3.connect(self._path, timeout=30, isolation_level=None)

    def close(self) -> None:
        self._db.close()

    def page(self, address: str) -> PageState | None:
        return self._get("pages", PageState, _key(address))

    def put_page(self, address: str, state: PageState) -> None:
        self._put("pages", _key(address), astuple(state))

    def settle(self, addresses: Iterable[str]) -> None:
        """Notes that what these held is in the archive, or was judged not to belong there."""
        for address in addresses:
            self._rows("UPDATE pages SET settled = 1 WHERE key = ?", (_key(address),))

    def feed(self, address: str) -> FeedState | None:
        return self._get("feeds", FeedState, _key(address))

    def put_feed(self, address: str, state: FeedState) -> None:
        self._put("feeds", _key(address), astuple(state))

    def robots(self, site: str) -> RobotsState | None:
        return self._get("robots", RobotsState, _key(site))

    def put_robots(self, site: str, state: RobotsState) -> None:
        self._put("robots", _key(site), astuple(state))

    def host(self, name: str) -> float:
        """When a host that had too much to do may be asked again, in seconds since 1970, or 0."""
        rows = self._rows("SELECT due FROM hosts WHERE key = ?", (_key(name),))
        return float(rows[0][0]) if rows else 0.0

    def put_host(self, name: str, due: float) -> None:
        self._put("hosts", _key(name), (due,))

    def _get(self, table: str, kind: type[Row], key: str) -> Row | None:
        names = ", ".join(field.name for field in fields(kind))
        rows = self._rows(f"SELECT {names} FROM {table} WHERE key = ?", (key,))
        return kind(*rows[0]) if rows else None

    def _put(self, table: str, key: str, values: tuple[Any, ...]) -> None:
        marks = ", ".join("?" * (len(values) + 1))
        self._rows(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", (key, *values))

    def _rows(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[Any]:
        return self._db.execute(sql, parameters).fetchall()

    def _prepare(self, ledger: str) -> None:
        rows = self._rows
        rows("PRAGMA journal_mode = WAL")
        rows("PRAGMA synchronous = NORMAL")
        made_for = f"{_VERSION} {ledger}"
        rows("CREATE TABLE IF NOT EXISTS meta (made_for TEXT)")
        rows("CREATE TABLE IF NOT EXISTS hosts (key TEXT PRIMARY KEY, due REAL) WITHOUT ROWID")
        known = rows("SELECT made_for FROM meta")
        made = known[0][0] if known else ""
        if made == made_for or (not ledger and made.startswith(f"{_VERSION} ")):
            return
        if made == f"{_VERSION} ":  # made before there was a ledger
            rows("UPDATE meta SET made_for = ?", (made_for,))
            return
        for table in ("pages", "feeds", "robots"):
            rows(f"DROP TABLE IF EXISTS {table}")
        rows("DELETE FROM meta")
        rows(
            "CREATE TABLE pages (key TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, raw_hash TEXT, "
            "stamp TEXT, first REAL, checked REAL, failures INTEGER, due REAL, settled INTEGER) WITHOUT ROWID"
        )
        rows(
            "CREATE TABLE feeds (key TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, cleaner INTEGER, "
            "read REAL, interval REAL, due REAL, failures INTEGER) WITHOUT ROWID"
        )
        rows("CREATE TABLE robots (key TEXT PRIMARY KEY, body BLOB, status INTEGER, fetched REAL)")
        rows("INSERT INTO meta VALUES (?)", (made_for,))


def _key(address: str) -> str:
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()
