"""What a reader is: a module that knows one format. docs/readers.md shows how to write one.

FORMAT = "RSS feed"
def recognises(head: Head) -> bool: ...
def records(document: Document) -> Iterator[Record]: ...
"""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from ingest.encoding import decode, refuse_binary
from ingest.raw import NotAnArticle, ReadError, Record
from ingest.readers.unpacking import Budget

HEAD_BYTES = 64 * 1024
_SPOOLED_IN_MEMORY = 16 * 1024 * 1024
PACKED = (".gz", ".bz2", ".xz", ".zst")
"""Endings of one file packed alone."""


@dataclass(frozen=True)
class Head:
    """The beginning of a document, by which its format is recognised."""

    data: bytes
    """At most HEAD_BYTES."""
    name: str
    """Lower-case name of the file, or of the member of an archive; `-` for standard input."""

    @cached_property
    def text(self) -> str:
        """Decoded, without byte order mark and leading white space; empty where it is no text."""
        try:
            refuse_binary(self.data)
        except NotAnArticle:
            return ""
        for cut in range(4):  # a character may be cut off at the end
            try:
                found = decode(self.data[: len(self.data) - cut])
                break
            except ReadError:
                continue
        else:
            found = self.data.decode("latin-1")
        return found.lstrip("\ufeff \t\r\n")

    def is_named(self, *endings: str) -> bool:
        """Whether it is text under a name with one of these endings, such as `.csv`."""
        return bool(self.text) and without_packing(self.name).endswith(endings)


def beginning(stream: BinaryIO) -> bytes:
    """At most HEAD_BYTES of a stream at its beginning, and back again. Of one that is damaged there, what is
    sound; ReadError where nothing is."""
    try:
        found = stream.read(HEAD_BYTES)
    except ReadError:
        stream.seek(0)
        sound = bytearray()
        with suppress(ReadError):
            while len(sound) < HEAD_BYTES and (byte := stream.read(1)):
                sound += byte
        if not sound:
            raise
        found = bytes(sound)
    stream.seek(0)
    return found


def without_packing(name: str) -> str:
    """`dump.jsonl` of `dump.jsonl.gz`, `a.tar` of `a.tgz`; in lower case."""
    name = name.lower()
    for short, long in ((".tgz", ".tar"), (".tbz2", ".tar"), (".txz", ".tar")):
        if name.endswith(short):
            return name.removesuffix(short) + long
    return next((name.removesuffix(ending) for ending in PACKED if name.endswith(ending)), name)


@dataclass
class Document:
    """One document to read: a file, what a packed file holds, or what an address sent."""

    origin: str
    """Absolute path or URL; `path!/member` within a packed file."""
    name: str
    """As in Head."""
    stream: BinaryIO
    """Seekable, at its beginning."""
    max_bytes: int
    """Largest piece held in memory at once: a page, a JSON list, a line, a record of WARC."""
    within: Callable[[Document, str | None, BinaryIO, Callable[[], frozenset[str]] | None], Iterator[Record]]
    """Call as `document.inside(name, stream)`."""
    budget: Budget
    """What may yet be unpacked of the outermost file."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """What `--map` said: our name of a field (title, body, published …) -> theirs."""
    folder: Path | None = None
    """Where it lies, for the lines that its neighbours share."""
    url: str | None = None
    """The address that it was fetched from."""
    shared_lines: Callable[[], frozenset[str]] = frozenset
    """Folded lines that many texts of the same folder share."""
    depth: int = 0
    """How many packed files it is inside of."""

    def data(self) -> bytes:
        """The whole of it. ReadError where that is more than `max_bytes`."""
        data = self.stream.read(self.max_bytes + 1)
        if len(data) > self.max_bytes:
            raise ReadError(
                f"larger than {self.max_bytes // 1024 // 1024} MiB: split it, or make it JSON Lines"
            )
        return data

    def spooled(self) -> BinaryIO:
        """The stream, where one can go to and fro in it freely; else a copy, on disk when it is large."""
        if not isinstance(self.stream, io.BufferedReader) or isinstance(self.stream.raw, io.FileIO):
            return self.stream
        # Closed, and gone from disk, when the last reference to it goes.
        copy = tempfile.SpooledTemporaryFile(max_size=_SPOOLED_IN_MEMORY)  # noqa: SIM115
        shutil.copyfileobj(self.stream, copy)
        copy.seek(0)
        return cast(BinaryIO, copy)

    def inside(
        self,
        name: str | None,
        stream: BinaryIO,
        shared_lines: Callable[[], frozenset[str]] | None = None,
    ) -> Iterator[Record]:
        """The records of a document packed in this one, whichever its format; `name` as a path within,
        None where it is this document itself, unpacked. Faults come as records that fail to be read,
        except for a Bomb, which ends the outermost file. `stream` out of `unpacking.buffered`."""
        return self.within(self, name, stream, shared_lines)


class Reader(Protocol):
    """A module, or an object, that reads one format."""

    FORMAT: str
    """What the format is called in reports and errors: `RSS feed`."""

    def recognises(self, head: Head) -> bool:
        """Whether a document that begins so is of this format. Never raises."""

    def records(self, document: Document) -> Iterator[Record]:
        """The articles-to-be, one after another, in bounded memory. Each Record's `read` is a
        `functools.partial` of a module's function with plain data, so that other processes can run it.
        ReadError or NotAnArticle where the document as a whole is of no use."""
