"""What the ground floor needs to know; bot.settings fills it from the environment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class IndexConfig:
    data: Path
    """Folder that holds ledger, vectors, lexical index and Chroma bases."""
    embedding_model: str = "all-MiniLM-L6-v2"
    """Hub name or folder of a sentence-transformers model."""
    chroma_url: str | None = None
    delta_limit: int = 10_000
    """Passages scored exactly beside the base before a new base is built."""
