"""SQLite for many threads: each gets a connection of its own."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

_BUSY_SECONDS = 30.0
Parameters = Sequence[Any] | dict[str, Any]


class Database:
    """A SQLite file in WAL mode. Connections are in autocommit mode and close together."""

    def __init__(self, path: Path, *, durability: Literal["FULL", "NORMAL"] | None = None) -> None:
        """`durability` is SQLite's `synchronous` of a writer; None opens an existing file to read."""
        self.path = path
        self._durability = durability
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False

    def connection(self) -> sqlite3.Connection:
        """This thread's connection. `sqlite3.DatabaseError` when the file is not a database."""
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            with self._lock:
                if self._closed:
                    raise sqlite3.ProgrammingError(f"{self.path.name} has been closed")
                db = self._connect()
                self._connections.append(db)
            self._local.db = db
        return db

    def _connect(self) -> sqlite3.Connection:
        # Readers open read-write too: after a kill it may fall to them to recover the log.
        mode = "rw" if self._durability is None else "rwc"
        uri = f"{self.path.absolute().as_uri()}?mode={mode}"
        db = sqlite3.connect(
            uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            db.execute("PRAGMA foreign_keys = ON")
            if self._durability is None:
                db.execute("PRAGMA query_only = ON")
            else:
                db.execute("PRAGMA journal_mode = WAL")
                db.execute(f"PRAGMA synchronous = {self._durability}")
            db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except sqlite3.Error:
            db.close()
            raise
        db.row_factory = sqlite3.Row
        return db

    def rows(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        return self.connection().execute(sql, parameters).fetchall()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            for db in self._connections:
                db.close()
            self._connections.clear()
