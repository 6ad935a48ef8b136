"""A question's vector in half the time that NumPy takes, once a process has been asked a few."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from index.embedding.openvino_ import OpenVino

Floats = NDArray[np.float32]
log = logging.getLogger(__name__)
FROM = 4
"""Questions after which OpenVINO is made ready: that takes half a second, and a question 4 ms less from then
on. A command that asks once does without."""
_MULTIPLE = 4
"""Word pieces that a question is padded to a multiple of; passages to 8."""
_WORDS = range(2, 47, _MULTIPLE)
"""Of texts to begin with: for each length OpenVINO makes code of its own when it first meets it."""


class Quick:
    """Makes OpenVINO ready in the background, in fp32: its vectors are NumPy's to seven digits, so that no
    question depends on who answered it. Thread-safe."""

    def __init__(self, folder: Path, max_tokens: int) -> None:
        self._folder = folder
        self._max_tokens = max_tokens
        self._lock = threading.Lock()
        self._asked = 0
        self._runner: OpenVino | None = None

    def encode(self, texts: list[str]) -> Floats | None:
        """None as long as another has to do it."""
        if self._runner is not None:
            return self._runner.encode(texts)
        with self._lock:
            self._asked += 1
            if self._asked == FROM:
                threading.Thread(target=self._make_ready, name="quick").start()
        return None

    def _make_ready(self) -> None:
        try:
            from index.embedding.openvino_ import OpenVino

            runner = OpenVino(self._folder, self._max_tokens, "fp32", threads=1, multiple=_MULTIPLE)
            for words in _WORDS:
                runner.encode(["a " * words])
            self._runner = runner
        except Exception as error:  # noqa: BLE001 - whatever it is, questions are answered without
            log.info("Questions are embedded by NumPy, as OpenVINO can't be used: %s", error)
