"""What CSV and Parquet have in common: columns that hold fields, rows that hold articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, partial

from ingest import dates, repeated
from ingest.raw import RawArticle, ReadError, Record
from ingest.readers import fields, sample
from ingest.readers.mapping import unknown

Row = tuple[str, str, Mapping[str, object]]
"""Origin, raw hash, values by column."""


def need_text(row: Mapping[str, object], names: Mapping[str, str]) -> None:
    """ReadError where no column of such a row can hold a text, or one that `--map` names isn't there."""
    if fault := unknown([row], names):
        raise ReadError(fault)
    if not fields.body_of(row, names):
        shown = ", ".join(column[:40] for column in list(row)[:20])
        raise ReadError(
            f"no column is known to hold a text; there are {shown}. Say which does: --map "
            "text=NAME,title=NAME, or by number, --map text=3, where the first row is an article already"
        )


def known_columns(columns: Iterable[str]) -> int:
    """How many of these names are known to hold something of an article, a body or a title among them;
    0 without one."""
    found = fields.flatten(dict.fromkeys(columns, "x"))
    if not any(name in found for kind in ("body", "title") for name in fields.names(kind)):
        return 0
    return sum(name in _every_name() for name in found)


@cache
def _every_name() -> frozenset[str]:
    return frozenset(name for kind in fields.KINDS for name in fields.names(kind))


def articles(rows: Iterator[Row | Record], names: Mapping[str, str]) -> Iterator[Record]:
    """A Record a row; broken rows come as Records already."""
    first, rows = sample.of(rows, _size)
    known = [row[2] for row in first if isinstance(row, tuple)]
    day_first = dates.day_first(value for record in known for value in fields.date_values(record, names))
    shared = repeated.in_texts(body for record in known if (body := fields.body_of(record, names)))
    names = dict(names)
    for row in rows:
        if isinstance(row, Record):
            yield row
            continue
        origin, digest, record = row
        yield Record(origin, digest, partial(_read, origin, digest, record, day_first, shared, names))


def _size(row: Row | Record) -> int:
    return sum(len(str(value)) for value in row[2].values()) if isinstance(row, tuple) else 0


def _read(
    origin: str,
    digest: str,
    record: Mapping[str, object],
    day_first: bool | None,
    shared: frozenset[str],
    names: Mapping[str, str],
) -> RawArticle:
    return fields.from_record(origin, digest, record, day_first=day_first, repeated=shared, mapping=names)
