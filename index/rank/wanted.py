"""What a question wants of a passage: its telling words, each with its rarity, and the kind of answer."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from index.lexical_query import RELATED_WEIGHT, Term
from index.stems import asked, tokens_of_words
from index.text import fold

Kind = Literal["reason", "number", "time", "name", "other"]
_PLAIN = re.compile(r"[a-z0-9]+")
BREAK = "_"
"""A word of its own between two sentences."""


@dataclass(frozen=True, slots=True)
class _Term:
    """A term asked for: what it counts, and the ways in which it may stand there."""

    rarity: float
    ways: tuple[tuple[int, float], ...]
    """Bits of the words that must all be there, and how much of the rarity that way counts."""


class _BitsOf(dict[tuple[str, ...], int]):
    """The tokens of a word of a text -> the bits that it holds; those of several tokens worked out when they
    are met first. -1 of `BREAK`."""

    def __init__(self, bits: Mapping[str, int]) -> None:
        super().__init__({(token,): held for token, held in bits.items()})
        self[(BREAK,)] = -1
        self._bits = bits

    def __missing__(self, tokens: tuple[str, ...]) -> int:
        held = 0
        for token in tokens:
            held |= self._bits.get(token, 0)
        self[tokens] = held
        return held


class Wanted:
    """A question read for ranking. A set of its words is a number, a bit a word, so that passages compare
    fast."""

    def __init__(self, question: str, terms: Sequence[Term], rarities: Mapping[str, float]) -> None:
        """`rarities` has the idf of tokens, as `Lexical.rarities` gives it; one that it lacks counts 1."""
        self.kind = kind_of(question)
        self.own_words = frozenset(re.findall(r"\w+", question.lower()))
        self.bits: dict[str, int] = {}
        """Token -> the bits of the words that it stands for."""
        self._at: dict[tuple[str, ...], int] = {}
        self._terms = [term for term in (self._term(term, rarities) for term in terms) if term.ways]
        self._bits_of = _BitsOf(self.bits)
        self.beginnings = tuple(sorted({beginning(token) for token in self.bits if _PLAIN.fullmatch(token)}))
        """With which every word of English begins that holds any of the bits; a letter by itself
        is a whole word (as of "U.S."), with the space behind it."""
        self.total = sum(term.rarity for term in self._terms)
        self._shares: dict[int, float] = {}

    def bits_in(self, words: Iterable[str], *, turkic: bool, is_ascii: bool) -> Iterator[int | None]:
        """Of each folded word the bits that it holds, None or 0 if none; -1 of `BREAK`. `is_ascii` says
        whether all of them are."""
        tokens = map(tokens_of_words(turkic=turkic).__getitem__, words)
        # An English word has one token: most stand for nothing, and are not to be worked out.
        return map(self._bits_of.get if is_ascii and not turkic else self._bits_of.__getitem__, tokens)

    def bits_of(self, word: str) -> int:
        """What a folded word in ASCII, of any language but Turkish and Azerbaijani, holds; 0 if nothing."""
        return self._bits_of.get(tokens_of_words(turkic=False)[word]) or 0

    def share(self, held: int) -> float:
        """Of the question's words, each by its rarity, the share that is held; 0 to 1."""
        found = self._shares.get(held)
        if found is None:
            weight = sum(term.rarity * _held(term, held) for term in self._terms)
            found = self._shares[held] = weight / self.total if self.total else 0.0
        return found

    def _term(self, term: Term, rarities: Mapping[str, float]) -> _Term:
        own = list(asked(fold(term.word), turkic=True))
        ways = [(self._all_of(words), 1.0) for words in own]
        for name in term.related:
            ways += [(self._all_of(words), RELATED_WEIGHT) for words in asked(fold(name), turkic=True)]
        # A way in which the word stands nowhere, as in another language, says nothing of its rarity.
        known = [
            max(rarities.get(tokens[0], 0.0) for tokens in words)
            for words in own
            if any(tokens[0] in rarities for tokens in words)
        ]
        rarity = min(known, default=1.0)
        return _Term(rarity, tuple(dict.fromkeys(ways)))

    def _all_of(self, words: Sequence[tuple[str, ...]]) -> int:
        return sum({self._bit(tokens) for tokens in words})

    def _bit(self, tokens: tuple[str, ...]) -> int:
        if tokens not in self._at:
            bit = self._at[tokens] = 1 << len(self._at)
            for token in tokens:
                self.bits[token] = self.bits.get(token, 0) | bit
        return self._at[tokens]


def beginning(token: str) -> bytes:
    """With which each English word begins whose stem is the token: `happi` is of “happy”, `die` of “dying”,
    `possibl` of “possibility”."""
    if len(token) == 3 and token.endswith("ie"):
        token = token[:1]
    elif len(token) > 1 and token.endswith(("i", "e", "y", "bl")):
        token = token[:-1]
    elif len(token) == 1:
        token += " "
    return token.encode()


def _held(term: _Term, held: int) -> float:
    best = 0.0
    for way, counts in term.ways:
        if counts > best and way & held == way:
            best = counts
    return best


def tokens_of(terms: Sequence[Term]) -> set[str]:
    """The tokens whose rarities `Wanted` asks for."""
    return {words[0] for term in terms for way in asked(fold(term.word), turkic=True) for words in way}


def rarity(documents: int, frequency: int) -> float:
    """BM25's idf of a token that so many of the documents have."""
    return math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


@cache
def _kinds() -> list[tuple[Kind, re.Pattern[str]]]:
    text = (resources.files("index") / "rank" / "kinds.toml").read_text(encoding="utf-8")
    return [(kind["name"], re.compile("|".join(kind["asked_by"]))) for kind in tomllib.loads(text)["kind"]]


def kind_of(question: str) -> Kind:
    """The kind of answer that is asked for, by the question's words."""
    folded = fold(question)
    return next((kind for kind, pattern in _kinds() if pattern.search(folded)), "other")
