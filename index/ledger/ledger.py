"""Reading the ledger. Any number of processes and threads may, while one process writes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from index.article import Article, Coverage, Passage, Version, Window
from index.database import Database, Parameters
from index.errors import LedgerError
from index.files import disk_error
from index.ledger import selection, withdraw
from index.ledger.migrate import check_ours, migrations, schema_version
from index.ledger.rows import (
    ARTICLE_COLUMNS,
    PASSAGE_COLUMNS,
    VERSION_COLUMNS,
    Place,
    SourceSeen,
    article_of,
    passage_of,
    version_of,
)
from index.ledger.withdraw import Forgotten, Kind, Withdrawn
from index.narrow import Narrow
from index.text import fold

LEDGER_FILE = "ledger.sqlite"


class Ledger:
    """The record of articles, immutable versions and passages in `<data>/ledger.sqlite`.

    Each thread gets a connection of its own. Every read sees the last commit. Raises LedgerError when
    there is no ledger, or a damaged one, or one that another release of Dateline must read.
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        self.path = data / LEDGER_FILE
        self._open()

    def _open(self) -> None:
        if not self.path.is_file():
            raise LedgerError(
                f"There is no archive in {self.data}: run `dateline ingest PATH`, or set DATELINE_DATA."
            )
        self._database = Database(self.path, check=self._check_schema)
        try:
            self._database.connection()
        except sqlite3.DatabaseError as error:
            raise damaged(self.path, error) from error

    def _check_schema(self, db: sqlite3.Connection) -> None:
        check_ours(self.path, db)
        found = schema_version(db)
        if found == 0:
            raise LedgerError(f"The archive in {self.data} is empty: run `dateline ingest PATH` first.")
        if found < migrations()[-1][0]:
            raise LedgerError(
                f"The archive in {self.data} is from an older Dateline: `dateline ingest` updates it."
            )

    def _rows(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        try:
            return self._database.rows(sql, parameters)
        except sqlite3.DatabaseError as error:
            raise damaged(self.path, error) from error

    def _row(self, sql: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        rows = self._rows(sql, parameters)
        return rows[0] if rows else None

    # --- what it holds ---

    @property
    def identity(self) -> str:
        """Random name given to this ledger when it was made."""
        row = self._row("SELECT value FROM meta WHERE key = 'identity'")
        return str(row[0]) if row else ""

    def state(self) -> tuple[str, int]:
        """Identity and sequence of the ledger at one moment."""
        rows = self._rows("SELECT key, value FROM meta WHERE key IN ('identity', 'sequence')")
        found = {row[0]: row[1] for row in rows}
        return str(found.get("identity", "")), int(found.get("sequence", 0))

    def sequence(self) -> int:
        """Number of commits so far: two equal readings mean that nothing has changed between."""
        row = self._row("SELECT value FROM meta WHERE key = 'sequence'")
        return int(row[0]) if row else 0

    def stats(self) -> dict[str, int]:
        """Counts of articles, versions, passages, stories, publishers, and the sequence."""
        row = self._row(
            "SELECT (SELECT count(*) FROM articles) AS articles, "
            "(SELECT count(*) FROM versions) AS versions, "
            "(SELECT count(*) FROM passages) AS passages, "
            "(SELECT count(DISTINCT story) FROM articles) AS stories, "
            "(SELECT count(DISTINCT publisher) FROM versions) AS publishers, "
            "(SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'sequence') AS sequence"
        )
        return dict(row) if row else {}

    def coverage(self, narrow: Narrow | None = None) -> Coverage:
        """What a question so narrowed is asked of."""
        narrow = narrow or Narrow()
        chosen = selection.choose(narrow, self.as_written)
        row = self._row(
            f"SELECT count(*), min(v.published_day), max(v.published_day) {chosen.sql}", chosen.parameters
        )
        everywhen = selection.choose(replace(narrow, window=Window(), as_of=None), self.as_written)
        undated = self._row(
            f"SELECT count(*) FROM (SELECT v.day AS day {everywhen.sql}) WHERE day IS NULL",
            everywhen.parameters,
        )
        assert row is not None and undated is not None
        oldest, newest = (None if day is None else selection.iso_day(day) for day in row[1:3])
        return Coverage(row[0], oldest, newest, undated[0], narrow.window)

    def publishers(self) -> list[tuple[str, int]]:
        """`(publisher, articles)` of the latest versions, most first."""
        rows = self._rows(
            "SELECT v.publisher, count(*) AS n FROM versions v WHERE v.superseded_by IS NULL "
            "AND v.publisher IS NOT NULL GROUP BY v.publisher ORDER BY n DESC, v.publisher"
        )
        return [(row[0], row[1]) for row in rows]

    def languages(self) -> list[str]:
        """ISO 639-1 codes of the latest versions, in order."""
        sql = "SELECT DISTINCT language FROM versions INDEXED BY versions_by_whom WHERE superseded_by IS NULL"
        return sorted(row[0] for row in self._rows(sql) if row[0] is not None)

    def authors(self) -> list[str]:
        """Author lines of the latest versions, as their publishers write them, in order."""
        sql = "SELECT DISTINCT author FROM versions INDEXED BY versions_by_whom WHERE superseded_by IS NULL"
        return sorted(row[0] for row in self._rows(sql) if row[0] is not None)

    def calendar(self) -> list[tuple[str | None, str, int, str]]:
        """`(publisher, YYYY-MM, articles, newest day)` of the dated latest versions, oldest month first."""
        rows = self._rows(
            "SELECT v.publisher, strftime('%Y-%m', v.published_day * 86400, 'unixepoch') AS month, "
            "count(*), max(v.published_day) FROM versions v "
            "WHERE v.superseded_by IS NULL AND v.published_day IS NOT NULL "
            "GROUP BY v.publisher, month ORDER BY month, v.publisher"
        )
        return [(row[0], row[1], row[2], selection.iso_day(row[3])) for row in rows]

    def last_run(self) -> dict[str, Any] | None:
        """The latest ingest run: id, started, finished (None when it was killed), sources, counts."""
        row = self._row("SELECT id, started, finished, sources, counts FROM runs ORDER BY id DESC LIMIT 1")
        if row is None:
            return None
        return dict(row) | {
            "sources": json.loads(row["sources"]),
            "counts": json.loads(row["counts"]) if row["counts"] else None,
        }

    def failures(self, run: int | None = None, *, still_out: bool = False) -> list[dict[str, Any]]:
        """What could not be read, of one run or of all, oldest first: run, origin, stage, reason, at. With
        `still_out`, what no later run has read; each origin once, as it failed last."""
        rows = self._rows(
            "SELECT run, origin, stage, reason, at FROM failures WHERE (?1 IS NULL OR run = ?1) "
            "AND (NOT ?2 OR settled IS NULL) ORDER BY id",
            (run, still_out),
        )
        return [dict(row) for row in rows]

    def source(self, origin: str) -> SourceSeen | None:
        row = self._row(
            "SELECT raw_hash, cleaner, outcome, article, reason FROM sources WHERE origin = ?", (origin,)
        )
        return SourceSeen(*row) if row else None

    # --- articles and versions ---

    def article(self, id: str) -> Article | None:  # noqa: A002
        """The article of this id, or of this version's id."""
        row = self._row(f"SELECT {ARTICLE_COLUMNS} FROM articles a WHERE a.id = ?", (id.partition("@")[0],))
        return article_of(row) if row else None

    def articles(self, ids: Iterable[str]) -> dict[str, Article]:
        sql = f"SELECT {ARTICLE_COLUMNS} FROM articles a WHERE a.id IN (SELECT value FROM json_each(?))"
        return {row["id"]: article_of(row) for row in self._rows(sql, (json.dumps(list(ids)),))}

    def read_from(self, origin: str) -> list[Article]:
        """Articles that this source brought or repeats: one record, or all of a file or an address."""
        sql = (
            f"SELECT {ARTICLE_COLUMNS} FROM articles a WHERE a.origin IN (?1) OR a.id IN "
            "(SELECT article FROM sources WHERE origin = ?1 OR (origin > ?2 AND origin < ?3) "
            "OR (origin > ?4 AND origin < ?5)) ORDER BY a.id"
        )
        # The signs that follow "#" and "/".
        return [
            article_of(row)
            for row in self._rows(sql, (origin, f"{origin}#", f"{origin}$", f"{origin}!/", f"{origin}!0"))
        ]

    def with_address(self, host: str) -> list[Article]:
        """Articles whose address has this in it."""
        sql = f"SELECT {ARTICLE_COLUMNS} FROM articles a WHERE instr(lower(a.url), ?)"
        return [article_of(row) for row in self._rows(sql, (host.lower(),))]

    def versions(self, article: str) -> list[Version]:
        """Every version of an article, oldest first."""
        sql = f"SELECT {VERSION_COLUMNS} FROM versions v WHERE v.article = ? ORDER BY v.n"
        return [version_of(row) for row in self._rows(sql, (article.partition("@")[0],))]

    def version(self, id: str) -> Version | None:  # noqa: A002
        return self.versions_by_id([id]).get(id)

    def versions_by_id(self, ids: Iterable[str]) -> dict[str, Version]:
        sql = f"SELECT {VERSION_COLUMNS} FROM versions v WHERE v.id IN (SELECT value FROM json_each(?))"
        return {row["id"]: version_of(row) for row in self._rows(sql, (json.dumps(list(ids)),))}

    def current_versions(self, articles: Iterable[str], as_of: date | None = None) -> dict[str, str]:
        """Article id -> id of the version that it reads as: the latest, or as of a day the last dated by
        then; those that have none are left out."""
        ids = json.dumps([article.partition("@")[0] for article in articles])
        chosen = selection.choose(Narrow(as_of=as_of), self.as_written)
        rows = self._rows(
            f"SELECT v.article, v.id {chosen.sql} AND v.article IN (SELECT value FROM json_each(:ids))",
            {**chosen.parameters, "ids": ids},
        )
        return {row[0]: row[1] for row in rows}

    def outlets(self, article: str, as_of: date | None = None) -> tuple[str, ...]:
        """Publishers that printed the article's story (by then), its own first, then by date."""
        article = article.partition("@")[0]
        return self.outlets_of([article], as_of).get(article, ())

    def outlets_of(self, articles: Iterable[str], as_of: date | None = None) -> dict[str, tuple[str, ...]]:
        """`outlets` of many, by article id."""
        pairs = self._rows(
            "SELECT own.id, b.id FROM articles own JOIN articles b ON b.story = own.story "
            "WHERE own.id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(articles)),),
        )
        chosen = selection.choose(Narrow(as_of=as_of), self.as_written)
        printed = {
            row[0]: (row[2] is None, row[2] or 0, row[1])
            for row in self._rows(
                f"SELECT v.article, v.publisher, v.published_day {chosen.sql} AND v.publisher IS NOT NULL "
                "AND v.article IN (SELECT value FROM json_each(:ids))",
                {**chosen.parameters, "ids": json.dumps(sorted({copy for _, copy in pairs}))},
            )
        }
        found: dict[str, list[tuple[bool, bool, int, str]]] = {}
        for own, copy in pairs:
            if copy in printed:
                found.setdefault(own, []).append((copy != own, *printed[copy]))
        return {
            own: tuple(dict.fromkeys(publisher for *_, publisher in sorted(copies)))
            for own, copies in found.items()
        }

    def copies(self, article: str) -> list[Article]:
        """The articles of its story, itself among them."""
        sql = (
            f"SELECT {ARTICLE_COLUMNS} FROM articles a WHERE a.story = "
            "(SELECT story FROM articles WHERE id = ?) ORDER BY a.id"
        )
        return [article_of(row) for row in self._rows(sql, (article.partition("@")[0],))]

    # --- what was taken out ---

    def withdrawn(self, article: str) -> Withdrawn | None:
        """What is known of an article, or of the article of this version, that was taken out."""
        return withdraw.find(self, article)

    def withdrawn_versions(self, versions: Iterable[str]) -> dict[str, str]:
        """Those of the versions that were taken out, and when: version id -> UTC, ISO 8601."""
        return withdraw.find_versions(self, versions)

    def changed_versions(self, versions: Iterable[str]) -> dict[str, str]:
        """Those of the versions that their publisher has changed since, and when last, as the publisher dates
        it or we first read it: version id -> ISO 8601."""
        sql = (
            "SELECT old.id, new.modified, new.seen FROM versions old JOIN versions new "
            "ON new.article = old.article AND new.n > old.n AND new.reason = 'publisher' "
            "WHERE old.id IN (SELECT value FROM json_each(?)) ORDER BY new.n"
        )
        return {row[0]: row[1] or row[2] for row in self._rows(sql, (json.dumps(list(versions)),))}

    def forgotten(self, hashes: Iterable[tuple[Kind, str]]) -> Forgotten | None:
        """The article that one of these hashes is of, where it was forgotten."""
        return withdraw.forgotten(self, hashes)

    def is_erasing(self) -> bool:
        """Whether articles were taken out whose words may still be in some file."""
        row = self._row("SELECT value FROM meta WHERE key = 'erasing'")
        return row is not None and row[0] == "1"

    # --- passages ---

    def passages(self, ids: Iterable[int]) -> dict[int, Passage]:
        """Passages of these ids; an id that the ledger doesn't hold is left out."""
        sql = f"SELECT {PASSAGE_COLUMNS} FROM passages p WHERE p.id IN (SELECT value FROM json_each(?))"
        return {row[0]: passage_of(row) for row in self._rows(sql, (json.dumps(list(ids)),))}

    def places(self, ids: Iterable[int]) -> list[Place]:
        """Where these passages stand; an id that the ledger doesn't hold is left out."""
        # A version is looked up by its article and number, as the index on them holds all that is asked for;
        # by its id it would be read past its text, which takes ten times as long.
        sql = (
            'SELECT p.id AS passage, p.version, p.start, p."end", a.id AS article, a.story, '
            "v.published_day AS day, v.superseded_by IS NULL AS current "
            "FROM json_each(?) asked CROSS JOIN passages p ON p.id = asked.value "
            "CROSS JOIN articles a ON a.id = substr(p.version, 1, instr(p.version, '@') - 1) "
            "CROSS JOIN versions v INDEXED BY versions_chosen ON v.article = a.id "
            "AND v.n = CAST(substr(p.version, instr(p.version, '@') + 1) AS INTEGER) ORDER BY p.id"
        )
        rows = self._rows(sql, (json.dumps(list(ids)),))
        return [Place(r[0], r[1], r[2], r[3], r[4], r[5], r[6], bool(r[7])) for r in rows]

    def passages_after(self, id: int, limit: int) -> list[Passage]:  # noqa: A002
        """The next `limit` passages with a larger id, in order."""
        sql = f"SELECT {PASSAGE_COLUMNS} FROM passages p WHERE p.id > ? ORDER BY p.id LIMIT ?"
        return [passage_of(row) for row in self._rows(sql, (id, limit))]

    def last_passage(self) -> int:
        """Highest passage id; 0 when there is none."""
        row = self._row("SELECT coalesce(max(id), 0) FROM passages")
        return int(row[0]) if row else 0

    def count_passages(self, upto: int) -> int:
        """How many passages have this id or a smaller one."""
        row = self._row("SELECT count(*) FROM passages WHERE id <= ?", (upto,))
        return int(row[0]) if row else 0

    def embed_text(self, ids: Iterable[int]) -> dict[int, str]:
        """What is embedded for each passage: its head (title and date) and its text."""
        sql = (
            'SELECT p.id, p.version, p.start, p."end", p.embed_head FROM passages p '
            "WHERE p.id IN (SELECT value FROM json_each(?)) ORDER BY p.id"
        )
        rows = self._rows(sql, (json.dumps(list(ids)),))
        versions = self.versions_by_id({row["version"] for row in rows})
        # Cut here: SQLite's substr() ends a text at a NUL character.
        return {
            row["id"]: row["embed_head"] + versions[row["version"]].text[row["start"] : row["end"]]
            for row in rows
        }

    def allowed(self, narrow: Narrow) -> set[int] | None:
        """Ids of the passages that a question so narrowed may be answered from; None is all of them.

        Undated articles are left out when there is a window or a day. Publishers are compared folded.
        Plain SQL, 9 to 150 ms of 200,000 passages: searches ask a `Catalogue`, tested against this.
        """
        if not narrow:
            return None
        chosen = selection.choose(narrow, self.as_written)
        # As one text: 100,000 rows would cost three times as much.
        sql = f"SELECT json_group_array(p.id) FROM passages p WHERE p.version IN (SELECT v.id {chosen.sql})"
        row = self._row(sql, chosen.parameters)
        return set(json.loads(row[0])) if row else set()

    def as_written(self, publishers: Sequence[str]) -> list[str]:
        """The publishers' names as they stand in the ledger, however many write one of these."""
        if not publishers:
            return []
        wanted = {fold(name).strip() for name in publishers}
        rows = self._rows("SELECT DISTINCT publisher FROM versions WHERE publisher IS NOT NULL")
        return [row[0] for row in rows if fold(row[0]).strip() in wanted]

    def iter_passages(self, after: int = 0, size: int = 2000) -> Iterator[list[Passage]]:
        """Passages in order of id, `size` at a time."""
        while page := self.passages_after(after, size):
            yield page
            after = page[-1].id

    # --- end ---

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def damaged(path: Path, error: sqlite3.Error) -> LedgerError:
    """What to tell a person when SQLite can't read or write the ledger."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return LedgerError(f"The ledger {path} is locked by another program: try again when it has finished.")
    if name.startswith("SQLITE_CANTOPEN") or str(error).endswith("is gone"):
        return LedgerError(
            f"The ledger {path} can't be opened ({error}): put it back, or see whether Dateline may read it."
        )
    trouble = disk_error(error, path.parent)
    if trouble is not None:
        return trouble
    return LedgerError(
        f"The ledger {path} can't be read ({error}): put a backup in its place, or move the data folder away "
        "and run `dateline ingest` again."
    )
