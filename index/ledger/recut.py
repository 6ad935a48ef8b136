"""Passages cut anew for another embedding model, beside those in use until it is put in their place.

To be used by the process that holds the archive's Writer. Nobody sees any of it before `put_in_use`, which is
one transaction; whatever is killed before goes on from where it stood, and after it nothing is left to do.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from index.article import NewPassage, Version
from index.ledger.ledger import Ledger, damaged
from index.ledger.rows import VERSION_COLUMNS, vector_hash, version_of
from index.ledger.writer import Writer
from index.live import KEY, Live

_FOR = "recut_for"
_PAGE = 200
_VIEW = """
CREATE TEMP VIEW passages AS
SELECT id, version, n, start, "end", vector, embed_head FROM main.passages
WHERE NOT EXISTS (SELECT 1 FROM main.recut AS anew WHERE anew.version = passages.version)
UNION ALL SELECT id, version, n, start, "end", vector, embed_head FROM main.recut
"""


class FutureLedger(Ledger):
    """The ledger as it will read when what was cut anew is in use."""

    def _check_schema(self, db: sqlite3.Connection) -> None:
        super()._check_schema(db)
        db.execute("PRAGMA query_only = OFF")
        db.execute(_VIEW)  # goes before the table of that name
        db.execute("PRAGMA query_only = ON")


@contextmanager
def _transaction(writer: Writer) -> Iterator[sqlite3.Connection]:
    db = writer._db
    try:
        db.execute("BEGIN IMMEDIATE")
        yield db
        db.execute("COMMIT")
    except BaseException as error:
        if db.in_transaction:
            db.execute("ROLLBACK")
        if isinstance(error, sqlite3.DatabaseError):
            raise damaged(writer.path, error) from error
        raise


def begin(writer: Writer, purpose: str) -> None:
    """What was cut for another purpose (a model and its limit) is dropped."""
    row = writer._row("SELECT value FROM meta WHERE key = ?", (_FOR,))
    if row is None or row[0] != purpose:
        with _transaction(writer) as db:
            db.execute("DELETE FROM recut")
            db.execute("DELETE FROM recut_seen")
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_FOR, purpose))


def count_seen(writer: Writer) -> int:
    """How many versions were looked at."""
    row = writer._row("SELECT count(*) FROM recut_seen")
    return int(row[0]) if row else 0


def unseen(writer: Writer) -> Iterator[list[Version]]:
    """Versions that weren't looked at yet, some at a time; each time those are to be noted by `stage`."""
    sql = (
        f"SELECT {VERSION_COLUMNS} FROM versions v WHERE v.id > ? AND NOT EXISTS "
        "(SELECT 1 FROM recut_seen WHERE version = v.id) ORDER BY v.id LIMIT ?"
    )
    last = ""
    while rows := writer._rows(sql, (last, _PAGE)):
        last = rows[-1]["id"]
        yield [version_of(row) for row in rows]


def passages_of(writer: Writer, versions: Sequence[Version]) -> dict[str, list[NewPassage]]:
    """The passages in use of these versions, as they were cut."""
    texts = {version.id: version.text for version in versions}
    found: dict[str, list[NewPassage]] = {id_: [] for id_ in texts}
    sql = (
        'SELECT version, start, "end", embed_head FROM passages WHERE version IN (SELECT value FROM '
        "json_each(?)) ORDER BY version, n"
    )
    for id_, start, end, head in writer._rows(sql, (json.dumps(list(texts)),)):
        found[id_].append(NewPassage(start, end, head + texts[id_][start:end]))
    return found


def stage(writer: Writer, versions: Sequence[Version], cut: Mapping[str, Sequence[NewPassage]]) -> None:
    """Notes that these versions were looked at, and the new passages of those that have any."""
    with _transaction(writer) as db:
        db.executemany("INSERT OR IGNORE INTO recut_seen VALUES (?)", [(version.id,) for version in versions])
        for version in versions:
            for n, passage in enumerate(cut.get(version.id, ())):
                head = passage.embed[: len(passage.embed) - (passage.end - passage.start)]
                row = (version.id, n, passage.start, passage.end, vector_hash(passage.embed), head)
                db.execute(
                    'INSERT OR REPLACE INTO recut (version, n, start, "end", vector, embed_head) '
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    row,
                )


def number(writer: Writer) -> int:
    """Gives what was cut anew its ids; how many versions that are. They stay as long as nothing comes in."""
    with _transaction(writer) as db:
        above = db.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'passages'")
        top = int(above.fetchone()[0])
        db.execute("UPDATE recut SET id = NULL")
        db.execute(
            "UPDATE recut SET id = ? + numbered.at FROM (SELECT version, n, row_number() OVER "
            "(ORDER BY version, n) AS at FROM recut) AS numbered "
            "WHERE numbered.version = recut.version AND numbered.n = recut.n",
            (top,),
        )
        return int(db.execute("SELECT count(DISTINCT version) FROM recut").fetchone()[0])


def put_in_use(writer: Writer, live: Live) -> None:
    """The new passages in place of the old, found by words, and the model noted: all of it or nothing.

    Where passages were cut anew, the words of all are written first, beside those in use.
    """
    lexical = writer._lexical
    writer._catch_up()
    is_recut = writer._row("SELECT 1 FROM recut LIMIT 1") is not None
    if is_recut:
        lexical.start_over()
        with FutureLedger(writer.data) as future:
            for page in future.iter_passages():
                writer._index_words(page)
    writer._lexical_is_behind = True  # until the ledger has committed, too
    with _transaction(writer) as db:
        db.execute("UPDATE meta SET value = value + 1 WHERE key = 'sequence'")
        sequence = writer.sequence()
        db.execute("DELETE FROM passages WHERE version IN (SELECT version FROM recut)")
        db.execute(
            'INSERT INTO passages (id, version, n, start, "end", vector, embed_head, sequence) '
            'SELECT id, version, n, start, "end", vector, embed_head, ? FROM recut ORDER BY id',
            (sequence,),
        )
        db.execute("DELETE FROM recut")
        db.execute("DELETE FROM recut_seen")
        db.execute("DELETE FROM meta WHERE key = ?", (_FOR,))
        note(db, live)
        if is_recut:
            lexical.take_over(sequence)
        else:
            lexical.commit(sequence)
    writer._lexical_is_behind = False


def note(db: sqlite3.Connection, live: Live) -> None:
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (KEY, live.as_text()))


def note_first(writer: Writer, live: Live) -> None:
    """The model that an archive without any was embedded by."""
    with _transaction(writer) as db:
        db.execute("INSERT OR IGNORE INTO meta VALUES (?, ?)", (KEY, live.as_text()))
