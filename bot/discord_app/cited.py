"""Which of the bot's messages show words of which articles, so that a withdrawn one can be taken out of them.

Numbers and ids only: no word of an article, a question or a person is kept.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.answer.types import Answer

log = logging.getLogger(__name__)

FILE = "discord.sqlite"
MESSAGES = 100_000
"""Messages kept in mind; the oldest leave first."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS cited (
    message INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    n INTEGER NOT NULL,         -- the citation's number; below 0 the place among the nearest passages
    version TEXT NOT NULL,
    PRIMARY KEY (message, n)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS cited_version ON cited (version);
"""


class Archive(Protocol):
    """What is needed of `index.ledger.Ledger`; called from worker threads."""

    def sequence(self) -> int: ...
    def withdrawn_versions(self, versions: Iterable[str]) -> dict[str, str]: ...


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the bot with words of articles that have been withdrawn."""

    channel: int
    message: int
    numbers: frozenset[int]
    """Of the citations, as `Cited` numbers them."""


class Cited:
    """Kept in `<data>/discord.sqlite`; in memory only where that can't be written. Thread-safe.

    Nothing here raises: an answer is given, whether or not it can be withdrawn later.
    """

    def __init__(self, data: Path, archive: Archive) -> None:
        self._archive = archive
        self._lock = threading.Lock()
        self._sequence = -1
        try:
            self._db = self._open(data / FILE)
        except sqlite3.Error as error:
            log.warning("answers of this process alone can be withdrawn: %s: %s", data / FILE, error)
            self._db = self._open(":memory:")

    def _open(self, path: Path | str) -> sqlite3.Connection:
        db = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
        try:
            db.executescript(_SCHEMA)
        except sqlite3.Error:
            db.close()
            raise
        return db

    def remember(self, channel: int, messages: Iterable[int], answer: Answer) -> None:
        """These messages show the answer's sources, or the passages that come nearest."""
        shown = [(citation.n, citation.version) for citation in answer.citations]
        shown += [(-place, hit.version) for place, hit in enumerate(answer.nearest, 1)]
        rows = [(message, channel, n, version) for message in messages for n, version in shown]
        with self._lock:
            try:
                self._db.executemany("INSERT OR REPLACE INTO cited VALUES (?, ?, ?, ?)", rows)
                sql = "SELECT DISTINCT message FROM cited ORDER BY message DESC LIMIT 1 OFFSET ?"
                for (message,) in self._db.execute(sql, (MESSAGES,)).fetchall():
                    self._db.execute("DELETE FROM cited WHERE message <= ?", (message,))
            except sqlite3.Error as error:
                log.warning("an answer can't be withdrawn later: %s", error)

    def due(self) -> list[Shown]:
        """Messages that show what has been withdrawn, each until `done`. Cheap while nothing has changed."""
        sequence = self._archive.sequence()
        if sequence == self._sequence:
            return []
        with self._lock:
            try:
                versions = [row[0] for row in self._db.execute("SELECT DISTINCT version FROM cited")]
                gone = self._archive.withdrawn_versions(versions)
                rows = [
                    (message, channel, n)
                    for version in gone
                    for message, channel, n in self._db.execute(
                        "SELECT message, channel, n FROM cited WHERE version = ?", (version,)
                    )
                ]
            except sqlite3.Error as error:
                log.warning("what has been withdrawn can't be looked up: %s", error)
                return []
        if not rows:
            self._sequence = sequence
        return [
            Shown(channel, message, frozenset(n for m, _, n in rows if m == message))
            for message, channel in sorted({(m, c) for m, c, _ in rows})
        ]

    def done(self, shown: Shown) -> None:
        """The message has no word of them any more, or is out of reach."""
        with self._lock:
            try:
                self._db.executemany(
                    "DELETE FROM cited WHERE message = ? AND n = ?",
                    [(shown.message, n) for n in shown.numbers],
                )
            except sqlite3.Error as error:
                log.warning("a withdrawn answer will be looked at again: %s", error)

    def close(self) -> None:
        with self._lock:
            self._db.close()
