"""A base's vectors beside its graph: exact cosines, the nearest of some, and what is taken out is gone."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index.dense.rows import Rows, RowsWriter, drop_rows
from index.errors import SearchIndexError

DIM = 32
IDS = np.array([2, 3, 5, *range(10, 6_007)])


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    rows = np.random.default_rng(3).normal(size=(len(IDS), DIM)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


@pytest.fixture
def folder(tmp_path: Path, vectors: np.ndarray) -> Path:
    for part in (slice(0, 4_000), slice(4_000, None)):  # as a copied base is added to
        with closing(RowsWriter(tmp_path)) as writer:
            writer.add(IDS[part].tolist(), vectors[part])
    return tmp_path


def test_cosines_are_as_exact_as_what_is_stored(folder: Path, vectors: np.ndarray) -> None:
    rows = Rows(folder)
    places = rows.places(np.array([1, 2, 4, 5, 10, 6_006, 9_999]))
    assert rows.ids[places].tolist() == [2, 5, 10, 6_006]
    question = vectors[17]
    assert rows.cosines(question, places) == pytest.approx(vectors[places] @ question, abs=5e-5)


@pytest.mark.parametrize("step", [1, 2, 700])
def test_the_nearest_of_some_are_those_that_comparing_each_finds(
    folder: Path, vectors: np.ndarray, step: int
) -> None:
    rows = Rows(folder)
    places = np.arange(len(IDS))[::step]
    for question in vectors[[5, 1_000, 6_000 - 1]]:
        exact = vectors[places] @ question
        best = IDS[places[np.argsort(-exact)[:12]]]
        found = sorted(rows.nearest(question, 12, places), key=lambda pair: -pair[1])
        assert [id_ for id_, _ in found] == best.tolist()


def test_what_is_dropped_leaves_no_trace_and_nothing_else(folder: Path, vectors: np.ndarray) -> None:
    before = (folder / "coarse.i8").read_bytes()
    drop_rows(folder, np.array([3, 6_006]))
    rows = Rows(folder)
    assert rows.ids.tolist() == [id_ for id_ in IDS.tolist() if id_ not in (3, 6_006)]
    assert before[DIM : 2 * DIM] not in (folder / "coarse.i8").read_bytes()
    assert not list(folder.glob("*.tmp"))
    place = rows.places(np.array([5]))
    assert rows.cosines(vectors[2], place)[0] == pytest.approx(1, abs=1e-4)


def test_a_file_that_is_cut_short_is_noticed(folder: Path) -> None:
    with (folder / "fine.i8").open("r+b") as file:
        file.truncate(100)
    with pytest.raises(SearchIndexError, match="vectors of"):
        Rows(folder)
