"""What failed and is still out: noted when it comes in after all, and read again when that is asked for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.ledger import Writer
    from ingest.batches import Batches


class Failures:
    """The failures of earlier runs that this one may make good."""

    def __init__(self, writer: Writer, batches: Batches) -> None:
        self._out = {failure["origin"] for failure in writer.failures(still_out=True)}
        self._batches = batches

    def settle(self, origin: str) -> None:
        """To be told of each record that was read, or is known to have been."""
        if origin in self._out:
            self._out.discard(origin)
            self._batches.settle(origin)

    def settle_all(self, file: str) -> None:
        """To be told of each file that was gone through to its end: what had failed in it has been read, is
        there no longer, or will be named once more."""
        for origin in [origin for origin in self._out if is_within(origin, (file,))]:
            self.settle(origin)


def is_within(origin: str, wanted: Collection[str]) -> bool:
    """Whether a record is one of these, or inside of one of them: `a.zip!/b.jsonl#3` is inside of `a.zip`."""
    return origin in wanted or any(outer in wanted for outer in _around(origin))


def file_of(origin: str) -> str:
    """The file or address that a record's origin is in."""
    if "://" in origin:
        return origin
    outer = [*_around(origin), origin]
    return next((path for path in outer if Path(path).is_file()), outer[0])


def _around(origin: str) -> Iterator[str]:
    """What an origin is inside of, the outermost first."""
    return (origin[: match.start()] for match in re.finditer(r"!/|#(?=\d+(?:$|!/))", origin))
