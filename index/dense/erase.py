"""Taking vectors out of the base.

Chroma marks what is deleted and keeps it: its graph's file and its SQLite file would hold the vectors until
the next base is built from nothing. So in a copy of the base they are overwritten first and deleted then,
which costs what is taken out, not what is there.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from index.config import IndexConfig
from index.dense.base import (
    Manifest,
    chroma_folder,
    current_name,
    flip,
    read_manifest,
    segment_hashes,
    segment_stamps,
    write_manifest,
)
from index.dense.build import COPY_FROM, build_if_due, draft_of, next_name, sweep, verify
from index.dense.fill import ROWS, written_at_once
from index.dense.rows import drop_rows, has_rows
from index.errors import DatelineError, SearchIndexError
from index.files import sync_folder, sync_tree
from index.ledger import Ledger
from index.vectors import Vectors, vectors_path

log = logging.getLogger(__name__)

_AT_MOST = 0.2
"""Share of a base that is overwritten; where more goes, the graph would suffer, and it is built anew."""


def erase_from_base(ledger: Ledger) -> None:
    """Leaves no base that holds a passage which the ledger doesn't. To be called by the Writer.

    Never fails for the base's sake: one that can't be cleaned is removed, and the next ingest builds another.
    """
    folder = chroma_folder(ledger.data)
    name = current_name(ledger.data)
    if not folder.exists():
        return
    try:
        kept = _cleaned(ledger, folder, name) if name else None
    except (DatelineError, OSError, sqlite3.Error) as error:
        log.warning("The base %s is removed, as it can't be cleaned: %s", name, error)
        kept = None
    if kept is None:
        (folder / "CURRENT").unlink(missing_ok=True)
        sweep(folder, keep=set())
        return
    sweep(folder, keep={kept})


def _cleaned(ledger: Ledger, folder: Path, name: str) -> str | None:
    """Name of a base without what was taken out; None where there is nothing to keep."""
    manifest = read_manifest(folder / name)
    if manifest.ledger != ledger.identity:
        return None
    left = ledger.count_passages(manifest.upto)
    if left == manifest.count:
        return name
    if not vectors_path(ledger.data, manifest.model).is_file() or left > manifest.count:
        return None
    with closing(Vectors(ledger.data, manifest.model)) as vectors:
        if left < COPY_FROM:
            (folder / "CURRENT").unlink()
            return build_if_due(ledger, vectors, IndexConfig(ledger.data))
        if manifest.count - left > _AT_MOST * manifest.count:
            return None
        return _copied_without(ledger, vectors, folder, name, manifest, left)


def _copied_without(
    ledger: Ledger, vectors: Vectors, folder: Path, name: str, manifest: Manifest, left: int
) -> str:
    new = next_name(folder, name)
    draft = draft_of(folder, new)
    shutil.copytree(folder / name, draft)
    _overwrite_and_delete(draft, ledger)
    with closing(sqlite3.connect(draft / "chroma.sqlite3", isolation_level=None)) as db:
        db.execute("VACUUM")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    write_manifest(
        draft,
        Manifest(
            ledger=manifest.ledger,
            model=manifest.model,
            sequence=ledger.sequence(),
            upto=manifest.upto,
            count=left,
            segments=segment_hashes(draft),
            stamps=segment_stamps(draft),
        ),
    )
    verify(draft, ledger, vectors, manifest.upto)
    sync_tree(draft)
    draft.rename(folder / new)
    sync_folder(folder)
    flip(ledger.data, new)
    return new


def _overwrite_and_delete(draft: Path, ledger: Ledger) -> None:
    try:
        with written_at_once(draft) as collection:
            held = [int(id_) for id_ in collection.get(include=[])["ids"]]
            gone = [str(id_) for id_ in sorted(set(held) - ledger.passages(held).keys())]
            if has_rows(draft):
                drop_rows(draft, np.array(gone, dtype=np.int64))
            dim = len(collection.peek(1)["embeddings"][0])
            for ids in _chunks(gone):
                collection.update(ids=ids, embeddings=_anything(len(ids), dim))
            for ids in _chunks(gone):
                collection.delete(ids=ids)
    except Exception as error:
        if isinstance(error, DatelineError):
            raise
        raise SearchIndexError(f"Chroma can't take passages out of {draft.name} ({error})") from error


def _chunks(ids: list[str]) -> list[list[str]]:
    """At most ROWS each, and none of one alone where there are more: an odd one would stay in the log."""
    size = ROWS if len(ids) % ROWS != 1 else ROWS - 1
    return [ids[at : at + size] for at in range(0, len(ids), size)]


def _anything(rows: int, dim: int) -> Any:
    """Directions that no text has, far from one another, as equal ones take Chroma long to place."""
    return np.random.default_rng(rows).normal(size=(rows, dim)).astype(np.float32)
