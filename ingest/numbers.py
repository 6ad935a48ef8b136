"""A text's words as numbers, all at once: a dictionary asked for each word waits for memory each time.

Arrays are of one text's characters (code points), or of its runs, in order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

_ODD, _ODDER, _HALF = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(32)
_BITS = np.uint64(21)
"""Of a code point."""
_PLACES = np.uint64(0xFFFF)
"""Of a character in its run; what is longer begins anew."""


def characters(text: str) -> Array:
    """Code points, uint32."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


class Kinds:
    """The kind of each character, 1 to 255: looked up in an array that is filled as characters are met."""

    def __init__(self, kind: Callable[[str], int]) -> None:
        self._kind = kind
        self._table = np.zeros(0x110000, dtype=np.uint8)  # 0: not met yet

    def __call__(self, codes: Array) -> Array:
        kinds = self._table[codes]
        if not np.minimum.reduce(kinds, initial=1):
            for code in np.unique(codes[kinds == 0]).tolist():
                self._table[code] = self._kind(chr(code))
            kinds = self._table[codes]
        return kinds


def runs(inside: Array) -> tuple[Array, Array]:
    """Where each run of characters that are `inside` (bool) begins and ends, as offsets."""
    padded = np.zeros(len(inside) + 2, dtype=np.bool_)
    padded[1:-1] = inside
    (edges,) = (padded[1:] != padded[:-1]).nonzero()
    return edges[::2], edges[1::2]


def numbered(codes: Array, inside: Array, starts: Array) -> Array:
    """A number for each run, uint64, the same for the same characters on every machine: the sum of a number
    for each character at its place."""
    if not len(starts):
        return np.zeros(0, dtype=np.uint64)
    first, count = int(starts[0]), len(codes)
    upto_next = np.empty_like(starts)
    np.subtract(starts[1:], starts[:-1], out=upto_next[:-1])
    upto_next[-1] = count - starts[-1]
    places = np.arange(first, count)
    places -= starts.repeat(upto_next)
    mixed = places.view(np.uint64)
    mixed &= _PLACES
    mixed <<= _BITS
    mixed |= codes[first:]
    mixed *= _ODD
    mixed ^= mixed >> _HALF
    mixed *= _ODDER
    mixed ^= mixed >> _HALF
    mixed *= inside[first:]
    return np.add.reduceat(mixed, starts - first)
