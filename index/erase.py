"""Seeing to it that no file holds a word or a vector of what was taken out of the ledger.

A row that is deleted goes on lying in free pages, in logs, in tantivy's segments and in Chroma's graph until
they are written anew. All steps may be repeated: whatever is killed, the next Writer goes through them again.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import LedgerError

if TYPE_CHECKING:
    from index.ledger import Writer

log = logging.getLogger(__name__)

_LEFTOVERS = ("*.tmp", "*.old", "*.damaged*", "lexical.*")
"""Names, in the data folder and in those below it, of what a run that was killed or a repair left behind."""


def erase(writer: Writer) -> None:
    """Words first: the lexical index, then the ledger's own free pages and log; then the vectors.

    To be called by the Writer, whose ledger says that something is to be erased. LedgerError when the disk
    is full, or a reader keeps the ledger's log in use.
    """
    from index.dense.erase import erase_from_base
    from index.lexical_erase import erase_from_lexical
    from index.vectors import VECTORS_FOLDER, erase_vectors, is_damage

    data = writer.data
    _remove_leftovers(data)
    erase_from_lexical(writer)
    try:
        for path in sorted((data / VECTORS_FOLDER).glob("*.sqlite")):
            try:
                erase_vectors(path, writer)
            except sqlite3.DatabaseError as error:
                if not is_damage(error):
                    raise
                log.warning("The vectors in %s are damaged and removed; they are made again: %s", path, error)
                for beside in ("", "-wal", "-shm"):
                    path.with_name(path.name + beside).unlink(missing_ok=True)
        erase_from_base(writer)
        with closing(sqlite3.connect(writer.path, isolation_level=None, timeout=30)) as db:
            vacuum(db)
            db.execute("UPDATE meta SET value = '0' WHERE key = 'erasing'")
            _truncate_log(db)
    except sqlite3.Error as error:
        raise LedgerError(
            f"What was taken out is found by nobody, but {data} can't be rewritten yet ({error}): make room, "
            "or end what reads it; the next `dateline ingest` or `dateline forget` finishes it."
        ) from error


def vacuum(db: sqlite3.Connection) -> None:
    """Writes a SQLite file anew, without what was deleted, and empties its log."""
    db.execute("VACUUM")
    _truncate_log(db)


def _truncate_log(db: sqlite3.Connection) -> None:
    busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise sqlite3.OperationalError("another program is reading it")


def _remove_leftovers(data: Path) -> None:
    for pattern in _LEFTOVERS:
        for path in [*data.glob(pattern), *data.glob(f"*/{pattern}")]:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
