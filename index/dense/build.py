"""Building a base apart, verifying it in a process of its own, and putting it in place."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from index.article import Passage
from index.config import IndexConfig
from index.dense.base import (
    Manifest,
    check_whole,
    chroma_folder,
    current_name,
    flip,
    read_manifest,
    segment_hashes,
    segment_stamps,
    write_manifest,
)
from index.dense.fill import SMALL, fill, write_rows
from index.dense.rows import has_rows
from index.dense.search import SUSPECT
from index.errors import NoRoomError, SearchIndexError
from index.files import disk_error, sync_folder, sync_tree
from index.ledger import Ledger
from index.vectors import Vectors

COPY_FROM = 5 * SMALL
_BESIDE = 700
"""Bytes that Chroma keeps for a passage beside its vector, at most."""
_SAMPLE = 20
_VERIFY_SECONDS = 600


def build_if_due(
    ledger: Ledger, vectors: Vectors, config: IndexConfig, progress: Callable[[int, int], None] | None = None
) -> str | None:
    """Builds a new base when there is none to use, or too much stands beside it; its name, or None.

    `progress` gets (passages added, passages to add). To be called by the process that holds the archive's
    Writer. SearchIndexError when the new base doesn't pass or finds no room, DiskError when the disk refuses
    it; the present one then stays. What `progress` raises ends it likewise.
    """
    folder = chroma_folder(config.data)
    _clear(folder)
    present = _usable(ledger, vectors, config.data)
    upto, count = _embedded_upto(ledger, vectors, present)
    is_new = present is not None and has_rows(folder / present[0])
    if count == 0 or (present is not None and is_new and count - present[1].count <= config.delta_limit):
        return None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        name = _build(folder, ledger, vectors, present, upto, count, progress)
        flip(config.data, name)
    except OSError as error:
        raise disk_error(error, folder) or SearchIndexError(
            f"No new base could be built in {folder} ({error}); the present one stays."
        ) from error
    sweep(folder, keep={name, present[0] if present else name})
    return name


def build_beside(
    ledger: Ledger, vectors: Vectors, config: IndexConfig, progress: Callable[[int, int], None] | None = None
) -> str | None:
    """Builds a base of a model that is not in use, all of whose vectors are there, and leaves the one in use
    in its place; its name, None where there is nothing to put in it. One that an earlier run built of the
    same is taken. Errors as of `build_if_due`."""
    folder = chroma_folder(config.data)
    _clear(folder)
    upto, count = _embedded_upto(ledger, vectors, None)
    if count == 0:
        return None
    wanted = (ledger.identity, vectors.identity, upto, count)
    for path in sorted(folder.glob("base-*")):
        try:
            found = read_manifest(path)
            if (found.ledger, found.model, found.upto, found.count) == wanted:
                check_whole(path, found)
                return path.name
        except SearchIndexError:
            continue
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _build(folder, ledger, vectors, None, upto, count, progress)
    except OSError as error:
        raise disk_error(error, folder) or SearchIndexError(
            f"No new base could be built in {folder} ({error}); the present one stays."
        ) from error


def put_in_place(data: Path, name: str) -> None:
    """Makes a base that was built beside the one that readers use, and removes those before it but one."""
    before = current_name(data)
    if before != name:
        flip(data, name)
    sweep(chroma_folder(data), keep={name, before or name})


def _clear(folder: Path) -> None:
    """Removes what runs that were killed left of a draft."""
    for leftover in folder.glob("*.tmp"):
        shutil.rmtree(leftover, ignore_errors=True)


def _build(
    folder: Path,
    ledger: Ledger,
    vectors: Vectors,
    present: tuple[str, Manifest] | None,
    upto: int,
    count: int,
    progress: Callable[[int, int], None] | None,
) -> str:
    """Drafts, verifies and seals a base; its name."""
    name = next_name(folder, current_name(folder.parent))
    draft = draft_of(folder, name)
    try:
        _draft(draft, ledger, vectors, present, upto, count, progress)
        verify(draft, ledger, vectors, upto)
        sync_tree(draft)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    draft.rename(folder / name)
    sync_folder(folder)
    return name


def _usable(ledger: Ledger, vectors: Vectors, data: Path) -> tuple[str, Manifest] | None:
    """The current base, when it is of this ledger and model, whole, and no reader found it damaged."""
    name = current_name(data)
    if name is None or (chroma_folder(data) / SUSPECT / name).exists():
        return None
    try:
        manifest = read_manifest(chroma_folder(data) / name)
        check_whole(chroma_folder(data) / name, manifest)
    except SearchIndexError:
        return None
    _note_stamps(chroma_folder(data) / name, manifest)
    is_ours = (manifest.ledger, manifest.model) == (ledger.identity, vectors.identity)
    return (name, manifest) if is_ours else None


def _note_stamps(folder: Path, manifest: Manifest) -> None:
    """A base that was copied has files of other times: noted, so that no reader hashes them again."""
    stamps = segment_stamps(folder)
    if stamps != manifest.stamps:
        write_manifest(folder, replace(manifest, stamps=stamps))


def _draft(
    draft: Path,
    ledger: Ledger,
    vectors: Vectors,
    present: tuple[str, Manifest] | None,
    upto: int,
    count: int,
    progress: Callable[[int, int], None] | None,
) -> None:
    """Writes the base and its manifest: a large one is copied and added to, another is made from nothing."""
    is_copied = False
    if present is not None and present[1].count >= COPY_FROM:
        rows = 0 if has_rows(draft.parent / present[0]) else count * vectors.dim * 2
        _check_room(draft.parent, 1.1 * _size(draft.parent / present[0]) + rows)
        try:
            shutil.copytree(draft.parent / present[0], draft)
            if not has_rows(draft):
                write_rows(draft, ledger, vectors, present[1].upto)
            fill(draft, ledger, vectors, present[1].upto, upto, count, progress)
            is_copied = True
        except SearchIndexError:  # Chroma can't go on from it, whatever the reason
            shutil.rmtree(draft, ignore_errors=True)
    if not is_copied:
        _check_room(draft.parent, count * (vectors.dim * (4 + 2) + _BESIDE))
        fill(draft, ledger, vectors, 0, upto, count, progress)
    manifest = Manifest(
        ledger=ledger.identity,
        model=vectors.identity,
        sequence=ledger.sequence(),
        upto=upto,
        count=count,
        segments=segment_hashes(draft),
        stamps=segment_stamps(draft),
    )
    write_manifest(draft, manifest)


def _check_room(folder: Path, wanted: float) -> None:
    """A disk that the draft would fill is left to the ledger."""
    free = shutil.disk_usage(folder).free
    if wanted > free:
        raise NoRoomError(
            f"A new base takes about {wanted / 1e6:,.0f} MB, and the disk that holds {folder.absolute()} has "
            f"{free / 1e6:,.0f} MB free: make room and run `dateline ingest` again. Until then what is newer "
            "than the present base is compared one by one."
        )


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _embedded_upto(ledger: Ledger, vectors: Vectors, present: tuple[str, Manifest] | None) -> tuple[int, int]:
    """Highest id below which every passage has a vector, and how many passages that are."""
    upto, count = (present[1].upto, present[1].count) if present else (0, 0)
    complete = vectors.complete(ledger)
    if complete > upto:
        count += ledger.count_passages(complete) - ledger.count_passages(upto)
        upto = complete
    for page in ledger.iter_passages(after=upto):
        missing = set(vectors.missing([passage.vector for passage in page]))
        for passage in page:
            if passage.vector in missing:
                return upto, count
            upto, count = passage.id, count + 1
    return upto, count


def verify(draft: Path, ledger: Ledger, vectors: Vectors, upto: int) -> None:
    """Opens the draft in a process of its own (a broken graph can crash it) and finds a sample in it."""
    sample = _sample(ledger, upto)
    rows, _ = vectors.get_many([passage.vector for passage in sample])
    command = [sys.executable, "-m", "index.dense.verify", str(draft), str(os.getpid())]
    try:
        result = subprocess.run(
            command,
            input=json.dumps({p.id: row.tolist() for p, row in zip(sample, rows, strict=True)}),
            capture_output=True,
            text=True,
            timeout=_VERIFY_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise SearchIndexError(f"The new base {draft.name} took too long to verify.") from error
    if result.returncode != 0:
        told = (result.stderr.strip().splitlines() or [f"exit {result.returncode}"])[-1]
        raise SearchIndexError(f"The new base {draft.name} did not pass ({told}); the present one stays.")


def _sample(ledger: Ledger, upto: int) -> list[Passage]:
    starts = sorted({int(start) for start in np.linspace(0, max(0, upto - 1), _SAMPLE)})
    pages = (ledger.passages_after(start, 1) for start in starts)
    return [passage for page in pages for passage in page if passage.id <= upto]


def next_name(folder: Path, current: str | None) -> str:
    """A name that no base has had: a reader takes an equal name for the base that it knows."""
    names = [current or "", *(path.name for path in folder.iterdir())]
    numbers = [int(match[1]) for name in names if (match := re.fullmatch(r"base-(\d+)", name))]
    return f"base-{max(numbers, default=0) + 1}"


def draft_of(folder: Path, name: str) -> Path:
    """Where the base of this name is built: a path that no run had before. A killed run's verifier may still
    be about to open its draft, and Chroma writes to what it opens."""
    return folder / f"{name}.{secrets.token_hex(4)}.tmp"


def sweep(folder: Path, keep: set[str]) -> None:
    """Deletes bases out of use. The one before stays until the next flip: readers may be inside it."""
    for path in folder.glob("base-*"):
        if path.name not in keep:
            shutil.rmtree(path, ignore_errors=True)
    shutil.rmtree(folder / SUSPECT, ignore_errors=True)
