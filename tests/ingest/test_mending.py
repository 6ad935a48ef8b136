"""A run puts right what is derived, without embedding again where it needn't."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.config import IndexConfig
from index.dense import base_manifest
from index.query import parse
from index.search import Index
from ingest import job
from ingest.config import IngestConfig

from .test_kills import article

ARTICLES = 4


@pytest.fixture
def source(tmp_path: Path) -> Path:
    source = tmp_path / "archive.jsonl"
    source.write_text("\n".join(article(n) for n in range(ARTICLES)))
    return source


def damage(path: Path) -> None:
    assert path.stat().st_size
    path.write_bytes(b"\xa5" * path.stat().st_size)


def test_damaged_words_and_base_are_made_anew_without_embedding(source: Path, tmp_path: Path) -> None:
    config = IngestConfig(IndexConfig(tmp_path / "data"))
    data = config.index.data
    assert job.run([str(source)], config).exit_code == 0
    with Index.open(config.index) as index:
        for path in [*(data / "lexical").glob("*.term"), next((data / "chroma").rglob("data_level0.bin"))]:
            damage(path)
        hits = index.search(parse("What did the envoy say in report 3?"))
        assert hits
        assert hits.degraded is not None
        assert "`dateline ingest`" in hits.degraded
        report = job.run([str(source)], config)
        assert (report.exit_code, report.embedded, report.counts["unchanged"]) == (0, 0, ARTICLES)
        hits = index.search(parse("What did the envoy say in report 3?"))
        assert hits.degraded is None
        assert hits[0].lexical is not None
    assert base_manifest(data)["name"] == "base-2"  # type: ignore[index]


def test_damaged_vectors_are_set_aside_and_every_passage_is_embedded_again(
    source: Path, tmp_path: Path
) -> None:
    config = IngestConfig(IndexConfig(tmp_path / "data"))
    first = job.run([str(source)], config)
    (path,) = (config.index.data / "vectors").glob("*.sqlite")
    damage(path)
    report = job.run([str(source)], config)
    assert (report.exit_code, report.embedded) == (0, first.embedded)
    assert path.with_name(f"{path.name}.damaged-1").exists()
