"""Which of the bot's messages show words of which articles, so that a withdrawn one can be taken out of them,
and of one that its publisher has changed it can be said.

Numbers and ids only: no word of an article, a question or a person is kept.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from bot.answer.types import Answer

log = logging.getLogger(__name__)

FILE = "discord.sqlite"
Why = Literal["withdrawn", "changed"]
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
CREATE TABLE IF NOT EXISTS told (   -- where it has been said that the publisher has changed the article
    message INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (message, n)
) WITHOUT ROWID;
"""


class Archive(Protocol):
    """What is needed of `index.ledger.Ledger`; called from worker threads."""

    def sequence(self) -> int: ...
    def withdrawn_versions(self, versions: Iterable[str]) -> dict[str, str]: ...
    def changed_versions(self, versions: Iterable[str]) -> dict[str, str]: ...


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the bot with words of articles that have been withdrawn, or changed since."""

    channel: int
    message: int
    numbers: frozenset[int]
    """Of the citations, as `Cited` numbers them."""
    why: Why = "withdrawn"


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
                    self._db.execute("DELETE FROM told WHERE message <= ?", (message,))
            except sqlite3.Error as error:
                log.warning("an answer can't be withdrawn later: %s", error)

    def due(self) -> list[Shown]:
        """Messages that show what has been withdrawn, and those that don't say of an article that it has been
        changed; each until `done`. Cheap while nothing has changed."""
        sequence = self._archive.sequence()
        if sequence == self._sequence:
            return []
        with self._lock:
            try:
                versions = [row[0] for row in self._db.execute("SELECT DISTINCT version FROM cited")]
                gone = self._rows(self._archive.withdrawn_versions(versions))
                changed = self._rows(self._archive.changed_versions(versions))
                told = set(self._db.execute("SELECT message, n FROM told"))
            except sqlite3.Error as error:
                log.warning("what has been withdrawn or changed can't be looked up: %s", error)
                return []
        changed = [row for row in changed if (row[0], row[2]) not in told]
        if not gone and not changed:
            self._sequence = sequence
        return [*_shown(gone, "withdrawn"), *_shown(changed, "changed")]

    def _rows(self, versions: Iterable[str]) -> list[tuple[int, int, int]]:
        """Message, channel and number of each citation of these versions."""
        sql = "SELECT message, channel, n FROM cited WHERE version = ?"
        return [row for version in versions for row in self._db.execute(sql, (version,))]

    def done(self, shown: Shown) -> None:
        """The message has no word of them any more, or says that they were changed; or is out of reach."""
        sql = {
            "withdrawn": "DELETE FROM cited WHERE message = ? AND n = ?",
            "changed": "INSERT OR IGNORE INTO told VALUES (?, ?)",
        }
        with self._lock:
            try:
                self._db.executemany(sql[shown.why], [(shown.message, n) for n in shown.numbers])
            except sqlite3.Error as error:
                log.warning("an answer will be looked at again: %s", error)

    def close(self) -> None:
        with self._lock:
            self._db.close()


def _shown(rows: list[tuple[int, int, int]], why: Why) -> list[Shown]:
    return [
        Shown(channel, message, frozenset(n for m, _, n in rows if m == message), why)
        for message, channel in sorted({(m, c) for m, c, _ in rows})
    ]
