"""The evidence that a claim is held against, and the few of its sentences that come nearest to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.answer import grammar
from bot.answer.terms import Keys, keys
from bot.answer.verify.reading import Reading, read

Floats = NDArray[np.float32]
Encode = Callable[[list[str]], Floats]
"""Texts -> unit vectors, one row each."""

WIDE = 16
"""Sentences compared by meaning; they are chosen by words."""
CLOSE = 6
"""Of these, how many are parsed and compared word by word."""
LONGEST = 700
"""Characters of one sentence that are read: a page's menu is no sentence."""


@dataclass(eq=False)
class Evidence:
    """Sentences in the order of their text."""

    texts: Sequence[str]
    day: date | None = None
    """When the text was published."""
    readings: dict[int, Reading] = field(default_factory=dict)
    _vectors: dict[str, Floats] = field(default_factory=dict)

    @cached_property
    def keys(self) -> list[Keys]:
        return [keys(text[:LONGEST]) for text in self.texts]

    @cached_property
    def every(self) -> Keys:
        return frozenset().union(*self.keys)

    def read(self, places: Sequence[int]) -> list[Reading]:
        """The readings of some sentences, each made once."""
        new = [i for i in places if i not in self.readings]
        for i, doc in zip(new, grammar.parse([self.texts[i][:LONGEST] for i in new]), strict=True):
            self.readings[i] = read(doc, self.day)
        return [self.readings[i] for i in places]

    def vectors(self, texts: list[str], encode: Encode) -> Floats:
        """Unit vectors of texts, each made once."""
        new = [t for t in dict.fromkeys(texts) if t not in self._vectors]
        if new:
            for text, vector in zip(new, encode(new), strict=True):
                self._vectors[text] = vector
        return np.stack([self._vectors[t] for t in texts])


def overlap(claim: Reading, there: Keys) -> float:
    """Share of the claim's telling words that stand there, by weight, 0 to 1."""
    total = claim.weight
    return sum(w.weight for w in claim.words if w.keys & there) / total if total else 0.0


def wide(claim: Reading, evidence: Evidence) -> list[int]:
    """Places of the sentences that share most words with the claim, best first; long ones count for less."""
    score = {
        i: overlap(claim, there) / (1 + len(there) / 150) for i, there in enumerate(evidence.keys) if there
    }
    return sorted(score, key=lambda i: (-score[i], i))[:WIDE]


def close(claim: Reading, places: list[int], evidence: Evidence, similarities: Floats) -> list[int]:
    """Of `wide` the sentences that together hold most of the claim, then the most similar.

    Args:
        similarities: cosine of each of `places` with the claim.
    """
    by = dict(zip(places, map(float, similarities), strict=True))
    chosen: list[int] = []
    left = list(claim.words)
    while len(chosen) < CLOSE - 2 and left:
        gain = {
            i: sum(w.weight for w in left if w.keys & evidence.keys[i]) + by[i]
            for i in places
            if i not in chosen
        }
        best = max(gain, key=lambda i: gain[i], default=None)
        if best is None or gain[best] <= by[best]:
            break
        chosen.append(best)
        left = [w for w in left if not w.keys & evidence.keys[best]]
    for i in sorted(places, key=lambda i: -by[i]):
        if len(chosen) >= CLOSE:
            break
        if i not in chosen:
            chosen.append(i)
    return chosen
