"""A reader in another process sees words, vectors and bases as they are committed, without reopening."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from .conftest import Archive, numbered

READER = """
import json, sys
from pathlib import Path
from index.config import IndexConfig
from index.query import parse
from index.search import Index

with Index.open(IndexConfig(Path(sys.argv[1]))) as index:
    for line in sys.stdin:
        hits = index.search(parse(line))
        base = index._dense and index._dense._base
        print(json.dumps({
            "degraded": hits.degraded,
            "base": base.name if base else None,
            "hits": [[hit.text, hit.lexical is not None, hit.dense is not None] for hit in hits],
        }), flush=True)
"""


class Reader:
    """An Index in a process of its own, opened once."""

    def __init__(self, archive: Archive) -> None:
        command = [sys.executable, "-c", READER, str(archive.data)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, question: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()
        return dict(json.loads(self.process.stdout.readline()))


@pytest.fixture
def reader(archive: Archive) -> Iterator[Reader]:
    archive.add(*numbered(0, 3))
    reader = Reader(archive)
    yield reader
    reader.process.kill()
    reader.process.communicate()


def test_another_process_sees_words_then_vectors_then_a_base(archive: Archive, reader: Reader) -> None:
    first = reader.ask("marker1")
    assert first["hits"][0] == ["The council met and the word was marker1.", True, False]
    assert "dateline ingest" in first["degraded"]

    ship = "The trawler sank off the cape in a storm."
    archive.add({"key": "ship", "text": ship})
    assert reader.ask("trawler")["hits"][0] == [ship, True, False]

    archive.embed()
    by_meaning = reader.ask("a fishing boat went down in bad weather")
    assert by_meaning["hits"][0] == [ship, False, True]
    assert (by_meaning["base"], by_meaning["degraded"]) == (None, None)

    archive.build()
    assert reader.ask("a fishing boat went down in bad weather")["hits"][0] == [ship, False, True]
    assert reader.ask("trawler")["base"] == "base-1"

    strike = "Nurses walked out over pay at the city hospital."
    archive.add({"key": "strike", "text": strike})
    archive.embed()
    assert reader.ask("an industrial dispute of medical workers")["hits"][0] == [strike, False, True]
    archive.build(delta_limit=0)
    again = reader.ask("an industrial dispute of medical workers")
    assert (again["hits"][0], again["base"], again["degraded"]) == ([strike, False, True], "base-2", None)
