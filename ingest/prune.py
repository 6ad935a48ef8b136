"""Taking out what came from a folder and is gone from it.

Nothing is taken for gone that merely couldn't be read: a folder that can't be listed, a damaged file, a disk
that isn't mounted.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import DatelineError
from ingest.report import Entry, Outcome, Report

if TYPE_CHECKING:
    from index.ledger import Writer

_SHARE = 0.5
"""Of the articles that a folder brought: where more would go, somebody is to say that it is meant."""


class Present:
    """What a run has met in the folders that are to be pruned."""

    def __init__(self, sources: Iterable[str]) -> None:
        """DatelineError where a source is no folder."""
        self.folders: list[str] = []
        for name in sources:
            path = Path(name).expanduser()
            if not path.is_dir():
                raise DatelineError(
                    f"--prune takes folders, and {name} is none that is there: what came from it stays."
                )
            self.folders.append(os.path.abspath(path))  # noqa: PTH100 - origins keep links too
        self._origins: set[str] = set()
        self._kept: set[str] = set()

    def met(self, outcome: Outcome, entry: Entry) -> None:
        """To be told what became of every source. Of a file, folder or packed file that couldn't be read,
        or wasn't, nothing that came from it is gone."""
        (self._kept if outcome in ("failed", "skipped") else self._origins).add(entry.origin)

    def holds(self, origin: str) -> bool:
        return origin in self._origins or self.is_unread(origin)

    def is_unread(self, origin: str) -> bool:
        return any(outer in self._kept for outer in _around(origin))

    def covers(self, origin: str) -> bool:
        """Whether it came from one of the folders."""
        return any(origin.startswith(f"{folder}/") for folder in self.folders)


def prune(writer: Writer, present: Present, report: Report, *, everything: bool) -> None:
    """Takes out the articles that no source has any more, and names them in the report. To be called after
    a run that has read all of its folders.

    Without `everything`, nothing goes where more than half of what a folder brought would, nor what came
    from a folder that is empty now; that is named as a failure.
    """
    assert report.run is not None
    leaving: dict[str, str] = {}
    stale: list[str] = []
    for folder in present.folders:
        brought = writer.came_from(folder)
        sources = writer.sources_of(brought)
        gone = {id_: origin for id_, origin in brought.items() if _is_gone(origin, sources[id_], present)}
        if not everything:
            gone = _without_empty_folders(gone, sources, folder, report)
            if len(gone) > _SHARE * len(brought):
                reason = (
                    f"{len(gone):,} of the {len(brought):,} articles that came from here are gone: nothing "
                    "is taken out; say --prune-all where that is meant"
                )
                report.add("failed", Entry(folder, reason, stage="prune"))
                continue
        leaving |= gone
        rows = {origin for id_ in brought.keys() - gone.keys() for origin in sources[id_]}
        stale += [origin for origin in rows if present.covers(origin) and not present.holds(origin)]
    if not leaving and not stale:
        return
    with writer.batch(report.run) as batch:
        if leaving:
            batch.withdraw(list(leaving), "pruned")
        batch.drop_sources(stale)
    for article, origin in leaving.items():
        report.add("pruned", Entry(origin, "gone from the folder", article))
    writer.erase()


def _is_gone(last: str, sources: list[str], present: Present) -> bool:
    """Whether no source of an article, last read from `last`, is left in these folders or anywhere else."""
    left = any(not present.covers(origin) or present.holds(origin) for origin in sources)
    return not left and not present.is_unread(last)


def _without_empty_folders(
    gone: dict[str, str], sources: dict[str, list[str]], folder: str, report: Report
) -> dict[str, str]:
    """Those of the articles that came from no folder that is there and empty, as a mount point is."""
    empty: dict[str, bool] = {}
    kept: dict[str, str] = {}
    for id_, origin in gone.items():
        standing = {_standing(path, folder) for path in [*sources[id_], origin]}
        for path in standing - empty.keys():
            empty[path] = not any(os.scandir(path))
        if not any(empty[path] for path in standing):
            kept[id_] = origin
    for path in sorted(path for path, is_empty in empty.items() if is_empty):
        reason = (
            "an empty folder, or a disk that isn't there: what came from it stays, unless --prune-all is said"
        )
        report.add("failed", Entry(path, reason, stage="prune"))
    return kept


def _standing(origin: str, folder: str) -> str:
    """The nearest folder above `origin` that is there, `folder` at last."""
    path = Path(origin)
    for parent in path.parents:
        if str(parent) == folder or parent.is_dir():
            return str(parent)
    return folder


def _around(origin: str) -> Iterator[str]:
    """An origin, and the files and folders that it is in."""
    yield origin
    yield from (origin[: match.start()] for match in re.finditer(r"/|#|!/", origin))
