"""`python -m index.dense.verify FOLDER PARENT < sample.json`: exit 0 when the base holds what was put in.

A process of its own, because opening a broken base can crash the one that tries.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import numpy as np

from index.dense.base import Base
from index.errors import SearchIndexError

_SAME = 0.99
_NEAREST = 10
_FOUND = 0.8
"""Share of the sample that must be found by its own vector. The graph is approximate: among passages that are
much alike it may miss one, and a base is not to be refused for that."""


def main(folder: Path, sample: dict[str, list[float]]) -> None:
    """SearchIndexError when the base doesn't hold the sample (passage id -> vector), or doesn't find it."""
    base = Base(folder, is_new=True)
    try:
        rows = {int(id_): np.array(row, dtype=np.float32) for id_, row in sample.items()}
        held = base.vectors(list(rows))
        for id_, row in rows.items():
            if id_ not in held or float(held[id_] @ row) < _SAME * float(np.linalg.norm(row)):
                raise SearchIndexError(f"{base.name} holds another vector for a passage than was put in")
        nearest = [base.query(row, _NEAREST) for row in rows.values()]
        found = sum(any(cosine >= _SAME for _, cosine in near) for near in nearest)
        if found < _FOUND * len(rows):
            raise SearchIndexError(f"{base.name} finds {found} of {len(rows)} passages that are in it")
    finally:
        base.close()


if __name__ == "__main__":
    if os.getppid() != int(sys.argv[2]):
        sys.exit("whoever asked for this is gone, and its draft with it")  # Chroma would make a new one there
    try:
        main(Path(sys.argv[1]), json.load(sys.stdin))
    except SearchIndexError as error:
        sys.exit(str(error))
