"""Opening a source: its format by content first and by name second, then its records."""

from __future__ import annotations

import gzip
import io
import json
import re
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, Literal, cast

from ingest.encoding import decode, refuse_binary
from ingest.raw import NotAnArticle, RawArticle, ReadError, Record, raw_hash
from ingest.readers import html, json_, json_lines, markdown, text
from ingest.sources import STDIN, Source

Format = Literal["html", "markdown", "json_lines", "json", "text"]

_HEAD = 64 * 1024
_GZIP = b"\x1f\x8b"
_FEEDS = re.compile(r"<(?:rss|feed|rdf:RDF|urlset|sitemapindex|newsMessage|newsItem|nitf|opml|svg)\b")


class Reader:
    """Reads sources one after another; keeps what it has learnt of their folders.

    `max_bytes` is the largest document, unpacked.
    """

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._folders: dict[Path, frozenset[str]] = {}

    def records(self, source: Source) -> Iterator[Record]:
        """The articles-to-be of a file. Raises ReadError or NotAnArticle where the file holds none, and
        OSError where it can't be read."""
        with ExitStack() as stack:
            raw = stack.enter_context(_open(source))
            stream = raw
            if raw.read(2) == _GZIP:
                raw.seek(0)
                stream = cast(BinaryIO, stack.enter_context(gzip.open(raw)))
            stream.seek(0)
            try:
                head = stream.read(_HEAD)
                refuse_binary(head)
                if not head.strip():
                    raise NotAnArticle("an empty file")
                kind = recognise(head, source.origin)
                stream.seek(0)
                for record in self._of_kind(kind, source, stream):
                    if source.path is None:
                        record = _from_stdin(record)
                    yield replace(record, bytes_done=min(raw.tell(), source.size or raw.tell()))
            except (EOFError, gzip.BadGzipFile, zlib.error) as error:
                raise ReadError(f"a damaged gzip file: {error}") from error

    def _of_kind(self, kind: Format, source: Source, stream: BinaryIO) -> Iterator[Record]:
        if kind == "json_lines":
            yield from json_lines.records(source.origin, stream, self.max_bytes)
            return
        data = stream.read(self.max_bytes + 1)
        if len(data) > self.max_bytes:
            raise ReadError(
                f"larger than {self.max_bytes // 1024 // 1024} MiB: split it, or make it JSON Lines"
            )
        if kind == "json":
            yield from json_.records(source.origin, data)
            return
        digest = raw_hash(data)
        origin = source.origin
        read: Callable[[], RawArticle]
        if kind == "html":
            read = partial(html.read, origin, digest, data)
        elif kind == "markdown":
            read = partial(markdown.read, origin, digest, data)
        else:
            read = partial(self._text, source, origin, digest, data)
        yield Record(origin, digest, read)

    def _text(self, source: Source, origin: str, digest: str, data: bytes) -> RawArticle:
        return text.read(origin, digest, data, self._shared_lines(source))

    def _shared_lines(self, source: Source) -> frozenset[str]:
        if source.path is None:
            return frozenset()
        folder = source.path.parent
        if folder not in self._folders:
            from ingest.repeated import in_folder

            self._folders[folder] = in_folder(folder)
        return self._folders[folder]


def recognise(head: bytes, name: str) -> Format:
    """The format of a file that begins with `head`. NotAnArticle for one that isn't read, named."""
    name = name.lower().removesuffix(".gz")
    start = _decoded(head).lstrip("\ufeff \t\r\n")
    low = start[:4000].lower()
    if low.startswith("<") and re.search(r"<(?:!doctype html|html|head|body)\b", low):
        return "html"
    if _FEEDS.search(start[:2000]) and start.startswith("<"):
        raise NotAnArticle("XML feeds and newswire XML aren't read")
    if start.startswith("{"):
        return _object_format(start, name)
    if start.startswith("[") and (name.endswith(".json") or re.match(r"\[\s*(?:\{|\])", start)):
        return "json"
    if markdown.has_front_matter(start) or (
        start[:4] in ("---\n", "---\r", "+++\n") and name.endswith((".md", ".markdown"))
    ):
        return "markdown"
    if name.endswith((".jsonl", ".ndjson", ".jsonlines")):
        return "json_lines"
    if name.endswith(".json"):
        return "json"
    if low.startswith("<") and re.match(r"<(?:article|div|p|section|main|h1|table|!--)\b|<!--", low):
        return "html"
    if name.endswith((".md", ".markdown", ".mdown")) or re.match(r"#{1,2} \S", start):
        return "markdown"
    if name.endswith((".csv", ".tsv")):
        raise NotAnArticle("CSV isn't read: make it JSON Lines")
    return "text"


def _object_format(start: str, name: str) -> Format:
    """`{` begins a line of JSON Lines when the first line is an object of its own."""
    first, _, rest = start.partition("\n")
    if name.endswith((".jsonl", ".ndjson", ".jsonlines")):
        return "json_lines"
    try:
        json.loads(first)
    except ValueError:
        return "json_lines" if rest.lstrip().startswith("{") and first.rstrip().endswith("}") else "json"
    return "json_lines" if rest.strip() else "json"


def _decoded(head: bytes) -> str:
    """The beginning of a file; a character cut off at its end doesn't matter."""
    for cut in range(4):
        try:
            return decode(head[: len(head) - cut])
        except ReadError:
            continue
    return head.decode("latin-1")


def _from_stdin(record: Record) -> Record:
    """Named by its content too: what comes next through the same pipe is something else."""
    line = record.origin.removeprefix(STDIN)
    origin = f"{STDIN}{line or '#1'}:{record.raw_hash[:12]}"
    return replace(record, origin=origin, read=lambda: replace(record.read(), origin=origin))


def _open(source: Source) -> BinaryIO:
    if source.path is not None:
        return source.path.open("rb")
    # Standard input can't be read twice: what is looked at is kept, on disk when it is large.
    spool = tempfile.SpooledTemporaryFile(max_size=16 * 1024 * 1024)  # noqa: SIM115 - closed by the caller
    while chunk := sys.stdin.buffer.read(io.DEFAULT_BUFFER_SIZE * 16):
        spool.write(chunk)
    spool.seek(0)
    return cast(BinaryIO, spool)
