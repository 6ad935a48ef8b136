"""CSV and its kin: an article a row, its fields by the usual names of columns, or by `--map`."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial

from ingest.encoding import encoding_of, stray_encoding
from ingest.raw import ReadError, Record, raw_hash, unreadable
from ingest.readers import table
from ingest.readers.reader import HEAD_BYTES, Document, Head, beginning

FORMAT = "CSV"
_ENDINGS = (".csv", ".tsv", ".tab", ".psv")
_DELIMITERS = ",;\t|"
_SEPARATOR = re.compile(r"sep=.?", re.I)
"""What Excel puts above a table."""
_LOOKED_AT = 20
"""Rows by which the delimiter is told."""
_TEXT = 40
"""Characters of a cell that is more than a name or a number."""
_GONE_BACK = 20
"""Times that a row's lines are given back, one unclosed quote having taken them."""
_LINES_OF_A_ROW = 20_000
_MOST_BROKEN = 1000
"""Rows named one by one; a file in which most are broken isn't read on then."""


def recognises(head: Head) -> bool:
    """By its name, or by a first row that names known columns and a second one of as many."""
    if head.is_named(*_ENDINGS):
        return True
    first = head.text[:4000].partition("\n")[0]
    if not any(_are_names(first.split(delimiter)) for delimiter in _DELIMITERS):
        return False
    rows, _ = _sniff(head.text, {})
    if len(rows) < 2 or not _are_names(rows[0]):
        return False
    # A site's menu may look the same, but not its page.
    alike = sum(len(row) == len(rows[0]) for row in rows) / len(rows)
    return alike >= 0.8 and any(len(cell) >= _TEXT for row in rows[1:] for cell in row)


def _are_names(cells: list[str]) -> bool:
    if len(cells) < 2 or not all(0 < len(cell.strip()) <= 40 for cell in cells):
        return False
    return not any(cell.strip()[-1] in ".!?:" for cell in cells) and table.known_columns(cells) >= 2


def records(document: Document) -> Iterator[Record]:
    """A Record a row, `origin#n` with n counting rows under the first from 1; empty ones are passed over.
    ReadError where no column holds a text. A row that has more or fewer fields is named alone."""
    head = beginning(document.stream)
    encoding = encoding_of(head)
    start = head.decode(encoding, "ignore").lstrip("\ufeff")
    sniffed, dialect = _sniff(start, document.fields)
    csv.field_size_limit(max(csv.field_size_limit(), document.max_bytes))
    # A few bytes that don't fit are kept aside, and given to a better guess row by row.
    errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
    text = io.TextIOWrapper(document.stream, encoding, errors, newline="")
    try:
        rows = _Rows(text, dialect, document.max_bytes)
        header = _header(rows, sniffed, document.fields)
        table.need_text(dict.fromkeys(header, "x"), document.fields)
        letters = frozenset(char for char in start if not char.isascii() and char.isalpha())
        yield from table.articles(_rows(document, rows, header, letters), document.fields)
    finally:
        with suppress(ValueError):  # closed already where the run was stopped
            text.detach()  # the stream is another's to close


def _sniff(text: str, names: Mapping[str, str]) -> tuple[list[list[str]], dict[str, object]]:
    """The first rows, and what csv.reader is to be told."""
    cut = text.rfind("\n", 0, HEAD_BYTES) + 1 or len(text)
    lines = text[:cut].splitlines(keepends=True)[:200]
    if lines and _SEPARATOR.fullmatch(lines[0].strip()):
        lines = lines[1:]
    escaped = text.count('\\"') > text.count('""')
    best: tuple[tuple[float, ...], list[list[str]], dict[str, object]] | None = None
    for delimiter in _DELIMITERS:
        dialect: dict[str, object] = {"delimiter": delimiter, "strict": True}
        if escaped:
            dialect |= {"escapechar": "\\", "doublequote": False}
        rows = _first_rows(lines, dialect)
        width = len(rows[0]) if rows else 0
        known = table.known_columns(rows[0]) if rows else 0
        mapped = len({cell.strip() for cell in rows[0]} & set(names.values())) if rows else 0
        alike = sum(len(row) == width for row in rows) / len(rows) if width > 1 else 0.0
        score = (float(known + mapped), alike, float(width))
        if best is None or score > best[0]:
            best = score, rows, dialect
    assert best is not None
    return best[1], best[2]


def _first_rows(lines: list[str], dialect: Mapping[str, object]) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(iter(lines), **dialect):  # type: ignore[arg-type]
            if any(cell.strip() for cell in row):
                rows.append(row)
            if len(rows) >= _LOOKED_AT:
                break
    except csv.Error:
        pass
    return rows


def _header(rows: _Rows, sniffed: list[list[str]], names: Mapping[str, str]) -> list[str]:
    """The columns' names: the first row's, or numbers where `--map` gives numbers."""
    if not sniffed:
        raise ReadError("no row in it")
    is_numbered = bool(names) and all(theirs.isdigit() for theirs in names.values())
    if is_numbered and not set(names.values()) & set(sniffed[0]):
        return [str(number) for number in range(1, len(sniffed[0]) + 1)]
    for row in rows:
        if isinstance(row, str):
            raise ReadError(f"its first row can't be read: {row}")
        if _SEPARATOR.fullmatch("".join(row).strip()):
            continue
        row[0] = row[0].lstrip("\ufeff")
        return [cell.strip() or f"column {number}" for number, cell in enumerate(row, 1)]
    raise ReadError("no row in it")


def _rows(
    document: Document, rows: _Rows, header: list[str], letters: frozenset[str]
) -> Iterator[table.Row | Record]:
    """ReadError where so many rows are broken that it can't be a table like its first row. `letters` beyond
    ASCII are those that it is written in."""
    columns = "\x1f".join(header)
    broken = 0
    for number, row in enumerate(rows, 1):
        origin = f"{document.origin}#{number}"
        fault = row if isinstance(row, str) else _misfit(row, header, rows.line)
        if fault is not None or isinstance(row, str):
            broken += 1
            if broken > _MOST_BROKEN and broken * 2 > number:
                raise ReadError(f"{broken:,} of its first {number:,} rows can't be read: is it a table?")
            yield Record(origin, "", partial(unreadable, fault or ""))
            continue
        row = _mended(row, letters)
        record: dict[str, object] = {}
        for name, value in zip(header, row, strict=False):
            record.setdefault(name, value)
        joined = "\x1f".join(row)
        digest = raw_hash(f"{columns}\x1e{joined}".encode("utf-8", "surrogatepass"), document.fields)
        yield origin, digest, record


_ESCAPED = re.compile("[\udc80-\udcff]")
"""A byte that is no UTF-8, as `surrogateescape` keeps it."""


def _mended(row: list[str], letters: frozenset[str]) -> list[str]:
    """A row whose fields aren't all in UTF-8, with those decoded that aren't."""
    broken = [cell.encode("utf-8", "surrogateescape") for cell in row if _ESCAPED.search(cell)]
    if not broken:
        return row
    encoding = stray_encoding(b"\n".join(broken), letters)
    return [
        cell.encode("utf-8", "surrogateescape").decode(encoding, "replace") if _ESCAPED.search(cell) else cell
        for cell in row
    ]


def _misfit(row: list[str], header: list[str], line: int) -> str | None:
    """Says that a row isn't of as many fields as the first; empty ones at its end don't count."""
    while len(row) > len(header) and not row[-1].strip():
        row.pop()
    if len(row) == len(header):
        return None
    return f"line {line:,}: {len(row)} fields where the first row has {len(header)}"


class _Rows:
    """Rows of a table one after another; a fault in words in the place of one that can't be had."""

    def __init__(self, text: io.TextIOWrapper, dialect: Mapping[str, object], max_bytes: int) -> None:
        self._text = text
        self._dialect = dialect
        self._max = max_bytes
        self._given_back: deque[str] = deque()
        self._lines_of_row: list[str] = []
        self._size = 0
        self._times_back = 0
        self.line = 0
        """Number of the line last read, from 1."""

    def __iter__(self) -> Iterator[list[str] | str]:
        reader = self._reader()
        while True:
            self._lines_of_row, self._size = [], 0
            try:
                row = next(reader)
            except StopIteration:
                return
            except (csv.Error, _Fault) as error:
                reader = self._reader()
                row = self._read_leniently() if isinstance(error, csv.Error) else []
                if not row:
                    yield self._told(error)
                    continue
            if any(cell.strip() for cell in row):
                yield row

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self._lines(), **self._dialect)  # type: ignore[arg-type]

    def _read_leniently(self) -> list[str]:
        """A row of one line with a quote too many in it; over several lines there's no telling."""
        if len(self._lines_of_row) != 1:
            return []
        try:
            return next(csv.reader(self._lines_of_row, **{**self._dialect, "strict": False}), [])  # type: ignore[arg-type]
        except csv.Error:
            return []

    def _lines(self) -> Iterator[str]:
        while True:
            line = self._next()
            if not line:
                if self._lines_of_row:
                    raise _Fault("a quote that is opened in it isn't closed")
                return
            self._lines_of_row.append(line)
            self._size += len(line)
            if self._size > self._max or len(self._lines_of_row) > _LINES_OF_A_ROW:
                raise _Fault("a quote that is opened in it isn't closed")
            yield line

    def _next(self) -> str:
        if self._given_back:
            self.line += 1
            return self._given_back.popleft()
        line = self._text.readline(self._max + 1)
        self.line += bool(line)
        if len(line) > self._max and not line.endswith("\n"):
            while (rest := self._text.readline(self._max)) and not rest.endswith("\n"):
                pass
            raise _Fault(f"longer than {self._max // 1024 // 1024} MiB")
        return line

    def _told(self, error: Exception) -> str:
        """Why a row can't be had. The lines behind an unclosed quote are read again as rows of their own."""
        first = self.line - len(self._lines_of_row) + 1 if self._lines_of_row else self.line
        if len(self._lines_of_row) > 1 and self._times_back < _GONE_BACK:
            self._times_back += 1
            self._given_back.extendleft(reversed(self._lines_of_row[1:]))
            self.line = first
        return f"line {first:,}: {error}"


class _Fault(Exception):  # noqa: N818 - ends in a record, not in a traceback
    """A row that can't be had."""
