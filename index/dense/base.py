"""A sealed Chroma base: its folder, its manifest, and asking it."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.dense.rows import Ids, Rows, has_rows
from index.errors import SearchIndexError
from index.files import replace_text

Floats = NDArray[np.float32]
CHROMA_FOLDER = "chroma"
COLLECTION = "passages"
_MANIFEST = "manifest.json"
_DATABASE = "chroma.sqlite3"
_LARGE = 20_000
"""Passages from which on a base is asked before its graph has been read."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a base holds. It is of use only with the ledger and the model that it was built from."""

    ledger: str
    model: str
    sequence: int
    """The ledger's when it was built."""
    upto: int
    """Every passage with this id or a smaller one is in the base."""
    count: int
    segments: dict[str, str]
    """SHA-256 of each file of the graph. A damaged graph can end the process that opens it, so they are
    compared before. Chroma's SQLite file is left out: every opening writes to it."""
    stamps: dict[str, list[int]] = field(default_factory=dict)
    """Size (bytes) and time of change (ns) of each of those files; while they stand a run looks no closer."""


def chroma_folder(data: Path) -> Path:
    return data / CHROMA_FOLDER


def current_name(data: Path) -> str | None:
    """Name of the base that `CURRENT` points to."""
    try:
        name = (chroma_folder(data) / "CURRENT").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None  # none, or none that can be read: to a reader and to the next run it is the same
    return name if re.fullmatch(r"base-\d+", name) else None


def flip(data: Path, name: str) -> None:
    """Makes `name` the base that readers use from their next query on."""
    replace_text(chroma_folder(data) / "CURRENT", name + "\n")


def read_manifest(folder: Path) -> Manifest:
    """SearchIndexError when there is none, or none that can be read."""
    try:
        return Manifest(**json.loads((folder / _MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise SearchIndexError(f"{folder.name} has no readable manifest ({error})") from error


def current_manifest(data: Path) -> Manifest | None:
    """Of the current base; None where there is none that can be read."""
    name = current_name(data)
    try:
        return read_manifest(chroma_folder(data) / name) if name else None
    except SearchIndexError:
        return None


def base_manifest(data: Path) -> dict[str, str | int] | None:
    """The current base for a status report: name, model, passages, upto, sequence; None without one."""
    found = current_manifest(data)
    if found is None:
        return None
    return {
        "name": current_name(data) or "",
        "model": found.model,
        "passages": found.count,
        "upto": found.upto,
        "sequence": found.sequence,
    }


def write_manifest(folder: Path, manifest: Manifest) -> None:
    replace_text(folder / _MANIFEST, json.dumps(asdict(manifest), indent=1))


def segment_hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of each file of the base but its SQLite database and its manifest, by relative path."""
    hashes = {}
    for name, path in _segments(folder).items():
        with path.open("rb") as file:
            hashes[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return hashes


def segment_stamps(folder: Path) -> dict[str, list[int]]:
    """Size and time of change of the same files."""
    return {name: [(s := path.stat()).st_size, s.st_mtime_ns] for name, path in _segments(folder).items()}


def _segments(folder: Path) -> dict[str, Path]:
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != _MANIFEST and not path.name.startswith(_DATABASE)
    }


def check_segments(folder: Path, manifest: Manifest) -> None:
    """SearchIndexError when a file of the graph or of the rows is not as it was built. Reads those only whose
    size or time of change is another: all of a million passages' take seconds."""
    try:
        if segment_stamps(folder) != manifest.stamps and segment_hashes(folder) != manifest.segments:
            raise SearchIndexError(f"{folder.name} is not as it was built")
    except OSError as error:
        raise SearchIndexError(f"{folder.name} can't be read ({error})") from error


def check_whole(folder: Path, manifest: Manifest) -> None:
    """SearchIndexError when a file of the base is not as it was built. Chroma's own SQLite file is asked how
    many passages it holds."""
    check_segments(folder, manifest)
    try:
        with closing(sqlite3.connect(f"{(folder / _DATABASE).absolute().as_uri()}?mode=rw", uri=True)) as db:
            held = db.execute("SELECT count(*) FROM embeddings").fetchone()[0]
    except (OSError, sqlite3.Error) as error:
        raise SearchIndexError(f"{folder.name} can't be read ({error})") from error
    if held != manifest.count:
        raise SearchIndexError(f"{folder.name} holds {held} passages instead of {manifest.count}")


def open_client(folder: Path) -> Any:
    """A Chroma client on `folder`, without its telemetry."""
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


class Base:
    """An open base. SearchIndexError when it is damaged.

    Chroma takes half a second to be imported, and up to two to read the graph of a million passages. So the
    first question of a large base is answered from the rows alone, and while the graph is read in the
    background the next ones are; a program that asks once does without Chroma.
    """

    def __init__(self, folder: Path, *, is_new: bool = False) -> None:
        """Every file of a new one is read, to see that it is what was to be written."""
        self.name = folder.name
        self._folder = folder
        self.manifest = read_manifest(folder)
        self._lock = threading.Lock()
        check_segments(folder, self.manifest)
        if is_new and segment_hashes(folder) != self.manifest.segments:
            raise SearchIndexError(f"{self.name} is not as it was built")
        self.rows = Rows(folder) if has_rows(folder) else None
        """None in a base of an older Dateline."""
        if self.rows is not None and len(self.rows) != self.manifest.count:
            raise SearchIndexError(f"{self.name} holds {len(self.rows)} vectors beside its graph")
        self._client: Any = None
        self._collection: Any = None
        self._asked = 0
        self._opening: threading.Thread | None = None
        self._fault: SearchIndexError | None = None
        if is_new or self.rows is None or self.manifest.count < _LARGE:
            self._open()

    def warm(self) -> None:
        """Returns when the graph has been read."""
        if self._opening is not None:
            self._opening.join()
        if self._fault is not None:
            raise self._fault
        if self._collection is None:
            self._open()

    def _open(self) -> None:
        try:
            self._client = open_client(self._folder)
            collection = self._client.get_collection(COLLECTION, embedding_function=None)
            count = collection.count()
        except Exception as error:
            raise SearchIndexError(f"{self.name} can't be opened ({error})") from error
        if count != self.manifest.count:
            self._client.close()
            self._client = None
            raise SearchIndexError(f"{self.name} holds {count} passages instead of {self.manifest.count}")
        self._collection = collection

    def _open_meanwhile(self) -> None:
        try:
            self._open()
        except SearchIndexError as error:
            self._fault = error

    def _has_graph(self) -> bool:
        if self._fault is not None:
            raise self._fault
        if self._collection is not None:
            return True
        with self._lock:
            self._asked += 1
            if self._asked > 1 and self._opening is None:
                self._opening = threading.Thread(target=self._open_meanwhile, name=f"open {self.name}")
                self._opening.start()
        return False

    def query(self, vector: Floats, limit: int) -> list[tuple[int, float]]:
        """`(passage id, cosine)` of the nearest, by the graph: a few of them may be missing."""
        limit = min(limit, self.manifest.count)
        if limit <= 0:
            return []
        if not self._has_graph():
            assert self.rows is not None
            return self.rows.nearest(vector, limit, np.arange(len(self.rows)))
        with self._lock:
            try:
                found = self._collection.query(
                    query_embeddings=vector.reshape(1, -1), n_results=limit, include=["distances"]
                )
            except Exception as error:
                raise SearchIndexError(f"{self.name} can't be searched ({error})") from error
        return [
            (int(id_), 1.0 - float(distance))
            for id_, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def vectors(self, ids: Sequence[int]) -> dict[int, Floats]:
        """What the base holds for these passages; one that it doesn't hold is left out."""
        with self._lock:
            try:
                found = self._collection.get(ids=[str(id_) for id_ in ids], include=["embeddings"])
            except Exception as error:
                raise SearchIndexError(f"{self.name} can't be read ({error})") from error
        return {int(id_): np.array(row) for id_, row in zip(found["ids"], found["embeddings"], strict=True)}

    def scores(self, vector: Floats, ids: Ids) -> dict[int, float]:
        """Exact cosines of these passages (ids in order); one that isn't held is left out."""
        assert self.rows is not None
        places = self.rows.places(ids)
        cosines = self.rows.cosines(vector, places)
        return dict(zip(self.rows.ids[places].tolist(), cosines.tolist(), strict=True))

    def close(self) -> None:
        if self._opening is not None:
            self._opening.join()
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = None
