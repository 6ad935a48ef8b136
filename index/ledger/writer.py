"""Writing the ledger: one process at a time, a transaction a batch.

A batch commits the lexical index first and the ledger last. So a passage that the ledger holds is found
by words, whatever is killed; what the lexical index holds beyond the ledger is dropped by readers when
they hydrate, and deleted by the next writer.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TextIO

from index.article import Article, Passage, Version
from index.database import Database
from index.errors import BusyError, DatelineError, LedgerError
from index.files import disk_error
from index.ledger import bands as bands_of
from index.ledger.batch import Batch, article_id, now
from index.ledger.ledger import Ledger, damaged
from index.ledger.migrate import check_ours, migrate, name_anew
from index.ledger.rows import ARTICLE_COLUMNS, VERSION_COLUMNS, article_of, version_of
from index.lexical import LexicalWriter, read_state

__all__ = ["Batch", "Writer", "article_id"]

log = logging.getLogger(__name__)
_FAULTS_OF_OURS = (
    sqlite3.DataError,
    sqlite3.IntegrityError,
    sqlite3.InterfaceError,
    sqlite3.NotSupportedError,
    sqlite3.ProgrammingError,
)
"""Of one article, not of the ledger."""


class Writer(Ledger):
    """The ledger, open for writing, and the lexical index with it. To be used by one thread.

    Creates the archive when there is none and brings it up to date when it is old. LedgerError naming
    the process that writes already.
    """

    def _open(self) -> None:
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            self._lock = _lock(self.data / "writer.lock")
        except OSError as error:
            raise disk_error(error, self.data) or LedgerError(
                f"The data folder {self.data} can't be used ({error}): set DATELINE_DATA to another."
            ) from error
        self._database = Database(self.path, durability="FULL", check=partial(check_ours, self.path))
        try:
            self._db = self._database.connection()
            migrate(self._db)
            self._name_anew_if_set_back()
            self._lexical = LexicalWriter(self.data, self.identity)
            self._batch: Batch | None = None
            self._lexical_is_behind = True
            self._catch_up()
            if self.is_erasing():
                self._finish_erasing()
        except BaseException as error:
            self._database.close()
            self._lock.close()
            if isinstance(error, sqlite3.DatabaseError):
                raise damaged(self.path, error) from error
            raise

    def _name_anew_if_set_back(self) -> None:
        """A ledger that its own search indexes are ahead of is an older one, put back. It counts on from
        there with passage ids that they know as others, so it gets a name that none of them goes by."""
        from index.dense.base import current_manifest

        identity, sequence = self.state()
        state, base = read_state(self.data), current_manifest(self.data)
        # The word index may be one batch ahead: it commits first.
        stands_at = state.get("sequence")
        ahead = state.get("ledger") == identity and isinstance(stands_at, int) and stands_at > sequence + 1
        if ahead or (base is not None and base.ledger == identity and base.sequence > sequence):
            name_anew(self._db)

    def close(self) -> None:
        try:
            self._lexical.close()
        finally:
            super().close()
            self._lock.close()

    # --- taking out ---

    def erase(self) -> None:
        """Rewrites every store that may hold words or vectors of articles that were taken out.

        What is killed or fails is finished by the next Writer. LedgerError when the disk is full, or when
        another program keeps on reading.
        """
        from index.erase import erase

        if self.is_erasing():
            erase(self)

    def _finish_erasing(self) -> None:
        try:
            self.erase()
        except DatelineError as error:
            log.warning("%s", error)  # the wish stands, and this run has work of its own

    # --- runs ---

    def start_run(self, sources: Sequence[str]) -> int:
        """Notes that an ingest run has begun; its id."""
        last = self.last_run()
        if last is not None and last["started"] > (started := now()):
            log.warning(
                "This machine's clock says %s, and the archive's last run began on %s: see that it is right. "
                "Articles come in all the same; only when they were first seen is noted by the clock.",
                *(started, last["started"]),
            )
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

    def came_from(self, folder: str) -> dict[str, str]:
        """Articles that sources below this folder brought or repeat: id -> where it was last read from."""
        rows = self._rows(
            "SELECT id, origin FROM articles WHERE id IN (SELECT article FROM sources WHERE origin > ?1 AND "
            "origin < ?2) OR (origin > ?1 AND origin < ?2)",
            (f"{folder}/", f"{folder}0"),  # "0" comes after "/"
        )
        return {row[0]: row[1] for row in rows}

    def sources_of(self, articles: Iterable[str]) -> dict[str, list[str]]:
        """Where each article was found the last time that anything was read there."""
        found: dict[str, list[str]] = {article: [] for article in articles}
        sql = "SELECT article, origin FROM sources WHERE article IN (SELECT value FROM json_each(?))"
        for article, origin in self._rows(sql, (json.dumps(list(found)),)):
            found[article].append(origin)
        return found

    def candidates(self, bands: Sequence[int]) -> list[str]:
        """Ids of the versions that share a band with this signature, most shared bands first."""
        known = bands_of.Bands(self._db) if self._batch is None else self._batch.bands
        return known.candidates(bands)

    def sign_anew(
        self,
        scheme: int,
        sign: Callable[[str, str], Sequence[int] | None],
        is_over: Callable[[], object] = bool,
    ) -> None:
        """Sees to it that all bands are of this scheme; see `index.ledger.bands`."""
        try:
            bands_of.sign_anew(self, scheme, sign, is_over)
        except _FAULTS_OF_OURS:
            raise
        except sqlite3.DatabaseError as error:
            raise damaged(self.path, error) from error

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
            self._batch = batch = Batch(self, run, sequence)
            yield batch
            batch.finish()
            self._lexical.commit(sequence)
            db.execute("COMMIT")
        except BaseException as error:
            self._lexical.rollback()
            if db.in_transaction:
                db.execute("ROLLBACK")
            if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, _FAULTS_OF_OURS):
                raise damaged(self.path, error) from error
            raise
        finally:
            self._batch = None
        self._lexical_is_behind = False

    def _catch_up(self) -> None:
        """Brings the lexical index to where the ledger stands, after a kill, a fault or a deletion."""
        if not self._lexical_is_behind:
            return
        self._lexical.close()
        last = self.last_passage()
        if not self._lexical.open(self.sequence(), self.count_passages(last), last):
            if last > 0:
                log.warning(
                    "The word index is missing, damaged, of an older Dateline or of another state of the "
                    "archive: it is made anew from the ledger."
                )
            self.rebuild_lexical()
        self._lexical_is_behind = False

    def rebuild_lexical(self) -> None:
        """Makes the lexical index anew from the ledger; the one before goes on answering until then."""
        self._lexical.start_over()
        for page in self.iter_passages():
            self._index_words(page)
        self._lexical.take_over(self.sequence())

    def index_words(self, passages: Sequence[int]) -> None:
        """Adds passages of the ledger to the lexical index."""
        for at in range(0, len(passages), 2000):
            self._index_words(self.passages(passages[at : at + 2000]).values())

    def _index_words(self, passages: Collection[Passage]) -> None:
        versions = self.versions_by_id({passage.version for passage in passages})
        for passage in passages:
            version = versions[passage.version]
            text = version.text[passage.start : passage.end]
            self._lexical.add(version.title, [(passage.id, text)], version.language)

    def reopen_lexical(self) -> None:
        """Closes the lexical index, which ends its merges, and opens it as it stands then."""
        self._lexical_is_behind = True
        self._catch_up()


def _lock(path: Path) -> TextIO:
    """The open, locked file; closing it, or the end of the process, releases it."""
    file = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise BusyError(
            f"Another Dateline process ({holder}) is writing to {path.parent}: wait until it has finished."
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file
