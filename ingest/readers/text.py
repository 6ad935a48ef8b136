"""Plain text: one scraped article a file."""

from __future__ import annotations

from ingest.encoding import decode
from ingest.raw import RawArticle


def read(origin: str, raw_hash: str, data: bytes, repeated: frozenset[str] = frozenset()) -> RawArticle:
    """`repeated` are lines that many files of the same folder share."""
    return RawArticle(origin, raw_hash, decode(data), repeated=repeated)
