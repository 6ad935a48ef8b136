"""What texts are found by that print the same story, among any number of them: MinHash over runs of words, in
bands.

A text's five-word runs are numbered; MinHash makes 128 numbers of those, each of which two texts share with
the chance that they share a run; four make a band. Texts that share a band are compared.
"""

from __future__ import annotations

import hashlib
import re
import struct
from functools import cache

from index.text import fold
from ingest.numbers import Array, Kinds, characters, numbered, runs

SCHEME = 3
"""Raised when the same text comes to have other bands, as by another version of rensa's algorithm: the next
run then signs anew what is in the archive."""
PERMUTATIONS, _SEED = 128, 1
BANDS = 32
"""Of four numbers each: texts that share half their shingles meet in one of them with a chance of 87 %,
those that share seven tenths with 99.9 %."""
SHINGLE = 5
"""Words that a shingle is made of."""
MIN_WORDS = 12
_HEADLINE = 4
"""Words of a headline that isn't one of many (`Weather`, `Hog prices`)."""
_TOKEN = re.compile(r"\w+(?:[.,]\d+)*")
_ODD = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xFF51AFD7ED558CCD)
"""What the number of a shingle's first, second … word is multiplied by."""
_WORD, _BETWEEN = 1, 2


def tokens(text: str) -> list[str]:
    """Folded words of `text` as two texts are compared; a number with its decimals is one."""
    return _TOKEN.findall(fold(text))


def signature(text: str, title: str = "") -> list[int] | None:
    """Bands, each a whole number of 64 bits, signed; None for a text too short to tell. Equal headlines meet
    too, in a band of their own: of a story that was cut to a third, few of the others are left."""
    shingles = _shingles(text)
    if shingles is None:
        return None
    from rensa import RMinHash

    (least,) = RMinHash.digest_matrix_from_flat_token_hashes(
        shingles, [0, len(shingles)], PERMUTATIONS, _SEED
    ).to_rows()
    values = struct.pack(f"<{PERMUTATIONS}I", *least)
    size = len(values) // BANDS
    bands = [_digest(values[at : at + size]) for at in range(0, len(values), size)]
    headline = tokens(title)
    if len(headline) >= _HEADLINE:
        bands.append(_digest(" ".join(headline).encode()))
    return bands


def _digest(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little", signed=True)


def _shingles(text: str) -> Array | None:
    """A number for every run of words, in order."""
    import numpy as np

    codes = characters(fold(text))
    inside = _kinds()(codes) == _WORD
    starts, _ = runs(inside)
    if len(starts) < MIN_WORDS:
        return None
    numbers = numbered(codes, inside, starts)
    count = len(numbers) - SHINGLE + 1
    shingles = np.zeros(count, dtype=np.uint64)
    for place, odd in enumerate(_ODD):
        shingles += numbers[place : count + place] * np.uint64(odd)
    return shingles


@cache
def _kinds() -> Kinds:
    return Kinds(lambda character: _WORD if character.isalnum() or character == "_" else _BETWEEN)
