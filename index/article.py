"""The nouns that every floor speaks: Article, Version, Passage, Hit, Coverage."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Reason = Literal["first", "publisher", "extraction"]
"""Why a version exists: first seen, changed by its publisher, or read better by us."""


@dataclass(frozen=True, slots=True)
class Version:
    """One immutable text of an article.

    `text[start:end]` with offsets in Unicode code points is what every quote is checked against.
    Dates are ISO 8601 strings: `YYYY-MM-DD` where only the day is known, with time and offset where
    the source gives them, None where it gives none.
    """

    id: str
    """`<article>@<n>`, n counting from 1."""
    article: str
    n: int
    text: str
    title: str
    publisher: str | None
    author: str | None
    language: str | None
    """ISO 639-1 code."""
    published: str | None
    modified: str | None
    """When the publisher says that it changed the text; None when it doesn't say."""
    seen: str
    """When we first read this version, UTC."""
    reason: Reason
    raw_hash: str
    cleaner: int
    """Version number of the cleaner that made `text`."""
    dropped: tuple[str, ...] = ()
    """Lines of the scrape that the cleaner took for chrome."""
    superseded_by: str | None = None

    @property
    def dated(self) -> str | None:
        """The date this text counts from: its modification where known, else its publication."""
        return self.modified or self.published


@dataclass(frozen=True, slots=True)
class Article:
    id: str
    """Twelve base-32 characters of the key's hash."""
    key: str
    """What makes it one article: its normalised URL, else where it was read from."""
    url: str | None
    origin: str
    """Absolute path (`path#3` for the third record of a file) or URL it was last read from."""
    story: str
    """Id of the first article of its syndication cluster; its own id when it is alone."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one version, short enough for the embedding model."""

    id: int
    """Grows with every passage committed, never reused."""
    version: str
    n: int
    start: int
    end: int
    vector: str
    """Hash of what is embedded: title, date and text. Wire copy shares it."""


@dataclass(frozen=True, slots=True)
class NewPassage:
    """A passage before the ledger has given it an id. `embed` is the exact text to embed."""

    start: int
    end: int
    embed: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that answers a query, hydrated from the ledger."""

    passage: int
    article: str
    version: str
    start: int
    end: int
    text: str
    title: str
    publisher: str | None
    author: str | None
    language: str | None
    published: str | None
    url: str | None
    origin: str
    score: float
    """Fused score, larger is better; comparable within one search only."""
    dense: float | None = None
    """Cosine of question and passage, -1 to 1; None when the passage has no vector yet."""
    lexical: float | None = None
    """BM25 score; None when no word of the query is in the passage."""
    story: str = ""
    outlets: tuple[str, ...] = ()
    """Publishers that printed this story, this one first."""
    signals: tuple[tuple[str, float], ...] = ()
    """Each signal's name and what it added to `score`; they sum to it."""

    @property
    def day(self) -> date | None:
        """The day of publication; None where it isn't known."""
        return date.fromisoformat(self.published[:10]) if self.published else None

    def as_json(self) -> dict[str, object]:
        """The contract's hit: what `dateline search --json` and `nearest` print."""
        return {
            "article": self.article,
            "version": self.version,
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "publisher": self.publisher,
            "title": self.title,
            "published": self.published,
            "url": self.url,
            "score": round(self.score, 4),
        }


@dataclass(frozen=True, slots=True)
class Window:
    """Days from `since` to `until`, both included; None is open."""

    since: date | None = None
    until: date | None = None

    def __bool__(self) -> bool:
        return self.since is not None or self.until is not None

    def as_json(self) -> dict[str, str | None]:
        return {
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a question was asked of."""

    articles: int
    oldest: str | None
    """ISO day."""
    newest: str | None
    undated: int
    """Articles without a date: left out of a window and of an as-of question."""
    window: Window = field(default_factory=Window)

    def as_json(self) -> dict[str, object]:
        return {
            "articles": self.articles,
            "oldest": self.oldest,
            "newest": self.newest,
            "undated": self.undated,
            "window": self.window.as_json() if self.window else None,
        }


def day_number(iso: str | None) -> int | None:
    """Days since 1970-01-01 of an ISO date or timestamp, by its own calendar day; None for None."""
    return None if iso is None else (date.fromisoformat(iso[:10]) - date(1970, 1, 1)).days
