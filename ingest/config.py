"""What an ingest run needs to know; bot.settings fills it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from index.config import IndexConfig


@dataclass(frozen=True, slots=True)
class IngestConfig:
    index: IndexConfig
    batch_articles: int = 200
    """Articles committed in one transaction at most."""
    batch_seconds: float = 2.0
    """Seconds after which a batch is committed though it isn't full: what a kill can cost."""
    batch_characters: int = 16_000_000
    """Characters of text held in memory before a batch is committed."""
    max_file_bytes: int = 64 * 1024 * 1024
    """Largest document (a page, a text, a JSON list, one line of JSON Lines), unpacked, in bytes."""
    embed: bool = True
    """Embed what came in; without it the articles are found by words only until the next run."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """What `--map` said: our name of a field (title, body, published …) -> theirs."""
