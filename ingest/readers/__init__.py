"""Opening a source: its format by content first and by name second, then its records."""

from __future__ import annotations

import io
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from ingest.encoding import refuse_binary
from ingest.raw import NotAnArticle, RawArticle, ReadError, Record, no_article, unreadable
from ingest.readers.reader import Document, Head, Reader, beginning, without_packing
from ingest.readers.registry import readers
from ingest.readers.unpacking import Bomb, Budget
from ingest.sources import STDIN, Source

MAX_DEPTH = 4
"""Packed files inside packed files."""


class Readers:
    """Reads sources one after another; keeps what it has learnt of their folders.

    `max_bytes` is the largest piece held in memory, unpacked; `fields` is what `--map` said. What is packed
    in one file may come to `max_unpacked` bytes, or to `max_ratio` times its size where that is more.
    """

    def __init__(
        self,
        max_bytes: int,
        fields: Mapping[str, str] | None = None,
        *,
        max_unpacked: int = 256 * 1024 * 1024,
        max_ratio: int = 200,
    ) -> None:
        self.max_bytes = max_bytes
        self.fields = dict(fields or {})
        self.max_unpacked = max_unpacked
        self.max_ratio = max_ratio
        self._folders: dict[Path, frozenset[str]] = {}

    def records(self, source: Source) -> Iterator[Record]:
        """The articles-to-be of a file. Raises ReadError or NotAnArticle where the file holds none, and
        OSError where it can't be read."""
        with ExitStack() as stack:
            raw = stack.enter_context(_open(source))
            name = "-" if source.path is None else source.path.name.lower()
            folder = source.path.parent if source.path else None
            for record in self.of(self.document(source.origin, name, raw, folder=folder)):
                if source.path is None:
                    record = _from_stdin(record)
                yield replace(record, bytes_done=min(raw.tell(), source.size or raw.tell()))

    def document(
        self, origin: str, name: str, stream: BinaryIO, *, folder: Path | None = None, url: str | None = None
    ) -> Document:
        """A document to give to `of`."""
        return Document(
            origin,
            name.lower(),
            stream,
            self.max_bytes,
            self._within,
            Budget(max(self.max_unpacked, self.max_ratio * _size(stream))),
            fields=self.fields,
            folder=folder,
            url=url,
            shared_lines=partial(self._shared_lines, folder),
        )

    def of(self, document: Document) -> Iterator[Record]:
        """The records of a document of whichever format."""
        head = Head(beginning(document.stream), document.name)
        if not head.data.strip():
            raise NotAnArticle("an empty file")
        reader = recognise(head)
        is_empty = True
        try:
            for record in reader.records(document):
                is_empty = False
                yield record
        except (EOFError, zlib.error) as error:
            raise ReadError(f"damaged: {error}") from error
        if is_empty:
            raise NotAnArticle(f"a {reader.FORMAT} file without an article")

    def _within(
        self,
        outer: Document,
        name: str | None,
        stream: BinaryIO,
        shared_lines: Callable[[], frozenset[str]] | None,
    ) -> Iterator[Record]:
        origin = outer.origin if name is None else f"{outer.origin}!/{name}"
        inner = replace(
            outer,
            origin=origin,
            name=(name.rpartition("/")[2].lower() if name else without_packing(outer.name)),
            stream=stream,
            shared_lines=shared_lines or outer.shared_lines,
            depth=outer.depth + 1,
        )
        try:
            if inner.depth > MAX_DEPTH:
                raise ReadError(f"packed more than {MAX_DEPTH} times over")
            yield from self.of(inner)
        except Bomb as bomb:
            if name is None or "(in " in str(bomb):
                raise
            raise Bomb(f"{bomb} (in {origin})") from bomb
        except NotAnArticle as reason:
            yield Record(origin, "", partial(no_article, str(reason)))
        except (ReadError, OSError) as error:
            yield Record(origin, "", partial(unreadable, str(error)))
        except Exception as error:  # noqa: BLE001 - one member never costs the others
            yield Record(origin, "", partial(unreadable, f"{type(error).__name__}: {error}"))

    def _shared_lines(self, folder: Path | None) -> frozenset[str]:
        if folder is None:
            return frozenset()
        if folder not in self._folders:
            from ingest.repeated import in_folder

            self._folders[folder] = in_folder(folder)
        return self._folders[folder]


def recognise(head: Head) -> Reader:
    """The reader of a document that begins so. NotAnArticle naming what it is, where none reads it."""
    for reader in readers():
        if reader.recognises(head):
            return reader
    refuse_binary(head.data)
    raise NotAnArticle("of no format that is read")


def _size(stream: BinaryIO) -> int:
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    return size


def _from_stdin(record: Record) -> Record:
    """Named by its content too: what comes next through the same pipe is something else."""
    line = record.origin.removeprefix(STDIN)
    origin = f"{STDIN}{line or '#1'}:{record.raw_hash[:12]}"
    return replace(record, origin=origin, read=partial(_renamed, record, origin))


def _renamed(record: Record, origin: str) -> RawArticle:
    return replace(record.read(), origin=origin)


def _open(source: Source) -> BinaryIO:
    if source.path is not None:
        return source.path.open("rb")
    # Standard input can't be read twice: what is looked at is kept, on disk when it is large.
    spool = tempfile.SpooledTemporaryFile(max_size=16 * 1024 * 1024)  # noqa: SIM115 - closed by the caller
    while chunk := sys.stdin.buffer.read(io.DEFAULT_BUFFER_SIZE * 16):
        spool.write(chunk)
    spool.seek(0)
    return cast(BinaryIO, spool)
