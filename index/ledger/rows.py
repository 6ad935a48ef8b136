"""Rows of the ledger as the nouns of `index.article`."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import dataclass

from index.article import Article, Passage, Version

VERSION_COLUMNS = (
    "v.id, v.article, v.n, v.text, v.title, v.publisher, v.author, v.language, v.published, v.modified, "
    "v.seen, v.reason, v.raw_hash, v.cleaner, v.dropped, v.superseded_by"
)
PASSAGE_COLUMNS = 'p.id, p.version, p.n, p.start, p."end", p.vector'
ARTICLE_COLUMNS = "a.id, a.key, a.url, a.origin, a.story"


@dataclass(frozen=True, slots=True)
class SourceSeen:
    """What a source held the last time it was read."""

    raw_hash: str
    cleaner: int
    outcome: str
    """`in`, `duplicate` or `skipped`."""
    article: str | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands: what ranking needs to know of it, without its text."""

    passage: int
    version: str
    start: int
    end: int
    article: str
    story: str
    day: int | None
    """The version's day of publication, days since 1970."""
    current: bool
    """Whether its version is the article's latest."""


def text_hash(text: str) -> str:
    """What versions of equal text share."""
    return hashlib.sha256(text.encode()).hexdigest()


def vector_hash(embed: str) -> str:
    """What passages embedded from equal text share, whichever the model."""
    return hashlib.sha256(embed.encode()).hexdigest()[:32]


def version_of(row: sqlite3.Row) -> Version:
    values = dict(row)
    values["dropped"] = tuple(json.loads(values["dropped"]))
    return Version(**values)


def passage_of(row: sqlite3.Row) -> Passage:
    return Passage(*row)


def article_of(row: sqlite3.Row) -> Article:
    return Article(*row)
