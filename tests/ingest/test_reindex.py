"""Another model for an archive in use: built beside it, put in place in one step, followed by readers."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index.config import IndexConfig
from index.dense.base import current_manifest
from index.embedder import model_identity
from index.errors import IndexMismatchError, LedgerError
from index.ledger import Ledger
from index.live import live_model
from index.query import parse
from index.search import Index
from index.vectors import vectors_path
from ingest import job
from ingest.config import IngestConfig
from ingest.reindex import reindex
from ingest.report import Progress

from ..chroma_server import ChromaRun
from ..index.embedding.models import save_bert, save_roberta

WORDS = (
    "council bridge ferry mayor vote arch lorry ministry engineer harbour market school river train doctor "
    "garden winter summer paper court judge farmer bakery museum tower library bishop miner sailor teacher"
).split()
TOWNS = ("Aldham", "Brackley", "Corby", "Dunmow", "Eastry")


def story(town: str) -> str:
    """Of the length of a short report, and unlike every other's."""
    chance = random.Random(town)
    lines = (
        f"In {town} the {chance.choice(WORDS)} of the {chance.choice(WORDS)} met the {chance.choice(WORDS)} "
        f"about the {chance.choice(WORDS)} on Monday."
        for _ in range(14)
    )
    return " ".join(lines)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("models")
    save_bert(root / "wide", limit=512)
    save_bert(root / "narrow", limit=192, dim=24, prompts={"query": "q: ", "passage": "p: "})
    save_roberta(root / "other", limit=640)
    return root


@pytest.fixture
def config(tmp_path: Path, models: Path) -> IngestConfig:
    """Of an archive embedded by the wide model."""
    archive = tmp_path / "archive"
    archive.mkdir()
    for town in TOWNS:
        head = f"Bridge of {town} to close\n16 November 2023\n\n"
        (archive / f"{town}.md").write_text(head + story(town))
    config = IngestConfig(IndexConfig(tmp_path / "data", str(models / "wide")), workers=1)
    report = job.run([str(archive)], config)
    assert (report.counts["new"], report.exit_code) == (len(TOWNS), 0)
    return config


@pytest.fixture
def index(config: IngestConfig) -> Iterator[Index]:
    with Index.open(config.index) as index:
        yield index


def with_model(config: IngestConfig, model: Path) -> IngestConfig:
    return replace(config, index=replace(config.index, embedding_model=str(model)))


def whole(index: Index) -> None:
    """Every town is found, by words and by meaning, in passages that stand in their text."""
    for town in TOWNS:
        hits = index.search(parse(f"council of {town} bridge"), 30)
        assert hits.degraded is None
        assert all(hit.dense is not None for hit in hits)
        assert any(town in hit.text and hit.lexical for hit in hits)


def test_another_model_is_refused_with_the_way_out(
    config: IngestConfig, models: Path, tmp_path: Path
) -> None:
    other = with_model(config, models / "other")
    before = (tmp_path / "data" / "ledger.sqlite").read_bytes()
    with pytest.raises(IndexMismatchError, match="dateline reindex"):
        job.run([str(tmp_path / "archive")], other)
    with Index.open(other.index) as index:
        hits = index.search(parse("council of Corby"))
        assert "dateline reindex" in (hits.degraded or "")
        assert [hit.dense for hit in hits] == [None] * len(hits)
    assert (tmp_path / "data" / "ledger.sqlite").read_bytes() == before


def test_a_reader_answers_by_the_old_model_until_the_new_one_is_in_use(
    config: IngestConfig, models: Path, index: Index
) -> None:
    whole(index)
    old, new = model_identity(config.index), with_model(config, models / "other")
    stages: dict[str, int] = {}

    def watch(progress: Progress) -> None:
        if progress.stage not in stages:
            whole(index)
            assert index.embedder.identity == old
        stages[progress.stage] = progress.done

    done = reindex(new, watch)
    assert list(stages) == ["cutting", "embedding", "building"]
    assert (done.before, done.after) == (old, model_identity(new.index))
    assert done.is_in_use
    assert done.versions < len(TOWNS) <= done.embedded
    whole(index)
    assert index.embedder.identity == done.after
    found = current_manifest(config.index.data)
    assert found is not None
    assert found.model == done.after
    report = job.run([str(config.index.data.parent / "archive")], new)
    assert (report.counts["unchanged"], report.embedded) == (len(TOWNS), 0)
    assert reindex(new).embedded == 0


@pytest.mark.slow
def test_passages_too_long_for_the_new_model_are_cut_anew(
    config: IngestConfig, models: Path, index: Index
) -> None:
    with Ledger(config.index.data) as ledger:
        before = {p.id for page in ledger.iter_passages() for p in page}
    new = with_model(config, models / "narrow")
    done = reindex(new)
    assert done.versions == len(TOWNS)
    whole(index)
    with Ledger(config.index.data) as ledger:
        passages = [p for page in ledger.iter_passages() for p in page]
        assert len(passages) > len(before)
        assert min(p.id for p in passages) > max(before)
        for version in {p.version for p in passages}:
            text = ledger.versions_by_id([version])[version].text
            cut = [text[p.start : p.end] for p in passages if p.version == version]
            assert " ".join(cut).split() == text.split()
    back = reindex(config)  # and far fewer where the model reads more again
    assert back.versions == len(TOWNS)
    whole(index)
    with Ledger(config.index.data) as ledger:
        assert len([p for page in ledger.iter_passages() for p in page]) == len(before)


@pytest.mark.slow
def test_a_run_that_is_ended_goes_on_where_it_stood(
    config: IngestConfig, models: Path, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = with_model(config, models / "narrow")

    class Killed(BaseException):
        pass

    def kill_at(stage: str) -> None:
        def tell(progress: Progress) -> None:
            if progress.stage == stage and (progress.done or stage != "embedding"):
                raise Killed

        with pytest.raises(Killed):
            reindex(new, tell)
        whole(index)
        assert index.embedder.identity == model_identity(config.index)

    kill_at("cutting")
    kill_at("embedding")
    kill_at("building")
    with monkeypatch.context() as patched:
        patched.setattr("index.ledger.recut.note", lambda db, live: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            reindex(new)
    whole(index)
    # What came in meanwhile, by the model still in use, is taken along.
    archive = config.index.data.parent / "archive"
    (archive / "new.md").write_text("Bridge of Fulham to close\n17 November 2023\n\n" + story("Fulham"))
    assert job.run([str(archive)], config).counts["new"] == 1
    done = reindex(new)
    assert (done.is_in_use, done.versions) == (True, len(TOWNS) + 1)
    whole(index)
    assert index.search(parse("council of Fulham"), 1)[0].dense is not None


@pytest.mark.slow
def test_a_kill_between_the_model_and_its_base_is_mended_by_the_next_run(
    config: IngestConfig, models: Path, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = with_model(config, models / "other")
    with monkeypatch.context() as patched:
        patched.setattr(
            "ingest.reindex.put_in_place", lambda data, name: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            reindex(new)
    whole(index)  # exactly, without a base
    found = current_manifest(config.index.data)
    assert found is not None
    assert found.model != model_identity(new.index)
    done = reindex(new)
    assert done.is_in_use
    found = current_manifest(config.index.data)
    assert found is not None
    assert found.model == done.after


@pytest.mark.slow
def test_the_old_models_files_go_when_asked(config: IngestConfig, models: Path, index: Index) -> None:
    old = vectors_path(config.index.data, model_identity(config.index))
    new = with_model(config, models / "other")
    assert reindex(new).removed == ()
    assert old.is_file()
    assert reindex(new, remove_old=True).removed == (old.stem,)
    assert not old.exists()
    whole(index)


@pytest.mark.slow
def test_an_archive_of_an_older_dateline_counts_as_embedded_by_its_base(
    config: IngestConfig, models: Path
) -> None:
    from index.ledger import Writer

    with Writer(config.index.data) as writer:
        writer._db.execute("DELETE FROM meta WHERE key = 'embedding'")
    with Index.open(with_model(config, models / "other").index) as index:
        assert "dateline reindex" in (index.search(parse("council of Corby")).degraded or "")
    assert reindex(config).is_in_use
    with Ledger(config.index.data) as ledger:
        live = live_model(ledger)
        assert live is not None
        assert live.identity == model_identity(config.index)


def test_without_an_archive_there_is_nothing_to_reindex(tmp_path: Path, models: Path) -> None:
    with pytest.raises(LedgerError, match="dateline ingest"):
        reindex(IngestConfig(IndexConfig(tmp_path / "none", str(models / "wide"))))
    assert not (tmp_path / "none").exists()


RUN = """
import sys
from pathlib import Path
from index.config import IndexConfig
from ingest.config import IngestConfig
from ingest.reindex import reindex
config = IngestConfig(IndexConfig(Path(sys.argv[1]), sys.argv[2]))
print("ready", flush=True)
reindex(config, lambda progress: print(progress.stage, flush=True))
print("done", flush=True)
"""


@pytest.mark.slow
def test_killed_wherever_it_is_one_whole_model_answers_and_the_next_run_goes_on(
    config: IngestConfig, models: Path
) -> None:
    new = with_model(config, models / "narrow")
    known = {model_identity(config.index): config, model_identity(new.index): new}
    command = [sys.executable, "-c", RUN, str(config.index.data), str(models / "narrow")]
    chance = random.Random(3)
    for stage in ("ready", "cutting", "embedding", "building", "building"):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip() in (stage, "done"):
                break
        time.sleep(chance.uniform(0, 0.5))
        process.kill()
        process.wait()
        with Ledger(config.index.data) as ledger:
            live = live_model(ledger)
        assert live is not None
        with Index.open(known[live.identity].index) as index:
            whole(index)
    assert reindex(new).is_in_use
    with Index.open(new.index) as index:
        whole(index)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["other", "narrow"])
def test_on_a_chroma_server_the_new_model_gets_a_collection_of_its_own(
    config: IngestConfig, models: Path, chroma: ChromaRun, name: str
) -> None:
    config = replace(config, index=replace(config.index, chroma_url=chroma.url))
    assert job.run([str(config.index.data.parent / "archive")], config).exit_code == 0
    new = with_model(config, models / name)
    with Index.open(config.index) as index:
        whole(index)
        stages: set[str] = set()
        done = reindex(new, lambda progress: stages.add(progress.stage))
        assert (done.is_in_use, done.base) == (True, None)
        assert stages == {"cutting", "embedding", "publishing"}
        whole(index)  # the reader has followed
        assert index.embedder.identity == done.after
    with Index.open(new.index) as index:
        whole(index)
