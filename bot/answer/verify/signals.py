"""How a claim stands to its evidence, as numbers for `weigh` to weigh."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from bot.answer.terms import Keys
from bot.answer.verify import checks
from bot.answer.verify.reading import Reading, Word
from bot.answer.verify.sources import Encode, Evidence, Floats, close, overlap, wide
from bot.answer.verify.split import Claim

Signals = dict[str, float]
_NEXT = 4
"""Telling words of a claim that stand nearest to one and must stand with it."""


def signals(
    claim: Reading, parts: Sequence[Claim], evidence: Evidence, encode: Encode | None
) -> tuple[Signals, list[int]]:
    """What is weighed, and the places of the sentences it rests on, nearest first.

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
    best = sorted(range(len(near)), key=lambda n: -_one(claim, near[n]))
    found = checks.findings(claim, [near[n] for n in best], evidence.texts, evidence.every)
    out: Signals = {
        "best": max((_one(claim, r) for r in near), default=0.0),
        "two": _several(claim, near, 2),
        "four": _several(claim, near, 4),
        "all": overlap(claim, evidence.every),
        "exact": _exact(claim, near),
        "similar": float(similarities.max()) if len(similarities) else 0.0,
        "window": _window(claim, chosen, evidence, encode),
        "order": max((_order(claim, r) for r in near), default=0.0),
        "linked": _linked(claim, near),
        "together": float(np.mean([_together(w, claim, near) for w in claim.words] or [0.0])),
        "loosest": min(
            (_together(w, claim, near) for w in claim.words if w.kind in ("name", "number")), default=1.0
        ),
        "bigrams": _bigrams(claim, near),
        "words": math.log1p(len(claim.words)),
        "parts": math.log(len(parts)),
        "sentences": math.log1p(len(evidence.texts)),
    }
    worst = [_part(claim, part, near) for part in parts]
    out["weakest"] = min(worst, default=0.0)
    whole = _pieces(claim, parts, chosen, evidence, encode)
    out["least_similar"] = min(whole, default=0.0)
    for kind in ("name", "number", "thing", "deed", "manner"):
        mine = [w for w in claim.words if w.kind == kind]
        gone = [w for w in mine if not any(w.keys & r.keys for r in near)]
        out[f"{kind}s_gone"] = float(len(gone))
        out[f"{kind}s_share"] = 1 - len(gone) / len(mine) if mine else 1.0
    for kind in ("quote", "number", "day", "name", "negation", "speaker", "doer", "hedge"):
        out[f"no_{kind}"] = float(sum(f.kind == kind for f in found))
    return out, [chosen[n] for n in best]


def _one(claim: Reading, there: Reading) -> float:
    return overlap(claim, there.keys)


def _several(claim: Reading, near: Sequence[Reading], most: int) -> float:
    """Share of the claim that the best few sentences hold together, chosen greedily."""
    left, total = list(claim.words), claim.weight
    unused = list(near)
    for _ in range(most):
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


def _order(claim: Reading, there: Reading) -> float:
    """Share of the claim's words that stand there in the same order."""
    mine, theirs = [w.keys for w in claim.words], [w.keys for w in there.words]
    if not mine:
        return 0.0
    row = [0] * (len(theirs) + 1)
    for a in mine:
        above = row[:]
        for j, b in enumerate(theirs):
            row[j + 1] = above[j] + 1 if a & b else max(above[j + 1], row[j])
    return row[-1] / len(mine)


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


def _bigrams(claim: Reading, near: Sequence[Reading]) -> float:
    """Share of the claim's neighbouring telling words that are neighbours in the evidence."""
    mine = list(zip(claim.words, claim.words[1:], strict=False))
    if not mine:
        return 0.0
    theirs = [(a.keys, b.keys) for r in near for a, b in zip(r.words, r.words[1:], strict=False)]
    return sum(any(a.keys & c and b.keys & d for c, d in theirs) for a, b in mine) / len(mine)
