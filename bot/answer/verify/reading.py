"""A sentence read for comparing: its telling words, names, numbers, days, quotations and denials."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from bot.answer import grammar, lexicon
from bot.answer.amounts import Amount, amounts
from bot.answer.question import align
from bot.answer.terms import Keys, keys
from bot.answer.verify.strict import alignment
from index.text import fold

if TYPE_CHECKING:
    from index.when.time import Time

Kind = Literal["name", "number", "deed", "thing", "manner"]

WEIGHTS: dict[Kind, float] = {"name": 1.6, "number": 1.6, "deed": 1.2, "thing": 1.2, "manner": 0.8}


@dataclass(frozen=True, slots=True)
class Word:
    """A telling word of a sentence."""

    i: int
    """Its place among the tokens."""
    text: str
    keys: Keys
    kind: Kind

    @property
    def weight(self) -> float:
        return WEIGHTS[self.kind]


@dataclass(slots=True, eq=False)
class Reading:
    """One sentence. `doc` is spaCy's; `day` when the text that holds it was published, if known."""

    text: str
    doc: Any
    day: date | None
    words: list[Word]
    keys: Keys
    amounts: list[Amount]
    times: list[Time] = field(default_factory=list)
    quotes: list[str] = field(default_factory=list)
    deeds: list[tuple[grammar.Deed, Keys, Keys]] = field(default_factory=list)
    """Deeds, each with its own keys and its doer's."""

    @property
    def weight(self) -> float:
        return sum(w.weight for w in self.words)


@lru_cache
def words_of(table: str, name: str) -> frozenset[str]:
    """A list of words.toml."""
    toml = tomllib.loads((files("bot.answer.verify") / "words.toml").read_text(encoding="utf-8"))
    return frozenset(toml[table][name])


_QUOTED = re.compile(r"[\"“”„«]([^\"“”„«»]{2,400}?)[\"“”»]")
_SENTINEL = date(2000, 1, 3)


def read(doc: Any, day: date | None = None) -> Reading:
    """Read a parsed sentence."""
    from bot.answer.question import deed_keys
    from index.when.read import read as times

    text = doc.text
    found = amounts(text)
    per_token = align(doc)
    words = []
    for token, ks in zip(doc, per_token, strict=True):
        kind = _kind(token, ks)
        if kind is not None:
            words.append(Word(token.i, token.text, ks | _base(token), kind))
    try:
        when = [t for t in times(text, day or _SENTINEL) if day is not None or not t.relative]
    except (ValueError, OverflowError):
        when = []
    deeds = [(d, deed_keys(d), keys(" ".join(d.agents))) for d in grammar.deeds(doc)]
    quotes = [m[1] for m in _QUOTED.finditer(text)]
    every = frozenset().union(*per_token, *(w.keys for w in words)) if len(doc) else frozenset()
    return Reading(text, doc, day, words, every, found, when, quotes, deeds)


def _kind(token: Any, ks: Keys) -> Kind | None:
    if not ks or token.is_punct or token.is_space:
        return None
    if any(k[0] == "#" for k in ks):
        return "number"
    if token.pos_ == "PROPN" or any(k[0] == "@" for k in ks):
        return "name"
    if token.is_stop or token.pos_ not in ("NOUN", "VERB", "ADJ", "ADV"):
        return None
    return "deed" if token.pos_ == "VERB" else "thing" if token.pos_ == "NOUN" else "manner"


def _base(token: Any) -> Keys:
    """Besides its stem the stem of its lemma: "wed" and "wedding", "men" and "man"."""
    lemma = fold(str(token.lemma_))
    return frozenset({lexicon.stem(lemma)}) if lemma.isalpha() else frozenset()


SAME = 0.5
"""Share of a claim's words that a sentence must hold in the claim's order to be its like."""


def aligned(claim: Reading, there: Reading) -> list[tuple[int, int]]:
    """Places in either's `words` that match, in order: the longest run there is, with gaps."""
    return alignment([w.keys for w in claim.words], [w.keys for w in there.words])
