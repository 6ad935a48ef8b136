"""A published cross-encoder, where one is set, looks at the best passages again.

It reads question and passage together, which tells more than two vectors and takes longer: about 10 ms a
passage on two cores with a small one. Nothing is loaded where none is set.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

READ_AGAIN = 20
"""Best passages that it reads."""
WEIGHT = 2.0
"""What its score counts beside the ranker's own, both in standard deviations. Not fitted: it depends on the
model."""


class Reranker:
    """Loads its model when first asked. ModelError when there is none by that name on this machine."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._model: CrossEncoder | None = None

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """How well each passage answers, larger is better; comparable within one question only."""
        try:
            if self._model is None:
                self._model = self._load()
            found = self._model.predict(
                [(question, passage) for passage in passages], show_progress_bar=False
            )
        except (OSError, ValueError, RuntimeError) as error:
            raise self._missing(str(error).split("\n")[0]) from error
        scores = np.asarray(found, dtype=float)
        if scores.ndim > 1:
            raise self._missing(f"it gives {scores.shape[1]} scores where one is needed")
        return [float(score) for score in scores]

    def _load(self) -> CrossEncoder:
        from sentence_transformers import CrossEncoder

        folder = Path(self.name).expanduser()
        if not folder.is_dir() and os.environ.get("HF_HUB_OFFLINE") == "1" and "/" not in self.name:
            raise OSError("there is no such folder")
        return CrossEncoder(str(folder) if folder.is_dir() else self.name)

    def _missing(self, why: str) -> ModelError:
        return ModelError(
            f"RERANKER names {self.name}, which can't be used as a cross-encoder ({why}): set it to the "
            "folder or the hub name of one, or unset it."
        )
