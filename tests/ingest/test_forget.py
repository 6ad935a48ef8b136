"""Forgetting over the whole road: named in any way, gone from every file, and not taken in again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from index.config import IndexConfig
from index.ledger import Ledger, Writer, text_hash
from ingest import job
from ingest.config import IngestConfig
from ingest.forget import Forgotten, find, forget
from ingest.readers.fields import parse_map
from ingest.report import Report

TEXT = (
    "The qorvexum minister said on Thursday that the bliptano talks would not take place after all. "
    "Her drazwick colleague abroad had not been told, fumoyelk officials said. No other day was named."
)
OTHER = (
    "Heavy rain closed the valley road for two days, and the council sent bread to the villages. "
    "The road is to be open again by Sunday, the mayor said, unless the river rises further."
)
URL = "https://harbour.example/2023/11/16/talks-off"
WORDS = ("qorvexum", "bliptano", "drazwick", "fumoyelk")


@pytest.fixture
def config(tmp_path: Path) -> IngestConfig:
    return IngestConfig(IndexConfig(tmp_path / "data"), embed=False)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "feed.jsonl").write_text(record() + "\n" + record(url=URL + "-rain", title="Rain", text=OTHER))
    return folder


Run = Callable[..., Report]


@pytest.fixture
def run(config: IngestConfig, archive: Path) -> Run:
    def ingest(*sources: Path, **changes: object) -> Report:
        named = [str(source) for source in sources] or [str(archive)]
        return job.run(named, replace(config, **changes))  # type: ignore[arg-type]

    return ingest


Take = Callable[..., Forgotten]


@pytest.fixture
def take_out(config: IngestConfig) -> Take:
    def out(*names: str) -> Forgotten:
        with Writer(config.index.data) as writer:
            named = [find(writer, name) for name in names]
            assert all(one.articles or one.before for one in named)
            return forget(writer, named)

    return out


def record(**fields: object) -> str:
    given = {
        "title": "Talks off",
        "text": TEXT,
        "url": URL,
        "date": "2023-11-16",
        "publisher": "Harbour Times",
    }
    return json.dumps({name: value for name, value in {**given, **fields}.items() if value is not None})


def counts(report: Report) -> dict[str, int]:
    return {outcome: n for outcome, n in report.counts.items() if n}


def words_left(data: Path) -> list[str]:
    contents = {path: path.read_bytes().lower() for path in data.rglob("*") if path.is_file()}
    return [
        f"{path.name}: {word}"
        for path, content in contents.items()
        for word in WORDS
        if word.encode() in content
    ]


@pytest.mark.parametrize(
    "name",
    [
        URL,
        "http://www.harbour.example/2023/11/16/talks-off/?utm_source=x#top",
        "https://m.harbour.example/2023/11/16/talks-off/amp/",
        "https://www.google.com/amp/s/harbour.example/2023/11/16/talks-off",
        "{id}",
        "{id}@1",
        "{archive}/feed.jsonl#1",
    ],
)
def test_an_article_is_found_by_any_of_its_names(
    run: Run, config: IngestConfig, archive: Path, name: str
) -> None:
    report = run()
    with Ledger(config.index.data) as ledger:
        named = find(ledger, name.format(id=report.new[0].article, archive=archive))
        assert [article.url for article in named.articles] == [URL]
        assert find(ledger, URL + "-other").articles == ()
        assert find(ledger, "nosucharticl").articles == ()


def test_a_file_names_all_that_came_from_it(run: Run, config: IngestConfig, archive: Path) -> None:
    run()
    with Ledger(config.index.data) as ledger:
        assert len(find(ledger, str(archive / "feed.jsonl")).articles) == 2
        assert find(ledger, str(archive / "feed")).articles == ()


class TestWhatWasForgotten:
    def test_is_in_no_file_any_more(self, run: Run, take_out: Take, config: IngestConfig) -> None:
        report = run(embed=True)
        assert words_left(config.index.data)
        done = take_out(URL)
        assert (done.articles, done.versions, done.passages) == ([report.new[0].article], 1, 1)
        assert done.unfinished is None
        assert words_left(config.index.data) == []

    def test_is_not_taken_in_again_nor_does_the_ledger_get_a_word_of_it(
        self, run: Run, take_out: Take, config: IngestConfig, archive: Path
    ) -> None:
        named = archive / "qorvexum-bliptano-drazwick.jsonl"
        named.write_text(record())
        (archive / "feed.jsonl").unlink()
        run()
        take_out(URL)
        for _ in range(2):
            report = run()
            assert counts(report) == {"skipped": 1}
            assert (report.skipped[0].reason or "").startswith("forgotten on ")
            assert "--restore" in (report.skipped[0].reason or "")
            assert words_left(config.index.data) == []

    @pytest.mark.parametrize(
        "again",
        [
            {"url": URL + "?utm_source=x", "text": TEXT + " A line was added."},
            {"views": 7},
            {"url": "https://steppe.example/copy", "publisher": "Steppe News", "title": "Port"},
            {"url": None},
        ],
        ids=[
            "another text at its address",
            "other bytes",
            "the very text in another outlet",
            "the text alone",
        ],
    )
    def test_is_known_by_address_and_by_text(
        self, run: Run, take_out: Take, archive: Path, again: dict[str, object]
    ) -> None:
        run()
        take_out(URL)
        (archive / "feed.jsonl").write_text(record(**again))
        report = run()
        assert counts(report) == {"skipped": 1}
        sequence = report.sequence
        again_report = run()
        assert counts(again_report) == {"skipped": 1}
        assert again_report.sequence == sequence  # known by its bytes by now: not even read

    def test_leaves_the_other_printings_of_the_story(
        self, run: Run, take_out: Take, config: IngestConfig, archive: Path
    ) -> None:
        copy = record(url="https://steppe.example/talks", publisher="Steppe News", date="2023-11-17")
        (archive / "feed.jsonl").write_text(record() + "\n" + copy)
        report = run()
        first, second = (entry.article or "" for entry in report.new)
        take_out(URL)
        with Ledger(config.index.data) as ledger:
            left = ledger.article(second)
            assert left is not None
            assert left.story == second
            assert ledger.outlets(second) == ("Steppe News",)
            assert ledger.article(first) is None
        third = record(url="https://third.example/talks", publisher="Third", date="2023-11-17")
        (archive / "third.jsonl").write_text(third)
        report = run()
        assert counts(report) == {"new": 1, "skipped": 1, "unchanged": 1}
        with Ledger(config.index.data) as ledger:
            assert ledger.outlets(second) == ("Steppe News", "Third")

    def test_comes_back_when_told_to_with_a_version_of_its_own_number(
        self, run: Run, take_out: Take, config: IngestConfig
    ) -> None:
        id_ = run().new[0].article or ""
        take_out(URL)
        report = run(restore=True)
        assert counts(report) == {"new": 1, "unchanged": 1}
        with Ledger(config.index.data) as ledger:
            assert [version.id for version in ledger.versions(id_)] == [f"{id_}@2"]
            assert ledger.withdrawn_versions([f"{id_}@1"])
        assert counts(run()) == {"unchanged": 2}

    def test_that_had_been_pruned_is_remembered_too(self, run: Run, take_out: Take, archive: Path) -> None:
        run()
        (archive / "rain.jsonl").write_text(record(url=URL + "-rain", title="Rain", text=OTHER))
        (archive / "feed.jsonl").unlink()
        assert counts(run(prune=True)) == {"duplicate": 1, "pruned": 1}
        done = take_out(URL)
        assert (done.articles, len(done.before)) == ([], 1)
        (archive / "feed.jsonl").write_text(record())
        assert counts(run()) == {"skipped": 1, "unchanged": 1}

    def test_of_all_versions_none_is_left(
        self, run: Run, take_out: Take, config: IngestConfig, archive: Path
    ) -> None:
        run()
        (archive / "feed.jsonl").write_text(record(text=TEXT.replace("Thursday", "Friday")))
        report = run()
        assert counts(report) == {"changed": 1}
        assert take_out(URL).versions == 2
        assert words_left(config.index.data) == []
        with Ledger(config.index.data) as ledger:
            for text in (TEXT, TEXT.replace("Thursday", "Friday")):
                assert ledger.forgotten([("text", text_hash(text))]) is not None

    def test_does_not_hide_what_the_last_run_could_not_read(
        self, run: Run, take_out: Take, config: IngestConfig, archive: Path
    ) -> None:
        (archive / "bad.jsonl").write_text(record(url=URL + "-2", text=OTHER + " More.") + "\n{broken\n")
        run()
        take_out(URL)
        with Ledger(config.index.data) as ledger:
            last = ledger.last_run()
            assert last is not None
            assert len(ledger.failures(last["id"])) == 1


def test_bytes_are_forgotten_by_whatever_names_their_fields_are_read(
    run: Run, take_out: Take, archive: Path, config: IngestConfig
) -> None:
    mapped = parse_map(["title=Kop,text=Inhoud"])
    named = {"Kop": "Talks off", "Inhoud": TEXT, "Outlet": "Harbour Times"}
    (archive / "feed.jsonl").write_text(json.dumps(named) + "\n" + record(url=URL + "-rain", text=OTHER))
    run(fields=mapped)
    take_out(f"{archive / 'feed.jsonl'}#1")
    moved = archive / "moved.jsonl"
    moved.write_text(json.dumps(named) + "\n")
    for fields in (mapped, parse_map(["title=Kop,text=Inhoud,publisher=Outlet"]), {}):
        report = run(moved, fields=fields)
        assert (report.counts["new"], report.counts["skipped"]) == (0, 1), report.counts
        assert "forgotten on" in (report.skipped[0].reason or "")
    assert run(moved, fields=mapped, restore=True).counts["new"] == 1
    with Ledger(config.index.data) as ledger:
        assert ledger.forgotten([("text", text_hash(TEXT))]) is None
