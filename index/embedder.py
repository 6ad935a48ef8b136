"""Texts to vectors: which model, and the ways to it.

A question's few texts go through NumPy, which answers after .35 s where importing PyTorch takes 5 s. Many
passages go through OpenVINO on a processor, through PyTorch on a graphics card, or to a server.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from index.config import IndexConfig
from index.embedding.files import (
    BUNDLED_MODEL,
    find_model,
    folder_identity,
    own_prompts,
    tokenizer_and_limit,
)
from index.embedding.tokens import TokenCounter

if TYPE_CHECKING:
    from index.embedding.choice import Choice

__all__ = [
    "BUNDLED_MODEL",
    "Embedder",
    "Floats",
    "Kind",
    "Prompts",
    "chosen",
    "find_model",
    "load_embedder",
    "model_identity",
    "prepare",
    "prompts_of",
    "tokenizer_of",
]

Floats = NDArray[np.float32]
Kind = Literal["query", "passage"]
NO_PROMPT = "none"


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
        """Word pieces read of a text, the two marks around it included, what is put before it left out; the
        rest is ignored."""

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

        return ServerEmbedder(config, model_identity(config), prompts_of(config))
    from index.embedding.local import LocalEmbedder

    return LocalEmbedder(
        find_model(config.embedding_model), model_identity(config), config, prompts_of(config)
    )


@dataclass(frozen=True, slots=True)
class Prompts:
    """What is put before a question and before a passage, a space at its end included; empty for nothing."""

    query: str = ""
    passage: str = ""

    def before(self, kind: Kind) -> str:
        return self.query if kind == "query" else self.passage


def prompts_of(config: IndexConfig) -> Prompts:
    """As set, else as the model's own files say; `none` is set for nothing. ModelError when a model is not on
    this machine."""
    own = ("", "") if config.embedding_base_url else own_prompts(find_model(config.embedding_model))

    def one(wanted: str, by_itself: str) -> str:
        if not wanted:
            return by_itself
        return "" if wanted.lower() == NO_PROMPT else f"{wanted} "

    return Prompts(one(config.embedding_query_prompt, own[0]), one(config.embedding_passage_prompt, own[1]))


def model_identity(config: IndexConfig) -> str:
    """Name and hash of the weights, of what shapes a vector beside them, and of the prompt before passages;
    loads no model, asks no server.

    Of a server's model nothing but its name is known, and that prompt.
    """
    passage_prompt = prompts_of(config).passage
    if not config.embedding_base_url:
        return folder_identity(config.embedding_model, passage_prompt)
    prompt = re.sub(r"\W+", "-", passage_prompt).strip("-")
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
    """The tokenizer.json to count word pieces with, and how many the model reads of a passage, marks included
    and without what is put before it.

    None for what only the loaded model can tell. A server's own tokenizer is out of reach: the bundled
    model's counts in its place, and EMBEDDING_MAX_TOKENS says how many.
    """
    if config.embedding_base_url:
        tokenizer = tokenizer_and_limit(find_model(BUNDLED_MODEL))[0]
        limit: int | None = config.embedding_max_tokens
    else:
        tokenizer, limit = tokenizer_and_limit(find_model(config.embedding_model))
    prompt = prompts_of(config).passage
    if prompt and tokenizer is not None and limit is not None:
        limit -= TokenCounter(tokenizer).of_prompt(prompt)
    return tokenizer, limit
