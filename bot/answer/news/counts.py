"""What a sentence counts: "four soldiers were killed" is 4, of soldiers, by killing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.answer.amounts import amounts
from bot.answer.news.days import every_time
from bot.answer.terms import Keys, keys

_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d{1,2}(?!\d))")
_GROUPED = re.compile(r"(?<![\d.,])(\d{1,3})[. ](?=\d{3}(?!\d))")
"""Both as most languages but English write them."""
_NEAR = 4  # words after a number, where there is no grammar, that may be what is counted


@dataclass(frozen=True, slots=True)
class Count:
    start: int
    """Offsets into the sentence of the number with what it counts."""
    end: int
    value: float
    unit: Keys
    """Keys of what is counted."""
    deed: Keys
    """Keys of what is said to happen to it."""


def counts(sentence: str, published: date | None, language: str | None, doc: Any) -> list[Count]:
    """The numbers of a sentence that count something; days and years are none."""
    times = every_time(sentence, published, language) if published else []
    found = _by_grammar(doc) if doc is not None else _by_order(sentence, language)
    return [c for c in found if not any(a <= c.start < b for a, b, _ in times)]


def _by_grammar(doc: Any) -> list[Count]:
    out = []
    for amount in amounts(doc.text):
        token = next((t for t in doc if t.idx < amount.end <= t.idx + len(t.text)), None)
        if token is None or amount.ordinal or token.ent_type_ in ("DATE", "TIME", "ORDINAL"):
            continue
        if token.lower_ == "one" and (token.pos_ == "PRON" or (token.i and doc[token.i - 1].lower_ == "no")):
            continue
        head = token.head if token.dep_ in ("nummod", "quantmod", "compound") else token
        while head.dep_ in ("nummod", "quantmod") and head.head.pos_ in ("NOUN", "PROPN"):
            head = head.head
        governor = head
        while governor.head != governor and governor.pos_ not in ("VERB", "AUX"):
            governor = governor.head
            if governor.pos_ == "NOUN" and keys(governor.text) & _TELLING:
                break
        unit = keys(head.text) if head != token else frozenset()
        unit |= frozenset(k for c in head.children if c.dep_ in ("compound", "amod") for k in keys(c.text))
        follow = doc[head.i + 1] if head.i + 1 < len(doc) else None
        last = head if token.i < head.i <= token.i + 4 else token
        if (
            last == token
            and follow is not None
            and follow.lower_ in ("more", "others", "people", "%", "percent")
        ):
            last = follow
        own = keys(governor.text)
        if governor.pos_ == "AUX":  # "Six were wounded" may be read as an adjective
            own |= frozenset(k for c in governor.children if c.dep_ == "acomp" for k in keys(c.text))
        adjectives = frozenset(k for c in head.children if c.dep_ in ("acl", "amod") for k in keys(c.text))
        out.append(
            Count(amount.start, last.idx + len(last.text), amount.value, unit, own | (adjectives & _TELLING))
        )
    return out


_TELLING: Keys = frozenset({"+kill", "+wound", "+elect", "+arrest", "+free"})
"""Nouns and adjectives of these tell what happened: "the death of four", "12 injured"."""


def _by_order(sentence: str, language: str | None) -> list[Count]:
    out = []
    for amount in amounts(_DECIMAL_COMMA.sub(".", _GROUPED.sub(r"\1,", sentence))):
        after = re.findall(r"\w+", sentence[amount.end : amount.end + 60])[:_NEAR]
        unit = frozenset(k for w in after for k in keys(w, language))
        out.append(Count(amount.start, amount.end, amount.value, unit, unit))
    return out
