"""Any sentence-transformers model in PyTorch: on a graphics card, or what OpenVINO's graph doesn't cover."""

from __future__ import annotations

import contextlib
import logging
import platform
import sys
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

Floats = NDArray[np.float32]
_BATCH_ON_CPU = 32
_BATCH_ON_CARD = 256
_LONGEST, _UNTOLD = 1_000_000, 512
"""Word pieces: what a tokenizer without a limit names is more; what is read then."""


class Torch:
    """Texts to unit vectors. To be used by one thread at a time."""

    def __init__(self, folder: Path, device: str, precision: str, threads: int | None = None) -> None:
        """`precision` as in the settings; `auto` is fp16 on a card, bf16 on a processor that multiplies it.

        ModelError when PyTorch finds no such device.
        """
        with _quiet():
            import torch
            from sentence_transformers import SentenceTransformer

            device = _device(torch, device)
            on_processor = device == "cpu"
            if on_processor and threads:
                torch.set_num_threads(threads)
            self._model: Any = SentenceTransformer(str(folder), device=device, local_files_only=True)
            self.precision = _precision(torch, on_processor, precision)
            kinds = {"bf16": torch.bfloat16, "fp16": torch.float16}
            if self.precision in kinds:
                self._model = self._model.to(kinds[self.precision])
        self._batch = _BATCH_ON_CPU if on_processor else _BATCH_ON_CARD
        self.dim = int(self._model.get_embedding_dimension())
        limit = self._model.max_seq_length
        self.max_tokens = int(limit) if limit and limit <= _LONGEST else _UNTOLD

    def count_tokens(self, texts: list[str]) -> list[int]:
        """Word pieces of each text, marks included, uncut, where there is no tokenizer.json to count with."""
        return [
            len(ids) for ids in self._model.tokenizer(texts, truncation=False, verbose=False)["input_ids"]
        ]

    def encode(self, texts: list[str], prompt: str, *, is_query: bool) -> Floats:
        """`prompt` is put before each text, and left out of the pooling where the model wants that."""
        encode = self._model.encode_query if is_query else self._model.encode_document
        tensor = encode(
            texts,
            prompt=prompt,
            batch_size=self._batch,
            normalize_embeddings=True,
            convert_to_tensor=True,
            show_progress_bar=False,
        )
        rows = np.asarray(tensor.float().cpu().numpy(), dtype=np.float32)
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12))


@cache
def finds_card() -> bool:
    """Whether PyTorch finds a graphics card; it is imported only where one seems to be."""
    if sys.platform == "darwin":
        seems = platform.machine() == "arm64"
    else:
        seems = any(Path(device).exists() for device in ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg"))
    if not seems:
        return False
    import torch

    return bool(torch.cuda.is_available() or torch.backends.mps.is_available())


def _device(torch: Any, wanted: str) -> str:
    if wanted == "cpu":
        return "cpu"
    found = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    if wanted == "auto":
        return found
    try:
        torch.empty(1, device=wanted)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise ModelError(
            f"EMBEDDING_DEVICE={wanted} can't be used by this PyTorch ({str(error).splitlines()[0]}): "
            "set it to auto or cpu, or install a PyTorch built for that device."
        ) from error
    return wanted


def _precision(torch: Any, on_processor: bool, wanted: str) -> str:
    if wanted in ("fp32", "bf16"):
        return wanted
    if not on_processor:
        return "fp16"
    capabilities = torch.cpu.get_capabilities()
    return "bf16" if capabilities.get("avx512_bf16") or capabilities.get("amx_bf16") else "fp32"


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
