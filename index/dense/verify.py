"""`python -m index.dense.verify FOLDER < vectors.json`: exit 0 when the base holds what its manifest says.

A process of its own, because opening a broken base can crash the one that tries.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from index.dense.base import Base
from index.errors import SearchIndexError

_SAME = 0.99


def main(folder: Path, rows: list[list[float]]) -> None:
    """SearchIndexError when a vector that is in the base isn't found by itself."""
    base = Base(folder)
    try:
        for row in rows:
            nearest = base.query(np.array(row, dtype=np.float32), 1)
            if not nearest or nearest[0][1] < _SAME:
                raise SearchIndexError(f"{base.name} doesn't find a passage that is in it")
    finally:
        base.close()


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), json.load(sys.stdin))
    except SearchIndexError as error:
        sys.exit(str(error))
