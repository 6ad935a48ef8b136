"""What changed between two texts: sentence by sentence, and within a sentence word by word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from index.text import sentences

Kind = Literal["same", "gone", "new", "changed"]
Mark = Literal["same", "gone", "new"]

_ALIKE = 0.5
"""Share of words in their order that two sentences have in common where one is the other, reworded."""
_PAIRS = 4_000
"""Sentences of one side times those of the other beyond which none is taken for another's rewording."""
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Change:
    """One sentence of either text, or one of each. Spans are code points into their texts."""

    kind: Kind
    before: tuple[int, int] | None
    after: tuple[int, int] | None


def changes(before: str, after: str) -> list[Change]:
    """Every sentence of both texts, in order; the same one in both is named once."""
    old, new = sentences(before), sentences(after)
    ours, theirs = _worded(before, old), _worded(after, new)
    found: list[Change] = []
    for kind, i, j, k, l in difflib.SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():  # noqa: E741
        if kind == "equal":
            found += [Change("same", a, b) for a, b in zip(old[i:j], new[k:l], strict=True)]
            continue
        pairs = dict(_reworded(ours[i:j], theirs[k:l]))
        at = k
        for n in range(i, j):
            if n - i not in pairs:
                found.append(Change("gone", old[n], None))
                continue
            upto = k + pairs[n - i]
            found += [Change("new", None, new[m]) for m in range(at, upto)]
            found.append(Change("changed", old[n], new[upto]))
            at = upto + 1
        found += [Change("new", None, new[m]) for m in range(at, l)]
    return found


def words(before: str, after: str) -> list[tuple[Mark, str]]:
    """Runs of two wordings of a sentence, in order: what both have, what went and what came."""
    ours, theirs = _TOKEN.findall(before), _TOKEN.findall(after)
    runs: list[tuple[Mark, str]] = []
    for kind, i, j, k, l in difflib.SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():  # noqa: E741
        if kind == "equal":
            runs.append(("same", "".join(ours[i:j])))
            continue
        if j > i:
            runs.append(("gone", "".join(ours[i:j])))
        if l > k:
            runs.append(("new", "".join(theirs[k:l])))
    return runs


def _worded(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    return [" ".join(text[start:end].split()) for start, end in spans]


def _reworded(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of sentences that are one another's rewording, in order on both sides, as alike as can be."""
    if not ours or not theirs or len(ours) * len(theirs) > _PAIRS:
        return []
    split, other = [text.split() for text in ours], [text.split() for text in theirs]
    best = [[0.0] * (len(theirs) + 1) for _ in range(len(ours) + 1)]
    alike = [[0.0] * len(theirs) for _ in ours]
    for n in range(len(ours) - 1, -1, -1):
        for m in range(len(theirs) - 1, -1, -1):
            matcher = difflib.SequenceMatcher(None, split[n], other[m], autojunk=False)
            if matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE:
                ratio = matcher.ratio()
                alike[n][m] = ratio if ratio >= _ALIKE else 0.0
            together = alike[n][m] + best[n + 1][m + 1] if alike[n][m] else 0.0
            best[n][m] = max(together, best[n + 1][m], best[n][m + 1])
    pairs: list[tuple[int, int]] = []
    n = m = 0
    while n < len(ours) and m < len(theirs):
        if alike[n][m] and best[n][m] == alike[n][m] + best[n + 1][m + 1]:
            pairs.append((n, m))
            n, m = n + 1, m + 1
        elif best[n][m] == best[n + 1][m]:
            n += 1
        else:
            m += 1
    return pairs
