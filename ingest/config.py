"""What an ingest run needs to know; bot.settings fills it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from index.config import IndexConfig


@dataclass(frozen=True, slots=True)
class WebConfig:
    """How addresses are fetched. Times are seconds."""

    contact: str | None = None
    """Whom a site can write to: an address of a page or a mailbox, sent along with each request."""
    delay: float = 1.0
    """Between two requests to one host, where its robots.txt doesn't ask for more."""
    timeout: float = 60.0
    """For one request as a whole; a third of it at most for a connection, or for a silence."""
    max_bytes: int = 50 * 1024 * 1024
    """Largest body, unpacked: what a sitemap may have by its standard."""
    max_pages: int = 1000
    """Pages looked at of one feed or sitemap, newest first."""
    allow: tuple[str, ...] = ()
    """Private networks from which may be fetched, as `10.0.0.0/8`."""
    since: str | None = None
    """Only what a feed or sitemap dates on this day or later, ISO 8601."""
    parallel: int = 8
    """Requests under way at once, over all hosts; one a host."""
    redirects: int = 5
    attempts: int = 3
    """Where the fault looks a passing one."""
    backoff: float = 2.0
    """Before the second attempt; twice that before the third."""


@dataclass(frozen=True, slots=True)
class IngestConfig:
    index: IndexConfig
    batch_articles: int = 500
    """Articles committed in one transaction at most."""
    batch_seconds: float = 2.0
    """Seconds after which a batch is committed though it isn't full: what a kill can cost."""
    workers: int = 0
    """Processes that read, once a run has gone on for a second; 0 for as many as there are processors."""
    record_seconds: float = 60.0
    """What reading one record may take; beyond, it is given up and named."""
    batch_characters: int = 16_000_000
    """Characters of text held in memory before a batch is committed."""
    max_file_bytes: int = 64 * 1024 * 1024
    """Largest document (a page, a text, a JSON list, one line of JSON Lines), unpacked, in bytes."""
    max_unpacked_bytes: int = 256 * 1024 * 1024
    """What is packed in one file may come to so many bytes, or to `max_unpacked_ratio` times its size where
    that is more; beyond it is a bomb."""
    max_unpacked_ratio: int = 200
    embed: bool = True
    """Embed what came in; without it the articles are found by words only until the next run."""
    prune: bool = False
    """Take out what came from the folders that are read and is gone from them."""
    prune_all: bool = False
    """The same, however much it is."""
    restore: bool = False
    """Take in what was forgotten, too."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """What `--map` said: our name of a field (title, body, published …) -> theirs."""
    web: WebConfig = field(default_factory=WebConfig)
