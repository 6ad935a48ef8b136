"""Parquet: an article a row, in batches, of the columns that hold something of an article."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from functools import partial
from typing import Any

from ingest.raw import ReadError, Record, raw_hash, unreadable
from ingest.readers import fields, table
from ingest.readers.reader import Document, Head

FORMAT = "Parquet"
_BATCH = 64
"""Rows decoded at once, or fewer where they are large."""
_BATCH_BYTES = 8 * 1024 * 1024
_BUFFER = 1024 * 1024
"""Bytes of a column read at once; without it whole row groups are."""
_WRAPPERS = frozenset("extra params meta metadata custom og source article data attributes fields".split())


def recognises(head: Head) -> bool:
    return head.data.startswith(b"PAR1")


def records(document: Document) -> Iterator[Record]:
    """A Record a row, `origin#n` with n counting from 1. ReadError where no column holds a text."""
    import pyarrow
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(
            document.spooled(), buffer_size=_BUFFER, pre_buffer=False, page_checksum_verification=True
        )
        columns = [field.name for field in file.schema_arrow]
        groups = file.metadata
        sizes = [groups.row_group(i).total_byte_size for i in range(groups.num_row_groups)]
    except (pyarrow.ArrowException, OSError, ValueError, KeyError, UnicodeDecodeError) as error:
        raise ReadError(_told(error)) from error
    document.budget.check(sum(max(0, size) for size in sizes))
    table.need_text({field.name: _shape(field.type) for field in file.schema_arrow}, document.fields)
    wanted = [name for name in columns if _is_wanted(name, document.fields)]
    yield from table.articles(_rows(document, file, wanted), document.fields)


def _shape(kind: Any, depth: int = 0) -> Any:
    """A value of an Arrow type, as far as its fields' names go."""
    import pyarrow.types as types

    if depth < 20 and types.is_struct(kind):
        return {field.name: _shape(field.type, depth + 1) for field in kind}
    if depth < 20 and (types.is_list(kind) or types.is_large_list(kind)):
        return [_shape(kind.value_type, depth + 1)]
    return "x"


def _is_wanted(column: str, names: Mapping[str, str]) -> bool:
    """Vectors and the like stay on disk."""
    if any(theirs == column or theirs.startswith(f"{column}.") for theirs in names.values()):
        return True
    folded = next(iter(fields.flatten({column: "x"})), "")
    return folded in _WRAPPERS or any(folded in fields.names(kind) for kind in fields.KINDS)


def _rows(document: Document, file: Any, columns: list[str]) -> Iterator[table.Row | Record]:
    """Group by group; of a damaged one the rest is lost, and named by its first row."""
    import pyarrow

    first = 0
    for group in range(file.metadata.num_row_groups):
        number = first
        said = file.metadata.row_group(group)
        first += max(0, said.num_rows)
        most = _BATCH_BYTES * max(1, said.num_rows) // max(1, said.total_byte_size)
        try:
            for batch in file.iter_batches(
                max(1, min(_BATCH, most)), row_groups=[group], columns=columns, use_threads=False
            ):
                for row in _plain_batch(batch):
                    number += 1
                    yield _row(document, number, row)
        except (pyarrow.ArrowException, OSError, ValueError, KeyError, OverflowError) as error:
            reason = f"{_told(error)}; rows {number + 1:,} to {first:,} can't be read"
            yield Record(f"{document.origin}#{number + 1}", "", partial(unreadable, reason))


def _row(document: Document, number: int, row: dict[str, Any]) -> table.Row | Record:
    origin = f"{document.origin}#{number}"
    data = json.dumps(row, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
    if len(data) > document.max_bytes:
        return Record(
            origin, "", partial(unreadable, f"longer than {document.max_bytes // 1024 // 1024} MiB")
        )
    return origin, raw_hash(data, document.fields), row


def _plain_batch(batch: Any) -> list[dict[str, Any]]:
    import pyarrow

    columns = []
    for name, values in zip(batch.schema.names, batch.columns, strict=True):
        if pyarrow.types.is_timestamp(values.type) and values.type.unit == "ns":
            values = values.cast(pyarrow.timestamp("us", values.type.tz), safe=False)
        columns.append((name, [_plain(value) for value in values.to_pylist()]))
    return [{name: values[i] for name, values in columns} for i in range(batch.num_rows)]


def _plain(value: Any) -> Any:
    """As JSON would have it, dates as ISO 8601."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, datetime):
        # Midnight without a zone is how tables write a day.
        is_day = value.tzinfo is None and value.time() == time(0)
        return value.date().isoformat() if is_day else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return str(value)


def _told(error: Exception) -> str:
    message = " ".join(str(error).split()).rstrip(".")
    return f"a damaged Parquet file: {message[:200]}"
