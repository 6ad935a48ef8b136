"""What tests of readers share: a document's bytes in, its records and articles out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.raw import NotAnArticle, RawArticle, ReadError, Record
from ingest.readers import Readers
from ingest.sources import Source

Reading = Callable[..., list[Record]]
Outcomes = Callable[..., list[RawArticle | str]]


@pytest.fixture
def records_of(tmp_path: Path) -> Reading:
    """`records_of(data, name="document", max_bytes=1 << 20)`: the records of a file that holds `data`."""

    def read(data: bytes | str, name: str = "document", max_bytes: int = 1 << 20) -> list[Record]:
        path = tmp_path / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return list(Readers(max_bytes).records(Source(str(path), path, path.stat().st_size)))

    return read


@pytest.fixture
def outcomes_of(records_of: Reading) -> Outcomes:
    """The same, read: an article each, or why there is none."""

    def read(data: bytes | str, name: str = "document", max_bytes: int = 1 << 20) -> list[RawArticle | str]:
        found: list[RawArticle | str] = []
        for record in records_of(data, name, max_bytes):
            try:
                found.append(record.read())
            except (NotAnArticle, ReadError) as reason:
                found.append(f"{type(reason).__name__}: {reason}")
        return found

    return read
