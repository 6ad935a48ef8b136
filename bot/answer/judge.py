"""Whether the archive answers the question at all, and which sentences say so.

One shipped threshold, chosen on the even half of the labelled questions; docs/decisions.md has the
figures for the other half.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.answer.evidence import Sentence
from bot.answer.question import Asked

THRESHOLD = 0.55
COVERED = 0.72
"""Share of what is asked about that must stand in a sentence or near it."""
CLOSE = 0.06
"""How far behind the best a sentence may score and still be shown beside it."""
MOST = 3


def chosen(asked: Asked, ranked: Sequence[Sentence]) -> list[Sentence]:
    """The sentences that answer the question, in reading order; [] when none does.

    Args:
        ranked: from `evidence.weigh`, best first.
    """
    fit = [s for s in ranked if answers(asked, s)]
    if not fit:
        return []
    best = fit[0]
    out = [best, *_beside(asked, best)]
    for sentence in fit[1:]:
        if len(out) >= MOST:
            break
        if sentence.score >= best.score - CLOSE and not any(_alike(sentence, s) for s in out):
            out.append(sentence)
    return sorted(out, key=lambda s: s.place)


def answers(asked: Asked, sentence: Sentence) -> bool:
    """Whether one sentence may be shown as an answer."""
    if sentence.missing or sentence.opposed or sentence.deed < 0:
        return False
    if asked.kind in ("who", "where", "howmany") and sentence.typed < 0.5:
        return False
    if asked.kind == "why":
        # That somebody did it must be said before a reason can be given for it.
        told = sentence.deed == 1 if asked.doer_known else sentence.deed_held
        if not told:
            return False
    elif sentence.stranger and asked.subject - sentence.keys:
        return False
    return sentence.coverage >= COVERED and sentence.score >= THRESHOLD


def _beside(asked: Asked, anchor: Sentence) -> list[Sentence]:
    """What stands next to the sentence that tells of the matter and says the rest of it: the reason, the
    date, the words spoken, or what else the question names."""
    worth = []
    for s in anchor.near:
        if s.opposed or _alike(s, anchor):
            continue
        value = 0.0
        if asked.kind == "why" and s.typed >= 0.5 and anchor.deed_held:
            value = s.typed + 0.3 * (s.place[1] == anchor.place[1] + 1)
        elif asked.kind != "why" and s.typed > max(0.5, anchor.typed):
            value = s.typed
        elif asked.saying and "+say" in s.keys and s.place > anchor.place:
            value = 0.5
        elif fresh := [t for t in asked.terms if t.keys & s.keys and not t.keys & anchor.keys]:
            value = sum(0.1 if t.kind in ("name", "number") else 0.3 for t in fresh)
        if value:
            worth.append((value + s.similarity, s))
    worth.sort(key=lambda pair: -pair[0])
    return [s for _, s in worth[: MOST - 1 if asked.kind == "why" else 1]]


def _alike(one: Sentence, other: Sentence) -> bool:
    common = len(one.keys & other.keys)
    return common / max(1, min(len(one.keys), len(other.keys))) > 0.75
