"""What a sentence counts: "four soldiers were killed" is 4, of soldiers, by killing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.answer.news.days import every_time
from bot.answer.terms import Keys, keys
from index.text import fold

_WORDS = {
    w: n
    for n, w in enumerate(
        "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
} | {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "dozen": 12,
}
_MULTIPLES = {
    "hundred": 100,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "m": 1e6,
    "bn": 1e9,
}
_NUMBER = re.compile(r"\d[\d,.]*")
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


def value_of(word: str) -> float | None:
    """The number that a word says; None for any other."""
    folded = fold(word)
    if _NUMBER.fullmatch(folded):
        plain = folded.rstrip(".,")
        grouped = re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain)
        try:
            return float(plain.replace(",", "" if grouped else "."))
        except ValueError:
            return None
    if folded in _WORDS:
        return float(_WORDS[folded])
    tens, _, ones = folded.partition("-")
    if ones and _WORDS.get(tens, 0) >= 20 and 0 < _WORDS.get(ones, 0) < 10:
        return float(_WORDS[tens] + _WORDS[ones])
    return None


def _by_grammar(doc: Any) -> list[Count]:
    out = []
    for token in doc:
        value = value_of(token.text)
        if value is None or token.ent_type_ in ("DATE", "TIME", "ORDINAL") or (token.lower_ == "no"):
            continue
        if token.lower_ == "one" and token.pos_ == "PRON":
            continue
        multiple = next((t for t in doc[token.i + 1 : token.i + 2] if fold(t.text) in _MULTIPLES), None)
        if multiple is not None:
            value *= _MULTIPLES[fold(multiple.text)]
        elif token.i and value_of(doc[token.i - 1].text) is not None:
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
        out.append(Count(token.idx, last.idx + len(last.text), value, unit, own | (adjectives & _TELLING)))
    return out


_TELLING: Keys = frozenset({"+kill", "+wound", "+elect", "+arrest", "+free"})
"""Nouns and adjectives of these tell what happened: "the death of four", "12 injured"."""


def _by_order(sentence: str, language: str | None) -> list[Count]:
    out = []
    for match in _NUMBER.finditer(sentence):
        value = value_of(match.group())
        if value is None:
            continue
        after = re.findall(r"\w+", sentence[match.end() : match.end() + 60])[:_NEAR]
        unit = frozenset(k for w in after for k in keys(w, language))
        out.append(Count(match.start(), match.start() + len(match.group().rstrip(".,")), value, unit, unit))
    return out
