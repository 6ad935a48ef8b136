"""Vectors of sentences, kept in mind: the same are found for many questions."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from index.embedder import Embedder

KEPT = 8000
"""Sentences; 1.5 KiB each with the model that ships."""


class Meanings:
    """Thread-safe; two threads may compute the same vector, which does no harm."""

    def __init__(self, kept: int = KEPT) -> None:
        self._vectors: OrderedDict[tuple[str, str], NDArray[np.float32]] = OrderedDict()
        self._kept = kept
        self._lock = threading.Lock()

    def similarities(self, embedder: Embedder, question: str, sentences: list[str]) -> NDArray[np.float32]:
        """Cosines of sentences with a question, shape (len(sentences),). ModelError when it can't be told.

        Sentences are embedded as questions are: they are as short, and it is the path that needs no PyTorch.
        """
        wanted = [(embedder.identity, text) for text in (question, *sentences)]
        with self._lock:
            known = {key: self._vectors[key] for key in wanted if key in self._vectors}
        new = [key for key in dict.fromkeys(wanted) if key not in known]
        known.update(zip(new, embedder.encode([text for _, text in new], "query"), strict=True))
        with self._lock:
            for key in wanted:
                self._vectors[key] = known[key]
                self._vectors.move_to_end(key)
            while len(self._vectors) > self._kept:
                self._vectors.popitem(last=False)
        rows = np.stack([known[key] for key in wanted])
        cosines: NDArray[np.float32] = rows[1:] @ rows[0]
        return cosines
