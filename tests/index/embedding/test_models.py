"""Other models than the bundled one: their prompts, limits, pooling and size are respected."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.bert import can_run
from index.config import IndexConfig
from index.embedder import load_embedder, model_identity, prompts_of
from ingest.passages import Cutter

from .models import save_bert, save_roberta

TEXTS = ["talks in the town", "a minister said no.", "x", "the border was closed again for two days"]
LONG = "the border was closed. " * 30


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("models")
    save_bert(root / "e5", prompts={"query": "query: ", "passage": "passage: "})
    save_roberta(root / "roberta", prompts={"query": "ask: ", "document": "text: "})
    save_bert(root / "plain")
    return root


def config_of(tmp_path: Path, model: Path, **more: str) -> IndexConfig:
    return IndexConfig(tmp_path, str(model), **more)  # type: ignore[arg-type]


def theirs(model: Path, prompt: str, texts: list[str]) -> np.ndarray:
    from sentence_transformers import SentenceTransformer

    loaded = SentenceTransformer(str(model), device="cpu", local_files_only=True)
    rows = loaded.encode(texts, prompt=prompt, normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(rows)


@pytest.mark.parametrize(
    ("name", "is_ours", "query", "passage"),
    [("e5", True, "query: ", "passage: "), ("roberta", False, "ask: ", "text: "), ("plain", True, "", "")],
)
def test_the_models_own_prompts_come_before_questions_and_passages(
    folder: Path, tmp_path: Path, name: str, is_ours: bool, query: str, passage: str
) -> None:
    model = folder / name
    assert can_run(model) == is_ours
    embedder = load_embedder(config_of(tmp_path, model, embedding_precision="fp32"))
    texts = [*TEXTS, LONG]
    assert np.abs(embedder.encode(texts, "query") - theirs(model, query, texts)).max() < 1e-4
    expected = theirs(model, passage, texts * 8)  # so many that they go another way
    assert (embedder.encode(texts * 8, "passage") * expected).sum(axis=1).min() > 0.999
    assert embedder.dim == expected.shape[1]


def test_prompts_that_are_set_win_over_the_models_own(folder: Path, tmp_path: Path) -> None:
    model = folder / "roberta"
    settings = {"embedding_query_prompt": "what:", "embedding_passage_prompt": "none"}
    config = config_of(tmp_path, model, embedding_precision="fp32", **settings)
    embedder = load_embedder(config)
    assert np.allclose(embedder.encode(TEXTS, "query"), theirs(model, "what: ", TEXTS), atol=1e-4)
    assert np.allclose(embedder.encode(TEXTS, "passage"), theirs(model, "", TEXTS), atol=1e-4)


def test_the_passages_prompt_is_part_of_the_identity_and_the_questions_is_not(
    folder: Path, tmp_path: Path
) -> None:
    own = model_identity(config_of(tmp_path, folder / "plain"))
    assert model_identity(config_of(tmp_path, folder / "plain", embedding_query_prompt="q:")) == own
    assert model_identity(config_of(tmp_path, folder / "plain", embedding_passage_prompt="p:")) != own
    assert model_identity(config_of(tmp_path, folder / "plain", embedding_passage_prompt="none")) == own


@pytest.mark.parametrize("name", ["e5", "roberta", "plain"])
def test_a_passage_fits_what_the_model_reads_behind_its_prompt(
    folder: Path, tmp_path: Path, name: str
) -> None:
    config = config_of(tmp_path, folder / name)
    embedder = load_embedder(config)
    prompt = prompts_of(config).passage
    cutter = Cutter.for_model(config)
    assert cutter.max_tokens == embedder.max_tokens
    passages = cutter.cut(LONG, "border", "2023-11-16")
    assert " ".join(LONG[p.start : p.end] for p in passages).split() == LONG.split()
    sizes = embedder.count_tokens([prompt + p.embed for p in passages])
    assert max(sizes) <= 64
    assert max(sizes) > 40


def test_a_model_without_a_fast_tokenizers_file_is_counted_by_its_own(folder: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(folder / "roberta", copy)
    config = config_of(tmp_path, copy)
    counted = load_embedder(config).count_tokens(TEXTS)
    embedder = load_embedder(config)
    embedder._tokenizer = None  # type: ignore[attr-defined]
    assert embedder.count_tokens(TEXTS) == counted
