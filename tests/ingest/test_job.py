from __future__ import annotations

import gzip
import json
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from index import embedder
from index.config import IndexConfig
from index.errors import LedgerError, ModelError
from index.ledger import Ledger, Writer
from ingest import batches, clean, compare, embedding, job, reading, story, telling
from ingest.config import IngestConfig
from ingest.report import Progress, Report

TEXT = (
    "The minister said on Thursday that the talks in the port would not take place next week after all. "
    "Her colleague abroad had not been told, officials said. No other day was named for them to meet."
)
CORRECTED = TEXT.replace("next week", "next month")
MORE = (
    "Engineers closed the old bridge over the river on Friday after divers found a crack in its middle pier. "
    "Buses will go round by the mill until the spring, the town hall said, and nobody was hurt that day."
)
URL = "https://harbour.example/2023/11/16/talks-off"

Run = Callable[..., Report]


@pytest.fixture
def config(tmp_path: Path) -> IngestConfig:
    return IngestConfig(IndexConfig(tmp_path / "data"), embed=False)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    return folder


@pytest.fixture
def run(config: IngestConfig, archive: Path) -> Run:
    def ingest(*sources: Path | str, **changes: object) -> Report:
        named = [str(source) for source in sources] or [str(archive)]
        return job.run(named, replace(config, **changes))  # type: ignore[arg-type]

    return ingest


@pytest.fixture
def ledger(config: IngestConfig) -> Callable[[], Ledger]:
    return lambda: Ledger(config.index.data)


def record(**fields: object) -> str:
    given = {
        "title": "Talks off",
        "text": TEXT,
        "url": URL,
        "date": "2023-11-16",
        "publisher": "Harbour Times",
    }
    return json.dumps({name: value for name, value in {**given, **fields}.items() if value is not None})


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def counts(report: Report) -> dict[str, int]:
    return {outcome: n for outcome, n in report.counts.items() if n}


def texts(ledger: Ledger, article: str | None) -> list[str]:
    assert article is not None
    return [version.text for version in ledger.versions(article)]


def test_articles_come_in_and_are_found_by_words(
    run: Run, archive: Path, ledger: Callable[[], Ledger]
) -> None:
    put(archive, "feed.jsonl", record())
    report = run()
    assert counts(report) == {"new": 1}
    assert report.passages == 1
    with ledger() as held:
        (version,) = held.versions(report.new[0].article or "")
        assert (version.title, version.publisher, version.published) == (
            "Talks off",
            "Harbour Times",
            "2023-11-16",
        )
        assert version.reason == "first"
        assert held.coverage().articles == 1


class TestRunningItAgain:
    def test_changes_nothing_and_says_so(self, run: Run, archive: Path) -> None:
        put(archive, "feed.jsonl", record() + "\n" + record(url=URL + "-2", text=CORRECTED))
        put(archive, "note.txt", f"Talks off again\n\n{TEXT} So it was said.")
        first = run()
        second = run()
        assert counts(second) == {"unchanged": 3}
        assert second.sequence == first.sequence
        assert second.lines()[0].startswith("nothing has changed: all 3 unchanged")

    def test_does_not_read_or_clean_what_is_known(
        self, run: Run, archive: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put(archive, "note.txt", f"Talks off again\n\n{TEXT}")
        run()
        monkeypatch.setattr(reading, "clean", lambda *_: pytest.fail("cleaned again"))
        assert counts(run()) == {"unchanged": 1}

    def test_leaves_a_superseded_text_superseded(
        self, run: Run, archive: Path, ledger: Callable[[], Ledger]
    ) -> None:
        put(archive, "a-new.jsonl", record(text=CORRECTED, modified="2023-11-18"))
        put(archive, "b-old.jsonl", record())
        first = run()
        assert counts(first) == {"new": 1, "changed": 1}
        for _ in range(2):
            assert counts(run()) == {"unchanged": 2}
        with ledger() as held:
            assert texts(held, first.new[0].article) == [TEXT, CORRECTED]

    def test_skips_again_what_holds_no_article(self, run: Run, archive: Path) -> None:
        put(archive, "page.html", "<html><body><p>Log in</p></body></html>")
        put(archive, "note.txt", f"Talks off again\n\n{TEXT}")
        run()
        report = run()
        assert counts(report) == {"unchanged": 1, "skipped": 1}
        assert report.skipped[0].reason == "no article text found"
        assert report.exit_code == 0


class TestAChange:
    def test_by_the_publisher_is_a_new_version(
        self, run: Run, archive: Path, ledger: Callable[[], Ledger]
    ) -> None:
        put(archive, "feed.jsonl", record())
        run()
        put(archive, "feed.jsonl", record(text=CORRECTED))
        report = run()
        assert counts(report) == {"changed": 1}
        with ledger() as held:
            old, new = held.versions(report.changed[0].article or "")
            assert (old.text, old.superseded_by) == (TEXT, new.id)
            assert (new.text, new.reason, new.superseded_by) == (CORRECTED, "publisher", None)

    def test_of_a_file_without_an_address_too(self, run: Run, archive: Path) -> None:
        put(archive, "note.txt", f"Talks off again\n\n{TEXT}")
        run()
        put(archive, "note.txt", f"Talks off again\n\n{CORRECTED}")
        assert counts(run()) == {"changed": 1}

    def test_around_the_article_only_is_none(self, run: Run, archive: Path) -> None:
        put(archive, "feed.jsonl", record(views=1))
        run()
        put(archive, "feed.jsonl", record(views=2))
        assert counts(run()) == {"unchanged": 1}

    def test_taken_back_by_the_publisher_is_a_third_version(
        self, run: Run, archive: Path, ledger: Callable[[], Ledger]
    ) -> None:
        for text in (TEXT, CORRECTED, TEXT):
            put(archive, "feed.jsonl", record(text=text))
            report = run()
        assert counts(report) == {"changed": 1}
        with ledger() as held:
            assert texts(held, report.changed[0].article) == [TEXT, CORRECTED, TEXT]

    def test_of_the_cleaner_makes_a_version_of_its_own_kind(
        self, run: Run, archive: Path, ledger: Callable[[], Ledger], newer_cleaner: None
    ) -> None:
        put(archive, "note.txt", f"Talks off again\n\n{TEXT}")
        run()
        self.upgrade()
        report = run()
        assert counts(report) == {"changed": 1}
        with ledger() as held:
            assert [v.reason for v in held.versions(report.changed[0].article or "")] == [
                "first",
                "extraction",
            ]
        assert counts(run()) == {"unchanged": 1}

    def test_of_the_cleaner_does_not_bring_a_superseded_text_back(
        self, run: Run, archive: Path, ledger: Callable[[], Ledger], newer_cleaner: None
    ) -> None:
        put(archive, "a.jsonl", record())
        put(archive, "b.jsonl", record(text=CORRECTED, modified="2023-11-18"))
        first = run()
        self.upgrade()
        assert counts(run()) == {"unchanged": 1, "changed": 1}
        with ledger() as held:
            assert texts(held, first.new[0].article) == [TEXT, CORRECTED, CORRECTED + " Better."]

    @pytest.fixture
    def newer_cleaner(self, monkeypatch: pytest.MonkeyPatch) -> None:
        original = clean.clean

        def upgrade() -> None:
            for module in (job, batches, compare, story):
                monkeypatch.setattr(module, "CLEANER", clean.CLEANER + 1)
            monkeypatch.setattr(reading, "clean", lambda *given: better(*given))

        def better(*given: object) -> clean.Cleaned:
            article = original(*given)  # type: ignore[arg-type]
            return replace(article, text=article.text + " Better.")

        self.upgrade = upgrade

    upgrade: Callable[[], None]


class TestOneArticleFromTwoSources:
    def test_an_older_text_that_turns_up_later_does_not_win(self, run: Run, archive: Path) -> None:
        new = put(archive, "new.jsonl", record(text=CORRECTED, modified="2023-11-18"))
        old = put(archive, "old.jsonl", record())
        run(new)
        report = run(old)
        assert counts(report) == {"skipped": 1}
        assert report.skipped[0].reason == "older than the text in the archive, of 2023-11-18"
        assert counts(run(old, new)) == {"skipped": 1, "unchanged": 1}

    def test_the_same_text_is_a_duplicate(self, run: Run, archive: Path) -> None:
        put(archive, "a.jsonl", record())
        put(archive, "b.jsonl", record(url=URL + "?utm_source=feed"))
        report = run()
        assert counts(report) == {"new": 1, "duplicate": 1}
        assert "a.jsonl#1" in (report.duplicate[0].reason or "")
        assert counts(run()) == {"unchanged": 2}

    def test_a_summary_does_not_replace_the_article(self, run: Run, archive: Path) -> None:
        put(archive, "a.jsonl", record())
        put(archive, "b.jsonl", record(text=TEXT.partition(". ")[0] + "."))
        assert counts(run()) == {"new": 1, "duplicate": 1}

    def test_the_article_replaces_a_summary(
        self, run: Run, archive: Path, ledger: Callable[[], Ledger]
    ) -> None:
        put(archive, "a.jsonl", record(text=TEXT.partition(". ")[0] + "."))
        put(archive, "b.jsonl", record())
        report = run()
        assert counts(report) == {"new": 1, "changed": 1}
        with ledger() as held:
            assert held.versions(report.new[0].article or "")[-1].reason == "extraction"

    def test_a_copy_of_a_file_is_a_duplicate_of_it(self, run: Run, archive: Path) -> None:
        put(archive, "a/note.txt", f"Talks off again\n\n{TEXT}")
        put(archive, "b/note.txt", f"Talks off again\n\n{TEXT}")
        report = run()
        assert counts(report) == {"new": 1, "duplicate": 1}


class TestOneStoryOfTwoOutlets:
    def test_is_two_articles_that_share_it(
        self, run: Run, archive: Path, ledger: Callable[[], Ledger]
    ) -> None:
        copy = record(url="https://steppe.example/talks", publisher="Steppe News", date="2023-11-17")
        put(archive, "feed.jsonl", copy + "\n" + record())
        report = run()
        assert counts(report) == {"new": 2}
        with ledger() as held:
            first = held.article(report.new[0].article or "")
            second = held.article(report.new[1].article or "")
            assert first is not None and second is not None
            assert first.url == URL
            assert first.story == second.story == first.id
            assert held.outlets(second.id) == ("Steppe News", "Harbour Times")

    def test_is_named_for_the_oldest_though_that_comes_in_later(
        self, run: Run, archive: Path, ledger: Callable[[], Ledger]
    ) -> None:
        copy = record(url="https://steppe.example/talks", publisher="Steppe News", date="2023-11-17")
        run(put(archive, "copy.jsonl", copy))
        report = run(put(archive, "first.jsonl", record()))
        with ledger() as held:
            oldest = report.new[0].article
            assert {article.story for article in held.articles(held_ids(held)).values()} == {oldest}

    @pytest.mark.parametrize(
        "days", [("2023-11-16", "2023-11-16"), ("2023-11-16T09:30:00+00:00", "2023-11-16")]
    )
    def test_is_named_for_the_same_one_whichever_comes_in_first(
        self, run: Run, archive: Path, tmp_path: Path, days: tuple[str, str]
    ) -> None:
        first = record(date=days[0])
        second = record(url="https://steppe.example/talks", publisher="Steppe News", date=days[1])
        named = set()
        for n, lines in enumerate(([first, second], [second, first])):
            config = IngestConfig(IndexConfig(tmp_path / str(n)), embed=False)
            for m, line in enumerate(lines):
                job.run([str(put(archive, f"{n}{m}.jsonl", line))], config)
            with Ledger(tmp_path / str(n)) as held:
                named |= {article.story for article in held.articles(held_ids(held)).values()}
        assert len(named) == 1

    def test_notes_of_one_shape_stay_apart(
        self, run: Run, archive: Path, ledger: Callable[[], Ledger]
    ) -> None:
        note = "The central bank set the rate of the dollar at {0} manats for {1}, its press service said."
        lines = [
            record(url=f"{URL}{n}", title=f"Rate for {day}", text=note.format(1.7 + n / 100, day))
            for n, day in enumerate(("Monday", "Tuesday", "Friday"))
        ]
        put(archive, "feed.jsonl", "\n".join(lines))
        run()
        with ledger() as held:
            assert held.stats()["stories"] == 3


def held_ids(ledger: Ledger) -> list[str]:
    return [
        version.partition("@")[0] for version in {p.version for page in ledger.iter_passages() for p in page}
    ]


class TestRecordsWithoutAnAddress:
    def test_keep_their_identity_when_lines_move(
        self, run: Run, archive: Path, ledger: Callable[[], Ledger]
    ) -> None:
        lines = [
            record(url=None, title=f"Talks {n}", text=TEXT.replace("port", f"port {n}")) for n in range(3)
        ]
        put(archive, "feed.jsonl", "\n".join(lines))
        assert counts(run()) == {"new": 3}
        put(archive, "feed.jsonl", "\n".join([record(url=None, title="One more", text=CORRECTED), *lines]))
        assert counts(run()) == {"new": 1, "unchanged": 2, "duplicate": 1}
        with ledger() as held:
            assert held.stats()["versions"] == 4

    def test_are_known_by_their_id(self, run: Run, archive: Path) -> None:
        put(archive, "feed.jsonl", record(url=None, id=7))
        run()
        put(archive, "feed.jsonl", record(url=None, id=7, title="Talks are off", text=CORRECTED))
        assert counts(run()) == {"changed": 1}


class TestFaults:
    def test_are_named_and_stop_nothing(self, run: Run, archive: Path, ledger: Callable[[], Ledger]) -> None:
        feed = put(archive, "feed.jsonl", record() + "\n{broken\n" + record(url=URL + "-2", text=CORRECTED))
        (archive / "bad.gz").write_bytes(b"\x1f\x8b broken")
        report = run(archive, archive / "missing.txt")
        assert counts(report) == {"new": 2, "failed": 3}
        faults = {Path(entry.origin).name: (entry.stage, entry.reason) for entry in report.failed}
        assert faults["missing.txt"] == ("read", "no such file or folder")
        assert faults["bad.gz"][0] == "read"
        assert faults[f"{feed.name}#2"][0] == "read"
        assert report.exit_code == 3
        with ledger() as held:
            assert {Path(failure["origin"]).name for failure in held.failures()} == set(faults)

    def test_of_our_own_are_named_too(self, run: Run, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        put(archive, "feed.jsonl", record() + "\n" + record(url=URL + "-2", text=CORRECTED))

        def fails_once(raw: object, *rest: object) -> clean.Cleaned:
            if str(getattr(raw, "origin", "")).endswith("#1"):
                raise RuntimeError("a fault of ours")
            return clean.clean(raw, *rest)  # type: ignore[arg-type]

        monkeypatch.setattr(reading, "clean", fails_once)
        report = run()
        assert counts(report) == {"new": 1, "failed": 1}
        assert (report.failed[0].stage, report.failed[0].reason) == ("clean", "RuntimeError: a fault of ours")

    def test_at_commit_cost_one_article_alone(
        self, run: Run, archive: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lines = [record(url=f"{URL}-{n}", text=f"{TEXT} Item {n}.") for n in range(4)]
        put(archive, "feed.jsonl", "\n".join(lines))

        def fails_once(
            writer: Writer, batch: object, candidate: compare.Candidate, verdict: object
        ) -> object:
            if candidate.origin.endswith("#3"):
                raise ValueError("not to be committed")
            return story.commit(writer, batch, candidate, verdict)  # type: ignore[arg-type]

        monkeypatch.setattr(batches, "commit", fails_once)
        report = run()
        assert counts(report) == {"new": 3, "failed": 1}
        assert report.failed[0].stage == "commit"
        assert report.failed[0].origin.endswith("#3")

    def test_nothing_to_be_done_exits_1(self, run: Run, archive: Path) -> None:
        assert run(archive / "missing").exit_code == 1
        assert run(archive).exit_code == 1

    def test_a_run_beside_another_is_refused(self, run: Run, archive: Path, config: IngestConfig) -> None:
        put(archive, "feed.jsonl", record())
        with Writer(config.index.data), pytest.raises(LedgerError, match=str(os.getpid())):
            run()

    def test_a_model_that_is_not_there_is_said_before_anything_is_read(
        self, archive: Path, config: IngestConfig
    ) -> None:
        put(archive, "feed.jsonl", record())
        absent = replace(config, index=replace(config.index, embedding_model="no/such-model"))
        with pytest.raises(ModelError, match="no/such-model"):
            job.run([str(archive)], absent)


class TestRetrying:
    def test_reads_what_failed_and_nothing_else(
        self, run: Run, archive: Path, config: IngestConfig, ledger: Callable[[], Ledger]
    ) -> None:
        feed = put(archive, "feed.jsonl", record() + "\n{broken\n{worse")
        run()
        put(archive, "feed.jsonl", record(views=2) + "\n" + record(url=URL + "-2", text=MORE) + "\n{worse")
        put(archive, "new.jsonl", record(url=URL + "-3", text=MORE.replace("bridge", "tunnel")))
        report = job.retry(config)
        assert counts(report) == {"new": 1, "failed": 1}
        assert report.new[0].origin == f"{feed}#2"
        with ledger() as held:
            assert [failure["origin"] for failure in held.failures(still_out=True)] == [f"{feed}#3"]
            assert len(held.failures()) == 3

    def test_reads_the_whole_of_a_file_that_failed_as_a_whole(
        self, run: Run, archive: Path, config: IngestConfig, ledger: Callable[[], Ledger]
    ) -> None:
        packed = archive / "feed.jsonl.gz"
        packed.write_bytes(b"\x1f\x8b broken")
        run()
        packed.write_bytes(gzip.compress((record() + "\n" + record(url=URL + "-2", text=MORE)).encode()))
        assert counts(job.retry(config)) == {"new": 2}
        with ledger() as held:
            assert held.failures(still_out=True) == []

    def test_of_what_is_there_no_longer_is_no_failure(
        self, run: Run, archive: Path, config: IngestConfig
    ) -> None:
        feed = put(archive, "feed.jsonl", record() + "\n{broken")
        (archive / "bad.gz").write_bytes(b"\x1f\x8b broken")
        run()
        (archive / "bad.gz").unlink()
        feed.write_text(record())
        report = job.retry(config)
        assert counts(report) == {"skipped": 1}
        assert report.skipped[0].reason == "there no longer"
        assert job.retry(config).articles == 0

    def test_what_came_in_by_an_ordinary_run_is_no_longer_out(
        self, run: Run, archive: Path, ledger: Callable[[], Ledger]
    ) -> None:
        put(archive, "feed.jsonl", record() + "\n{broken")
        run()
        put(archive, "feed.jsonl", record() + "\n" + record(url=URL + "-2", text=MORE))
        run()
        with ledger() as held:
            assert held.failures(still_out=True) == []
            assert len(held.failures()) == 1

    def test_what_fails_again_is_out_once(
        self, run: Run, archive: Path, config: IngestConfig, ledger: Callable[[], Ledger]
    ) -> None:
        put(archive, "feed.jsonl", "{broken")
        run()
        assert counts(job.retry(config)) == {"failed": 1}
        with ledger() as held:
            (out,) = held.failures(still_out=True)
            assert out["run"] == 2


class TestEmbeddingInTurns:
    @pytest.fixture
    def feed(self, archive: Path) -> Path:
        lines = [record(url=f"{URL}-{n}", text=MORE.replace("bridge", f"bridge {n}")) for n in range(8)]
        return put(archive, "feed.jsonl", "\n".join(lines))

    def test_articles_are_embedded_while_a_long_run_reads(
        self, feed: Path, config: IngestConfig, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(embedding, "READING_SECONDS", 0.0)
        monkeypatch.setattr(telling, "TELL_EVERY", 0)
        told: list[Progress] = []
        report = job.run([str(feed)], replace(config, embed=True), told.append)
        stages = [progress.stage for progress in told]
        assert "embedding" in stages[: stages.index("reading", 10)]
        assert report.embedded == report.passages == 8
        assert report.as_json()["wall_seconds"]["embedding"] > 0  # type: ignore[index]

    def test_a_fault_of_the_model_is_named_once_and_made_good_later(
        self,
        feed: Path,
        config: IngestConfig,
        monkeypatch: pytest.MonkeyPatch,
        ledger: Callable[[], Ledger],
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(embedding, "READING_SECONDS", 0.0)
            patch.setattr(embedder, "load_embedder", broken)
            report = job.run([str(feed)], replace(config, embed=True))
        assert counts(report) == {"new": 8, "failed": 1}
        assert (report.failed[0].stage, report.failed[0].reason) == ("embed", "RuntimeError: no model")
        assert job.retry(replace(config, embed=True)).embedded == 8
        with ledger() as held:
            assert held.failures(still_out=True) == []


def broken(*_: object) -> None:
    raise RuntimeError("no model")


class TestStopping:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_finishes_the_batch_in_hand_and_the_next_run_the_rest(
        self, archive: Path, config: IngestConfig, number: signal.Signals
    ) -> None:
        for n in range(30):
            put(archive, f"{n:02}.jsonl", record(url=f"{URL}-{n}", text=f"{TEXT} Item {n}."))
        before = signal.getsignal(number)
        sent: list[int] = []

        def stop(progress: Progress) -> None:
            if progress.articles == 10 and not sent:
                sent.append(number)
                os.kill(os.getpid(), number)

        job_config = replace(config, batch_articles=4)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(telling, "TELL_EVERY", 0)
            report = job.run([str(archive)], job_config, stop)
        assert report.stopped == f"{number.name} received"
        assert report.counts["new"] == 10
        assert report.exit_code == 3
        assert signal.getsignal(number) is before
        assert counts(job.run([str(archive)], job_config)) == {"new": 20, "unchanged": 10}


def test_progress_is_told_in_bytes_with_rate_and_time_left(
    archive: Path, config: IngestConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "TELL_EVERY", 0)
    feed = put(archive, "feed.jsonl", "\n".join(record(url=f"{URL}-{n}") for n in range(20)))
    told: list[Progress] = []
    job.run([str(archive)], config, told.append)
    assert {progress.stage for progress in told} == {"reading"}
    assert all(progress.total == feed.stat().st_size for progress in told)
    assert [progress.done for progress in told] == sorted(progress.done for progress in told)
    assert told[-1].done == feed.stat().st_size
    assert told[-1].articles == 20
    assert told[-1].seconds_left == 0


def test_passages_are_embedded_and_a_base_is_built(archive: Path, config: IngestConfig) -> None:
    put(archive, "feed.jsonl", record() + "\n" + record(url=URL + "-2", title="Other talks", text=CORRECTED))
    told: list[Progress] = []
    report = job.run([str(archive)], replace(config, embed=True), told.append)
    assert (report.passages, report.embedded) == (2, 2)
    for stage in ("embedding", "building"):
        last = [progress for progress in told if progress.stage == stage][-1]
        assert (last.done, last.total) == (2, 2)
    assert (config.index.data / "chroma" / "CURRENT").is_file()
    again = job.run([str(archive)], replace(config, embed=True))
    assert (counts(again), again.embedded) == ({"unchanged": 2}, 0)


def test_the_report_is_an_object_for_machines_and_lines_for_people(run: Run, archive: Path) -> None:
    put(archive, "feed.jsonl", record())
    report = run(archive, archive / "missing.txt")
    told = json.loads(json.dumps(report.as_json()))
    assert told["counts"] == {
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "duplicate": 0,
        "skipped": 0,
        "failed": 1,
        "pruned": 0,
    }
    assert told["failed"] == [
        {"origin": str(archive / "missing.txt"), "stage": "read", "reason": "no such file or folder"}
    ]
    assert told["exit_code"] == 3
    assert report.lines()[0].startswith("1 new, 1 failed")
    assert report.lines()[1] == f"failed (read) {archive / 'missing.txt'}: no such file or folder"
