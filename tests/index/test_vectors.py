"""Stored vectors: kept by hash, in fp16, seen by every reader at once."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index.errors import DamagedVectorsError, IndexMismatchError, SearchIndexError
from index.vectors import Vectors, embedded

from .conftest import Archive


def unit(count: int, dim: int = 8) -> np.ndarray:
    rows = np.random.default_rng(count).normal(size=(count, dim)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def test_vectors_come_back_in_the_order_asked_and_absent_ones_are_marked(tmp_path: Path) -> None:
    rows = unit(3)
    with closing(Vectors(tmp_path, "model-1", 8, create=True)) as vectors:
        vectors.put_many(["a", "b", "c"], rows, "fp32")
        got, found = vectors.get_many(["c", "x", "a", "c"])
        assert found.tolist() == [True, False, True, True]
        assert np.allclose(got[[0, 2, 3]], rows[[2, 0, 2]], atol=1e-3)
        assert not got[1].any()
        assert vectors.missing(["x", "a", "y", "x"]) == ["x", "y"]


def test_a_hash_keeps_the_vector_that_it_has(tmp_path: Path) -> None:
    with closing(Vectors(tmp_path, "model-1", 8, create=True)) as vectors:
        vectors.put_many(["a"], unit(1), "fp32")
        vectors.put_many(["a"], -unit(1), "bf16")
        assert np.allclose(vectors.get_many(["a"])[0], unit(1), atol=1e-3)
        assert vectors.precisions() == ["bf16", "fp32"]


def test_a_reader_sees_new_vectors_without_reopening(tmp_path: Path) -> None:
    with (
        closing(Vectors(tmp_path, "model-1", 8, create=True)) as writer,
        closing(Vectors(tmp_path, "model-1")) as reader,
    ):
        before = reader.sequence()
        writer.put_many(["a"], unit(1), "fp32")
        assert reader.sequence() == before + 1
        assert reader.missing(["a"]) == []
        assert reader.dim == 8


def test_each_model_has_a_file_of_its_own(tmp_path: Path) -> None:
    with closing(Vectors(tmp_path, "one/model", 8, create=True)) as one:
        one.put_many(["a"], unit(1), "fp32")
    with closing(Vectors(tmp_path, "other/model", 4, create=True)) as other:
        assert other.missing(["a"]) == ["a"]
    assert len(list((tmp_path / "vectors").glob("*.sqlite"))) == 2


def test_nothing_embedded_yet_and_another_length_are_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(SearchIndexError, match="dateline ingest"):
        Vectors(tmp_path, "model-1", 8)
    Vectors(tmp_path, "model-1", 8, create=True).close()
    with pytest.raises(IndexMismatchError, match="EMBEDDING_MODEL"):
        Vectors(tmp_path, "model-1", 9)


def test_a_file_that_a_killed_run_left_empty_is_not_taken_for_a_damaged_one(tmp_path: Path) -> None:
    (tmp_path / "vectors").mkdir()
    (tmp_path / "vectors" / "model-1.sqlite").touch()
    with pytest.raises(SearchIndexError, match="No passage is embedded"):
        Vectors(tmp_path, "model-1")
    with closing(Vectors(tmp_path, "model-1", 8, create=True)) as vectors:
        assert vectors.count() == 0
    assert [path.name for path in (tmp_path / "vectors").iterdir()] == ["model-1.sqlite"]


def test_a_damaged_file_is_named_with_the_way_out(tmp_path: Path) -> None:
    vectors = Vectors(tmp_path, "model-1", 8, create=True)
    vectors.close()
    vectors.path.write_bytes(b"scribble" * 1000)
    with pytest.raises(SearchIndexError, match="embeds them again"):
        Vectors(tmp_path, "model-1", 8)


def test_a_check_finds_a_vector_cut_short_and_leaves_word_for_the_next_writer(tmp_path: Path) -> None:
    with closing(Vectors(tmp_path, "model-1", 8, create=True)) as vectors:
        vectors.put_many(["a", "b"], np.ones((2, 8), dtype=np.float32), "fp32")
        vectors.check()
        vectors._database.connection().execute("UPDATE vectors SET vector = x'0102' WHERE hash = 'a'")
        with pytest.raises(DamagedVectorsError, match="1 have another length than 8 numbers"):
            vectors.check()
    with closing(Vectors(tmp_path, "model-1", 8, create=True)) as mended:
        assert mended.missing(["a", "b"]) == ["a", "b"]


def test_embedded_counts_passages_not_vectors(archive: Archive) -> None:
    assert embedded(archive.writer, archive.config) == 0
    archive.add({"key": "a", "text": "Wire copy."}, {"key": "b", "text": "Wire copy."})
    assert archive.embed() == 1
    assert embedded(archive.writer, archive.config) == 2
    archive.add({"key": "c", "text": "Something else."})
    assert embedded(archive.writer, archive.config) == 2
