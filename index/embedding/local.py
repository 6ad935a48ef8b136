"""A sentence-transformers model on this machine: NumPy for a few texts, OpenVINO or PyTorch for many."""

from __future__ import annotations

import contextlib
import importlib.util
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from index.bert import Bert, can_run
from index.config import IndexConfig
from index.embedding.files import BUNDLED_MODEL, tokenizer_and_limit
from index.embedding.quick import Quick
from index.embedding.tokens import TokenCounter
from index.embedding.torch_ import Torch, finds_card
from index.errors import ModelError

if TYPE_CHECKING:
    from index.embedder import Prompts
    from index.embedding.openvino_ import OpenVino

Floats = NDArray[np.float32]
_FEW = 24
"""Passages that NumPy embeds in the time that OpenVINO takes to be imported and to compile the model."""
MANY = 2_000
"""Passages from which on the seconds are won back that it takes to find the fastest precision."""


class LocalEmbedder:
    """A `index.embedder.Embedder`. Thread-safe."""

    def __init__(self, folder: Path, identity: str, config: IndexConfig, prompts: Prompts) -> None:
        """ModelError when the files are damaged."""
        self.identity = identity
        self.precision = "fp32"
        self._folder = folder
        self._config = config
        self._lock = threading.Lock()
        self._in_torch = threading.Lock()
        self._bert: Bert | None = None
        self._openvino: OpenVino | None = None
        self._torch: Torch | None = None
        self._counter: TokenCounter | None = None
        self._prompts = prompts
        self._tokenizer, limit = tokenizer_and_limit(folder)
        if limit and can_run(folder):
            with _loading(folder):
                self._bert = Bert(folder, limit)
            self._quick = Quick(folder, limit)
            self._limit, self.dim = limit, self._bert.dim
        else:
            model = self._load_torch()
            self._limit, self.dim = min(limit or model.max_tokens, model.max_tokens), model.dim

    @property
    def max_tokens(self) -> int:
        prompt = self._prompts.passage
        return self._limit - (self.count_tokens([prompt])[0] - self.count_tokens([""])[0] if prompt else 0)

    def encode(self, texts: list[str], kind: Literal["query", "passage"]) -> Floats:
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        is_query, prompt = kind == "query", self._prompts.before(kind)
        if self._bert is not None and (is_query or self._are_few(texts)):
            texts = [prompt + text for text in texts]
            if is_query:
                rows = self._quick.encode(texts)
                return self._bert.encode(texts) if rows is None else rows
            self.precision = "fp32"
            return self._bert.encode(texts)
        if self._uses_torch():
            model = self._load_torch()
            if not is_query:
                self.precision = model.precision
            with self._in_torch:
                return model.encode(texts, prompt, is_query=is_query)
        texts = [prompt + text for text in texts]
        runner = self._load_openvino(texts)
        self.precision = runner.precision
        return runner.encode(texts)

    def prepare(self, sample: Sequence[str], total: int) -> None:
        """Loads what computes `total` passages fastest, of which `sample` are some; measures it when that
        has not been done here and is worth its seconds."""
        if total <= _FEW or self._uses_torch():
            return
        from index.embedding import choice

        sample = [self._prompts.passage + text for text in sample]
        if self._config.embedding_precision == "auto" and choice.read(self._config, self.identity) is None:
            if total < MANY or len(sample) < choice.needed():
                return
            with self._lock, _loading(self._folder):
                self._openvino = choice.measure(
                    self._config, self.identity, self._folder, self._limit, sample
                )
        self._load_openvino(sample)

    def count_tokens(self, texts: list[str]) -> list[int]:
        if self._tokenizer is None:
            return self._load_torch().count_tokens(texts)
        with self._lock:
            if self._counter is None:
                self._counter = TokenCounter(self._tokenizer)
        return self._counter(texts)

    def _are_few(self, texts: list[str]) -> bool:
        return self._openvino is None and self._torch is None and len(texts) <= _FEW

    def _uses_torch(self) -> bool:
        device = self._config.embedding_device
        on_card = finds_card() if device == "auto" else device != "cpu"
        return self._bert is None or on_card or importlib.util.find_spec("openvino") is None

    def _load_torch(self) -> Torch:
        config = self._config
        with self._lock:
            if self._torch is None:
                with _loading(self._folder):
                    wanted = "auto" if config.embedding_precision == "int8" else config.embedding_precision
                    self._torch = Torch(
                        self._folder, config.embedding_device, wanted, config.embedding_threads
                    )
            return self._torch

    def _load_openvino(self, sample: Sequence[str]) -> OpenVino:
        with self._lock:
            if self._openvino is None:
                with _loading(self._folder):
                    self._openvino = self._compile(sample)
            return self._openvino

    def _compile(self, sample: Sequence[str]) -> OpenVino:
        from index.embedding import choice
        from index.embedding.openvino_ import OpenVino

        config, usual = self._config, choice.usual_precision()
        precision: str = config.embedding_precision
        if precision == "auto":
            measured = choice.read(config, self.identity)
            precision = measured.precision if measured else usual
        inputs = None
        if precision == "int8":
            inputs = choice.int8(config, self.identity, self._folder, self._limit, sample)
            precision = "int8" if inputs is not None else usual
        cores = choice.threads(config)
        return OpenVino(self._folder, self._limit, precision, cores, inputs)


@contextlib.contextmanager
def _loading(folder: Path) -> Iterator[None]:
    """Whatever a library raises over a model's files, as a ModelError."""
    try:
        yield
    except ModelError:
        raise
    except Exception as error:
        raise ModelError(
            f"The embedding model in {folder} can't be loaded ({error}): download it again, or set "
            f"EMBEDDING_MODEL to {BUNDLED_MODEL}, which comes with Dateline."
        ) from error
