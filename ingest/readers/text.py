"""Plain text: one scraped article a file. Whatever is text and nothing else ends here."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ingest.encoding import decode, refuse_binary
from ingest.raw import RawArticle, Record, raw_hash
from ingest.readers.reader import Document, Head

FORMAT = "text"


def recognises(head: Head) -> bool:
    """NotAnArticle, rather than False, names what a document is that is no text."""
    refuse_binary(head.data)
    return True


def records(document: Document) -> Iterator[Record]:
    data = document.data()
    digest = raw_hash(data)
    yield Record(
        document.origin, digest, partial(read, document.origin, digest, data, document.shared_lines())
    )


def read(origin: str, raw_hash: str, data: bytes, repeated: frozenset[str] = frozenset()) -> RawArticle:
    """`repeated` are lines that many files of the same folder share."""
    return RawArticle(origin, raw_hash, decode(data), repeated=repeated)
