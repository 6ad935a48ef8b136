"""gzip: whatever is packed in it."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator

from ingest.raw import Record
from ingest.readers.reader import Document, Head
from ingest.readers.unpacking import buffered

FORMAT = "gzip"


def recognises(head: Head) -> bool:
    return head.data.startswith(b"\x1f\x8b")


def records(document: Document) -> Iterator[Record]:
    def opened() -> Callable[[int], bytes]:
        document.stream.seek(0)
        return gzip.GzipFile(fileobj=document.stream).read1

    yield from document.inside(None, buffered(opened(), document.budget, opened))
