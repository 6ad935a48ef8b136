"""Base and delta as one: exact where it must be, verified before it is used, replaced while it is read."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.config import IndexConfig
from index.dense import Dense, base_manifest, build, build_if_due
from index.dense.base import open_client, read_manifest, segment_hashes, segment_stamps, write_manifest
from index.dense.rows import has_rows
from index.errors import SearchIndexError
from index.ledger import Ledger
from index.vectors import Vectors

from .conftest import Archive, Seeded, numbered

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 embedded passages and a base of them; 5 embedded passages beside it; one not embedded."""
    archive = Archive(tmp_path_factory.mktemp("made") / "data", Seeded())
    archive.add(*numbered(1, 60))
    archive.embed()
    assert archive.build() == "base-1"
    archive.add(*numbered(61, 5))
    archive.embed()
    archive.add(*numbered(66, 1))
    archive.writer.close()
    return archive.data


@pytest.fixture
def stocked(made: Path, tmp_path: Path) -> Iterator[Archive]:
    shutil.copytree(made, tmp_path / "data")
    archive = Archive(tmp_path / "data", Seeded())
    yield archive
    archive.writer.close()


@pytest.fixture
def dense(stocked: Archive) -> Iterator[Dense]:
    with (
        Ledger(stocked.data) as ledger,
        closing(Vectors(stocked.data, stocked.embedder.identity)) as vectors,
        closing(Dense(ledger, vectors)) as dense,
    ):
        yield dense


def vector_of(archive: Archive, passage: int) -> np.ndarray:
    text = archive.writer.embed_text([passage])[passage]
    return archive.embedder.encode([text], "query")[0]


def assert_nearest(archive: Archive, vector: np.ndarray, found: list[tuple[int, float]]) -> None:
    """That these are the nearest of the passages 1 to 65, best first; stored in fp16, so about."""
    cosines = {i: float(vector_of(archive, i) @ vector) for i in range(1, 66)}
    best = sorted(cosines.values(), reverse=True)[: len(found)]
    assert [score for _, score in found] == pytest.approx(best, abs=2e-3)
    assert [cosines[id_] for id_, _ in found] == pytest.approx(best, abs=2e-3)
    assert len({id_ for id_, _ in found}) == len(found)


def graph_file(archive: Archive, base: str = "base-1") -> Path:
    return next((archive.data / "chroma" / base).rglob("data_level0.bin"))


def test_base_and_delta_rank_as_one_as_exact_search_would(stocked: Archive, dense: Dense) -> None:
    for passage in (1, 40, 63):
        vector = vector_of(stocked, passage)
        found = dense.search(vector, 12)
        assert len(found) == 12
        assert_nearest(stocked, vector, found)
        assert found[0][0] == passage
        assert found[0][1] == pytest.approx(1, abs=2e-3)


def test_only_allowed_passages_are_found(
    stocked: Archive, dense: Dense, monkeypatch: pytest.MonkeyPatch
) -> None:
    vector = vector_of(stocked, 7)
    allowed = {3, 30, 62, 64, 66, 999}
    exact = dense.search(vector, 10, allowed)
    assert {id_ for id_, _ in exact} == {3, 30, 62, 64}
    allowed = set(range(1, 66, 2))
    one_by_one = dense.search(vector, 10, allowed)
    assert {id_ for id_, _ in one_by_one} <= allowed
    monkeypatch.setattr("index.dense.search._LOOK", 0)
    assert [id_ for id_, _ in dense.search(vector, 10, allowed)] == [id_ for id_, _ in one_by_one]
    too_few_are_sifted = dense.search(vector, 10, {3, 30, 62, 64, 66})
    assert [id_ for id_, _ in too_few_are_sifted] == [id_ for id_, _ in exact]


def test_scores_are_the_same_whether_the_passage_is_in_the_base_or_beside_it(
    stocked: Archive, dense: Dense
) -> None:
    vector = vector_of(stocked, 7)
    scores = dense.scores(vector, {1, 7, 60, 61, 65, 66, 999})
    assert scores.keys() == {1, 7, 60, 61, 65}
    exact = {id_: float(vector_of(stocked, id_) @ vector) for id_ in scores}
    assert scores == pytest.approx(exact, abs=1e-3)


def test_a_large_base_is_asked_while_its_graph_is_still_to_be_read(
    stocked: Archive, dense: Dense, monkeypatch: pytest.MonkeyPatch
) -> None:
    vector = vector_of(stocked, 7)
    by_graph = dense.search(vector, 12)
    monkeypatch.setattr("index.dense.base._LARGE", 1)
    gate = threading.Event()

    def slow(folder: Path) -> object:
        assert gate.wait(60)
        return open_client(folder)

    monkeypatch.setattr("index.dense.base.open_client", slow)
    with closing(stocked.vectors()) as vectors, closing(Dense(stocked.writer, vectors)) as another:
        for _ in range(3):
            assert dict(another.search(vector, 12)) == pytest.approx(dict(by_graph), abs=1e-3)
        assert another._base is not None
        assert another._base._collection is None
        gate.set()
        another.warm()
        assert another._base._collection is not None
        assert dict(another.search(vector, 12)) == pytest.approx(dict(by_graph), abs=1e-3)
        assert another.degraded is None


def test_a_graph_that_turns_out_to_be_damaged_is_said_and_done_without(
    stocked: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_database(stocked)
    monkeypatch.setattr("index.dense.base._LARGE", 1)
    with closing(stocked.vectors()) as vectors, closing(Dense(stocked.writer, vectors)) as dense:
        vector = vector_of(stocked, 7)
        before = dense.search(vector, 12)
        dense.search(vector, 12)
        dense.warm()
        assert dense.degraded is not None
        assert "base-1" in dense.degraded
        assert dict(dense.search(vector, 12)) == pytest.approx(dict(before), abs=1e-3)


def test_a_base_of_an_older_dateline_answers_and_gets_its_rows_with_the_next_run(
    stocked: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "COPY_FROM", 1)
    old = stocked.data / "chroma" / "base-1"
    for file in (*old.glob("*.i8"), *old.glob("*.i64"), *old.glob("*.f32")):
        file.unlink()
    write_manifest(old, replace(read_manifest(old), segments=segment_hashes(old), stamps=segment_stamps(old)))
    allowed = {3, 30, 62, 64}
    with closing(stocked.vectors()) as vectors, closing(Dense(stocked.writer, vectors)) as dense:
        vector = vector_of(stocked, 7)
        before = dense.search(vector, 10, allowed)
        assert {id_ for id_, _ in before} == allowed
        scores = dense.scores(vector, allowed)
        assert stocked.build() == "base-2"
        assert has_rows(stocked.data / "chroma" / "base-2")
        assert dict(dense.search(vector, 10, allowed)) == pytest.approx(dict(before), abs=1e-3)
        assert dense.scores(vector, allowed) == pytest.approx(scores, abs=1e-3)
    assert stocked.build() is None


def test_a_vector_is_found_as_soon_as_it_is_committed(stocked: Archive, dense: Dense) -> None:
    vector = vector_of(stocked, 66)
    assert 66 not in dict(dense.search(vector, 100))
    stocked.embed()
    assert dense.search(vector, 1)[0][0] == 66


def test_a_new_base_is_used_from_the_next_search_on(stocked: Archive, dense: Dense) -> None:
    vector = vector_of(stocked, 64)
    before = dense.search(vector, 10)
    assert dense._base is not None
    assert dense._base.name == "base-1"
    assert stocked.build(delta_limit=3) == "base-2"
    assert [id_ for id_, _ in dense.search(vector, 10)] == [id_ for id_, _ in before]
    assert dense._base.name == "base-2"
    assert dense._base.manifest.upto == 65


def test_of_a_copied_base_the_next_run_notes_the_times_and_nobody_hashes_it_again(stocked: Archive) -> None:
    folder = stocked.data / "chroma" / "base-1"
    for file in folder.rglob("*"):
        os.utime(file, (1, 1))
    assert segment_stamps(folder) != read_manifest(folder).stamps
    assert stocked.build() is None
    assert segment_stamps(folder) == read_manifest(folder).stamps


def test_a_base_is_built_only_when_there_is_need(stocked: Archive) -> None:
    assert stocked.build() is None
    assert stocked.build(delta_limit=5) is None
    assert stocked.build(delta_limit=4) == "base-2"
    stocked.embed()
    assert stocked.build(delta_limit=0) == "base-3"
    assert base_manifest(stocked.data) == {
        "name": "base-3",
        "model": "seeded",
        "passages": 66,
        "upto": 66,
        "sequence": 3,
    }
    assert sorted(path.name for path in (stocked.data / "chroma").iterdir()) == [
        "CURRENT",
        "base-2",
        "base-3",
    ]


def test_a_base_ends_before_the_first_passage_without_a_vector(meaningless: Archive) -> None:
    meaningless.add(*numbered(1, 10))
    passages = meaningless.writer.passages_after(0, 10)
    with closing(meaningless.vectors()) as vectors:
        done = [p for p in passages if p.id != 8]
        vectors.put_many(
            [p.vector for p in done], np.stack([vector_of(meaningless, p.id) for p in done]), "fp32"
        )
    meaningless.build()
    assert base_manifest(meaningless.data)["upto"] == 7  # type: ignore[index]


@pytest.mark.parametrize("passages", [1, 2, 501, 1_400])
def test_a_base_is_as_it_was_built_after_a_reader_has_left_it(tmp_path: Path, passages: int) -> None:
    archive = Archive(tmp_path / "data", Seeded())
    archive.add(*numbered(1, passages))
    archive.embed()
    assert archive.build() == "base-1"
    before = segment_hashes(archive.data / "chroma" / "base-1")
    vector = vector_of(archive, 1)
    with (
        Ledger(archive.data) as ledger,
        closing(Vectors(archive.data, archive.embedder.identity)) as vectors,
        closing(Dense(ledger, vectors)) as dense,
    ):
        assert dense.search(vector, 1)[0][0] == 1
        assert dense.degraded is None
    archive.writer.close()
    assert segment_hashes(archive.data / "chroma" / "base-1") == before


def test_a_reader_finds_the_graph_whole_and_has_no_log_to_work_through(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "data", Seeded())
    archive.add(*numbered(1, 1_400))
    archive.embed()
    archive.build()
    archive.writer.close()
    with closing(sqlite3.connect(archive.data / "chroma" / "base-1" / "chroma.sqlite3")) as db:
        (last,) = db.execute("SELECT max(seq_id) FROM embeddings_queue").fetchone()
        in_graph = db.execute("SELECT min(seq_id) FROM max_seq_id").fetchone()[0]
    assert last is None or in_graph == last


def test_an_archive_without_vectors_has_no_base(meaningless: Archive) -> None:
    assert meaningless.build() is None
    meaningless.add(*numbered(1, 3))
    assert meaningless.build() is None
    assert base_manifest(meaningless.data) is None


def test_a_large_base_is_copied_and_added_to(
    stocked: Archive, dense: Dense, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "COPY_FROM", 10)
    steps: list[tuple[int, int]] = []
    config = IndexConfig(stocked.data, delta_limit=0)
    with closing(stocked.vectors()) as vectors:
        build_if_due(stocked.writer, vectors, config, lambda done, total: steps.append((done, total)))
    assert steps == [(0, 5), (5, 5)]
    vector = vector_of(stocked, 2)
    assert_nearest(stocked, vector, dense.search(vector, 9))
    assert dense._base is not None
    assert dense._base.manifest.count == 65


def test_reading_changes_nothing_but_chromas_own_bookkeeping(stocked: Archive, dense: Dense) -> None:
    from index.dense.base import segment_hashes

    before = segment_hashes(stocked.data / "chroma" / "base-1")
    assert before
    dense.search(vector_of(stocked, 3), 5)
    dense.close()
    assert segment_hashes(stocked.data / "chroma" / "base-1") == before


def scribble(archive: Archive) -> None:
    path = graph_file(archive)
    path.write_bytes(b"scribble".ljust(path.stat().st_size, b"?"))


def truncate(archive: Archive) -> None:
    path = graph_file(archive)
    path.write_bytes(path.read_bytes()[:100])


def break_database(archive: Archive) -> None:
    (archive.data / "chroma" / "base-1" / "chroma.sqlite3").write_bytes(b"no database" * 400)


def lose_manifest(archive: Archive) -> None:
    (archive.data / "chroma" / "base-1" / "manifest.json").unlink()


def lose_base(archive: Archive) -> None:
    (archive.data / "chroma" / "base-1").rename(archive.data / "chroma" / "elsewhere")


@pytest.mark.parametrize("damage", [scribble, truncate, break_database, lose_manifest, lose_base])
def test_a_damaged_base_still_answers_exactly_and_says_so(
    stocked: Archive, dense: Dense, damage: Callable[[Archive], None]
) -> None:
    damage(stocked)
    vector = vector_of(stocked, 40)
    assert_nearest(stocked, vector, dense.search(vector, 12))
    assert dense.degraded is not None
    assert "dateline ingest" in dense.degraded


@pytest.mark.parametrize("damage", [truncate, lose_base])
def test_a_base_that_a_reader_found_damaged_is_built_again_and_used(
    stocked: Archive, dense: Dense, damage: Callable[[Archive], None]
) -> None:
    damage(stocked)
    vector = vector_of(stocked, 40)
    dense.search(vector, 12)
    assert stocked.build() == "base-2"
    assert_nearest(stocked, vector, dense.search(vector, 12))
    assert dense.degraded is None
    assert dense._base is not None


def test_a_base_of_another_ledger_or_model_is_not_used(stocked: Archive) -> None:
    stocked.writer.close()
    (stocked.data / "ledger.sqlite").unlink()
    stocked.open_writer()
    stocked.add(*numbered(500, 4))
    stocked.embed()
    with (
        closing(stocked.vectors()) as vectors,
        closing(Dense(stocked.writer, vectors)) as dense,
    ):
        found = dense.search(vector_of(stocked, 2), 10)
        assert sorted(id_ for id_, _ in found) == [1, 2, 3, 4]
        assert found[0][0] == 2
        assert stocked.build() == "base-2"
        assert dense.search(vector_of(stocked, 2), 1)[0][0] == 2
        assert dense.degraded is None


def test_a_draft_that_does_not_pass_leaves_the_present_base(
    stocked: Archive, dense: Dense, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lie(draft: Path) -> dict[str, str]:
        return {"data_level0.bin": "another hash"}

    monkeypatch.setattr(build, "segment_hashes", lie)
    with pytest.raises(SearchIndexError, match="not as it was built"):
        stocked.build(delta_limit=0)
    assert base_manifest(stocked.data)["name"] == "base-1"  # type: ignore[index]
    monkeypatch.undo()
    assert stocked.build(delta_limit=0) == "base-2"
    assert not list((stocked.data / "chroma").glob("*.tmp"))


def test_a_draft_stands_where_no_killed_run_had_its_own(
    stocked: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts: list[Path] = []

    def killed(draft: Path, *_: object) -> None:
        drafts.append(draft)
        raise KeyboardInterrupt

    monkeypatch.setattr(build, "verify", killed)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            stocked.build(delta_limit=0)
    assert len(set(drafts)) == 2


def test_a_verifier_left_by_a_killed_run_makes_no_base_of_its_own(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    command = [sys.executable, "-m", "index.dense.verify", str(tmp_path / "base-2.tmp"), str(gone.pid)]
    done = subprocess.run(command, input="{}", capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 1
    assert "is gone" in done.stderr
    assert not (tmp_path / "base-2.tmp").exists()


def test_threads_search_while_bases_change(stocked: Archive, dense: Dense) -> None:
    vectors = {passage: vector_of(stocked, passage) for passage in range(1, 66)}

    def first(passage: int) -> int:
        return dense.search(vectors[passage], 5)[0][0]

    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(first, list(vectors) * 8)
        assert stocked.build(delta_limit=0) == "base-2"
        assert list(answers) == list(vectors) * 8
