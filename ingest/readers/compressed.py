"""bzip2, xz and zstandard: whatever is packed in them."""

from __future__ import annotations

import bz2
import lzma
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, BinaryIO

from ingest.raw import Record
from ingest.readers import packed
from ingest.readers.reader import Document, Head
from ingest.readers.unpacking import buffered

FORMAT = "bzip2, xz or zstandard"
_WINDOW_LOG = 27
"""zstandard's own default: 128 MiB, what its `--long` writes."""
_XZ_MEMORY = 192 * 1024 * 1024
"""xz -9 takes 65 MiB; a file may ask for 4 GiB."""
_CHUNK = 64 * 1024
_LONGEST_MARK = 10
"""Bytes by which a packed stream is known."""


def recognises(head: Head) -> bool:
    return _decompressor(head.data) is not None


def _decompressor(start: bytes) -> Callable[[], Any] | None:
    if start[:3] == b"BZh" and start[4:10] in (b"1AY&SY", b"\x17rE8P\x90"):
        return bz2.BZ2Decompressor
    if start.startswith(b"\xfd7zXZ\0"):
        return lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)
    if start.startswith(b"\x28\xb5\x2f\xfd"):
        return zstandard
    return None


def zstandard() -> Any:
    zstd = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
    return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _WINDOW_LOG})


def records(document: Document) -> Iterator[Record]:
    """What is packed in it, and what stands behind that, where it isn't packed so, as broken."""
    start = document.stream.read(16)
    make = _decompressor(start)
    assert make is not None

    faults: list[str] = []

    def opened() -> Callable[[int], bytes]:
        document.stream.seek(0)
        faults.clear()
        return _Reading(document.stream, make, faults).read

    yield from document.inside(None, buffered(opened(), document.budget, opened))
    for fault in faults:
        yield packed.broken(document, "…", fault)


class _Reading:
    """One packed stream after another, as the tools that write them join them. What is joined to them and
    isn't packed ends them, and comes to `faults`."""

    def __init__(self, stream: BinaryIO, make: Callable[[], Any], faults: list[str]) -> None:
        self._stream = stream
        self._make = make
        self._faults = faults
        self._one = make()
        self._left = b""

    def read(self, size: int) -> bytes:
        while not self._faults:
            if self._one.eof:
                self._left = self._behind()
                if not self._left:
                    return b""
                self._one = self._make()
            elif self._one.needs_input and not self._left:
                self._left = self._stream.read(_CHUNK)
                if not self._left:
                    raise EOFError("it ends before its end is marked")
            given, self._left = self._left, b""
            data: bytes = self._one.decompress(given, size)
            if data:
                return data
        return b""

    def _behind(self) -> bytes:
        """What is packed behind the end of the present one, or its beginning; zeros are padding."""
        left: bytes = self._one.unused_data
        while len(left := left.lstrip(b"\0")) < _LONGEST_MARK and (more := self._stream.read(_CHUNK)):
            left += more
        is_skippable = left[1:4] == b"\x2a\x4d\x18" and left[0] >> 4 == 5
        if left and not is_skippable and _decompressor(left) is None:
            self._faults.append(packed.BEHIND)
            return b""
        return left
