"""SQLite for many threads: each gets a connection of its own."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

_BUSY_SECONDS = 30.0
_CACHE_KIB = {"reader": 8_000, "writer": 32_000}
_LOG_BYTES = 64_000_000
"""What a write-ahead log is cut back to once its content is in the database."""
Parameters = Sequence[Any] | dict[str, Any]


class Database:
    """A SQLite file in WAL mode. Connections are in autocommit mode and close together.

    A reader that finds another file under the name (a backup put back) reads that one from then on.
    """

    def __init__(
        self,
        path: Path,
        *,
        durability: Literal["FULL", "NORMAL"] | None = None,
        check: Callable[[sqlite3.Connection], None] | None = None,
    ) -> None:
        """`durability` is SQLite's `synchronous` of a writer; None opens an existing file to read. `check`
        may refuse a connection by raising."""
        self.path = path
        self._durability = durability
        self._check = check
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False

    def connection(self) -> sqlite3.Connection:
        """This thread's connection. `sqlite3.DatabaseError` when the file is not a database."""
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is not None and (self._durability is not None or self._stamp() == self._local.stamp):
            return db
        with self._lock:
            if self._closed:
                raise sqlite3.ProgrammingError(f"{self.path.name} has been closed")
            if db is not None:
                self._connections.remove(db)
                self._local.db = None
                db.close()
            db = self._connect()
            self._connections.append(db)
        self._local.db = db
        return db

    def _connect(self) -> sqlite3.Connection:
        if self._durability is not None:
            return self._open("rwc")
        self._local.immutable = False
        self._local.stamp = self._stamp()
        try:
            # Read-only, a connection that closes never removes the log: by then it may be another file's.
            return self._open("ro")
        except sqlite3.OperationalError as error:
            if not self._may_only_be_read(error) or self._log().exists():
                raise
            # A folder that we may only read, and nobody writes: SQLite can do without the files beside it.
            self._local.immutable = True
            self._local.stamp = self._stamp()
            return self._open("ro&immutable=1")

    def _may_only_be_read(self, error: sqlite3.OperationalError) -> bool:
        """A disk that is mounted read-only is no other fault to SQLite than a file that isn't there."""
        return error.sqlite_errorname == "SQLITE_READONLY_DIRECTORY" or (
            error.sqlite_errorname == "SQLITE_CANTOPEN"
            and self.path.is_file()
            and not os.access(self.path.parent, os.W_OK)
        )

    def _open(self, mode: str) -> sqlite3.Connection:
        uri = f"{self.path.absolute().as_uri()}?mode={mode}"
        db = sqlite3.connect(
            uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            db.execute("PRAGMA foreign_keys = ON")
            db.execute(f"PRAGMA cache_size = -{_CACHE_KIB['writer' if self._durability else 'reader']}")
            if self._durability is None:
                db.execute("PRAGMA query_only = ON")
            else:
                db.execute("PRAGMA journal_mode = WAL")
                db.execute(f"PRAGMA synchronous = {self._durability}")
                db.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")
            db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            db.row_factory = sqlite3.Row
            if self._check is not None:
                self._check(db)
        except BaseException:
            db.close()
            raise
        return db

    def _stamp(self) -> tuple[int, ...]:
        """What changes when the name is given to another file; of a file read as immutable, any change."""
        try:
            found = self.path.stat()
        except OSError as error:
            raise sqlite3.OperationalError(f"{self.path.name} is gone") from error
        if not getattr(self._local, "immutable", False):
            return (found.st_dev, found.st_ino)
        return (found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size, self._log().exists())

    def _log(self) -> Path:
        return self.path.with_name(self.path.name + "-wal")

    def rows(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        return self.connection().execute(sql, parameters).fetchall()

    def _empty_log(self, db: sqlite3.Connection) -> None:
        """A log that outlives its writer would be read over a backup that is put in the file's place."""
        with contextlib.suppress(sqlite3.Error):
            db.execute("PRAGMA busy_timeout = 1000")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        with self._lock:
            self._closed = True
            for db in self._connections:
                if self._durability is not None:
                    self._empty_log(db)
                db.close()
            self._connections.clear()
