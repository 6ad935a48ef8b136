"""A cross-encoder of one's own: used where it is set, said in words where it can't be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.config import IndexConfig
from index.embedder import BUNDLED_MODEL, find_model
from index.errors import ModelError
from index.query import parse
from index.rank import Reranker
from index.search import Index


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny one with random weights."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    folder = tmp_path_factory.mktemp("cross-encoder")
    tokenizer = AutoTokenizer.from_pretrained(str(find_model(BUNDLED_MODEL)))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, num_labels=1,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.mark.slow
def test_a_cross_encoder_that_is_set_adds_to_the_score(samples: Path, cross_encoder: Path) -> None:
    question = parse("why did Baku refuse Washington talks?")
    with Index.open(IndexConfig(samples, reranker=str(cross_encoder))) as index:
        hits = index.search(question, 5)
    assert hits.degraded is None
    for hit in hits:
        assert "cross-encoder" in dict(hit.signals)
        assert sum(value for _, value in hit.signals) == pytest.approx(hit.score)


def test_what_is_no_cross_encoder_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "nothing"}))
    with pytest.raises(ModelError, match="RERANKER names"):
        Reranker(str(tmp_path)).scores("who", ["text"])


@pytest.mark.slow
def test_a_search_goes_on_without_the_one_that_is_missing_and_says_so(samples: Path) -> None:
    with Index.open(IndexConfig(samples, reranker="/nowhere/at-all")) as index:
        hits = index.search(parse("why did Baku refuse Washington talks?"), 5)
    assert len(hits) == 5
    assert hits.degraded is not None
    assert "RERANKER" in hits.degraded
