"""The ledger's schema: numbered SQL files, applied in order, each in a transaction of its own."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib import resources
from pathlib import Path

from index.errors import LedgerError

_FREE = 2_500
"""Pages, of 4 kB, that a migration may leave free: new articles take them."""


@cache
def migrations() -> tuple[tuple[int, str], ...]:
    """`(number, sql)` of every migration shipped, in order. `PRAGMA user_version` holds the last applied."""
    folder = resources.files("index.ledger") / "migrations"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return tuple((int(f.name[:4]), f.read_text(encoding="utf-8")) for f in files)


def schema_version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def migrate(db: sqlite3.Connection) -> None:
    """Brings the schema up to date. A migration that fails leaves the ledger as it was."""
    waiting = [(number, sql) for number, sql in migrations() if number > schema_version(db)]
    if waiting:
        with _foreign_keys_off(db):
            for number, sql in waiting:
                _apply(db, number, sql)
        _give_back(db)
    if db.execute("SELECT 1 FROM meta WHERE key = 'identity'").fetchone() is None:
        name_anew(db)


def _apply(db: sqlite3.Connection, number: int, sql: str) -> None:
    try:
        db.executescript(f"BEGIN IMMEDIATE;\n{sql}\nPRAGMA user_version = {number};\nCOMMIT;")
    except sqlite3.Error:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _give_back(db: sqlite3.Connection) -> None:
    """A table that was made anew leaves its old pages; where they are many, the disk gets them back."""
    if db.execute("PRAGMA freelist_count").fetchone()[0] > _FREE:
        # Where there is no room for that, or somebody in the way, they wait for new articles.
        with suppress(sqlite3.Error):
            db.execute("VACUUM")


@contextmanager
def _foreign_keys_off(db: sqlite3.Connection) -> Iterator[None]:
    """In which a table that others refer to may be made anew: dropping it would delete what refers to it."""
    db.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        db.execute("PRAGMA foreign_keys = ON")


def name_anew(db: sqlite3.Connection) -> None:
    """Gives the ledger a name. Search indexes note it, so that another's are not taken for its own."""
    db.execute("INSERT OR REPLACE INTO meta VALUES ('identity', ?)", (secrets.token_hex(8),))


def check_ours(path: Path, db: sqlite3.Connection) -> None:
    """LedgerError when the file is another program's, or a newer Dateline wrote it."""
    known = migrations()[-1][0]
    found = schema_version(db)
    tables = {row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if (found == 0 and tables) or (found > 0 and not {"meta", "versions", "passages"} <= tables):
        raise LedgerError(
            f"{path} is a SQLite file, but no ledger of Dateline's: move it away, "
            "or set DATELINE_DATA to another folder."
        )
    if found > known:
        raise LedgerError(
            f"The archive's ledger has schema {found}, and this Dateline knows {known}: upgrade Dateline, "
            "or set DATELINE_DATA to another folder."
        )
