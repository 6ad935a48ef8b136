"""Whether the archive answers the question at all, and which sentences say so.

The weights of the marks in judge.toml were fitted by bench/fit_judge.py on questions written for that; none
of the questions that scores are reported on was among them. How sure that is weighs `sure.py`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache
from importlib.resources import files

from bot.answer.belied import belied
from bot.answer.evidence import Marks, Sentence
from bot.answer.question import Asked
from bot.answer.sure import alike, can_tell, surely

CLOSE = 0.5
"""How far behind the best, in log-odds, a sentence may score and still be shown beside it."""
BESIDE = 2.5
"""The same for a sentence beside it that says the rest of the matter."""
OPINION = 1.0
"""Log-odds taken from a piece that calls itself analysis or opinion: a report of the same comes first."""
MOST = 3
PROMINENT = 0.4
"""Share of a passage's named doers."""


def features(asked: Asked, marks: Marks) -> dict[str, float]:
    """What the judge weighs: the marks, and those that count otherwise where a reason is asked for."""
    out = {f.name: float(getattr(marks, f.name)) for f in fields(marks) if f.name != "speaks"}
    why = asked.kind == "why"
    factoid = asked.kind in ("who", "when", "where", "howmany")
    for name in ("typed", "done", "done_by_other", "deed_held", "prominence", "similarity"):
        out[f"why_{name}"] = out[name] if why else 0.0
    for name in ("typed", "own", "stranger"):
        out[f"factoid_{name}"] = out[name] if factoid else 0.0
    out["why"], out["factoid"] = float(why), float(factoid)
    out["foreign"] = float(asked.language != "en")
    return out


def rank(asked: Asked, found: Sequence[Sentence]) -> list[Sentence]:
    """Score marked sentences; best first."""
    weights, intercept, _ = _fitted()
    for sentence in found:
        values = features(asked, sentence.marks)
        sentence.score = intercept + sum(weights.get(name, 0.0) * value for name, value in values.items())
        sentence.score -= OPINION * bool(_OPINION.match(sentence.hit.title))
    return sorted(found, key=lambda s: -s.score)


def chosen(asked: Asked, ranked: Sequence[Sentence], above: float = 0.0) -> list[Sentence]:
    """The sentences that answer the question, in reading order; [] when none does.

    Args:
        ranked: from `rank`, best first.
        above: log-odds above the shipped threshold that are asked for.
    """
    if can_tell(asked, ranked):
        ranked = [s for s in ranked if not belied(asked, s)]
        return surely(ranked, by_marks(asked, ranked), above)
    return by_marks(asked, ranked, above)


def by_marks(asked: Asked, ranked: Sequence[Sentence], above: float = 0.0) -> list[Sentence]:
    """The same, by the marks of single sentences alone."""
    fit = [s for s in ranked if answers(asked, s, above)]
    if not fit:
        return []
    best = fit[0]
    out = [best, *_beside(asked, best)]
    for sentence in fit[1:]:
        if len(out) >= MOST:
            break
        if sentence.score >= best.score - CLOSE and not any(alike(sentence, s) for s in out):
            out.append(sentence)
    return sorted(out, key=lambda s: s.place)


def answers(asked: Asked, sentence: Sentence, above: float = 0.0) -> bool:
    """Whether one sentence may be shown as an answer: likely enough, and no name or number asked about
    wholly absent."""
    marks = sentence.marks
    if marks.missing or not marks.speaks or sentence.score < _fitted()[2] + above:
        return False
    if asked.kind == "why":
        # That somebody did it must be told before a reason can be given for it: by a verb that says so, or
        # at least in a passage that is mostly about them.
        told = marks.done or not asked.doer_known or marks.prominence >= PROMINENT
        return told and not marks.opposed and marks.lacking < 2
    if asked.kind == "yesno" and asked.doer_known:
        # "Did Armenia refuse?" is not answered by what Baku refused.
        return marks.done or marks.opposed
    return marks.typed >= 0.3 or asked.kind not in ("who", "howmany")


_OPINION = re.compile(
    r"(analysis|opinion|comment|commentary|editorial|column|explainer|op-ed)\b\s*[:|–—-]", re.IGNORECASE
)


@lru_cache
def _fitted() -> tuple[dict[str, float], float, float]:
    """Weights by feature, intercept, and the threshold, all in log-odds."""
    table = tomllib.loads((files("bot.answer") / "judge.toml").read_text(encoding="utf-8"))["marks"]
    return table["weights"], float(table["intercept"]), float(table["threshold"])


def _beside(asked: Asked, anchor: Sentence) -> list[Sentence]:
    """What stands next to the sentence that tells of the matter and says the rest of it: the reason, the
    date, the words spoken, or what else the question names."""
    worth = []
    for s in anchor.near:
        if s.marks.opposed or alike(s, anchor) or s.score < anchor.score - BESIDE:
            continue
        value = 0.0
        if asked.kind == "why" and s.marks.typed >= 0.5:
            value = s.marks.typed + 0.3 * (s.place[1] == anchor.place[1] + 1)
        elif asked.kind != "why" and s.marks.typed > max(0.5, anchor.marks.typed):
            value = s.marks.typed
        elif asked.saying and "+say" in s.keys and s.place > anchor.place:
            value = 0.5
        elif fresh := [t for t in asked.terms if t.keys & s.keys and not t.keys & anchor.keys]:
            value = sum(0.1 if t.kind in ("name", "number") else 0.3 for t in fresh)
        if value:
            worth.append((value + s.similarity, s))
    worth.sort(key=lambda pair: -pair[0])
    return [s for _, s in worth[: MOST - 1 if asked.kind == "why" else 1]]
