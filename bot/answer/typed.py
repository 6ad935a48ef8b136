"""Whether a sentence holds the kind of thing asked for: a name, a day, a place, a number, a reason."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from bot.answer.question import Asked
from bot.answer.terms import keys, names
from index.text import words

LABELS = {
    "who": frozenset({"PERSON", "ORG", "NORP", "GPE"}),
    "where": frozenset({"GPE", "LOC", "FAC"}),
    "when": frozenset({"DATE", "TIME"}),
}
"""What spaCy calls the kinds of thing asked for, by the kind of question."""


def typed(asked: Asked, text: str, language: str | None, doc: Any) -> float:
    """How surely a sentence holds the kind of thing asked for, 0 to 1; 0.5 where nothing tells.

    Args:
        doc: the sentence parsed; None outside English.
    """
    if asked.kind == "why":
        return _reason(text)
    if asked.kind == "howmany":
        return _counts(asked, text, language)
    labels = LABELS.get(asked.kind)
    if labels is None or doc is None:
        return 0.5
    best = 0.0
    for entity in doc.ents:
        new = keys(entity.text) - asked.keys
        if entity.label_ not in labels or not new or names(keys(entity.text)) & asked.keys:
            continue
        exact = asked.kind != "when" or any(c.isdigit() for c in entity.text)
        best = max(best, 1.0 if exact else 0.7)
    return best


def _counts(asked: Asked, text: str, language: str | None) -> float:
    """1 when a number stands within five words of what is counted, 0.6 when elsewhere in the sentence."""
    tokens = [keys(w, language) for w in re.findall(r"[\d.,]*\d|\w+", text)]
    own = frozenset(k for t in asked.terms if t.kind == "number" for k in t.keys)
    numbers = [i for i, ks in enumerate(tokens) if any(k[0] == "#" and k not in own for k in ks)]
    if not numbers:
        return 0.0
    if not asked.counted:
        return 0.8
    counted = [i for i, ks in enumerate(tokens) if ks & asked.counted]
    if not counted:
        return 0.3
    return 1.0 if min(abs(a - b) for a in numbers for b in counted) <= 5 else 0.6


@lru_cache
def _reasons() -> list[tuple[float, re.Pattern[str]]]:
    table = tomllib.loads((files("bot.answer") / "lexicon.toml").read_text(encoding="utf-8"))["reason"]
    return [
        (value, re.compile(r"\b(?:" + "|".join(map(re.escape, table[name])) + r")\b"))
        for value, name in ((1.0, "plain"), (0.9, "judging"), (0.5, "perhaps"))
    ]


def _reason(text: str) -> float:
    folded = " ".join(words(text))
    return next((value for value, pattern in _reasons() if pattern.search(folded)), 0.1)
