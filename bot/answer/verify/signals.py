"""How a claim stands to its evidence, as numbers for `weigh` to weigh."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.answer.terms import Keys
from bot.answer.verify import checks
from bot.answer.verify.finding import Finding
from bot.answer.verify.reading import Reading, Word
from bot.answer.verify.sources import Encode, Evidence, Floats, close, overlap, wide
from bot.answer.verify.split import Claim

Signals = dict[str, float]
_NEXT = 4
"""Telling words of a claim that stand nearest to one and must stand with it."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A claim held against its evidence."""

    signals: Signals
    near: list[int]
    """Places of the sentences it rests on, nearest first."""
    findings: list[Finding]
    """What speaks against it to the letter."""


def compare(claim: Reading, parts: Sequence[Claim], evidence: Evidence, encode: Encode | None) -> Compared:
    """What is weighed. Others that were tried and added nothing are in docs/decisions.md.

    Args:
        parts: the claims that the sentence is made of.
        encode: None where meaning can't be compared; what rests on it is then 0.
    """
    places = wide(claim, evidence)
    if encode is None or not places:
        similarities = np.zeros(len(places), dtype=np.float32)
    else:
        vectors = evidence.vectors([claim.text, *(evidence.texts[i] for i in places)], encode)
        similarities = np.asarray(vectors[1:] @ vectors[0], dtype=np.float32)
    chosen = close(claim, places, evidence, similarities)
    near = evidence.read(chosen)
    best = sorted(range(len(near)), key=lambda n: -overlap(claim, near[n].keys))
    found = checks.findings(claim, [near[n] for n in best], evidence.texts, evidence.every)
    out: Signals = {
        "four": _four(claim, near),
        "all": overlap(claim, evidence.every),
        "exact": _exact(claim, near),
        "similar": float(similarities.max()) if len(similarities) else 0.0,
        "window": _window(claim, chosen, evidence, encode),
        "linked": _linked(claim, near),
        "loosest": min(
            (_together(w, claim, near) for w in claim.words if w.kind in ("name", "number")), default=1.0
        ),
        "weakest": min((_part(claim, part, near) for part in parts), default=0.0),
        "least_similar": min(_pieces(claim, parts, chosen, evidence, encode), default=0.0),
        "words": math.log1p(len(claim.words)),
        "parts": math.log(len(parts)),
    }
    for kind in ("name", "number", "thing"):
        mine = [w for w in claim.words if w.kind == kind]
        out[f"{kind}s_gone"] = float(sum(not any(w.keys & r.keys for r in near) for w in mine))
    for told in ("number", "day", "name"):
        out[f"no_{told}"] = float(sum(f.kind == told for f in found))
    return Compared(out, [chosen[n] for n in best], found)


def _four(claim: Reading, near: Sequence[Reading]) -> float:
    """Share of the claim that the best four sentences hold together, chosen greedily."""
    left, total = list(claim.words), claim.weight
    unused = list(near)
    for _ in range(4):
        best = max(unused, key=lambda r: sum(w.weight for w in left if w.keys & r.keys), default=None)
        if best is None:
            break
        unused.remove(best)
        left = [w for w in left if not w.keys & best.keys]
    return 1 - sum(w.weight for w in left) / total if total else 0.0


def _exact(claim: Reading, near: Sequence[Reading]) -> float:
    """Share of the claim's words that stand in the nearest sentences as they are, or by their stem."""
    there = frozenset().union(*(_own(r.keys) for r in near)) if near else frozenset()
    total = claim.weight
    return sum(w.weight for w in claim.words if _own(w.keys) & there) / total if total else 0.0


def _own(ks: Keys) -> Keys:
    return frozenset(k for k in ks if k[0] not in "@+^")


def _window(claim: Reading, chosen: Sequence[int], evidence: Evidence, encode: Encode | None) -> float:
    """Cosine with the most similar of: two neighbouring sentences, and the best few read as one."""
    if encode is None or not chosen:
        return 0.0
    texts = [
        " ".join(evidence.texts[j][:400] for j in (i, i + 1) if j < len(evidence.texts)) for i in chosen[:3]
    ]
    texts += [" ".join(evidence.texts[j][:400] for j in (i - 1, i) if j >= 0) for i in chosen[:3]]
    texts += [" ".join(evidence.texts[j][:400] for j in sorted(chosen[:2]))]
    texts += [" ".join(evidence.texts[j][:300] for j in sorted(chosen[:3]))]
    vectors = evidence.vectors([claim.text, *texts], encode)
    return float((vectors[1:] @ vectors[0]).max())


def _pieces(
    claim: Reading, parts: Sequence[Claim], chosen: Sequence[int], evidence: Evidence, encode: Encode | None
) -> list[float]:
    """Of each part the cosine with the sentence most like it."""
    if encode is None or not chosen:
        return [0.0]
    texts = [part.text for part in parts] if len(parts) > 1 else [claim.text]
    vectors: Floats = evidence.vectors([*texts, *(evidence.texts[i] for i in chosen)], encode)
    table = vectors[: len(texts)] @ vectors[len(texts) :].T
    return [float(row.max()) for row in table]


def _part(claim: Reading, part: Claim, near: Sequence[Reading]) -> float:
    """Share of one part's own words that stand with what the part is about."""
    own, borrowed = set(part.own), set(part.borrowed)
    mine = [w for w in claim.words if w.i in own]
    about = [w for w in claim.words if w.i in borrowed]
    total = sum(w.weight for w in mine)
    if not total:
        return 1.0
    best = 0.0
    for r in near:
        here = sum(w.weight for w in mine if w.keys & r.keys)
        subject = not about or any(w.keys & r.keys for w in about)
        best = max(best, here / total * (1.0 if subject else 0.85))
    return 0.6 * best + 0.4 * sum(w.weight for w in mine if any(w.keys & r.keys for r in near)) / total


def _linked(claim: Reading, near: Sequence[Reading]) -> float:
    """Share of the claim's grammatical pairs (a verb and its object, a name and its office) that are pairs
    in the evidence too, whichever way round."""
    pairs = _pairs(claim)
    if not pairs:
        return 1.0
    theirs = [p for r in near for p in _pairs(r)]
    return sum(any((a & c and b & d) or (a & d and b & c) for c, d in theirs) for a, b in pairs) / len(pairs)


def _pairs(reading: Reading) -> list[tuple[Keys, Keys]]:
    telling = {w.i: w.keys for w in reading.words}
    out = []
    for word in reading.words:
        above: Any = reading.doc[word.i]
        for _ in range(3):  # over a preposition or an "is"
            if above.head == above:
                break
            above = above.head
            if above.i in telling:
                out.append((word.keys, telling[above.i]))
                break
    return out


def _together(word: Word, claim: Reading, near: Sequence[Reading]) -> float:
    """How much of what stands next to a word in the claim stands in one sentence with it; 0 if it is
    nowhere."""
    beside = sorted((w for w in claim.words if w.i != word.i), key=lambda w: abs(w.i - word.i))[:_NEXT]
    total = sum(w.weight for w in beside)
    return max(
        (
            sum(w.weight for w in beside if w.keys & r.keys) / total if total else 1.0
            for r in near
            if word.keys & r.keys
        ),
        default=0.0,
    )
