"""The embedding model: found without a network, the same by every road."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from index.bert import Bert, can_run
from index.config import IndexConfig
from index.embedder import Embedder, find_model, load_embedder, model_identity, prepare
from index.embedding import quick
from index.embedding.local import LocalEmbedder
from index.errors import ModelError

TEXTS = [
    "why did Baku refuse Washington talks?",
    "x",
    "",
    "Почему Баку отказался от переговоров? İlham Əliyev 👩‍💻",
    "The foreign ministry said on Thursday that it would not take part.",
]
LONGER_THAN_THE_MODEL_READS = "The foreign ministry said on Thursday that it would not take part. " * 40


def test_numpy_gives_the_vectors_of_sentence_transformers() -> None:
    from sentence_transformers import SentenceTransformer

    folder = find_model("all-MiniLM-L6-v2")
    model = SentenceTransformer(str(folder), device="cpu")
    texts = [*TEXTS, LONGER_THAN_THE_MODEL_READS]
    expected = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    assert np.abs(Bert(folder, 256).encode(texts) - expected).max() < 1e-5


def test_many_passages_agree_with_few_through_numpy(embedder: Embedder) -> None:
    texts = [f"{text} {i}" for i, text in enumerate(TEXTS * 14)]
    many = embedder.encode(texts, "passage")
    alone = embedder.encode(texts[:8], "query")
    assert many.shape == (70, embedder.dim)
    assert np.allclose(np.linalg.norm(many, axis=1), 1, atol=1e-4)
    assert (many[:8] * alone).sum(axis=1).min() > 0.999


def test_order_is_kept_whatever_the_lengths(embedder: Embedder) -> None:
    texts = [
        word * n for n, word in enumerate(["short ", "tiny ", "long ", "longer ", "longest "] * 3, start=1)
    ]
    together = embedder.encode(texts, "query")
    one_by_one = np.vstack([embedder.encode([text], "query") for text in texts])
    assert np.allclose(together, one_by_one, atol=1e-5)
    assert embedder.encode([], "query").shape == (0, embedder.dim)


def test_tokens_are_counted_whole_with_their_marks(embedder: Embedder) -> None:
    assert embedder.max_tokens == 256
    assert embedder.count_tokens(["talks", "talks " * 400, ""]) == [3, 402, 2]


def test_the_identity_is_of_the_weights_not_of_where_they_lie(tmp_path: Path) -> None:
    bundled = model_identity(IndexConfig(tmp_path))
    copy = tmp_path / "all-MiniLM-L6-v2"
    shutil.copytree(find_model("all-MiniLM-L6-v2"), copy)
    assert model_identity(IndexConfig(tmp_path, str(copy))) == bundled
    assert model_identity(IndexConfig(tmp_path, "sentence-transformers/all-MiniLM-L6-v2")) == bundled
    with (copy / "model.safetensors").open("r+b") as file:
        file.seek(-4, 2)
        file.write(b"\0\0\0\1")
    assert model_identity(IndexConfig(tmp_path, str(copy))) != bundled


def test_a_model_that_numpy_does_not_compute_is_left_to_sentence_transformers(tmp_path: Path) -> None:
    copy = tmp_path / "model"
    shutil.copytree(find_model("all-MiniLM-L6-v2"), copy)
    assert can_run(copy)
    pooling = json.loads((copy / "1_Pooling" / "config.json").read_text())
    pooling |= {"pooling_mode_mean_tokens": False, "pooling_mode_cls_token": True}
    (copy / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    assert not can_run(copy)
    embedder = load_embedder(IndexConfig(tmp_path, str(copy), embedding_precision="int8"))
    vector = embedder.encode(["talks in Washington"], "query")
    assert vector.shape == (1, 384)
    assert (embedder.max_tokens, embedder.dim) == (256, 384)
    prepare(embedder, TEXTS, 10_000)
    assert embedder.encode(["talks in Washington"], "passage") @ vector.T > 0.999
    assert embedder.precision in ("bf16", "fp32")


def test_a_model_that_is_not_here_is_a_plain_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="hf download nobody/nothing"):
        load_embedder(IndexConfig(tmp_path, "nobody/nothing"))


def test_a_broken_model_is_a_plain_error(tmp_path: Path) -> None:
    copy = tmp_path / "model"
    shutil.copytree(find_model("all-MiniLM-L6-v2"), copy)
    (copy / "tokenizer.json").write_text("{")
    with pytest.raises(ModelError, match="can't be loaded"):
        load_embedder(IndexConfig(tmp_path, str(copy)))


def test_a_device_that_is_not_here_is_a_plain_error(tmp_path: Path) -> None:
    embedder = load_embedder(IndexConfig(tmp_path, embedding_device="cuda:9"))
    assert embedder.encode(["a question needs no card"], "query").shape == (1, 384)
    with pytest.raises(ModelError, match="EMBEDDING_DEVICE=cuda:9"):
        embedder.encode(["a passage"] * 30, "passage")


def test_many_passages_need_neither_torch_nor_the_network(tmp_path: Path) -> None:
    """OpenVINO's own package would send an event on import, and keep a number in the home folder."""
    script = (
        "import socket, sys; from pathlib import Path; from index.config import IndexConfig; "
        "socket.socket.connect = socket.getaddrinfo = lambda *a, **k: sys.exit('network'); "
        "from index.embedder import load_embedder; "
        f"embedder = load_embedder(IndexConfig(Path({str(tmp_path)!r}))); "
        "embedder.encode(['talks in the town'] * 40, 'passage'); "
        "assert 'torch' not in sys.modules and 'openvino' in sys.modules; "
        "assert not [m for m in sys.modules if m.startswith('openvino_telemetry')]; "
    )
    home = {"HOME": str(tmp_path), "PATH": "", "HF_HUB_OFFLINE": "1"}
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, env=home
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert not (tmp_path / "intel").exists()


def test_a_question_is_embedded_without_importing_torch_and_without_a_word_on_the_terminal() -> None:
    script = (
        "import sys; from pathlib import Path; from index.config import IndexConfig; "
        "from index.embedder import load_embedder; "
        "load_embedder(IndexConfig(Path('.'))).encode(['talks'], 'query'); "
        "assert 'torch' not in sys.modules and 'sentence_transformers' not in sys.modules"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_a_question_has_the_same_vector_whoever_makes_it(tmp_path: Path) -> None:
    pytest.importorskip("openvino")
    embedder = load_embedder(IndexConfig(tmp_path))
    assert isinstance(embedder, LocalEmbedder)
    questions = [f"what did minister number {n} say{' of it' * n}?" for n in range(quick.FROM + 2)]
    first = np.concatenate([embedder.encode([question], "query") for question in questions])
    for thread in threading.enumerate():
        if thread.name == "quick":
            thread.join()
    assert embedder._quick._runner is not None
    again = np.concatenate([embedder.encode([question], "query") for question in questions])
    assert np.abs(again - first).max() < 1e-6
    assert embedder.encode(questions, "query") == pytest.approx(first, abs=1e-6)


def test_without_openvino_numpy_goes_on_answering(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:
        raise ImportError("no openvino")

    monkeypatch.setattr("index.embedding.openvino_.OpenVino", missing)
    embedder = load_embedder(IndexConfig(tmp_path))
    assert isinstance(embedder, LocalEmbedder)
    rows = [embedder.encode(["who came to Baku?"], "query") for _ in range(quick.FROM + 3)]
    for thread in threading.enumerate():
        if thread.name == "quick":
            thread.join()
    assert embedder._quick._runner is None
    assert np.abs(np.concatenate(rows) - rows[0]).max() == 0
