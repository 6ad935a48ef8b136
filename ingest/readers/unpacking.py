"""Streams out of packed files: read forwards, counted against a limit, faults told in words."""

from __future__ import annotations

import errno
import io
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from ingest.raw import ReadError

HEAD = 128 * 1024
"""Bytes kept of a stream's beginning, so that looking at it costs nothing."""
_CHUNK = 256 * 1024


class Bomb(ReadError):  # noqa: N818 - the trade's own word
    """More is packed in a file than any archive holds in so few bytes; nothing more of it is read."""


@dataclass
class Budget:
    """What may be unpacked from one outer file, over all that is packed in it."""

    limit: int
    """Bytes."""
    spent: int = 0

    def charge(self, size: int) -> None:
        """Bomb where `size` bytes more are too many."""
        self.spent += size
        self.check(0)

    def check(self, size: int) -> None:
        """Bomb where `size` bytes more would be too many."""
        if self.spent + size > self.limit:
            raise Bomb(
                f"what is packed in it comes to more than {_amount(self.limit)}, which is no archive of "
                "articles but a bomb: unpack it first if you trust it"
            )


def _amount(size: int) -> str:
    gib = size / 1024**3
    return f"{gib:.0f} GiB" if gib >= 1 else f"{size / 1024**2:.0f} MiB"


class Unpacked(io.RawIOBase):
    """A stream out of a packed one. Wrap it in `io.BufferedReader`; `buffered` does.

    `read(n)` gives at most n of the next bytes, none at the end. `reopen` begins anew and returns such a
    function; without it there is no way back beyond the head.
    """

    def __init__(
        self,
        read: Callable[[int], bytes],
        budget: Budget,
        reopen: Callable[[], Callable[[int], bytes]] | None = None,
    ) -> None:
        self._read = read
        self._budget = budget
        self._reopen = reopen
        self._head = bytearray()
        self._at = 0
        self._source = 0
        self._fault: ReadError | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        data = self._take(min(len(view), _CHUNK))
        view[: len(data)] = data
        return len(data)

    def _take(self, size: int) -> bytes:
        if self._at < len(self._head):
            data = bytes(self._head[self._at : self._at + size])
        else:
            if self._at < self._source:
                self._begin_anew()
            while self._source < self._at and self._next(min(_CHUNK, self._at - self._source)):
                pass
            data = self._next(size) if self._source == self._at else b""
        self._at += len(data)
        return data

    def _next(self, size: int) -> bytes:
        if self._fault is not None:
            raise self._fault  # asked once more, some unpackers go on behind it as if nothing were
        try:
            with Translated():
                data = self._read(size)
        except ReadError as error:
            self._fault = error
            raise
        self._budget.charge(len(data))
        if self._source == len(self._head) and len(self._head) < HEAD:
            self._head += data
        self._source += len(data)
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_CUR:
            offset += self._at
        elif whence == io.SEEK_END:
            while self._next(_CHUNK):
                pass
            offset += self._source
        self._at = max(0, offset)
        return self._at

    def _begin_anew(self) -> None:
        if self._reopen is None:
            raise io.UnsupportedOperation("no way back in a stream")
        with Translated():
            self._read, self._source, self._fault = self._reopen(), 0, None


def buffered(
    read: Callable[[int], bytes], budget: Budget, reopen: Callable[[], Callable[[int], bytes]] | None = None
) -> io.BufferedReader:
    return io.BufferedReader(Unpacked(read, budget, reopen), 64 * 1024)


class Translated:
    """A context in which the many faults of packed files become ReadError."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None or isinstance(error, ReadError):
            return
        if not isinstance(error, FAULTS) and not _is_zstd(error):
            return
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            return  # of the disk, not of the file: that one has said where no file has a place
        raise ReadError(f"damaged: {str(error).strip() or type(error).__name__}") from error


FAULTS = (
    EOFError,
    OSError,  # gzip's BadGzipFile and bz2's faults among them
    zlib.error,
    lzma.LZMAError,
    tarfile.TarError,
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
)


def _is_zstd(error: BaseException) -> bool:
    return type(error).__name__ == "ZstdError"


def safe_name(name: str) -> str:
    """A member's name to be shown and kept, never to be opened: relative, without `..`, one line."""
    name = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    name = "".join(c if c.isprintable() else "\ufffd" for c in name).replace("\\", "/")
    name = re.sub(r"^[A-Za-z]:", "", name)
    parts = [part.strip() for part in name.split("/")]
    kept = "/".join(part for part in parts if part not in ("", ".", ".."))
    return kept[-400:] or "unnamed"


class Names:
    """Makes the names of one packed file's members differ, for what is known of each is kept by it."""

    def __init__(self) -> None:
        self._times: dict[int, int] = {}

    def distinct(self, name: str) -> str:
        key = hash(name)
        times = self._times[key] = self._times.get(key, 0) + 1
        return name if times == 1 else f"{name}~{times}"
