"""A body as it comes over the wire: unpacked piece by piece, never beyond what is allowed."""

from __future__ import annotations

import gzip
import io
import zlib

from ingest.web.errors import WebError

ENCODINGS = "gzip, deflate"
"""What is asked for; a server that sends something else is refused."""


class Body:
    """Collects a body. `max_bytes` counts it unpacked."""

    def __init__(self, encoding: str, max_bytes: int) -> None:
        names = [name.strip().lower() for name in encoding.split(",") if name.strip()]
        names = [name for name in names if name != "identity"]
        if len(names) > 1 or (names and names[0] not in ("gzip", "x-gzip", "deflate")):
            raise WebError(f"packed as {encoding[:40]}, which was not asked for")
        self._is_gzip = bool(names) and names[0] != "deflate"
        self._is_packed = bool(names)
        self._max_bytes = max_bytes
        self._unpack: zlib._Decompress | None = None
        self._data = bytearray()

    def add(self, chunk: bytes) -> None:
        """WebError where it grows too large, or can't be unpacked."""
        if not self._is_packed:
            self._append(chunk)
            return
        while chunk:
            if self._unpack is None:
                if self._data and not chunk.startswith(b"\x1f\x8b"):
                    return  # what follows a gzip stream and is none is padding
                # 0x9C and its like head a zlib stream; some servers send deflate without one.
                has_head = self._is_gzip or (chunk[0] & 0x0F) == 8
                self._unpack = zlib.decompressobj(31 if self._is_gzip else 15 if has_head else -15)
            try:
                self._append(self._unpack.decompress(chunk, self._max_bytes + 1 - len(self._data)))
            except zlib.error as error:
                raise WebError(f"damaged on the way: {error}", at_once=True) from error
            chunk = self._unpack.unconsumed_tail
            if self._unpack.eof:
                chunk = self._unpack.unused_data if self._is_gzip else b""
                self._unpack = None if self._is_gzip else self._unpack

    def whole(self) -> bytes:
        """All of it. WebError where a packed one ends too early."""
        if self._unpack is not None and not self._unpack.eof:
            raise WebError("broke off: what was sent is packed, and its end is missing", at_once=True)
        return bytes(self._data)

    def so_far(self, n: int) -> bytes:
        """The first `n` bytes of what has come."""
        return bytes(self._data[:n])

    def _append(self, data: bytes) -> None:
        self._data += data
        if len(self._data) > self._max_bytes:
            raise WebError(too_large(self._max_bytes))


def too_large(max_bytes: int) -> str:
    return f"larger than {max_bytes / 1024 / 1024:,.4g} MiB (WEB_MAX_MIB)"


def unzipped(data: bytes, max_bytes: int) -> bytes:
    """What a `sitemap.xml.gz` holds; other bytes as they are."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        with gzip.open(io.BytesIO(data)) as packed:
            unpacked = packed.read(max_bytes + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise WebError(f"a damaged gzip file: {error}") from error
    if len(unpacked) > max_bytes:
        raise WebError(too_large(max_bytes))
    return unpacked
