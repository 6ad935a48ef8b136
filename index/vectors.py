"""What was embedded, kept: one SQLite file a model, from the hash of a text to its vector (fp16).

Chroma can be rebuilt from it in minutes, wire copy is embedded once, and another model is another file.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.database import Database
from index.erase import vacuum
from index.errors import DamagedVectorsError, DatelineError, IndexMismatchError, SearchIndexError
from index.files import disk_error

if TYPE_CHECKING:
    from index.config import IndexConfig
    from index.ledger import Ledger

Floats = NDArray[np.float32]
log = logging.getLogger(__name__)

VECTORS_FOLDER = "vectors"
_REMEMBERED = 1_000
"""Commits of which is kept what they brought; a reader further behind looks for all that it waits for."""
_DAMAGES = (sqlite3.DatabaseError, KeyError, ValueError)


class Vectors:
    """The vectors of one model in `<data>/vectors`. Commits are atomic and seen by every process at once.

    Opened to read, SearchIndexError when this model has embedded nothing yet; IndexMismatchError when
    the file's vectors have another length than `dim` (which a reader may leave out).
    """

    def __init__(self, data: Path, identity: str, dim: int | None = None, *, create: bool = False) -> None:
        """Only a writer creates the file, and must say `dim`. One that is damaged it sets aside first."""
        self.identity = identity
        self.path = vectors_path(data, identity)
        if create:
            self._prepare()
        elif not self.path.is_file():
            raise self._nothing_yet()
        try:
            found = self._open(dim, create)
        except _DAMAGES as error:
            self._database.close()
            if not create or not is_damage(error):
                raise self._damaged(error) from error
            self._set_aside(str(error))
            found = self._open(dim, create)
        self.dim = int(found["dim"])
        if found["identity"] != identity or (dim is not None and dim != self.dim):
            self._database.close()
            raise IndexMismatchError(
                f"{self.path} holds vectors of {found['identity']} with {self.dim} numbers, and "
                f"{identity} makes {dim}: set EMBEDDING_MODEL back, or move that file away and ingest again."
            )

    def _open(self, dim: int | None, create: bool) -> dict[str, str]:
        # An embedding lost to a power cut is made again; only the ledger has to be durable at once.
        self._database = Database(self.path, durability="NORMAL" if create else None)
        if create:
            self._create(dim)
        elif not self._database.rows("SELECT 1 FROM sqlite_schema LIMIT 1"):
            self._database.close()
            raise self._nothing_yet()  # a run was killed as it made the file
        found = self._meta()
        int(found["dim"]), int(found["sequence"]), found["identity"]
        return found

    def _create(self, dim: int | None) -> None:
        db = self._database.connection()
        db.execute("BEGIN IMMEDIATE")
        db.execute(
            "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"
        )
        db.execute("CREATE TABLE IF NOT EXISTS vectors (hash TEXT PRIMARY KEY, vector BLOB) WITHOUT ROWID")
        # What each of the last commits brought, so that a reader needn't look for all that it waits for.
        db.execute("CREATE TABLE IF NOT EXISTS added (sequence INTEGER PRIMARY KEY, hashes TEXT NOT NULL)")
        db.executemany(
            "INSERT OR IGNORE INTO meta VALUES (?, ?)",
            [("identity", self.identity), ("dim", str(dim)), ("precisions", "[]"), ("sequence", "0")],
        )
        db.execute("COMMIT")

    def _nothing_yet(self) -> SearchIndexError:
        return SearchIndexError(f"No passage is embedded by {self.identity} yet: run `dateline ingest`.")

    # --- damage: nothing is lost, as vectors are derived ---

    def _prepare(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self._note().exists():
                self._set_aside("a reader found it damaged")
        except OSError as error:
            raise disk_error(error, self.path.parent) or self._damaged(error) from error

    def _set_aside(self, why: str) -> None:
        taken = len(list(self.path.parent.glob(f"{self.path.name}.damaged-*")))
        aside = self.path.with_name(f"{self.path.name}.damaged-{taken + 1}")
        if self.path.exists():
            self.path.rename(aside)
            log.warning(
                "The vectors in %s were damaged (%s): the file is now %s, which you may delete, and every "
                "passage is embedded again.",
                *(self.path, why, aside.name),
            )
        for beside in ("-wal", "-shm"):
            self.path.with_name(self.path.name + beside).unlink(missing_ok=True)
        self._note().unlink(missing_ok=True)

    def _note(self) -> Path:
        return self.path.with_name(f"{self.path.name}.suspect")

    def _damaged(self, error: Exception) -> DatelineError:
        trouble = disk_error(error, self.path.parent)
        if trouble is not None:
            return trouble
        if isinstance(error, OSError) or not is_damage(error):
            return SearchIndexError(f"The vectors in {self.path} can't be used now ({error}): try again.")
        with contextlib.suppress(OSError):
            self._note().touch()
        return DamagedVectorsError(
            f"The vectors in {self.path} are damaged ({error}): the next `dateline ingest` sets the file "
            "aside and embeds them again."
        )

    def _meta(self) -> dict[str, str]:
        return {row[0]: row[1] for row in self._database.rows("SELECT key, value FROM meta")}

    def complete(self, ledger: Ledger) -> int:
        """A passage id up to which every passage of this ledger has its vector; 0 when none is known."""
        try:
            noted = json.loads(self._meta().get("complete", "{}"))
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error
        upto = int(noted.get("upto", 0))
        last = ledger.passages([upto]).get(upto)
        is_known = last is not None and [ledger.identity, last.vector] == [noted["ledger"], noted["vector"]]
        return upto if is_known else 0

    def note_complete(self, ledger: Ledger, upto: int) -> None:
        """Notes that every passage up to this id has its vector, so that nobody looks at them again; with 0,
        that they are to be looked at."""
        last = ledger.passages([upto]).get(upto)
        vector = last.vector if last else ""
        noted = json.dumps({"ledger": ledger.identity, "upto": upto, "vector": vector})
        try:
            db = self._database.connection()
            db.execute("INSERT OR REPLACE INTO meta VALUES ('complete', ?)", (noted,))
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error

    def added_since(self, sequence: int) -> set[str] | None:
        """Hashes that the commits after this one brought; None when that is no longer known."""
        sql = "SELECT sequence, hashes FROM added WHERE sequence > ? ORDER BY sequence"
        try:
            now = self.sequence()
            rows = self._database.rows(sql, (sequence,))
        except sqlite3.OperationalError:
            return None  # an older file, which no writer has opened yet
        if now < sequence or [row[0] for row in rows][: now - sequence] != list(range(sequence + 1, now + 1)):
            return None
        return {name for row in rows for name in json.loads(row[1])}

    def sequence(self) -> int:
        """Number of commits so far: equal readings mean that nothing was added between."""
        try:
            return int(self._database.rows("SELECT value FROM meta WHERE key = 'sequence'")[0][0])
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error

    def precisions(self) -> list[str]:
        """Precisions at which the model ran to make these vectors, such as `fp32`, `bf16`."""
        return [str(name) for name in json.loads(self._meta()["precisions"])]

    def count(self) -> int:
        return int(self._database.rows("SELECT count(*) FROM vectors")[0][0])

    def check(self) -> None:
        """Reads the whole file; DamagedVectorsError when it is not sound. The next writer mends it."""
        try:
            broken = [row[0] for row in self._database.rows("PRAGMA quick_check(3)") if row[0] != "ok"]
            sql = "SELECT count(*) FROM vectors WHERE length(vector) IS NOT ?"
            short = self._database.rows(sql, (self.dim * np.dtype(np.float16).itemsize,))[0][0]
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error
        if short:
            broken.append(f"{short:,} have another length than {self.dim} numbers")
        if broken:
            raise self._damaged(ValueError("; ".join(broken)))

    def get_many(self, hashes: Sequence[str]) -> tuple[Floats, NDArray[np.bool_]]:
        """The vectors of these hashes in this order, n × dim, and whether each was there (else zeros)."""
        matrix = np.zeros((len(hashes), self.dim), dtype=np.float32)
        found = np.zeros(len(hashes), dtype=np.bool_)
        places: dict[str, list[int]] = {}
        for place, name in enumerate(hashes):
            places.setdefault(name, []).append(place)
        sql = "SELECT hash, vector FROM vectors WHERE hash IN (SELECT value FROM json_each(?))"
        try:
            rows = self._database.rows(sql, (json.dumps(list(places)),))
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error
        for name, blob in rows:
            matrix[places[name]] = np.frombuffer(blob, dtype=np.float16)
            found[places[name]] = True
        return matrix, found

    def missing(self, hashes: Sequence[str]) -> list[str]:
        """Those of the hashes that have no vector, each once, in their order."""
        sql = "SELECT hash FROM vectors WHERE hash IN (SELECT value FROM json_each(?))"
        names = list(dict.fromkeys(hashes))
        try:
            present = {row[0] for row in self._database.rows(sql, (json.dumps(names),))}
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error
        return [name for name in names if name not in present]

    def put_many(self, hashes: Sequence[str], vectors: Floats, precision: str) -> None:
        """Adds vectors, n × dim, in one transaction; a hash that is there already keeps its vector."""
        rows = [
            (name, vector.tobytes()) for name, vector in zip(hashes, vectors.astype(np.float16), strict=True)
        ]
        db = self._database.connection()
        try:
            db.execute("BEGIN IMMEDIATE")
            db.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)
            precisions = sorted({*self.precisions(), precision})
            db.execute("UPDATE meta SET value = ? WHERE key = 'precisions'", (json.dumps(precisions),))
            db.execute("UPDATE meta SET value = value + 1 WHERE key = 'sequence'")
            now = self.sequence()
            db.execute("INSERT INTO added VALUES (?, ?)", (now, json.dumps(list(hashes))))
            db.execute("DELETE FROM added WHERE sequence <= ?", (now - _REMEMBERED,))
            db.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise self._damaged(error) from error

    def close(self) -> None:
        self._database.close()


def is_damage(error: Exception) -> bool:
    """Whether the file is not what it should be, rather than the disk full or somebody in the way."""
    name = getattr(error, "sqlite_errorname", None)
    is_unreadable = name is None or name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
    return is_unreadable or "no such table" in str(error)


def vectors_path(data: Path, identity: str) -> Path:
    """Where the vectors of the model so identified are kept."""
    return data / VECTORS_FOLDER / f"{re.sub('[^A-Za-z0-9.]+', '-', identity)}.sqlite"


def erase_vectors(path: Path, ledger: Ledger) -> None:
    """Takes out of a vectors file what no passage of the ledger was embedded from, and writes it anew.

    `sqlite3.DatabaseError` when the file can't be read or written.
    """
    wanted = {passage.vector for page in ledger.iter_passages() for passage in page}
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as db:
        gone = [row for row in db.execute("SELECT hash FROM vectors") if row[0] not in wanted]
        if gone:
            db.execute("BEGIN IMMEDIATE")
            db.executemany("DELETE FROM vectors WHERE hash = ?", gone)
            db.execute("COMMIT")
        vacuum(db)


def embedded(ledger: Ledger, config: IndexConfig) -> int:
    """How many of the ledger's passages have a vector of the model that is set."""
    from index.embedder import model_identity

    try:
        vectors = Vectors(config.data, model_identity(config))
    except SearchIndexError:
        return 0
    try:
        return count_embedded(ledger, vectors)
    finally:
        vectors.close()


def count_embedded(ledger: Ledger, vectors: Vectors) -> int:
    """How many of the ledger's passages have one of these vectors."""
    complete = vectors.complete(ledger)
    count = ledger.count_passages(complete)
    for page in ledger.iter_passages(after=complete):
        missing = set(vectors.missing([passage.vector for passage in page]))
        count += sum(passage.vector not in missing for passage in page)
    return count
