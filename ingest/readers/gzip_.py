"""gzip: whatever is packed in it."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import BinaryIO, cast

from ingest.raw import ReadError, Record
from ingest.readers.reader import Document, Head

FORMAT = "gzip"


def recognises(head: Head) -> bool:
    return head.data.startswith(b"\x1f\x8b")


def records(document: Document) -> Iterator[Record]:
    try:
        with gzip.open(document.stream) as unpacked:
            yield from document.inside(None, cast(BinaryIO, unpacked))
    except gzip.BadGzipFile as error:
        raise ReadError(f"a damaged gzip file: {error}") from error
