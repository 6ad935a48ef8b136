"""Passages in int8: near to fp32, kept, and made again when what was kept is damaged."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from index.bert import Bert
from index.config import IndexConfig
from index.embedder import chosen, find_model, load_embedder, model_identity, prepare
from index.embedding import calibrate, choice, local
from index.embedding.openvino_ import Weights, _core

MODEL = find_model("all-MiniLM-L6-v2")
WHO = "The minister, The mayor, A court, The union, Two banks, The rebels, Doctors, The club".split(", ")
DID = "refused, signed, delayed, praised, sold, closed, rebuilt, denied".split(", ")
WHAT = "the talks in Washington, a gas contract, the old bridge, its report on floods, wages, a ship".split(
    ", "
)


def passages(count: int, seed: int = 0) -> list[str]:
    chance = random.Random(seed)
    days = "Monday Tuesday Wednesday Thursday Friday".split()
    return [
        " ".join(
            f"{chance.choice(WHO)} {chance.choice(DID)} {chance.choice(WHAT)} on {chance.choice(days)}, "
            f"{chance.randint(2, 900)} people said."
            for _ in range(chance.randint(1, 6))
        )
        for _ in range(count)
    ]


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> IndexConfig:
    """A data folder in which the fastest precision has been looked for."""
    config = IndexConfig(tmp_path_factory.mktemp("int8"))
    prepare(load_embedder(config), passages(choice.needed()), local.MANY)
    return config


def folder(config: IndexConfig) -> Path:
    return choice.folder(config, model_identity(config))


def test_int8_is_near_to_fp32_and_finds_the_same_neighbours(config: IndexConfig) -> None:
    texts = passages(64, seed=1)
    embedder = load_embedder(IndexConfig(config.data, embedding_precision="int8"))
    rounded, exact = embedder.encode(texts, "passage"), Bert(MODEL, 256).encode(texts)
    assert embedder.precision == "int8"
    assert np.allclose(np.linalg.norm(rounded, axis=1), 1, atol=1e-3)
    assert (rounded * exact).sum(axis=1).mean() >= choice.LEAST_COSINE
    nearest = [np.argsort(-(rows @ exact[:24].T), axis=0)[:11] for rows in (rounded, exact)]
    shared = [len(set(nearest[0][:, n]) & set(nearest[1][:, n])) / 11 for n in range(24)]
    assert np.mean(shared) > 0.85


def test_order_and_lengths_do_not_matter(config: IndexConfig) -> None:
    embedder = load_embedder(IndexConfig(config.data, embedding_precision="fp32"))
    texts = [
        *passages(30, seed=2),
        "",
        "x",
        "talks " * 400,
        "Почему Баку отказался от переговоров? İlham 👩‍💻",
    ]
    together = embedder.encode(texts, "passage")
    assert embedder.precision == "fp32"
    assert np.abs(together - Bert(MODEL, 256).encode(texts)).max() < 1e-5


def test_what_was_measured_is_kept_and_used_from_then_on(
    config: IndexConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = chosen(config)
    assert kept is not None and kept.cosine >= choice.LEAST_COSINE
    assert "int8" in kept.rates and len(kept.rates) == 2
    monkeypatch.setattr(choice, "measure", lambda *_: pytest.fail("measured again"))
    embedder = load_embedder(config)
    prepare(embedder, passages(10), 30)
    embedder.encode(passages(30), "passage")
    assert embedder.precision == kept.precision
    assert model_identity(config) == embedder.identity, "precision is no part of the identity"


def test_few_passages_are_not_worth_measuring(tmp_path: Path) -> None:
    config = IndexConfig(tmp_path)
    embedder = load_embedder(config)
    prepare(embedder, passages(choice.needed()), local.MANY - 1)
    assert chosen(config) is None
    assert embedder.encode(passages(30), "passage").shape == (30, 384)
    assert embedder.precision in ("bf16", "fp32")


@pytest.mark.parametrize("damage", ["cut short", "garbage", "other model", "empty"])
def test_a_damaged_file_is_not_taken_for_whole(config: IndexConfig, tmp_path: Path, damage: str) -> None:
    file = tmp_path / "int8.npz"
    whole = (folder(config) / "int8.npz").read_bytes()
    match damage:
        case "cut short":
            file.write_bytes(whole[: len(whole) // 2])
        case "garbage":
            file.write_bytes(whole[:2000] + b"\xff" * 4000 + whole[6000:])
        case "empty":
            file.write_bytes(b"")
        case _:
            np.savez(file, **{"0.qkv.smoothing": np.ones(3), "0.qkv.ends": np.array([0, 1.0])})
    assert calibrate.load(file, Weights(MODEL)) is None


@pytest.mark.slow
def test_a_damaged_file_is_made_again(tmp_path: Path) -> None:
    copy = IndexConfig(tmp_path, embedding_precision="int8")
    file = folder(copy) / "int8.npz"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"garbage")
    embedder = load_embedder(copy)
    texts = passages(40, seed=3)
    prepare(embedder, texts, 40)
    rows = embedder.encode(texts, "passage")
    assert embedder.precision == "int8"
    assert (rows * Bert(MODEL, 256).encode(texts)).sum(axis=1).mean() > 0.99
    assert calibrate.load(file, Weights(MODEL)) is not None


def test_a_choice_of_another_machine_or_a_broken_one_does_not_count(
    config: IndexConfig, tmp_path: Path
) -> None:
    other = IndexConfig(tmp_path)
    folder(other).mkdir(parents=True)
    kept = json.loads((folder(config) / "choice.json").read_text())
    (folder(other) / "choice.json").write_text(json.dumps(kept))
    assert chosen(other) is not None
    for text in (json.dumps(kept | {"machine": "another"}), "{", "[]", '{"precision": "int8"}'):
        (folder(other) / "choice.json").write_text(text)
        assert chosen(other) is None


@pytest.mark.slow
def test_int8_that_is_far_from_fp32_is_not_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "LEAST_COSINE", 0.99999)
    config = IndexConfig(tmp_path)
    embedder = load_embedder(config)
    prepare(embedder, passages(choice.needed()), local.MANY)
    embedder.encode(passages(30), "passage")
    assert embedder.precision == choice.usual_precision()


@pytest.mark.slow
def test_int8_as_a_setting_waits_for_enough_passages_to_calibrate_on(tmp_path: Path) -> None:
    config = IndexConfig(tmp_path, embedding_precision="int8")
    embedder = load_embedder(config)
    embedder.encode(passages(calibrate.PASSAGES - 1), "passage")
    assert embedder.precision == choice.usual_precision()
    embedder = load_embedder(config)
    embedder.encode(passages(calibrate.PASSAGES), "passage")
    assert embedder.precision == "int8"


@pytest.mark.slow
def test_a_data_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "embedding").write_text("a file in the way")
    embedder = load_embedder(IndexConfig(tmp_path, embedding_precision="int8"))
    embedder.encode(passages(40), "passage")
    assert embedder.precision == "int8"


def test_so_many_cores_are_used_as_is_set(tmp_path: Path) -> None:
    assert choice.threads(IndexConfig(tmp_path, embedding_threads=1)) == 1
    assert choice.threads(IndexConfig(tmp_path)) >= 1
    assert choice.machine(1) != choice.machine(2)
    assert "FP32" in _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
