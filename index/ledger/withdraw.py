"""Taking articles out of the ledger, and knowing them again by hashes alone.

`index.erase` sees to it afterwards that no file holds their words.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from index.ledger.ledger import Ledger

Why = Literal["forgotten", "pruned"]
"""Told to be forgotten, or gone from the folder that it came from."""
Kind = Literal["key", "raw", "text"]
_BARE_HASH = "substr(raw_hash || '~', 1, instr(raw_hash || '~', '~') - 1)"
"""As `bare_hash` has it."""
_REMOVED = "(withdrawn)"
"""Stands in the list of what a run was asked to read for a name that may hold the article's words."""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What is still known of an article that was taken out."""

    article: str
    last: int
    """Number of the last version that went."""
    at: str
    """UTC, ISO 8601."""
    why: Why
    restored: str | None
    """When the article came in again; None while it hasn't."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    article: str
    at: str
    """UTC, ISO 8601."""


def find(ledger: Ledger, article: str) -> Withdrawn | None:
    """What is known of an article, or of the article of this version, that was taken out."""
    sql = "SELECT article, last, at, why, restored FROM withdrawn WHERE article = ?"
    row = ledger._row(sql, (article.partition("@")[0],))
    return Withdrawn(*row) if row else None


def find_versions(ledger: Ledger, versions: Iterable[str]) -> dict[str, str]:
    """Those of the versions that were taken out, and when: version id -> UTC, ISO 8601."""
    asked = {version: version.partition("@")[::2] for version in versions}
    held = set(ledger.versions_by_id(asked))
    sql = "SELECT article, last, at FROM withdrawn WHERE article IN (SELECT value FROM json_each(?))"
    rows = ledger._rows(sql, (json.dumps([article for article, _ in asked.values()]),))
    known = {row[0]: (int(row[1]), str(row[2])) for row in rows}
    return {
        version: known[article][1]
        for version, (article, n) in asked.items()
        if version not in held and article in known and n.isdecimal() and int(n) <= known[article][0]
    }


def forgotten(ledger: Ledger, hashes: Iterable[tuple[Kind, str]]) -> Forgotten | None:
    """The article that one of these hashes is of, where it was forgotten."""
    asked = [value for kind, name in hashes for value in (kind, bare_hash(name))]
    if not asked or ledger._row("SELECT 1 FROM forgotten LIMIT 1") is None:
        return None
    values = ", ".join(["(?, ?)"] * (len(asked) // 2))
    row = ledger._row(
        f"WITH asked (kind, hash) AS (VALUES {values}) SELECT f.article, w.at FROM asked a "
        "CROSS JOIN forgotten f ON f.kind = a.kind AND f.hash = a.hash "
        "JOIN withdrawn w ON w.article = f.article ORDER BY f.kind, w.at DESC LIMIT 1",
        asked,
    )
    return Forgotten(*row) if row else None


def bare_hash(name: str) -> str:
    """Without what tells under which names fields were read: the bytes are the same."""
    return name.partition("~")[0]


def take_out(db: sqlite3.Connection, articles: Sequence[str], why: Why, at: str) -> None:
    """Deletes every row with words of these articles, inside the transaction that is open.

    Forgotten, their hashes are kept, but for those that another article of the archive shares.
    """
    ids = json.dumps(list(articles))
    _clear_names(db, ids)
    for article in articles:
        db.execute(
            "INSERT INTO withdrawn (article, last, at, why) "
            "SELECT ?1, max(n), ?2, ?3 FROM versions WHERE article = ?1 "
            "ON CONFLICT (article) DO UPDATE SET last = max(last, excluded.last), at = excluded.at, "
            "why = excluded.why, restored = NULL",
            (article, at, why),
        )
        db.execute("DELETE FROM forgotten WHERE article = ?", (article,))
        if why == "forgotten":
            _remember(db, article)
        _pass_story_on(db, article)
    versions = "SELECT id FROM versions WHERE article IN (SELECT value FROM json_each(?))"
    db.execute(f"DELETE FROM bands WHERE version IN ({versions})", (ids,))
    db.execute("DELETE FROM sources WHERE article IN (SELECT value FROM json_each(?))", (ids,))
    # Versions and passages go with it.
    db.execute("DELETE FROM articles WHERE id IN (SELECT value FROM json_each(?))", (ids,))
    if why == "forgotten":
        _share(db)
    db.execute("UPDATE meta SET value = '1' WHERE key = 'erasing'")


def _remember(db: sqlite3.Connection, article: str) -> None:
    db.execute(
        "INSERT OR IGNORE INTO forgotten (kind, hash, article) "
        "SELECT 'key', ?1, ?1 "
        "UNION SELECT 'text', text_hash, ?1 FROM versions WHERE article = ?1 "
        f"UNION SELECT 'raw', {_BARE_HASH}, ?1 FROM versions WHERE article = ?1 "
        f"UNION SELECT 'raw', {_BARE_HASH}, ?1 FROM sources WHERE article = ?1",
        (article,),
    )


def _share(db: sqlite3.Connection) -> None:
    """What an article of the archive still says, or was read from, isn't forgotten."""
    db.execute(
        "DELETE FROM forgotten WHERE kind = 'text' AND hash IN "
        "(SELECT text_hash FROM versions WHERE text_hash = forgotten.hash)"
    )
    db.execute(
        "DELETE FROM forgotten WHERE kind = 'raw' "
        f"AND (hash = '' OR hash IN (SELECT {_BARE_HASH} FROM sources))"
    )


def _clear_names(db: sqlite3.Connection, articles: str) -> None:
    """Addresses and paths often hold the headline: they go from failures and from lists of what was read."""
    rows = db.execute(
        "SELECT origin FROM articles WHERE id IN (SELECT value FROM json_each(?1)) "
        "UNION SELECT url FROM articles WHERE id IN (SELECT value FROM json_each(?1)) "
        "UNION SELECT origin FROM sources WHERE article IN (SELECT value FROM json_each(?1))",
        (articles,),
    )
    names = {str(row[0]) for row in rows if row[0]}
    db.execute(
        "DELETE FROM failures WHERE origin IN (SELECT value FROM json_each(?))", (json.dumps(sorted(names)),)
    )
    bare = {_bare(name) for name in names}
    for run, sources in db.execute("SELECT id, sources FROM runs").fetchall():
        asked = json.loads(sources)
        kept = [_REMOVED if _is_named(_bare(name), bare) else name for name in asked]
        if kept != asked:
            db.execute("UPDATE runs SET sources = ? WHERE id = ?", (json.dumps(kept), run))


def _bare(name: str) -> str:
    """A path without the record's number, an address without scheme, query and fragment."""
    return re.split(r"[?#]", name.partition("://")[2] or name, maxsplit=1)[0].rstrip("/").removeprefix("./")


def _is_named(asked: str, names: set[str]) -> bool:
    return bool(asked) and (asked in names or any(name.endswith(f"/{asked}") for name in names))


def _pass_story_on(db: sqlite3.Connection, article: str) -> None:
    """A story is named for its first article; when that goes, for the oldest of the others."""
    row = db.execute(
        "SELECT a.id FROM articles a JOIN versions v ON v.article = a.id AND v.n = "
        "(SELECT min(n) FROM versions WHERE article = a.id) "
        "WHERE a.story = ?1 AND a.id <> ?1 ORDER BY v.published_day IS NULL, v.published, a.id LIMIT 1",
        (article,),
    ).fetchone()
    if row is not None:
        db.execute("UPDATE articles SET story = ? WHERE story = ?", (row[0], article))


def come_back(db: sqlite3.Connection, article: str, hashes: Sequence[tuple[Kind, str]], at: str) -> None:
    """Notes that an article, or a text that was forgotten with another, is in the archive again."""
    if db.execute("SELECT 1 FROM withdrawn LIMIT 1").fetchone() is None:
        return
    bare = [(kind, bare_hash(name)) for kind, name in hashes]
    db.executemany("DELETE FROM forgotten WHERE kind = ? AND hash = ?", bare)
    db.execute("DELETE FROM forgotten WHERE article = ?", (article,))
    db.execute("UPDATE withdrawn SET restored = ? WHERE article = ? AND restored IS NULL", (at, article))


def last_version(db: sqlite3.Connection, article: str) -> int:
    """Number of the last version that the article has had, whether it is in the archive or was taken out."""
    row = db.execute(
        "SELECT max(coalesce((SELECT max(n) FROM versions WHERE article = ?1), 0), "
        "coalesce((SELECT last FROM withdrawn WHERE article = ?1), 0))",
        (article,),
    ).fetchone()
    return int(row[0])
