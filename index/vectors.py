"""What was embedded, kept: one SQLite file a model, from the hash of a text to its vector (fp16).

Chroma can be rebuilt from it in minutes, wire copy is embedded once, and another model is another file.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.database import Database
from index.errors import IndexMismatchError, SearchIndexError

if TYPE_CHECKING:
    from index.config import IndexConfig
    from index.ledger import Ledger

Floats = NDArray[np.float32]
VECTORS_FOLDER = "vectors"


class Vectors:
    """The vectors of one model in `<data>/vectors`. Commits are atomic and seen by every process at once.

    Opened to read, SearchIndexError when this model has embedded nothing yet; IndexMismatchError when
    the file's vectors have another length than `dim` (which a reader may leave out).
    """

    def __init__(self, data: Path, identity: str, dim: int | None = None, *, create: bool = False) -> None:
        """Only a writer creates the file, and must say `dim`."""
        self.identity = identity
        self.path = vectors_path(data, identity)
        if not create and not self.path.is_file():
            raise SearchIndexError(f"No passage is embedded by {identity} yet: run `dateline ingest`.")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # An embedding lost to a power cut is made again; only the ledger has to be durable at once.
        self._database = Database(self.path, durability="NORMAL" if create else None)
        try:
            if create:
                self._create(dim)
            found = self._meta()
            self.dim = int(found["dim"])
        except (sqlite3.DatabaseError, KeyError, ValueError) as error:
            self._database.close()
            raise self._damaged(error) from error
        if found["identity"] != identity or (dim is not None and dim != self.dim):
            self._database.close()
            raise IndexMismatchError(
                f"{self.path} holds vectors of {found['identity']} with {self.dim} numbers, and "
                f"{identity} makes {dim}: set EMBEDDING_MODEL back, or move that file away and ingest again."
            )

    def _create(self, dim: int | None) -> None:
        db = self._database.connection()
        db.execute(
            "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"
        )
        db.execute("CREATE TABLE IF NOT EXISTS vectors (hash TEXT PRIMARY KEY, vector BLOB) WITHOUT ROWID")
        db.executemany(
            "INSERT OR IGNORE INTO meta VALUES (?, ?)",
            [("identity", self.identity), ("dim", str(dim)), ("precisions", "[]"), ("sequence", "0")],
        )

    def _meta(self) -> dict[str, str]:
        return {row[0]: row[1] for row in self._database.rows("SELECT key, value FROM meta")}

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
            db.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise self._damaged(error) from error

    def close(self) -> None:
        self._database.close()

    def _damaged(self, error: Exception) -> SearchIndexError:
        return SearchIndexError(
            f"The vectors in {self.path} can't be used ({error}): when they are damaged, move the file away "
            "and `dateline ingest` embeds them again."
        )


def vectors_path(data: Path, identity: str) -> Path:
    """Where the vectors of the model so identified are kept."""
    return data / VECTORS_FOLDER / f"{re.sub('[^A-Za-z0-9.]+', '-', identity)}.sqlite"


def embedded(ledger: Ledger, config: IndexConfig) -> int:
    """How many of the ledger's passages have a vector of the model that is set."""
    from index.embedder import model_identity

    try:
        vectors = Vectors(config.data, model_identity(config))
    except SearchIndexError:
        return 0
    try:
        pages = (vectors.get_many([p.vector for p in page]) for page in ledger.iter_passages())
        return sum(int(found.sum()) for _, found in pages)
    finally:
        vectors.close()
