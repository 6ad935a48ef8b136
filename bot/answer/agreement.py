"""What tells an answer from a sentence that is only near it: how much of the question, by how rare its words
are, stands there; whether it names a thing of the kind asked for; how many stories name the same thing."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from bot.answer.candidates import NUMERIC, Candidate, candidates, sought, votes
from bot.answer.question import Asked
from bot.answer.terms import Keys, Term

if TYPE_CHECKING:
    from bot.answer.evidence import Sentence

Rarities = Callable[[Sequence[str]], tuple[int, Mapping[str, float]]]
"""How many passages the archive has, and of words how rare each is there: 0 when it stands everywhere, 1 when
nowhere."""

PASSAGES, UNKNOWN = 1000, 0.7
"""How many, and how rare a word, where the archive can't be asked."""
FRESH, OLD = 14, 120
"""Days before the moment of asking."""
LATELY = 21
TITLE, NEAR = 0.85, 0.8
"""How much a word counts that stands in the title, or in a sentence near by."""


def tell(asked: Asked, found: Sequence[Sentence], rarities: Rarities | None, moment: date) -> None:
    """Fill `telling` of marked sentences; nothing to do for a question that isn't English."""
    if asked.language != "en" or not found:
        return
    wanted = sought(asked.text)
    words = [term.text for term in asked.terms]
    passages, rare = rarities(words) if rarities else (PASSAGES, {})
    weighed = [(term, rare.get(term.text, UNKNOWN)) for term in asked.terms]
    covers = [_cover(weighed, sentence) for sentence in found]
    ages = [_age(sentence, moment) for sentence in found]
    named: list[list[Candidate]] = [
        candidates(asked, s.doc, wanted) if s.doc is not None else [] for s in found
    ]
    lately = [1.0 if age <= LATELY else 0.7 for age in ages]
    worth = [cover["near"] ** 2 * counts for cover, counts in zip(covers, lately, strict=True)]
    stories = [s.hit.story or s.hit.article for s in found]
    won = votes(zip(stories, worth, named, strict=True))
    most = max(won.values(), default=0.0) or 1.0
    total = sum(sorted(won.values(), reverse=True)[:8]) or 1.0
    known = wanted.type != "thing"
    all_old = min(ages) > OLD
    size = math.log10(max(1, passages)) - 3
    best = max(cover["near"] for cover in covers)
    closest = max(s.similarity for s in found)
    meant = max((s.hit.dense or 0.0) for s in found)
    for sentence, cover, age, some in zip(found, covers, ages, named, strict=True):
        vote = max((won[c.keys] for c in some), default=0.0)
        fit = max((c.fit for c in some), default=0.0)
        marks, near = sentence.marks, cover["near"]
        sentence.candidates = tuple(c.keys for c in some)
        sentence.telling = {
            **cover,
            "near3": near**3,
            "vote": vote / most,
            "share": vote / total,
            "votes": math.log1p(vote),
            "fit": fit,
            "lack": float(known and fit < 0.9),
            "known": float(known),
            "numeric": float(wanted.type in NUMERIC),
            "things": min(6, len(some)) / 6,
            "fit_near": fit * near,
            "vote_near": vote / most * near,
            "similarity": marks.similarity,
            "similar_near": marks.similarity * near,
            "behind": closest - marks.similarity,
            "fresh": float(age <= FRESH),
            "old": float(age > OLD and not all_old),
            "size": size,
            "dense": sentence.hit.dense or 0.0,
            "dense_best": meant,
            "near_best": best,
            "near_gap": best - near,
            "typed": marks.typed,
            "own": marks.own,
            "coverage": marks.coverage,
            "weakest": marks.weakest,
            "missing": min(3.0, marks.missing),
            "lacking": min(3.0, marks.lacking),
            "stranger": float(marks.stranger),
            "deed_held": float(marks.deed_held),
            "other": float(marks.done_by_other),
            "opposed": float(marks.opposed),
            "first": float(marks.first),
            "rank": marks.rank,
            "long": math.log(len(sentence.text.split()) + 1) / 4,
            "asks": float(sentence.text.rstrip().endswith("?")),
            "terms": min(12, len(asked.terms)) / 12,
            "who": float(asked.kind == "who"),
            "when": float(asked.kind == "when"),
            "where": float(asked.kind == "where"),
            "howmany": float(asked.kind == "howmany"),
        }


def _cover(weighed: Sequence[tuple[Term, float]], sentence: Sentence) -> dict[str, float]:
    """Shares of the question's words, by rarity, in the sentence itself, near it, in the title; and how rare
    the rarest is that stands nowhere there."""
    around: Keys = frozenset().union(*(s.keys for s in sentence.near))
    total = here = near = title = unmet = 0.0
    for term, rarity in weighed:
        total += rarity
        held = _held(term.keys, sentence.keys)
        above = _held(term.keys, sentence.title)
        best = max(held, TITLE * above, NEAR * _held(term.keys, around))
        here += rarity * held
        title += rarity * above
        near += rarity * best
        if not best:
            unmet = max(unmet, rarity)
    total = total or 1.0
    return {"here": here / total, "near": near / total, "title": title / total, "unmet": unmet}


def _held(wanted: Keys, there: Keys) -> float:
    shared = wanted & there
    if not shared:
        return 0.0
    return 1.0 if any(k[0] != "@" for k in shared) else 0.95


def _age(sentence: Sentence, moment: date) -> int:
    day = sentence.hit.day
    return (moment - day).days if day else 10 * OLD
