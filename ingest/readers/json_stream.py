"""JSON objects one after another, each over several lines, as `jq` and `mongoexport --pretty` write them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import BinaryIO

from ingest.encoding import wide_encoding
from ingest.raw import Record
from ingest.readers import json_lines
from ingest.readers.reader import Document, Head

FORMAT = "JSON stream"

# In JSON nothing but white space stands between `}` and a `{` of the next value, and no string holds a line
# end: what looks like this is no part of an object, however broken the object.
_NEXT = re.compile(r"(?:\}[ \t]*\r?\n\s*|^\}[ \t]*)\{(?![{%])", re.MULTILINE)
_JOINED = re.compile(rb"\}[ \t]*(?=\{)")


def recognises(head: Head) -> bool:
    """To be asked before JSON Lines, whose name it may bear."""
    start = head.text
    if not start.startswith("{") or wide_encoding(head.data):
        return False
    first, _, rest = start.partition("\n")
    if not rest.lstrip().startswith(('"', "}")) or _is_json(first):
        return False
    return head.is_named(*json_lines.ENDINGS) or bool(_NEXT.search(start))


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def records(document: Document) -> Iterator[Record]:
    """A Record an object, `origin#n` with n counting from 1. A broken object is named alone. ReadError as
    from JSON Lines."""
    yield from json_lines.of_pieces(document, objects(document.stream, document.max_bytes))


def objects(stream: BinaryIO, max_bytes: int) -> Iterator[tuple[int, bytes | None]]:
    """Numbered objects as they stand in the stream; None for one larger than `max_bytes`."""
    piece: list[bytes] = []
    number = size = 0
    is_closed = False
    while line := stream.readline(max_bytes + 1):
        bare = line.strip()
        if not bare:
            continue
        joined = _JOINED.match(line)
        if joined:
            piece.append(line[: joined.end()])
            line = line[joined.end() :]
        if piece and (joined or (is_closed and bare.startswith(b"{"))):
            number += 1
            yield number, _whole(piece) if size <= max_bytes else None
            piece, size = [], 0
        size += len(line)
        # Of one that is too large only its first line is kept, so that there is one.
        if size <= max_bytes or not piece:
            piece.append(line)
        is_closed = bare.endswith(b"}")
    if piece:
        yield number + 1, _whole(piece) if size <= max_bytes else None


def _whole(piece: list[bytes]) -> bytes:
    return b"".join(piece).strip(b"\xef\xbb\xbf \t\r\n")
