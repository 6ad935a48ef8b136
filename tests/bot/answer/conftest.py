"""One small archive, ingested as a user's is, and answerers over it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bot.answer.answer import Answerer
from bot.llm import LLMConfig
from index.config import IndexConfig
from index.search import Index

from .archive import FOREIGN, HARVEST, SCRAPE


def ingest(data: Path, sources: Sequence[Path]) -> IndexConfig:
    """The index of an archive made of these files."""
    from ingest.config import IngestConfig
    from ingest.job import run

    config = IndexConfig(data)
    report = run([str(source) for source in sources], IngestConfig(config))
    assert report.exit_code == 0, report.lines()
    return config


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The archive of archive.py. To be read only."""
    folder = tmp_path_factory.mktemp("archive")
    (folder / "scrape#2.txt").write_text(SCRAPE, encoding="utf-8")
    (folder / "harvest.txt").write_text(HARVEST, encoding="utf-8")
    (folder / "wires.jsonl").write_text(
        "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in FOREIGN), encoding="utf-8"
    )
    opened = Index.open(ingest(tmp_path_factory.mktemp("data"), [folder]))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def answerer(index: Index) -> Answerer:
    """Answers in the articles' own words."""
    return Answerer(index, LLMConfig("none"))
