"""One article, whatever it came under, over the whole road: read, compared, committed, shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.config import IndexConfig
from index.ledger import Ledger
from ingest import job
from ingest.config import IngestConfig
from ingest.report import Report

from .test_forget import TEXT, counts, record

PAGE = "https://harbour.example/2023/11/16/talks-off"
FORMS = (
    "http://www.harbour.example/2023/11/16/talks-off/",
    "https://harbour.example/2023/11/16/talks-off?utm_source=feed&utm_medium=rss&fbclid=IwAR0#comments",
    "https://m.harbour.example/2023/11/16/talks-off",
    "https://amp.harbour.example/2023/11/16/talks-off?amp_js_v=0.1&usqp=mq331",
    "https://harbour.example/2023/11/16/talks-off/amp/",
    "https://harbour-example.cdn.ampproject.org/c/s/harbour.example/2023/11/16/talks-off",
    "https://www.google.com/amp/s/harbour.example/2023/11/16/talks-off",
    "https://harbour.example/2023/11/16/talks-off?print=1",
    "https://harbour.example:443/2023/11/16/talks-off;jsessionid=0A1B2C3D4E",
)


@pytest.fixture
def config(tmp_path: Path) -> IngestConfig:
    return IngestConfig(IndexConfig(tmp_path / "data"), embed=False)


def read(folder: Path, config: IngestConfig, *lines: str) -> Report:
    feed = folder / "feed.jsonl"
    feed.write_text("\n".join(lines), encoding="utf-8")
    return job.run([str(feed)], config)


def test_an_article_is_one_whatever_address_it_came_under(tmp_path: Path, config: IngestConfig) -> None:
    report = read(tmp_path, config, record(url=PAGE), *(record(url=url) for url in FORMS))
    assert counts(report) == {"new": 1, "duplicate": len(FORMS)}
    assert {entry.article for entry in report.duplicate} == {report.new[0].article}


def test_a_change_read_under_another_form_of_its_address_is_its_next_version(
    tmp_path: Path, config: IngestConfig
) -> None:
    id_ = read(tmp_path, config, record(url=PAGE)).new[0].article or ""
    other = tmp_path / "other"
    other.mkdir()
    changed = record(url=FORMS[4], text=TEXT.replace("Thursday", "Friday"), modified="2023-11-18")
    assert counts(read(other, config, changed)) == {"changed": 1}
    with Ledger(config.index.data) as ledger:
        first, second = ledger.versions(id_)
        assert (second.reason, first.superseded_by) == ("publisher", second.id)
        assert first.text == TEXT


def test_articles_that_differ_by_a_number_in_their_address_stay_apart(
    tmp_path: Path, config: IngestConfig
) -> None:
    lines = [
        record(url=f"https://harbour.example/a.php?id={n}&utm_source=x", text=f"{TEXT} Number {n}.")
        for n in (12, 13)
    ]
    assert counts(read(tmp_path, config, *lines)) == {"new": 2}
