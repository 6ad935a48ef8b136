"""Words of the news in Turkish, Azerbaijani, Russian and Armenian, by what they are in English: so that a
question in one language meets an article in another. The table is foreign.toml."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from bot.answer import lexicon
from index.aliases import Aliases
from index.text import fold, words

_SHORT = 3
"""Letters; a beginning so short stands for the word alone: "iki", "ab"."""


@lru_cache
def _table(language: str) -> tuple[tuple[str, str], ...]:
    """Beginnings, folded, with the English word of each; longer ones first."""
    listed = _read()["words"]
    found = [
        (" ".join(words(b)), english) for english, each in listed.items() for b in each.get(language, ())
    ]
    return tuple(sorted(found, key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=16384)
def english(word: str, language: str | None) -> str | None:
    """The English of a folded word; None where the table doesn't have it."""
    for beginning, meant in _table(language or ""):
        if word == beginning or (len(beginning) > _SHORT and word.startswith(beginning)):
            return meant
    return None


@lru_cache(maxsize=16384)
def keys(word: str, language: str | None) -> frozenset[str]:
    """The keys that the English of a word has; none where the table doesn't have it."""
    meant = english(word, language)
    if meant is None:
        return frozenset()
    stem = lexicon.stem(meant.lower())
    number = {"two": "#2", "four": "#4"}.get(meant)
    return frozenset({stem, *("+" + g for g in lexicon.groups(stem)), *([number] if number else [])})


def gloss(text: str, language: str) -> str | None:
    """A question in English words, in their English order; None where a word of it isn't known, for what is
    left out might be what matters.

    It is for finding and for comparing, and shown so that a reader sees what was understood.
    """
    text = text.replace("՞", "")
    asked = _asked(text, language)
    bare = text
    for phrase in asked[1] if asked else ():
        bare = re.sub(rf"(?<!\w){re.escape(phrase)}\w{{0,3}}(?!\w)", " ", bare, flags=re.IGNORECASE)
    said: list[str] = []
    verbs: list[str] = []
    names: list[str] = []
    for mention in Aliases.current().mentions(bare):
        if mention.group is not None:
            name = (
                mention.group.upper()
                if len(mention.group) <= 4 and " " not in mention.group
                else mention.group.title()
            )
            names.append(name)
            said.append(name)
        elif meant := english(mention.text, language):
            (verbs if meant in _verbs() else said).append(meant)
        elif mention.text.isdigit() or _is_written_alike(mention.text, bare):
            said.append(mention.text.title())
        elif mention.text not in _idle(language):
            return None
    if asked is None or not (names and (verbs or len(said) > len(names))):
        return None
    said = list(dict.fromkeys(said))
    if asked[0] == "who" or not verbs:
        return f"{asked[0].capitalize()} {' '.join([*verbs[:1], *said])}?"
    rest = [each for each in said if each != names[0]]
    return f"{asked[0].capitalize()} did {' '.join([names[0], *verbs[:1], *rest])}?"


def _is_written_alike(word: str, text: str) -> bool:
    """Whether an unknown word is a name that English writes the same: Stoltenberg, COP29."""
    return bool(word.isascii() and len(word) > _SHORT and re.search(rf"(?<!\w){word.title()}(?!\w)", text))


@lru_cache
def _verbs() -> frozenset[str]:
    return frozenset(_read()["verbs"])


@lru_cache
def _idle(language: str) -> frozenset[str]:
    return frozenset(fold(word) for word in _read()["idle"].get(language, ()))


def _asked(text: str, language: str) -> tuple[str, tuple[str, ...]] | None:
    """The English question word, and the phrases that ask in the text's own language."""
    folded = f" {' '.join(words(text))} "
    for asked, each in _read()["asks"].items():
        if any(f" {fold(phrase)} " in folded for phrase in each.get(language, ())):
            return asked, tuple(each[language])
    return None


@lru_cache
def _read() -> dict[str, Any]:
    return tomllib.loads((files("bot.answer") / "foreign.toml").read_text(encoding="utf-8"))
