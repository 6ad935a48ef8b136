"""Groups of words that stand for one another in news, read from lexicon.toml."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

import snowballstemmer

_STEMMERS = {
    "en": "english",
    "ru": "russian",
    "tr": "turkish",
    "az": "turkish",  # the nearest there is: endings and vowel harmony are shared
    "hy": "armenian",
    "fr": "french",
    "de": "german",
    "es": "spanish",
}


@lru_cache(maxsize=65536)
def stem(word: str, language: str | None = "en") -> str:
    """Stem of a folded word; the word itself in a language without a stemmer."""
    name = _STEMMERS.get(language or "en")
    return str(_stemmer(name).stemWord(word)) if name else word


@lru_cache
def _stemmer(name: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer(name)


@lru_cache
def _table() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    table = tomllib.loads((files("bot.answer") / "lexicon.toml").read_text(encoding="utf-8"))
    groups: dict[str, set[str]] = {}
    for name, members in table["same"].items():
        for member in [name.removesuffix("_body"), *members]:
            key = " ".join(stem(word) for word in member.split())
            groups.setdefault(key, set()).add(name)
    opposite: dict[str, set[str]] = {}
    for name, others in table["opposite"].items():
        for other in others:
            opposite.setdefault(name, set()).add(other)
            opposite.setdefault(other, set()).add(name)
    return (
        {key: frozenset(names) for key, names in groups.items()},
        {key: frozenset(names) for key, names in opposite.items()},
    )


def groups(stems: str) -> frozenset[str]:
    """Names of the groups that a stem, or stems joined by blanks, belongs to."""
    return _table()[0].get(stems, frozenset())


def opposite(names: frozenset[str]) -> frozenset[str]:
    """Groups that mean the contrary of these."""
    table = _table()[1]
    return frozenset().union(*(table.get(name, frozenset()) for name in names))
