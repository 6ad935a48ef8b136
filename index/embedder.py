"""Texts to vectors: which model, and the ways to it.

A question's few texts go through NumPy, which answers after .35 s where importing PyTorch takes 5 s. Many
passages go through OpenVINO on a processor, through PyTorch on a graphics card, or to a server.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from index.config import IndexConfig
from index.embedding.files import BUNDLED_MODEL, find_model, folder_identity, tokenizer_and_limit

if TYPE_CHECKING:
    from index.embedding.choice import Choice

__all__ = [
    "BUNDLED_MODEL",
    "Embedder",
    "Floats",
    "Kind",
    "chosen",
    "find_model",
    "load_embedder",
    "model_identity",
    "prepare",
    "tokenizer_of",
]

Floats = NDArray[np.float32]
Kind = Literal["query", "passage"]


class Embedder(Protocol):
    """What makes vectors. Thread-safe."""

    @property
    def identity(self) -> str:
        """The model's name and the hash of its weights, or a server's name of it; not the precision."""

    @property
    def dim(self) -> int:
        """Numbers in a vector. ModelError when it takes a server to know, and the server doesn't answer."""

    @property
    def max_tokens(self) -> int:
        """Word pieces read of a text, the two marks around it included; the rest is ignored."""

    @property
    def precision(self) -> str:
        """What the last passages were computed in: `fp32`, `bf16`, `fp16`, `int8` or `server`."""

    def encode(self, texts: list[str], kind: Kind) -> Floats:
        """n × dim, each row of length 1. ModelError when the model can't be loaded or asked."""

    def count_tokens(self, texts: list[str]) -> list[int]:
        """Word pieces of each text, marks included, uncut."""


def load_embedder(config: IndexConfig) -> Embedder:
    """The embedder that the settings name. ModelError when its files are not on this machine."""
    if config.embedding_base_url:
        from index.embedding.server import ServerEmbedder

        return ServerEmbedder(config, model_identity(config))
    from index.embedding.local import LocalEmbedder

    return LocalEmbedder(find_model(config.embedding_model), model_identity(config), config)


def model_identity(config: IndexConfig) -> str:
    """Name and hash of the weights and of what shapes a vector beside them; loads no model, asks no server.

    Of a server's model nothing but its name is known, and the prompt that we put before passages.
    """
    if not config.embedding_base_url:
        return folder_identity(config.embedding_model)
    prompt = re.sub(r"\W+", "-", config.embedding_passage_prompt).strip("-")
    return f"server-{config.embedding_model}" + (f"-{prompt}" if prompt else "")


def prepare(embedder: Embedder, sample: Sequence[str], total: int) -> None:
    """Says that `total` passages are to come, of which `sample` are some: time to look for the fastest way.

    Takes seconds, once a machine and archive, and only where that is won back.
    """
    from index.embedding.local import LocalEmbedder

    if isinstance(embedder, LocalEmbedder):
        embedder.prepare(sample, total)


def chosen(config: IndexConfig) -> Choice | None:
    """What was measured on this machine for the model that is set; None when nothing was yet."""
    if config.embedding_base_url:
        return None
    from index.embedding import choice

    return choice.read(config, model_identity(config))


def tokenizer_of(config: IndexConfig) -> tuple[Path | None, int | None]:
    """The tokenizer.json to count word pieces with, and how many the model reads, marks included.

    None for what only the loaded model can tell. A server's own tokenizer is out of reach: the bundled
    model's counts in its place, and EMBEDDING_MAX_TOKENS says how many.
    """
    if config.embedding_base_url:
        return tokenizer_and_limit(find_model(BUNDLED_MODEL))[0], config.embedding_max_tokens
    return tokenizer_and_limit(find_model(config.embedding_model))
