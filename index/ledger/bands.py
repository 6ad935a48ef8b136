"""Bands of signatures, by which versions are found that may print the same story.

How a text is signed is the caller's; its `scheme` is a number that changes when the same text comes to have
other bands. What is kept by another scheme is signed anew, some versions at a time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from sqlite3 import Connection
from typing import TYPE_CHECKING

from index.ledger.rows import VERSION_COLUMNS, version_of

if TYPE_CHECKING:
    from index.article import Version
    from index.ledger.writer import Writer

_AT_ONCE = 500


def add(db: Connection, version: str, bands: Iterable[bytes]) -> None:
    db.executemany(
        "INSERT OR IGNORE INTO bands (band, hash, version) VALUES (?, ?, ?)",
        [(number, band, version) for number, band in enumerate(bands)],
    )


def candidates(writer: Writer, bands: Sequence[bytes]) -> list[str]:
    """Ids of the versions that share a band with this signature, most shared bands first."""
    if not bands:
        return []
    asked = ", ".join(["(?, ?)"] * len(bands))
    rows = writer._rows(
        f"WITH asked (band, hash) AS (VALUES {asked}) SELECT b.version FROM asked a CROSS JOIN bands b "
        "ON b.band = a.band AND b.hash = a.hash GROUP BY b.version ORDER BY count(*) DESC, b.version",
        [value for number, band in enumerate(bands) for value in (number, band)],
    )
    return [row[0] for row in rows]


def sign_anew(
    writer: Writer,
    scheme: int,
    sign: Callable[[str, str], Sequence[bytes] | None],
    is_over: Callable[[], object] = bool,
) -> None:
    """Gives every version the bands of `scheme`, from its text and title; at once when they have them. Ends
    early when `is_over` says so, and goes on from there the next time, as it does after a kill."""
    upto = _standing(writer, scheme)
    while upto is not None and not is_over():
        page = _versions_after(writer, upto)
        signed = [(version.id, sign(version.text, version.title)) for version in page]
        db = writer._db
        db.execute("BEGIN IMMEDIATE")
        try:
            if not upto:
                db.execute("DELETE FROM bands")
            for version, bands in signed:
                add(db, version, bands or ())
            upto = page[-1].id if len(page) == _AT_ONCE else None
            standing = json.dumps({"scheme": scheme, "upto": upto})
            db.execute("INSERT OR REPLACE INTO meta VALUES ('signed', ?)", (standing,))
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise


def _standing(writer: Writer, scheme: int) -> str | None:
    """Up to which version's id, of all in order, bands are of this scheme; None where all of them are."""
    row = writer._row("SELECT value FROM meta WHERE key = 'signed'")
    standing = json.loads(row[0]) if row else {}
    if standing.get("scheme") != scheme:
        return ""
    upto: str | None = standing["upto"]
    return upto


def _versions_after(writer: Writer, id: str) -> list[Version]:  # noqa: A002
    sql = f"SELECT {VERSION_COLUMNS} FROM versions v WHERE v.id > ? ORDER BY v.id LIMIT {_AT_ONCE}"
    return [version_of(row) for row in writer._rows(sql, (id,))]
