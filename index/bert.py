"""A small BERT in NumPy: embeds a question without the seconds that importing PyTorch takes.

For sentence-transformers models made of BERT, mean pooling and normalisation, as all-MiniLM-L6-v2 is;
`can_run` says which. tests/index/test_embedder.py holds it to sentence-transformers' own vectors.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Floats = NDArray[np.float32]
_WEIGHTS = "model.safetensors"
_BATCH = 8
"""Texts computed together: padded to the longest of them, and small enough for the processor's cache."""


def can_run(folder: Path) -> bool:
    """Whether the sentence-transformers model in `folder` is one that `Bert` computes exactly."""
    try:
        config = _read(folder / "config.json")
        pooling = _read(folder / "1_Pooling" / "config.json")
        modules = [str(module["type"]).rpartition(".")[2] for module in _read(folder / "modules.json")]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    # Older sentence-transformers name each way of pooling, newer ones the one.
    modes = {name for name, on in pooling.items() if name.startswith("pooling_mode_") and on is True}
    modes |= {f"pooling_mode_{pooling['pooling_mode']}_tokens"} if "pooling_mode" in pooling else set()
    return (
        config.get("model_type") == "bert"
        and config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and pooling.get("include_prompt", True)
        and modes == {"pooling_mode_mean_tokens"}
        and modules == ["Transformer", "Pooling", "Normalize"]
        and (folder / _WEIGHTS).is_file()
        and (folder / "tokenizer.json").is_file()
    )


class Bert:
    """Texts to unit vectors, in fp32."""

    def __init__(self, folder: Path, max_tokens: int) -> None:
        from safetensors.numpy import load_file
        from threadpoolctl import threadpool_limits

        # NumPy's threads wait for each other by spinning: beside a busy language model a question took
        # seconds with two, and 15 ms with one.
        threadpool_limits(1, user_api="blas")
        config = _read(folder / "config.json")
        weights = load_file(folder / _WEIGHTS)
        self._weights = _laid_out({name.removeprefix("bert."): w for name, w in weights.items()})
        self.dim = int(config["hidden_size"])
        self._layers = int(config["num_hidden_layers"])
        self._heads = int(config["num_attention_heads"])
        self._epsilon = float(config.get("layer_norm_eps", 1e-12))
        self._tokenizer = load_tokenizer(folder, max_tokens)

    def encode(self, texts: list[str]) -> Floats:
        """One row a text, each of length 1."""
        rows = np.empty((len(texts), self.dim), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for at in range(0, len(texts), _BATCH):
            places = by_length[at : at + _BATCH]
            rows[places] = self._encode_batch([texts[i] for i in places])
        return rows

    def _encode_batch(self, texts: list[str]) -> Floats:
        encodings = self._tokenizer.encode_batch(texts)
        tokens = np.array([encoding.ids for encoding in encodings])
        mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.float32)
        hidden = self._hidden(tokens, mask)
        pooled = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        lengths = np.linalg.norm(pooled, axis=1, keepdims=True)
        return np.asarray(pooled / np.maximum(lengths, 1e-12), dtype=np.float32)

    def _hidden(self, tokens: NDArray[np.int64], mask: Floats) -> Floats:
        """Last hidden states, texts × tokens × width."""
        weights = self._weights
        x = (
            weights["embeddings.word_embeddings.weight"][tokens]
            + weights["embeddings.position_embeddings.weight"][: tokens.shape[1]]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        x = self._normalise(x, "embeddings.LayerNorm")
        ignored = (1.0 - mask[:, None, None, :]) * np.float32(-1e9)
        for layer in range(self._layers):
            name = f"encoder.layer.{layer}"
            attended = self._dense(self._attend(x, ignored, name), f"{name}.attention.output.dense")
            x = self._normalise(x + attended, f"{name}.attention.output.LayerNorm")
            wide = _gelu(self._dense(x, f"{name}.intermediate.dense"))
            x = self._normalise(x + self._dense(wide, f"{name}.output.dense"), f"{name}.output.LayerNorm")
        return x

    def _attend(self, x: Floats, ignored: Floats, name: str) -> Floats:
        texts, tokens, width = x.shape
        projected = self._dense(x, f"{name}.attention.self")
        query, key, value = projected.reshape(texts, tokens, 3, self._heads, -1).transpose(2, 0, 3, 1, 4)
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32(math.sqrt(query.shape[-1])) + ignored
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        return np.asarray((scores @ value).transpose(0, 2, 1, 3).reshape(texts, tokens, width))

    def _dense(self, x: Floats, name: str) -> Floats:
        product = x.reshape(-1, x.shape[-1]) @ self._weights[f"{name}.weight"]
        product += self._weights[f"{name}.bias"]
        return product.reshape(*x.shape[:-1], -1)

    def _normalise(self, x: Floats, name: str) -> Floats:
        centred = x - x.mean(axis=-1, keepdims=True)
        deviation = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + self._epsilon)
        return np.asarray(
            centred / deviation * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        )


def _laid_out(weights: dict[str, Floats]) -> dict[str, Floats]:
    """In fp32; each dense layer's as inputs × outputs in memory, which a product of few rows runs through
    twice as fast, and an attention's query, key and value side by side as one layer."""
    laid = {name: w.astype(np.float32, copy=False) for name, w in weights.items()}
    for name in [name for name in laid if name.endswith(".query.weight")]:
        start = name.removesuffix(".query.weight")
        for kind in ("weight", "bias"):
            parts = [laid.pop(f"{start}.{part}.{kind}") for part in ("query", "key", "value")]
            laid[f"{start}.{kind}"] = np.concatenate(parts)
    layers = [name for name in laid if name.startswith("encoder.") and "LayerNorm" not in name]
    for name in layers:
        if name.endswith(".weight"):
            laid[name] = np.ascontiguousarray(laid[name].T)
    return laid


def load_tokenizer(folder: Path, max_tokens: int) -> Tokenizer:
    """The model's own tokenizer, padding to the longest text of a batch and cutting at `max_tokens`."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(max_tokens)
    tokenizer.enable_padding()
    return tokenizer


def _gelu(x: Floats) -> Floats:
    return x * np.float32(0.5) * (np.float32(1.0) + _erf(x * np.float32(1 / math.sqrt(2))))


def _erf(x: Floats) -> Floats:
    """Error function, within 1.5e-7: Abramowitz and Stegun, 7.1.26. NumPy has none."""
    t: Floats = np.asarray(1 / (1 + np.float32(0.3275911) * np.abs(x)), dtype=np.float32)
    series: Floats = np.full_like(x, 1.061405429, dtype=np.float32)
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series = np.asarray(series * t + np.float32(coefficient), dtype=np.float32)
    return np.asarray(np.copysign(1 - series * t * np.exp(-x * x), x), dtype=np.float32)


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
