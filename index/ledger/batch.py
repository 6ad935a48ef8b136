"""What one transaction writes."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from index.article import NewPassage, Reason, Version, day_number
from index.ledger import withdraw
from index.ledger.bands import Bands
from index.ledger.rows import text_hash, vector_hash
from index.ledger.withdraw import Why

if TYPE_CHECKING:
    from index.ledger.writer import Writer


class Batch:
    """What one transaction writes. Made by `Writer.batch`."""

    def __init__(self, writer: Writer, run: int, sequence: int) -> None:
        self._writer = writer
        self._db = writer._db
        self._lexical = writer._lexical
        self._run = run
        self.sequence = sequence
        self.bands = Bands(self._db)
        # Counted on from here: nobody else writes while the transaction is open.
        row = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'passages'").fetchone()
        self._last_passage: int = row[0] if row else 0

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
        article = article_id(article_key)
        n = 1 + withdraw.last_version(self._db, article)
        id = f"{article}@{n}"  # noqa: A001
        seen, hashed, dropped = now(), text_hash(text), tuple(dropped)
        described = title, publisher, author, language, published, modified
        days = day_number(modified or published), day_number(published or modified)
        self._db.execute(
            "INSERT INTO articles (id, key, url, origin, story, latest) "
            "VALUES (?1, ?2, ?3, ?4, coalesce(?5, ?1), ?6) "
            "ON CONFLICT (id) DO UPDATE SET url = coalesce(excluded.url, url), origin = excluded.origin, "
            "story = coalesce(?5, story), latest = excluded.latest",
            (article, article_key, url, origin, story, id),
        )
        if n > 1:
            self._db.execute(
                "UPDATE versions SET superseded_by = ? WHERE article = ? AND superseded_by IS NULL",
                (id, article),
            )
        self._db.execute(
            "INSERT INTO versions (id, article, n, text, text_hash, title, publisher, author, language, "
            "published, modified, day, published_day, seen, reason, raw_hash, cleaner, dropped, run, "
            "sequence) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(id, article, n, text, hashed, *described, *days, seen, reason, raw_hash, cleaner),
                *(json.dumps(dropped), self._run, self.sequence),
            ),
        )
        withdraw.come_back(self._db, article, [("raw", raw_hash), ("text", hashed)], seen)
        self._add_passages(id, title, text, language, passages)
        return Version(id, article, n, text, *described, seen, reason, raw_hash, cleaner, dropped)

    def _add_passages(
        self, version: str, title: str, text: str, language: str | None, passages: Sequence[NewPassage]
    ) -> None:
        rows, texts = [], []
        for n, passage in enumerate(passages):
            start, end = passage.start, passage.end
            quoted = text[start:end]
            if not 0 <= start < end <= len(text) or not passage.embed.endswith(quoted):
                raise ValueError(f"passage {n} of {version} is not {start}:{end} of its text")
            head = passage.embed[: len(passage.embed) - len(quoted)]
            self._last_passage += 1
            rows.append(
                (self._last_passage, version, n, start, end, vector_hash(passage.embed), head, self.sequence)
            )
            texts.append((self._last_passage, quoted))
        self._lexical.add(title, texts, language)
        self._db.executemany(
            'INSERT INTO passages (id, version, n, start, "end", vector, embed_head, sequence) '
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )

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

    def drop_sources(self, origins: Iterable[str]) -> None:
        """Forgets that these sources held anything."""
        self._db.executemany("DELETE FROM sources WHERE origin = ?", [(origin,) for origin in origins])

    def fail(self, origin: str, stage: str, reason: str) -> None:
        """Notes that `origin` failed at `read`, `clean`, `commit` or `embed`."""
        self._db.execute(
            "UPDATE failures SET settled = ? WHERE origin = ? AND settled IS NULL", (self._run, origin)
        )
        self._db.execute(
            "INSERT INTO failures (run, origin, stage, reason, at) VALUES (?, ?, ?, ?, ?)",
            (self._run, origin, stage, reason, now()),
        )

    def settle(self, origin: str) -> None:
        """Notes that what failed in an earlier run has been read, or is there no longer."""
        self._db.execute(
            "UPDATE failures SET settled = ?1 WHERE origin = ?2 AND settled IS NULL AND run < ?1",
            (self._run, origin),
        )

    def add_bands(self, version: str, bands: Iterable[int]) -> None:
        """Keeps the bands by which `Writer.candidates` finds a version."""
        self.bands.add(version, bands)

    def set_story(self, article: str, story: str) -> None:
        """Moves the article, and all that share its story, to `story`."""
        self._db.execute(
            "UPDATE articles SET story = ?1 WHERE story = (SELECT story FROM articles WHERE id = ?2)",
            (story, article),
        )

    def withdraw(self, articles: Sequence[str], why: Why) -> None:
        """Takes articles out: no reader finds them from the commit on. `Writer.erase` is to follow."""
        self.finish()
        self.bands = Bands(self._db)
        withdraw.take_out(self._db, articles, why, now())

    def finish(self) -> None:
        """Writes what was kept back to be written at once."""
        self.bands.write()

    def forget_withdrawn(self, article: str) -> None:
        """An article that was taken out, as its file had gone, isn't to be taken in again."""
        self._db.execute("UPDATE withdrawn SET why = 'forgotten' WHERE article = ?", (article,))
        self._db.execute("INSERT OR IGNORE INTO forgotten VALUES ('key', ?1, ?1)", (article,))

    def forget_raw(self, article: str, raw_hash: str) -> None:
        """Notes another source of a forgotten article, so that it isn't even read the next time."""
        self._db.execute(
            "INSERT OR IGNORE INTO forgotten (kind, hash, article) SELECT 'raw', ?2, article FROM withdrawn "
            "WHERE article = ?1 AND ?2 <> ''",
            (article, withdraw.bare_hash(raw_hash)),
        )


def article_id(key: str) -> str:
    """Twelve base-32 characters of the key's hash, lower case."""
    return base64.b32encode(hashlib.sha256(key.encode()).digest()[:10])[:12].decode().lower()


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
