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
    out = [best]
    if asked.kind == "why":
        out += _reasons(best, ranked)
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
    if asked.kind == "why" and not sentence.deed_held:
        return False
    return sentence.coverage >= COVERED and sentence.score >= THRESHOLD


def _reasons(anchor: Sentence, ranked: Sequence[Sentence]) -> list[Sentence]:
    """What stands next to the sentence that tells of the deed and gives the reason for it."""
    beside = [s for s in anchor.near if s.typed >= 0.9 and not s.opposed and not _alike(s, anchor)]
    return sorted(beside, key=lambda s: -(s.typed + s.similarity))[: MOST - 1]


def _alike(one: Sentence, other: Sentence) -> bool:
    common = len(one.keys & other.keys)
    return common / max(1, min(len(one.keys), len(other.keys))) > 0.75
