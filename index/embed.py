"""Giving passages their vectors, in batches that each commit: a killed run goes on where it stood."""

from __future__ import annotations

from collections.abc import Callable

from index.config import IndexConfig
from index.embedder import Embedder, load_embedder
from index.ledger import Ledger
from index.vectors import Vectors

_BATCH = 128
"""Texts between two commits: about 3 s of work that a kill can lose."""


def embed_missing(
    ledger: Ledger,
    config: IndexConfig,
    progress: Callable[[int, int], None] | None = None,
    embedder: Embedder | None = None,
) -> int:
    """Embeds what has no vector yet, oldest passages first; how many texts that was.

    `progress` gets (texts done, texts in all) before the first batch and after each. To be called by
    the process that holds the archive's Writer. ModelError when the model can't be had.
    """
    embedder = embedder or load_embedder(config)
    vectors = Vectors(config.data, embedder.identity, embedder.dim, create=True)
    try:
        waiting = _waiting(ledger, vectors)
        names = list(waiting)
        if progress is not None and names:
            progress(0, len(names))
        for at in range(0, len(names), _BATCH):
            batch = names[at : at + _BATCH]
            texts = ledger.embed_text(waiting[name] for name in batch)
            rows = embedder.encode([texts[waiting[name]] for name in batch], "passage")
            vectors.put_many(batch, rows, embedder.precision)
            if progress is not None:
                progress(at + len(batch), len(names))
        return len(names)
    finally:
        vectors.close()


def _waiting(ledger: Ledger, vectors: Vectors) -> dict[str, int]:
    """Hashes without a vector, each with a passage that it is the hash of."""
    waiting: dict[str, int] = {}
    for page in ledger.iter_passages():
        missing = set(vectors.missing([passage.vector for passage in page]))
        for passage in page:
            if passage.vector in missing:
                waiting.setdefault(passage.vector, passage.id)
    return waiting
