"""A stream of XML or SGML cut into its articles: one element after another, however long the stream.

Nothing is parsed here. An element is found by its tags, outside comments and CDATA, and handed over as it
stands: one that is broken spoils no other, and no parser ever sees the document type with its entities.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

from ingest.encoding import declared_encoding, wide_encoding

_CHUNK = 256 * 1024
_HEAD = 1024 * 1024
"""Bytes kept of what stands before the first element: a feed's title, a site's authors."""
_OVERLAP = 4096
"""Bytes looked through again with the next chunk: a tag may be cut in two."""
_LONGEST_TAG = 64 * 1024
_TAG = re.compile(rb"""<[^"'<>]*+(?:"[^"]*+"[^"'<>]*+|'[^']*+'[^"'<>]*+)*+>""")
_ENDS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}

Kind = Literal["start", "end", "empty"]


@dataclass(frozen=True, slots=True)
class Piece:
    """An element as it stands in the stream, its tags included."""

    data: bytes
    """In an encoding that holds ASCII; empty where the element is too large."""
    fault: str | None = None
    """Why it can't be read."""


class Pieces:
    """The elements called one of `names` (without prefix), in order. None stands within another: one whose
    end tag is missing ends where the next begins.

    `head` is what stands before the first of them, known when that comes; `fault` says, at the end, that the
    stream ends without `</root>`. `root` is None where there is none, as in SGML.
    """

    def __init__(self, stream: BinaryIO, names: tuple[str, ...], root: str | None, max_bytes: int) -> None:
        first = stream.read(4096)
        stream.seek(0)
        wide = wide_encoding(first)
        self.encoding = None if wide else declared_encoding(first)
        self.head = b""
        self.fault: str | None = None
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(wide)("replace") if wide else None
        self._max_bytes = max_bytes
        self._root = None if root is None or root in names else root
        self._is_closed = self._root is None
        joined = "|".join(re.escape(name) for name in names)
        closing = re.escape(self._root or names[0])
        self._token = re.compile(
            rb"<!--|<!\[CDATA\[|<\?|<(?P<end>/?)(?P<prefix>(?:[A-Za-z_][\w.-]*:)?)(?:%s)(?=[\s/>])"
            rb"|(?P<root></(?:[A-Za-z_][\w.-]*:)?%s\s*>)" % (joined.encode(), closing.encode())
        )
        self._buffer = bytearray()
        self._base = 0  # offset in the stream of the buffer's first byte; all others are offsets there too
        self._at = 0
        self._hold: int | None = None
        self._is_open = False
        self._prefix: bytes | None = None

    def __iter__(self) -> Iterator[Piece]:
        for kind, begin, end in self._tags():
            if kind == "end":
                if self._is_open:
                    yield self._cut(end)
                continue
            if self._is_open:
                yield self._cut(begin)
            self._hold, self._is_open = begin, True
            if kind == "empty":
                yield self._cut(end)
        last = self._base + len(self._buffer)
        if self._is_open:
            piece = self._cut(last)
            yield Piece(piece.data, piece.fault or "cut off: the file ends within it")
        elif not self._is_closed:
            self.fault = f"cut off: the file ends without </{self._root}>"
        self._release(last)

    def _cut(self, end: int) -> Piece:
        """The element in hand, up to `end`."""
        start, self._hold, self._is_open = self._hold, None, False
        if start is None or end - start > self._max_bytes:
            return Piece(b"", f"larger than {self._max_bytes / 1024 / 1024:.3g} MiB")
        return Piece(bytes(self._buffer[start - self._base : end - self._base]))

    def _tags(self) -> Iterator[tuple[Kind, int, int]]:
        """Start and end tags of the elements wanted, as offsets in the stream."""
        while True:
            found = self._token.search(self._buffer, self._at - self._base)
            if found is None:
                self._at = max(self._at, self._base + len(self._buffer) - _OVERLAP)
                if not self._read():
                    return
                continue
            token, begin, self._at = found.group(), self._base + found.start(), self._base + found.end()
            if token in _ENDS:
                if not self._skip_past(_ENDS[token]):
                    return
                continue
            if found["root"]:
                self._is_closed = True
                continue
            prefix, is_end = found["prefix"], bool(found["end"])
            end = self._tag_end(begin)
            if end is None or (self._prefix is not None and prefix != self._prefix):
                continue
            if self._prefix is None:
                self._release(begin)
                self._prefix = prefix
            is_empty = self._buffer[end - self._base - 2] == ord("/")
            yield "end" if is_end else "empty" if is_empty else "start", begin, end
            self._at = end

    def _skip_past(self, closing: bytes) -> bool:
        while (found := self._buffer.find(closing, self._at - self._base)) < 0:
            self._at = max(self._at, self._base + len(self._buffer) - len(closing) + 1)
            if not self._read():
                return False
        self._at = self._base + found + len(closing)
        return True

    def _tag_end(self, begin: int) -> int | None:
        after, self._at = self._at, begin
        while True:
            tag = _TAG.match(self._buffer, begin - self._base)
            end = self._base + tag.end() if tag else None
            if end is not None or len(self._buffer) - (begin - self._base) > _LONGEST_TAG or not self._read():
                self._at = after
                return end

    def _read(self) -> bool:
        """Reads on, and lets go of what is neither in hand nor still to be looked through."""
        if self._hold is not None and self._at - self._hold > self._max_bytes:
            self._hold = None
        self._release(self._at if self._hold is None else min(self._at, self._hold))
        chunk = self._stream.read(_CHUNK)
        if self._decoder is not None:
            text = self._decoder.decode(chunk, final=not chunk)
            self._buffer += text.encode("utf-8", "replace")
            return bool(chunk)
        self._buffer += chunk
        return bool(chunk)

    def _release(self, before: int) -> None:
        gone = before - self._base
        if self._prefix is None:
            self.head += self._buffer[: min(gone, max(0, _HEAD - len(self.head)))]
        del self._buffer[:gone]
        self._base = before
