"""WARC, as web crawls are kept: the pages that were answered with 200, read as a stream of any size."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, BinaryIO, cast

from ingest import urls
from ingest.raw import NotAnArticle, RawArticle, ReadError, Record, raw_hash, unreadable
from ingest.readers.reader import Document, Head
from ingest.readers.unpacking import Translated

FORMAT = "WARC"
_HEADERS_BYTES = 64 * 1024
_SEARCHED = 1024 * 1024
_CHUNK_SIZE = re.compile(rb"(?:\r?\n)?([0-9a-fA-F]{1,8})[^\r\n]{0,200}\r?\n")
_PAGES = ("text/html", "application/xhtml")


def recognises(head: Head) -> bool:
    return _unpacked(head.data).startswith(b"WARC/")


def _unpacked(start: bytes) -> bytes:
    """WARC is packed record by record: read so, a damaged one costs no other."""
    if not start.startswith(b"\x1f\x8b"):
        return start[:16]
    try:
        return zlib.decompressobj(31).decompress(start, 16)
    except zlib.error:
        return b""


def records(document: Document) -> Iterator[Record]:
    """A Record a page, `origin#n` with n counting answers from 1. What is damaged is named, and reading goes
    on at the next record that can be found. NotAnArticle where no page is in it."""
    number = pages = others = 0
    for answer in _answers(document):
        if answer is None:
            others += 1
            continue
        number += 1
        origin = f"{document.origin}#{number}"
        if isinstance(answer, str):
            pages += 1
            yield Record(origin, "", partial(unreadable, answer))
        elif not answer.is_page:
            others += 1
        else:
            pages += 1
            digest = raw_hash(answer.body)
            yield Record(origin, digest, partial(_read, origin, digest, answer, document.max_bytes))
    if not pages:
        raise NotAnArticle(f"no page in it, {others:,} records of other kinds")


@dataclass(frozen=True)
class _Answer:
    """What a server answered, its body as it was sent."""

    url: str
    status: str
    headers: dict[str, str]
    body: bytes

    @property
    def is_page(self) -> bool:
        return self.status == "200" and self.media_type.startswith(_PAGES) and bool(self.body)

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        found = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", self.headers.get("content-type", ""), re.I)
        return found[1] if found else None


def _answers(document: Document) -> Iterator[_Answer | str | None]:
    """Answers; None for a record of another kind; in words where one is damaged."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    stream = document.stream
    is_packed = stream.read(2) == b"\x1f\x8b"
    start: int | None = 0
    while start is not None:
        stream.seek(start)
        at = start
        is_anew = start > 0
        found = ArchiveIterator(_Readable(stream), parse_http=False, strict_mode=False)
        try:
            for record in found:
                at, is_anew = start + record.stream_pos, False
                if record.record_type != WarcRecordType.response:
                    yield None
                    continue
                yield _answer(record, document)
            return
        except ReadError:
            raise
        except (OSError, ValueError, RuntimeError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            try:
                start = _next_record(stream, at + 1, is_packed)
            except io.UnsupportedOperation:  # within a tar there is no way back
                start = None
            if not is_anew:  # said already
                yield f"damaged at byte {at:,} or behind it: {str(error) or 'unreadable'}"


def _answer(record: Any, document: Document) -> _Answer | str | None:
    url = (record.headers.get("WARC-Target-URI") or "").strip("<> ")
    size = record.content_length
    head = record.reader.read(min(size, _HEADERS_BYTES))
    status, headers, body = _parted(head)
    answer = _Answer(url, status, headers, body)
    if not answer.is_page:
        return answer
    if size > document.max_bytes:
        return f"{url}: larger than {document.max_bytes // 1024 // 1024} MiB"
    document.budget.charge(size)
    parts, got = [body], len(head)
    while got < size and (more := record.reader.read(size - got)):
        parts.append(more)
        got += len(more)
    if got < size:
        return f"{url}: cut off"
    return replace(answer, body=b"".join(parts))


def _parted(block: bytes) -> tuple[str, dict[str, str], bytes]:
    """Status, headers in lower case, and what of the body is there."""
    match = re.search(rb"\r?\n\r?\n", block)
    head, body = (block[: match.start()], block[match.end() :]) if match else (block, b"")
    first, *lines = head.decode("latin-1").splitlines() or [""]
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), value.strip())
    status = re.match(r"HTTP/\S+\s+(\d{3})", first)
    return status[1] if status else "", headers, body


class _Readable:
    """Of a stream only what FastWARC needs, so that it neither seeks in it nor closes it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._at = 0

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._at += len(data)
        return data

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        raise ReadError("damaged: it sends the reader back")

    def close(self) -> None:
        pass


def _next_record(stream: BinaryIO, start: int, is_packed: bool) -> int | None:
    mark = b"\x1f\x8b\x08" if is_packed else b"WARC/1."
    stream.seek(start)
    kept = b""
    while data := stream.read(_SEARCHED):
        found = (kept + data).find(mark)
        if found != -1:
            return start - len(kept) + found
        start += len(data)
        kept = data[-(len(mark) - 1) :]
    return None


def _read(origin: str, digest: str, answer: _Answer, max_bytes: int) -> RawArticle:
    """The page's own address goes before the one it was asked for at, where both are of one host. When it
    was fetched (WARC-Date) says nothing of when it was published."""
    from ingest.encoding import decode
    from ingest.readers import html
    from ingest.web.charset import as_utf8

    data = _decoded(answer, max_bytes)
    article = html.from_text(origin, digest, decode(as_utf8(data, answer.media_type, answer.charset)))
    asked = urls.clean(answer.url)
    if asked and (article.url is None or urls.host(article.url) != urls.host(asked)):
        article = replace(article, url=asked)
    return article


def _decoded(answer: _Answer, max_bytes: int) -> bytes:
    """The body without what it was packed in for the way; as it stands where it isn't packed after all, as
    crawlers unpack it and keep the header."""
    data = answer.body
    if "chunked" in answer.headers.get("transfer-encoding", "").lower():
        data = _without_chunks(data)
    for coding in reversed(answer.headers.get("content-encoding", "").lower().split(",")):
        packed = _unpack(coding.strip(), data, max_bytes)
        if packed is None:
            break
        data = packed
    if len(data) > max_bytes:
        raise ReadError(f"larger than {max_bytes // 1024 // 1024} MiB")
    return data


def _without_chunks(data: bytes) -> bytes:
    parts: list[bytes] = []
    at = 0
    while match := _CHUNK_SIZE.match(data, at):
        size = int(match[1], 16)
        if not size:
            break
        at = match.end() + size
        parts.append(data[match.end() : at])
    return b"".join(parts) if parts else data


def _unpack(coding: str, data: bytes, max_bytes: int) -> bytes | None:
    """None where that is no such coding, or the data isn't in it."""
    most = max_bytes + 1
    if coding in ("gzip", "x-gzip", "deflate"):
        for bits in (47, -15):  # deflate comes with a zlib header and without
            try:
                return zlib.decompressobj(bits).decompress(data, most) or None
            except zlib.error:
                continue
    if coding == "br":
        import brotli

        try:
            return brotli.Decompressor().process(data, output_buffer_limit=most) or None
        except brotli.error:
            return None
    if coding == "zstd":
        from ingest.readers.compressed import zstandard

        with suppress(ReadError), Translated():
            return cast(bytes, zstandard().decompress(data, most)) or None
    return None
