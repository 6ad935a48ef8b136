from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from index.config import IndexConfig
from ingest import ahead, job, workers
from ingest.config import IngestConfig
from ingest.raw import RawArticle, Record
from ingest.report import Progress, Report
from ingest.stopping import Limit, TookTooLong
from ingest.workers import Workers

TEXT = (
    "The minister said on Thursday that the talks about port {0} would not take place next week after all. "
    "Her colleague in town {0} had not been told, officials said. No other day was named for them to meet."
)


def article(n: int) -> str:
    fields = {"title": f"Talks {n} off", "text": TEXT.format(n), "url": f"https://h.example/{n}"}
    return json.dumps(fields)


def raw(n: int) -> RawArticle:
    return RawArticle(f"record {n}", f"hash {n}", TEXT.format(n), title=f"Talks {n} off", extracted=True)


def kill(number: int) -> RawArticle:
    os.kill(os.getpid(), number)
    raise AssertionError


def hang() -> RawArticle:
    re.match(r"(a+)+$", "a" * 60 + "b")
    raise AssertionError


def exhaust() -> RawArticle:
    return RawArticle("", "", "a" * 4 * 1024**3)


@pytest.fixture
def config(tmp_path: Path) -> IngestConfig:
    return IngestConfig(IndexConfig(tmp_path / "data"), embed=False, workers=2, batch_seconds=1e9)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other processes read from the first record on."""
    monkeypatch.setattr(ahead, "ALONE_SECONDS", 0.0)
    monkeypatch.setattr(Workers, "is_up", True)


@pytest.fixture
def pool(config: IngestConfig) -> Iterator[Callable[..., Workers]]:
    opened: list[Workers] = []

    def start(count: int = 2, seconds: float = 30) -> Workers:
        opened.append(Workers(count, config.index, seconds))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


def results(pool: Workers, reads: list[Callable[[], RawArticle]]) -> list[str]:
    """The title of each article, or why there is none."""
    tasks = [pool.submit(Record(f"record {n}", "", read), "file") for n, read in enumerate(reads)]
    said = []
    for task in tasks:
        assert pool.wait(task, 60)
        found = task.result
        said.append(
            "here" if found is None else found.article.cleaned.title if found.article else found.reason
        )
    return said


class TestAProcessThatEnds:
    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
    def test_costs_the_record_that_it_was_on_and_no_other(
        self, pool: Callable[..., Workers], number: signal.Signals
    ) -> None:
        reads: list[Callable[[], RawArticle]] = [partial(raw, n) for n in range(12)]
        reads[5] = partial(kill, number)
        said = results(pool(), reads)
        assert said.pop(5) == f"ended the process that was reading it ({number.name})"
        assert said == [f"Talks {n} off" for n in range(12) if n != 5]

    @pytest.mark.slow
    def test_because_a_record_took_too_long_is_said_so(self, pool: Callable[..., Workers]) -> None:
        said = results(pool(1, seconds=8), [partial(raw, 1), hang, partial(raw, 2)])
        assert said == ["Talks 1 off", "took longer than 8 s", "Talks 2 off"]

    def test_takes_no_more_memory_than_it_may(self, pool: Callable[..., Workers]) -> None:
        assert results(pool(1), [exhaust, partial(raw, 1)]) == ["MemoryError", "Talks 1 off"]

    def test_and_can_not_be_replaced_leaves_the_work_to_the_run(
        self, pool: Callable[..., Workers], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "executable", "/bin/false")
        assert results(pool(), [partial(raw, 1), partial(raw, 2)]) == ["here", "here"]


def test_what_can_not_be_sent_to_another_process_is_read_here(pool: Callable[..., Workers]) -> None:
    assert results(pool(1), [lambda: raw(1), partial(raw, 2)]) == ["here", "Talks 2 off"]


def held(config: IngestConfig) -> list[list[tuple[object, ...]]]:
    with sqlite3.connect(config.index.data / "ledger.sqlite") as db:
        return [
            db.execute(sql).fetchall()
            for sql in (
                "SELECT id, key, url, origin, story, latest FROM articles ORDER BY id",
                "SELECT id, text, title, published, publisher, language, dropped FROM versions ORDER BY id",
                'SELECT id, version, n, start, "end", vector, embed_head FROM passages ORDER BY id',
                "SELECT version, band FROM bands ORDER BY version, band",
                "SELECT origin, raw_hash, outcome, article, reason FROM sources ORDER BY origin",
            )
        ]


def test_a_run_gives_the_same_archive_in_one_process_and_in_several(
    tmp_path: Path, config: IngestConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "feed.jsonl"
    lines = [article(n) for n in range(60)]
    lines[7], lines[20], lines[33] = "{broken", json.dumps({"title": "Nothing"}), lines[4]
    source.write_text("\n".join(lines))
    archives, reports = [], []
    for name, seconds, count in (("here", 1e9, 1), ("one", 0.0, 1), ("three", 0.0, 3)):
        monkeypatch.setattr(ahead, "ALONE_SECONDS", seconds)
        monkeypatch.setattr(Workers, "is_up", True)
        own = IngestConfig(
            IndexConfig(tmp_path / name), embed=False, workers=count, batch_articles=25, batch_seconds=1e9
        )
        report = job.run([str(source)], own)
        archives.append(held(own))
        reports.append((report.counts, [e.origin for e in report.new], [e.reason for e in report.failed]))
    assert archives[0] == archives[1] == archives[2]
    assert reports[0] == reports[1] == reports[2]
    assert reports[0][0]["new"] == 57


def test_a_short_run_starts_no_other_process(
    tmp_path: Path, config: IngestConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "Workers", lambda *_: pytest.fail("started"))
    source = tmp_path / "feed.jsonl"
    source.write_text("\n".join(article(n) for n in range(5)))
    assert job.run([str(source)], config).counts["new"] == 5


def test_a_run_reads_on_by_itself_until_another_process_has_come_up(
    tmp_path: Path, config: IngestConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "ALONE_SECONDS", 0.0)
    monkeypatch.setattr(Workers, "_start", lambda pool: pool._changed.wait_for(lambda: pool._closed))
    source = tmp_path / "feed.jsonl"
    source.write_text("\n".join(article(n) for n in range(5)))
    assert job.run([str(source)], config).counts["new"] == 5


class TestARun:
    def test_names_the_record_that_ended_its_process_and_goes_on(
        self, tmp_path: Path, config: IngestConfig, at_once: None
    ) -> None:
        records = [Record(f"record {n}", f"hash {n}", partial(raw, n)) for n in range(10)]
        records[3] = Record("record 3", "hash 3", partial(kill, signal.SIGKILL))
        report = job.run(["a test"], config, fetched=records)
        assert (report.counts["new"], report.counts["failed"]) == (9, 1)
        (failed,) = report.failed
        assert (failed.origin, failed.stage) == ("record 3", "read")
        assert "SIGKILL" in (failed.reason or "")
        assert report.cpu["clean"] > 0

    @pytest.mark.slow
    @pytest.mark.timeout(120, method="thread")  # by default, pytest's limit is an alarm too
    def test_gives_a_record_up_that_takes_too_long_in_this_process_too(
        self, config: IngestConfig, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ahead, "ALONE_SECONDS", 1e9)
        records = [Record("record 1", "hash", hang), Record("record 2", "other", partial(raw, 2))]
        report = job.run(["a test"], replace(config, record_seconds=6.0), fetched=records)
        assert [(entry.origin, entry.reason) for entry in report.failed] == [
            ("record 1", "took longer than 6 s")
        ]
        assert report.counts["new"] == 1

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_that_is_to_end_leaves_no_process_behind(
        self, tmp_path: Path, config: IngestConfig, at_once: None, number: signal.Signals
    ) -> None:
        source = tmp_path / "feed.jsonl"
        count = 1_500  # more than can be read between two tellings, however busy the machine
        source.write_text("\n".join(article(n) for n in range(count)))
        before = set(children())  # such as other tests' server
        sent: list[int] = []

        def stop(progress: Progress) -> None:
            if progress.articles >= 20 and not sent:
                sent.append(number)
                os.kill(os.getpid(), number)

        report: Report = job.run([str(source)], config, stop)
        assert report.stopped == f"{number.name} received"
        assert 0 < report.counts["new"] < count
        assert report.counts["failed"] == 0
        assert not set(children()) - before
        again = job.run([str(source)], config)
        assert again.counts["new"] == count - report.counts["new"]


@pytest.mark.slow
def test_a_run_that_is_killed_leaves_no_process_behind(tmp_path: Path) -> None:
    source = tmp_path / "feed.jsonl"
    source.write_text("\n".join(article(n) for n in range(2500)))
    script = (
        "import sys; from pathlib import Path; from index.config import IndexConfig\n"
        "from ingest import job; from ingest.config import IngestConfig\n"
        "from ingest import ahead; ahead.ALONE_SECONDS = 0\n"
        "from ingest.workers import Workers; Workers.is_up = True\n"
        "job.run([sys.argv[1]], IngestConfig(IndexConfig(Path(sys.argv[2])), embed=False, workers=2),\n"
        "        lambda progress: print(progress.articles, flush=True))"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", script, str(source), str(tmp_path / "data")], stdout=subprocess.PIPE
    )
    assert run.stdout is not None
    while int(run.stdout.readline()) < 20:
        pass
    left = children(run.pid)
    assert len(left) == 2
    run.kill()
    run.wait()
    until = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in left) and time.monotonic() < until:
        time.sleep(0.1)
    assert not [pid for pid in left if Path(f"/proc/{pid}").exists()]


def children(of: int | None = None) -> list[int]:
    path = Path(f"/proc/{of or os.getpid()}/task")
    found: list[int] = []
    for task in path.iterdir():
        with suppress(FileNotFoundError):  # a thread that has ended meanwhile
            found += map(int, (task / "children").read_text().split())
    return found


@pytest.mark.timeout(120, method="thread")
def test_a_limit_puts_the_alarm_back_as_it_was() -> None:
    before = signal.signal(signal.SIGALRM, signal.SIG_IGN)
    try:
        with Limit(0.2) as limit:
            with pytest.raises(TookTooLong), limit.on():
                time.sleep(5)
            limit.off()
            with limit.on():
                pass
        assert signal.getsignal(signal.SIGALRM) is signal.SIG_IGN
        assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
    finally:
        signal.signal(signal.SIGALRM, before)


def test_as_many_processes_as_there_are_processors() -> None:
    assert 1 <= workers.cores() <= (os.cpu_count() or 1)
