"""Bands of signatures, by which versions are found that may print the same story.

A band is a whole number of 64 bits. How a text is signed is the caller's; its `scheme` is a number that
changes when the same text comes to have other bands. What is kept by another scheme is signed anew, some
versions at a time.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from sqlite3 import Connection
from typing import TYPE_CHECKING

from index.ledger.rows import VERSION_COLUMNS, version_of

if TYPE_CHECKING:
    from index.article import Version
    from index.ledger.writer import Writer

_AT_ONCE = 500


class Bands:
    """The bands of a ledger, in one transaction. All that it will ask for can be looked up at once; all that
    it adds is written at once and in order, as each would else be on another page."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._versions: dict[int, list[str]] = {}
        """By band, of those looked up or added."""
        self._looked_up: set[int] = set()
        self._added: set[tuple[int, str]] = set()

    def look_up(self, bands: Iterable[int]) -> None:
        new = set(bands) - self._looked_up
        self._looked_up |= new
        rows = self._db.execute(
            "SELECT b.band, b.version FROM json_each(?) asked CROSS JOIN bands b ON b.band = asked.value",
            (json.dumps(sorted(new)),),
        )
        for band, version in rows if new else ():
            self._versions.setdefault(band, []).append(version)

    def add(self, version: str, bands: Iterable[int]) -> None:
        for band in set(bands):
            self._versions.setdefault(band, []).append(version)
            self._added.add((band, version))

    def candidates(self, bands: Collection[int]) -> list[str]:
        """Ids of the versions that share a band with this signature, most shared bands first."""
        if not self._looked_up.issuperset(bands):
            self.look_up(bands)
        shared = Counter(
            version for band in self._versions.keys() & set(bands) for version in set(self._versions[band])
        )
        return sorted(shared, key=lambda version: (-shared[version], version))

    def write(self) -> None:
        """Writes what was added."""
        sql = "INSERT OR IGNORE INTO bands (band, version) VALUES (?, ?)"
        self._db.executemany(sql, sorted(self._added))
        self._added.clear()


def sign_anew(
    writer: Writer,
    scheme: int,
    sign: Callable[[str, str], Sequence[int] | None],
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
            made = Bands(db)
            for version, bands in signed:
                made.add(version, bands or ())
            made.write()
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
