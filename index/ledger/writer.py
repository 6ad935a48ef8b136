"""Writing the ledger: one process at a time, a transaction a batch.

A batch commits the lexical index first and the ledger last. So a passage that the ledger holds is found
by words, whatever is killed; what the lexical index holds beyond the ledger is dropped by readers when
they hydrate, and deleted by the next writer.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from index.article import Article, NewPassage, Reason, Version, day_number
from index.database import Database
from index.errors import LedgerError
from index.ledger.ledger import Ledger, damaged
from index.ledger.migrate import migrate
from index.ledger.rows import ARTICLE_COLUMNS, VERSION_COLUMNS, article_of, text_hash, vector_hash, version_of
from index.lexical import LexicalWriter


class Writer(Ledger):
    """The ledger, open for writing, and the lexical index with it. To be used by one thread.

    Creates the archive when there is none and brings it up to date when it is old. LedgerError naming
    the process that writes already.
    """

    def _open(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(self.data / "writer.lock")
        self._database = Database(self.path, durability="FULL")
        try:
            self._db = self._database.connection()
            migrate(self._db)
            self._lexical = LexicalWriter(self.data, self.identity)
            self._lexical_is_behind = True
            self._catch_up()
        except BaseException as error:
            self._database.close()
            self._lock.close()
            if isinstance(error, sqlite3.DatabaseError):
                raise damaged(self.path, error) from error
            raise

    def close(self) -> None:
        self._lexical.close()
        super().close()
        self._lock.close()

    # --- runs ---

    def start_run(self, sources: Sequence[str]) -> int:
        """Notes that an ingest run has begun; its id."""
        sql = "INSERT INTO runs (started, sources) VALUES (?, ?) RETURNING id"
        return int(self._rows(sql, (now(), json.dumps(list(sources))))[0][0])

    def finish_run(self, run: int, counts: dict[str, int]) -> None:
        self._rows("UPDATE runs SET finished = ?, counts = ? WHERE id = ?", (now(), json.dumps(counts), run))

    # --- what a run compares with ---

    def article_by_key(self, key: str) -> Article | None:
        row = self._row(f"SELECT {ARTICLE_COLUMNS} FROM articles a WHERE a.key = ?", (key,))
        return article_of(row) if row else None

    def version_by_text_hash(self, text_hash: str) -> list[Version]:
        """Versions whose text has this `text_hash`, whichever article's."""
        sql = f"SELECT {VERSION_COLUMNS} FROM versions v WHERE v.text_hash = ? ORDER BY v.sequence, v.id"
        return [version_of(row) for row in self._rows(sql, (text_hash,))]

    def candidates(self, bands: Sequence[bytes]) -> list[str]:
        """Ids of the versions that share a band with this signature, most shared bands first."""
        shared: dict[str, int] = {}
        for number, band in enumerate(bands):
            for row in self._rows("SELECT version FROM bands WHERE band = ? AND hash = ?", (number, band)):
                shared[row[0]] = shared.get(row[0], 0) + 1
        return sorted(shared, key=lambda version: (-shared[version], version))

    def signature(self, version: str) -> bytes | None:
        row = self._row("SELECT minhash FROM signatures WHERE version = ?", (version,))
        return bytes(row[0]) if row else None

    # --- batches ---

    @contextmanager
    def batch(self, run: int) -> Iterator[Batch]:
        """A transaction: all that is done with the Batch is committed at its end, or none of it.

        What has been done so far is seen by this Writer's own readings, by nobody else's.
        """
        self._catch_up()
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        self._lexical_is_behind = True
        try:
            db.execute("UPDATE meta SET value = value + 1 WHERE key = 'sequence'")
            sequence = self.sequence()
            yield Batch(self, run, sequence)
            self._lexical.commit(sequence)
            db.execute("COMMIT")
        except BaseException as error:
            self._lexical.rollback()
            if db.in_transaction:
                db.execute("ROLLBACK")
            if isinstance(error, sqlite3.OperationalError):
                raise LedgerError(f"The ledger {self.path} can't be written: {error}.") from error
            raise
        self._lexical_is_behind = False

    def _catch_up(self) -> None:
        """Brings the lexical index to where the ledger stands, after a kill, a fault or a deletion."""
        if not self._lexical_is_behind:
            return
        self._lexical.close()
        count = self.stats()["passages"]
        if not self._lexical.open(self.sequence(), count, self.last_passage()):
            self._lexical.start_over()
            for page in self.iter_passages():
                versions = self.versions_by_id({passage.version for passage in page})
                for passage in page:
                    version = versions[passage.version]
                    self._lexical.add(passage.id, version.title, version.text[passage.start : passage.end])
            self._lexical.take_over(self.sequence())
        self._lexical_is_behind = False


class Batch:
    """What one transaction writes. Made by `Writer.batch`."""

    def __init__(self, writer: Writer, run: int, sequence: int) -> None:
        self._writer = writer
        self._db = writer._db
        self._lexical = writer._lexical
        self._run = run
        self.sequence = sequence

    def add_version(
        self,
        *,
        article_key: str,
        url: str | None,
        origin: str,
        title: str,
        text: str,
        publisher: str | None,
        author: str | None,
        language: str | None,
        published: str | None,
        modified: str | None,
        raw_hash: str,
        cleaner: int,
        reason: Reason,
        passages: Sequence[NewPassage],
        dropped: Sequence[str] = (),
        story: str | None = None,
    ) -> Version:
        """Adds the first version of a new article, or the next of one that the ledger knows by its key.

        `story` is the id of the first article of its syndication cluster; None leaves the article with
        the story that it has, its own when it is new. ValueError when a passage's `embed` doesn't end in
        its text, or its offsets are not within the text.
        """
        known = self._writer.article_by_key(article_key)
        article = known.id if known else article_id(article_key)
        n = 1 + (self._one("SELECT coalesce(max(n), 0) FROM versions WHERE article = ?", article) or 0)
        id = f"{article}@{n}"  # noqa: A001
        self._db.execute(
            "INSERT INTO articles (id, key, url, origin, story, latest) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET url = coalesce(excluded.url, url), origin = excluded.origin, "
            "story = excluded.story, latest = excluded.latest",
            (article, article_key, url, origin, story or (known.story if known else article), id),
        )
        self._db.execute(
            "UPDATE versions SET superseded_by = ? WHERE article = ? AND superseded_by IS NULL", (id, article)
        )
        self._db.execute(
            "INSERT INTO versions (id, article, n, text, text_hash, title, publisher, author, language, "
            "published, modified, day, published_day, seen, reason, raw_hash, cleaner, dropped, run, "
            "sequence) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(id, article, n, text, text_hash(text), title, publisher, author, language),
                *(published, modified, day_number(modified or published), day_number(published or modified)),
                *(now(), reason, raw_hash, cleaner, json.dumps(list(dropped)), self._run, self.sequence),
            ),
        )
        for number, passage in enumerate(passages):
            self._add_passage(id, number, title, text, passage)
        version = self._writer.version(id)
        assert version is not None
        return version

    def _add_passage(self, version: str, n: int, title: str, text: str, passage: NewPassage) -> None:
        quoted = text[passage.start : passage.end]
        if not 0 <= passage.start < passage.end <= len(text) or not passage.embed.endswith(quoted):
            raise ValueError(f"passage {n} of {version} is not {passage.start}:{passage.end} of its text")
        head = passage.embed[: len(passage.embed) - len(quoted)]
        row = self._db.execute(
            'INSERT INTO passages (version, n, start, "end", vector, embed_head, sequence) '
            "VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (version, n, passage.start, passage.end, vector_hash(passage.embed), head, self.sequence),
        ).fetchone()
        self._lexical.add(row[0], title, quoted)

    def see_source(
        self,
        origin: str,
        raw_hash: str,
        cleaner: int,
        outcome: str,
        article: str | None = None,
        reason: str | None = None,
    ) -> None:
        """Notes what `origin` holds now and what came of it: `in`, `duplicate` or `skipped`."""
        self._db.execute(
            "INSERT OR REPLACE INTO sources (origin, raw_hash, cleaner, outcome, article, reason, run) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (origin, raw_hash, cleaner, outcome, article, reason, self._run),
        )

    def fail(self, origin: str, stage: str, reason: str) -> None:
        """Notes that `origin` failed at `read`, `clean`, `commit` or `embed`."""
        self._db.execute(
            "INSERT INTO failures (run, origin, stage, reason, at) VALUES (?, ?, ?, ?, ?)",
            (self._run, origin, stage, reason, now()),
        )

    def add_signature(self, version: str, minhash: bytes, bands: Iterable[bytes]) -> None:
        """Keeps a version's MinHash, and the bands by which `Writer.candidates` finds it."""
        self._db.execute(
            "INSERT OR REPLACE INTO signatures (version, minhash) VALUES (?, ?)", (version, minhash)
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO bands (band, hash, version) VALUES (?, ?, ?)",
            [(number, band, version) for number, band in enumerate(bands)],
        )

    def set_story(self, article: str, story: str) -> None:
        """Moves the article, and all that share its story, to `story`."""
        self._db.execute(
            "UPDATE articles SET story = ?1 WHERE story = (SELECT story FROM articles WHERE id = ?2)",
            (story, article),
        )

    def _one(self, sql: str, *parameters: object) -> int | None:
        row = self._db.execute(sql, parameters).fetchone()
        return None if row is None else int(row[0])


def article_id(key: str) -> str:
    """Twelve base-32 characters of the key's hash, lower case."""
    return base64.b32encode(hashlib.sha256(key.encode()).digest())[:12].decode().lower()


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _lock(path: Path) -> TextIO:
    """The open, locked file; closing it, or the end of the process, releases it."""
    file = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise LedgerError(
            f"Another Dateline process ({holder}) is writing to {path.parent}: wait until it has finished."
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file
