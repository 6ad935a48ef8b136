"""Taking out what is gone from a folder, and nothing that merely couldn't be read."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from index.config import IndexConfig
from index.errors import DatelineError
from index.ledger import Ledger
from ingest import job
from ingest.config import IngestConfig
from ingest.report import Report

from .test_forget import OTHER, URL, counts, record

COUNT = 6


@pytest.fixture
def config(tmp_path: Path) -> IngestConfig:
    return IngestConfig(IndexConfig(tmp_path / "data"), embed=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six articles in six files, half of them in a folder below."""
    folder = tmp_path / "archive"
    (folder / "below").mkdir(parents=True)
    for n in range(COUNT):
        path = folder / ("below" if n % 2 else "") / f"{n}.jsonl"
        path.write_text(item(n))
    return folder


@pytest.fixture
def run(config: IngestConfig, folder: Path) -> Callable[..., Report]:
    def ingest(*sources: Path, **changes: object) -> Report:
        named = [str(source) for source in sources] or [str(folder)]
        return job.run(named, replace(config, **changes))  # type: ignore[arg-type]

    return ingest


Run = Callable[..., Report]


def item(n: int, **fields: object) -> str:
    return record(
        **{"url": f"{URL}-{n}", "title": f"Item {n}", "text": f"{OTHER} It was item {n}.", **fields}
    )


def test_what_is_gone_from_the_folder_is_taken_out_and_named(
    run: Run, folder: Path, config: IngestConfig
) -> None:
    ids = {Path(entry.origin).name: entry.article for entry in run().new}
    (folder / "2.jsonl").unlink()
    assert counts(run()) == {"unchanged": COUNT - 1}
    report = run(prune=True)
    assert counts(report) == {"unchanged": COUNT - 1, "pruned": 1}
    (entry,) = report.pruned
    assert (Path(entry.origin).name, entry.article) == ("2.jsonl#1", ids["2.jsonl#1"])
    assert report.exit_code == 0
    assert report.lines()[0].startswith("5 unchanged, 1 pruned")
    with Ledger(config.index.data) as ledger:
        assert ledger.stats()["articles"] == COUNT - 1
        known = ledger.withdrawn(entry.article or "")
        assert known is not None
        assert known.why == "pruned"
    assert b"item 2" not in (config.index.data / "ledger.sqlite").read_bytes().lower()


def test_what_was_pruned_comes_in_again_with_its_file(run: Run, folder: Path, config: IngestConfig) -> None:
    run()
    (folder / "2.jsonl").unlink()
    id_ = run(prune=True).pruned[0].article or ""
    (folder / "2.jsonl").write_text(item(2))
    assert counts(run(prune=True)) == {"new": 1, "unchanged": COUNT - 1}
    with Ledger(config.index.data) as ledger:
        assert [version.id for version in ledger.versions(id_)] == [f"{id_}@2"]


def test_what_another_source_still_has_stays(run: Run, folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "copy.jsonl").write_text(item(2))
    run()
    run(elsewhere)
    (folder / "copy-of-4.jsonl").write_text(item(4))
    run()
    (folder / "2.jsonl").unlink()
    (folder / "4.jsonl").unlink()
    assert "pruned" not in counts(run(prune=True))
    (elsewhere / "copy.jsonl").unlink()
    (elsewhere / "rain.jsonl").write_text(item(9))
    (elsewhere / "more.jsonl").write_text(item(10))
    assert counts(run(elsewhere, prune=True)) == {"new": 2, "pruned": 1}


def test_records_that_moved_within_their_file_are_not_gone(run: Run, folder: Path) -> None:
    feed = folder / "feed.jsonl"
    lines = [item(n) for n in range(20, 26)]
    feed.write_text("\n".join(lines))
    run()
    feed.write_text("\n".join([item(30), *reversed(lines)]))
    assert "pruned" not in counts(run(prune=True))
    feed.write_text("\n".join([item(30), *lines[1:]]))
    report = run(prune=True)
    assert [entry.article for entry in report.pruned] != []
    assert counts(report)["pruned"] == 1


def test_a_file_that_now_holds_another_article_has_lost_the_first(run: Run, folder: Path) -> None:
    run()
    (folder / "2.jsonl").write_text(
        item(40, text="Another text altogether, of a bridge that opens in May. " * 3)
    )
    assert counts(run(prune=True)) == {"new": 1, "unchanged": COUNT - 1, "pruned": 1}


class TestNothingIsPruned:
    def test_from_a_folder_that_is_gone_or_empty(self, run: Run, folder: Path) -> None:
        run()
        for path in folder.rglob("*.jsonl"):
            path.unlink()
        report = run(prune=True)
        assert counts(report) == {"failed": 1}
        (folder / "below").rmdir()
        assert counts(run(prune=True)) == {"failed": 1}
        folder.rmdir()
        with pytest.raises(DatelineError, match="takes folders"):
            run(prune=True)

    def test_from_a_folder_below_that_is_empty_as_a_disk_that_is_not_there(
        self, run: Run, folder: Path
    ) -> None:
        run()
        for path in (folder / "below").iterdir():
            path.unlink()
        report = run(prune=True)
        assert counts(report) == {"unchanged": 3, "failed": 1}
        assert report.failed[0].origin == str(folder / "below")
        assert "--prune-all" in (report.failed[0].reason or "")
        assert counts(run(prune_all=True)) == {"unchanged": 3, "pruned": 3}

    def test_where_more_than_half_would_go(self, run: Run, folder: Path) -> None:
        run()
        for n in (0, 1, 2, 4):
            next(folder.rglob(f"{n}.jsonl")).unlink()
        report = run(prune=True)
        assert counts(report) == {"unchanged": 2, "failed": 1}
        assert report.exit_code == 3
        assert (report.failed[0].reason or "").startswith("4 of the 6 articles")
        assert counts(run(prune_all=True)) == {"unchanged": 2, "pruned": 4}

    def test_below_a_folder_that_can_not_be_listed(
        self, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run()
        (folder / "0.jsonl").unlink()
        scan = os.scandir

        def refused(path: object) -> object:
            if str(path).endswith("below"):
                raise PermissionError(13, "Permission denied")
            return scan(path)  # type: ignore[call-overload]

        monkeypatch.setattr("ingest.sources.os.scandir", refused)
        assert counts(run(prune=True)) == {"unchanged": 2, "failed": 1, "pruned": 1}

    def test_of_a_file_that_can_not_be_read_or_holds_nothing_now(self, run: Run, folder: Path) -> None:
        run()
        (folder / "0.jsonl").write_text("{broken\n")
        (folder / "2.jsonl").write_text("")
        (folder / "4.jsonl").write_text(item(4, text="Too short."))
        assert "pruned" not in counts(run(prune=True))

    def test_by_a_run_that_was_stopped(
        self, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, config: IngestConfig
    ) -> None:
        run()
        (folder / "0.jsonl").unlink()
        read = job._Job.read

        def stopped(self: job._Job, sources: list[object]) -> None:
            read(self, sources[:2])  # type: ignore[arg-type]
            self._stop.reason = "SIGTERM received"

        monkeypatch.setattr(job._Job, "read", stopped)
        assert "pruned" not in counts(run(prune=True))
        with Ledger(config.index.data) as ledger:
            assert ledger.stats()["articles"] == COUNT

    def test_of_a_neighbour_whose_name_begins_alike(self, run: Run, folder: Path, tmp_path: Path) -> None:
        neighbour = tmp_path / "archive-2"
        neighbour.mkdir()
        (neighbour / "a.jsonl").write_text(item(50))
        run(neighbour)
        run()
        (neighbour / "a.jsonl").unlink()
        assert counts(run(prune=True)) == {"unchanged": COUNT}
