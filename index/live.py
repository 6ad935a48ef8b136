"""The embedding model that an archive is in use with: noted in its ledger, put there by the first run that
embeds and by `dateline reindex`, and followed by whoever is reading when it changes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from index.config import IndexConfig
from index.errors import IndexMismatchError
from index.ledger.ledger import Ledger

KEY = "embedding"


@dataclass(frozen=True, slots=True)
class Live:
    """What `index.embedder.load_embedder` needs to make the same vectors again; a server's key apart."""

    identity: str
    model: str
    base_url: str | None = None
    max_tokens: int = 512
    query_prompt: str = ""
    passage_prompt: str = ""

    @classmethod
    def of(cls, config: IndexConfig, identity: str) -> Live:
        model = config.embedding_model
        folder = Path(model).expanduser()
        if not config.embedding_base_url and folder.is_dir():
            model = str(folder.absolute())  # whoever reads may stand elsewhere
        return cls(
            identity,
            model,
            config.embedding_base_url,
            config.embedding_max_tokens,
            config.embedding_query_prompt,
            config.embedding_passage_prompt,
        )

    def put_in(self, config: IndexConfig) -> IndexConfig:
        """`config`, but for the model."""
        return replace(
            config,
            embedding_model=self.model,
            embedding_base_url=self.base_url,
            embedding_max_tokens=self.max_tokens,
            embedding_query_prompt=self.query_prompt,
            embedding_passage_prompt=self.passage_prompt,
        )

    def as_text(self) -> str:
        return json.dumps(asdict(self))


def live_model(ledger: Ledger) -> Live | None:
    """What the ledger notes; None before anything was embedded, and in an archive of an older Dateline."""
    row = ledger._row("SELECT value FROM meta WHERE key = ?", (KEY,))
    try:
        return Live(**json.loads(row[0])) if row else None
    except (ValueError, TypeError):
        return None


def identity_in_use(ledger: Ledger, identity: str) -> str | None:
    """Identity of the model that the archive is in use with; None where any may come. In an archive of an
    older Dateline it is that of the base, unless `identity` has vectors there, too."""
    from index.dense.base import current_manifest
    from index.vectors import vectors_path

    live = live_model(ledger)
    if live is not None:
        return live.identity
    base = current_manifest(ledger.data)
    if base is None or base.ledger != ledger.identity:
        return None
    return None if base.model != identity and vectors_path(ledger.data, identity).is_file() else base.model


def check_model(ledger: Ledger, config: IndexConfig) -> str:
    """Identity of the model that is set. IndexMismatchError when the archive is in use with another;
    ModelError when the one set is not on this machine."""
    from index.embedder import model_identity

    identity = model_identity(config)
    used = identity_in_use(ledger, identity)
    if used is not None and used != identity:
        raise IndexMismatchError(
            f"This archive is embedded by {used}, and EMBEDDING_MODEL={config.embedding_model} is "
            f"{identity}: set EMBEDDING_MODEL and its prompts back, or run `dateline reindex`, which embeds "
            "the archive by the new model while the old one answers."
        )
    return identity
