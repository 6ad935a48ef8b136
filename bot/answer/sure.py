"""Whether the sentence that fits a question best answers it: by what it holds, by how far it leads, by what
other stories say, and by how many passages it was looked for in.

`agreement.tell` has told of every sentence. Two sums of weights, fitted by bench/fit_sure.py and kept in
judge.toml, make of it which sentences come first and how sure that is. A why or a yes or no needs to know who
does what, and is left to the marks alone (`judge.py`), as are questions that aren't in English.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from bot.answer.evidence import PROPOSED, Sentence
from bot.answer.question import Asked

MOST = 3
BEHIND = 1.7
"""How far behind the best, in log-odds, a sentence is shown with it."""
ALIKE = 0.75
CLIPPED = -4.0, 3.0
"""Between which the marks' own log-odds count."""
OF_THE_BEST = (
    "near here near3 similarity votes vote share fit fit_near lack known numeric dense_best near_best "
    "missing unmet fresh old terms stranger other deed_held weakest"
).split()
"""What of the best sentence's `telling` counts for how sure it is."""


def can_tell(asked: Asked, found: Sequence[Sentence]) -> bool:
    return asked.kind not in PROPOSED and any(s.telling for s in found)


def surely(found: Sequence[Sentence], strict: Sequence[Sentence], above: float = 0.0) -> list[Sentence]:
    """The sentences that answer, in reading order; [] when that isn't sure enough.

    Args:
        strict: those that answer by the marks alone.
        above: log-odds above the shipped threshold that are asked for.
    """
    if not found:
        return []
    weights = fitted()
    picks = [pick(s, weights["pick"]) for s in found]
    if how_sure(found, picks, strict, weights["sure"]) < weights["sure"]["threshold"] + above:
        return []
    return sorted(shown(found, picks, strict), key=lambda s: s.place)


def pick(sentence: Sentence, weights: Mapping[str, Any]) -> float:
    """Log-odds, before others are looked at, that a sentence answers."""
    told = sentence.telling
    return float(weights["intercept"]) + float(
        sum(w * told.get(name, 0.0) for name, w in weights["weights"].items())
    )


def how_sure(
    found: Sequence[Sentence],
    picks: Sequence[float],
    strict: Sequence[Sentence],
    weights: Mapping[str, Any],
) -> float:
    """Log-odds that what would be shown answers the question."""
    return _sum(weights, standing(found, picks, strict))


def standing(
    found: Sequence[Sentence], picks: Sequence[float], strict: Sequence[Sentence]
) -> dict[str, float]:
    """How the best sentence stands among the others; `picks` are their log-odds."""
    order = _best_first(picks)
    best, score = found[order[0]], picks[order[0]]
    others = [i for i in order[1:] if _story(found[i]) != _story(best)]
    agreeing = [
        1 / (1 + math.exp(-picks[i]))
        for i in order[1:8]
        if _story(found[i]) != _story(best) and _share_a_candidate(best, found[i])
    ]
    size = best.telling.get("size", 0.0)
    marks = min(CLIPPED[1], max(CLIPPED[0], max(s.score for s in found)))
    held = float(bool(strict))
    return {
        "score": score,
        "gap": score - (picks[others[0]] if others else min(picks)),
        "agree": sum(agreeing),
        **{name: best.telling.get(name, 0.0) for name in OF_THE_BEST},
        "size": size,
        "strict": held,
        "strict_size": held * size,
        "marks": marks,
        "marks_size": marks * size,
    }


def shown(
    found: Sequence[Sentence], picks: Sequence[float], strict: Sequence[Sentence] = ()
) -> list[Sentence]:
    """The best sentence, those close behind, and those that answer by the marks, best first; none that says
    the same as another."""
    order = _best_first(picks)
    close = [found[i] for i in order if picks[i] >= picks[order[0]] - BEHIND]
    out: list[Sentence] = []
    for sentence in [*close, *strict]:
        if len(out) < MOST and not any(alike(sentence, other) for other in out):
            out.append(sentence)
    return out


def alike(one: Sentence, other: Sentence) -> bool:
    """Whether the shorter of two sentences says little that the other doesn't."""
    common = len(one.keys & other.keys)
    return common / max(1, min(len(one.keys), len(other.keys))) > ALIKE


def _sum(weights: Mapping[str, Any], values: Mapping[str, float]) -> float:
    added = (weight * values.get(name, 0.0) for name, weight in weights["weights"].items())
    return float(weights["intercept"] + sum(added))


def _best_first(picks: Sequence[float]) -> list[int]:
    return sorted(range(len(picks)), key=lambda i: -picks[i])


def _story(sentence: Sentence) -> str:
    return sentence.hit.story or sentence.hit.article


def _share_a_candidate(one: Sentence, other: Sentence) -> bool:
    return any(a & b for a in one.candidates for b in other.candidates)


@lru_cache
def fitted() -> dict[str, Any]:
    """`pick` and `sure`: each its `intercept` and `weights`; `sure` also the `threshold`."""
    return tomllib.loads((files("bot.answer") / "judge.toml").read_text(encoding="utf-8"))
