"""JSON Lines: an article a line, read as a stream, so that a file of any size fits in memory."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import BinaryIO

from ingest import dates, repeated
from ingest.encoding import decode
from ingest.raw import RawArticle, ReadError, Record, raw_hash
from ingest.readers import fields, mapping, markdown, sample
from ingest.readers.reader import Document, Head

FORMAT = "JSON Lines"
ENDINGS = (".jsonl", ".ndjson", ".jsonlines")
_MOST_BROKEN = 1000
"""Lines named one by one; a file in which most are no objects isn't read on then."""


def recognises(head: Head) -> bool:
    start = head.text
    if not start.startswith("{"):
        # A list, or fields between rules, under a name that says otherwise.
        return head.is_named(*ENDINGS) and not start.startswith(("[", "<", "---", "+++"))
    if head.is_named(*ENDINGS):
        return True
    first, _, rest = start.partition("\n")
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return bool(re.match(r'\s*\{\s*["}]', rest)) and first.rstrip().endswith("}")
    return bool(rest.strip()) and not markdown.begins_with_json(head)


def records(document: Document) -> Iterator[Record]:
    """A Record a line, `origin#n` with n counting lines from 1; blank lines are passed over. ReadError where
    the first lines have no field of a name that `--map` gives."""
    yield from of_pieces(document, numbered_lines(document.stream, document.max_bytes))


def of_pieces(document: Document, pieces: Iterator[tuple[int, bytes | None]]) -> Iterator[Record]:
    """`records` of numbered pieces that are to hold an object each; None for one that is too long."""
    origin, max_bytes, names = document.origin, document.max_bytes, document.fields
    first, pieces = sample.of(pieces, lambda piece: len(piece[1] or b""))
    known = [record for _, line in first if line and (record := _try_load(line)) is not None]
    if fault := mapping.unknown(known, names):
        raise ReadError(fault)
    day_first = dates.day_first(value for record in known for value in fields.date_values(record, names))
    shared = repeated.in_texts(body for record in known if (body := fields.body_of(record, names)))
    broken = 0
    for number, line in pieces:
        name = f"{origin}#{number}"
        broken += line is not None and not line.startswith(b"{")
        if broken > _MOST_BROKEN and broken * 2 > number:
            raise ReadError(
                f"{broken:,} of its first {number:,} lines are no JSON objects: is it JSON Lines?"
            )
        if line is None:
            yield Record(name, "", partial(_too_long, max_bytes))
        else:
            digest = raw_hash(line, names)
            yield Record(name, digest, partial(_read, name, line, digest, day_first, shared, dict(names)))


def numbered_lines(stream: BinaryIO, max_bytes: int) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines that aren't blank; None for one longer than `max_bytes`, which isn't kept."""
    number = 0
    while line := stream.readline(max_bytes + 1):
        number += 1
        if len(line) > max_bytes and not line.endswith(b"\n"):
            while (rest := stream.readline(max_bytes)) and not rest.endswith(b"\n"):
                pass
            yield number, None
            continue
        line = line.strip(b"\xef\xbb\xbf \t\r\n") if number == 1 else line.strip(b" \t\r\n")
        if line:
            yield number, line


def _try_load(line: bytes) -> dict[str, object] | None:
    try:
        record = json.loads(decode(line))
    except (ValueError, ReadError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _read(
    origin: str,
    line: bytes,
    digest: str,
    day_first: bool | None,
    shared: frozenset[str],
    names: Mapping[str, str],
) -> RawArticle:
    try:
        record = json.loads(decode(line), strict=False)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"not a JSON object: {error}") from error
    if not isinstance(record, dict):
        raise ReadError(f"not a JSON object but a {type(record).__name__}")
    return fields.from_record(origin, digest, record, day_first=day_first, repeated=shared, mapping=names)


def _too_long(max_bytes: int) -> RawArticle:
    raise ReadError(f"longer than {max_bytes // 1024 // 1024} MiB")
