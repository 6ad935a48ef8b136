"""Word pieces: counting them, and texts as rows of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer


class TokenCounter:
    """Word pieces of each text, marks included, uncut. Thread-safe."""

    def __init__(self, file: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(file))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def __call__(self, texts: list[str]) -> list[int]:
        return [len(encoding.ids) for encoding in self._tokenizer.encode_batch(texts)]

    def of_prompt(self, prompt: str) -> int:
        """Word pieces that a prompt takes of what the model reads."""
        return max(0, len(self._tokenizer.encode(prompt, add_special_tokens=False).ids)) if prompt else 0

    def cut(self, text: str, pieces: int) -> str:
        """The beginning of the text that has at most so many word pieces, marks included."""
        encoding = self._tokenizer.encode(text)
        if len(encoding.ids) <= pieces:
            return text
        kept = [end for _, end in encoding.offsets[: max(1, pieces - 1)]]
        return text[: max(kept)]


def padded(
    tokenizer: Tokenizer, texts: list[str], multiple: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Ids and mask, texts × tokens, padded to a multiple of `multiple`: few shapes, and little to compute in
    vain. The tokenizer cuts, and doesn't pad."""
    encodings = tokenizer.encode_batch(texts)
    longest = max(len(encoding.ids) for encoding in encodings)
    width = -(-longest // multiple) * multiple
    ids = np.zeros((len(texts), width), dtype=np.int64)
    mask = np.zeros((len(texts), width), dtype=np.float32)
    for row, encoding in enumerate(encodings):
        ids[row, : len(encoding.ids)] = encoding.ids
        mask[row, : len(encoding.ids)] = 1
    return ids, mask
