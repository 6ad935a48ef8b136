"""gzip: whatever is packed in it."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from functools import partial

from ingest.raw import Record
from ingest.readers import packed
from ingest.readers.reader import Document, Head
from ingest.readers.unpacking import buffered

FORMAT = "gzip"


def recognises(head: Head) -> bool:
    return head.data.startswith(b"\x1f\x8b")


def records(document: Document) -> Iterator[Record]:
    """What is packed in it, and what stands behind that, where it is no gzip, as broken."""
    faults: list[str] = []

    def opened() -> Callable[[int], bytes]:
        document.stream.seek(0)
        faults.clear()
        return partial(_read, gzip.GzipFile(fileobj=document.stream), faults)

    yield from document.inside(None, buffered(opened(), document.budget, opened))
    for fault in faults:
        yield packed.broken(document, "…", fault)


def _read(file: gzip.GzipFile, faults: list[str], size: int) -> bytes:
    """What was packed whole is sound, whatever was joined to it."""
    if faults:
        return b""
    try:
        return file.read1(size)
    except gzip.BadGzipFile as error:
        if not file.tell() or not str(error).startswith("Not a gzipped file"):
            raise
        faults.append(packed.BEHIND)
        return b""
