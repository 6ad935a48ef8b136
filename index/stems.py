"""Words as lexical search compares them: folded, and with the bases that an inflected form may come of.

English has Porter's stem. Turkish, Azerbaijani, Russian and Armenian put endings to names: such a word
goes by several tokens, itself and each base that its endings leave (`endings.toml`), as nothing tells
Azərbaycan-ın from Azərbayca-nın. Two forms of one name share a base.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from index.text import words_of as words_in

__all__ = ["MARK", "Analysis", "analysis_of", "asked", "bases_of", "is_ending", "is_turkic", "words_of"]

MARK = "~"
"""Before the tokens of Turkish and Azerbaijani, so that what is left of an ending is no English word."""
_TURKIC_LANGUAGES = frozenset({"tr", "az", "tk", "crh", "gag"})
_MOST = 8
"""Tokens that a word goes by."""
_REMEMBERED = 300_000
_WORD = re.compile(r"[^\W_]+")
_WITH_APOSTROPHE = re.compile(r"(?<=\w\w)'(\w{1,6})\b")
_TURKIC_LETTERS = re.compile("[ğışəĞİŞƏ]")

Analysis = Callable[[str], list[tuple[str, ...]]]
"""The tokens of each word of a folded text, in order; all tokens of a word stand at its place."""


@dataclass(frozen=True, slots=True)
class _Ending:
    text: str
    after: str
    """Letters of which one must stand before it; empty for any."""
    instead: str
    """What the base has in its place."""


class _Endings:
    """The endings of one language, to be taken off."""

    def __init__(self, described: dict[str, Any]) -> None:
        self._vowels = str(described["vowels"])
        self._shortest = int(described["shortest"])
        self._softened: dict[str, str] = described.get("softened", {})
        self._slots = [[self._ending(written) for written in slot] for slot in described["slots"]]

    def _ending(self, written: str) -> _Ending:
        rest, _, instead = written.partition("=")
        text, _, after = rest.partition("+")
        return _Ending(text, after, instead)

    def bases(self, word: str) -> list[str]:
        """What the word may be a form of, longest first, itself left out."""
        found: dict[str, None] = {}
        self._take_off(word, 0, found)
        return sorted(found, key=lambda base: (-len(base), base))

    def _take_off(self, word: str, slot: int, found: dict[str, None]) -> None:
        for number in range(slot, len(self._slots)):
            for ending in self._slots[number]:
                if not word.endswith(ending.text):
                    continue
                left = word[: len(word) - len(ending.text)]
                if not self._stands_behind(ending, left):
                    continue
                base = left + ending.instead
                if base not in found and len(base) >= self._shortest:
                    found[base] = None
                    self._take_off(base, number + 1, found)
                    if ending.text[0] in self._vowels:
                        for hard in self._softened.get(base[-1], ""):
                            found.setdefault(base[:-1] + hard)

    def _stands_behind(self, ending: _Ending, left: str) -> bool:
        if len(left) + len(ending.instead) < self._shortest or not left:
            return False
        if ending.after == "V":
            return left[-1] in self._vowels
        if ending.after == "C":
            return left[-1] not in self._vowels
        return not ending.after or left[-1] in ending.after

    def is_ending(self, text: str) -> bool:
        """Whether the text is endings and nothing else, as what stands behind an apostrophe."""
        return any(stand_in in self.bases(stand_in + text) for stand_in in ("xxx", "xxxa", "xxxi"))


@cache
def _endings(language: str) -> _Endings:
    text = (resources.files("index") / "endings.toml").read_text(encoding="utf-8")
    return _Endings(tomllib.loads(text)[language])


@cache
def _snowball(language: str) -> Any:
    """A word's stem by tantivy's own Snowball, which is a hundred times faster than one in Python."""
    import tantivy

    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw())
    return builder.filter(tantivy.Filter.stemmer(language)).build().analyze


class _Known(dict[str, tuple[str, ...]]):
    """Folded word -> its tokens, worked out when it is met first."""

    def __init__(self, tokens: Callable[[str], tuple[str, ...]]) -> None:
        self._tokens = tokens

    def __missing__(self, word: str) -> tuple[str, ...]:
        if len(self) >= _REMEMBERED:
            self.clear()
        self[word] = tokens = self._tokens(word)
        return tokens


def _by_script(word: str) -> tuple[str, ...]:
    """The tokens of a word of any language but Turkish and Azerbaijani."""
    first = word[0]
    if "а" <= first <= "я" or first == "ё":
        return _some([_snowball("russian")(word)[0], word, *_endings("russian").bases(word)])
    if "ա" <= first <= "և":
        return _some([word, *_endings("armenian").bases(word)])
    return tuple(_snowball("english")(word)) or (word,)


def _turkic(word: str) -> tuple[str, ...]:
    if not word.isdigit() and ("a" <= word[0] <= "z" or word[0] == "ə"):
        word = word.replace("ə", "e")
        return tuple(MARK + base for base in _some([word, *_endings("turkic").bases(word)]))
    return _by_script(word)


def bases_of(folded: str, *, turkic: bool) -> tuple[str, ...]:
    """What a word may be a form of, longest first, in a language that puts endings to names; `turkic` says
    whether one in Latin letters may be Turkish or Azerbaijani."""
    if not folded:
        return ()
    tokens = _in_turkic[folded] if turkic else _everywhere[folded]
    if tokens[0].startswith(MARK):
        own, bases = tokens[0].removeprefix(MARK), [token.removeprefix(MARK) for token in tokens[1:]]
        return tuple(folded[: len(base)] if own.startswith(base) else base for base in bases)  # ə as it is
    return tuple(token for token in tokens if token != folded) if len(tokens) > 1 else ()


def _some(tokens: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tokens))[:_MOST]


_everywhere, _in_turkic = _Known(_by_script), _Known(_turkic)


def is_turkic(language: str | None, text: str) -> bool:
    """Whether a text is to be taken apart as Turkish or Azerbaijani; where its language (ISO 639-1) isn't
    known, by its letters."""
    if language is None:
        return len(_TURKIC_LETTERS.findall(text)) > 2
    return language in _TURKIC_LANGUAGES


def analysis_of(*, turkic: bool) -> Analysis:
    return _analyse_turkic if turkic else _analyse


def tokens_of_words(*, turkic: bool) -> Mapping[str, tuple[str, ...]]:
    """Folded word -> its tokens, for words without `_`; any word may be asked for."""
    return _in_turkic if turkic else _everywhere


def words_of(folded: str, *, turkic: bool) -> Iterator[tuple[int, int, frozenset[str]]]:
    """`(start, end, tokens)` of each word of a folded text."""
    known = _in_turkic if turkic else _everywhere
    for match in _WORD.finditer(folded):
        yield match.start(), match.end(), frozenset(known[match.group()])


def _analyse(text: str) -> list[tuple[str, ...]]:
    return list(map(_everywhere.__getitem__, words_in(text.replace("_", " "))))


def _analyse_turkic(text: str) -> list[tuple[str, ...]]:
    return list(map(_in_turkic.__getitem__, words_in(without_endings(text).replace("_", " "))))


def without_endings(folded: str) -> str:
    """A text without the endings that Turkish and Azerbaijani put behind a name's apostrophe."""
    return _WITH_APOSTROPHE.sub(_without_ending, folded) if "'" in folded else folded


def _without_ending(match: re.Match[str]) -> str:
    return "" if is_ending(match[1]) else match[0]


@cache
def is_ending(folded: str) -> bool:
    """Whether Turkish or Azerbaijani puts this, folded, behind a name's apostrophe."""
    return _endings("turkic").is_ending(folded.replace("ə", "e"))


def asked(folded: str, *, turkic: bool) -> Iterator[list[tuple[str, ...]]]:
    """The ways in which a name that is asked for, folded, may stand in the index: of each the words' tokens.

    `turkic` says whether the index holds anything in Turkish or Azerbaijani.
    """
    plain = _analyse(folded)
    if plain:
        yield plain
        marked = _analyse_turkic(folded) if turkic else plain
        if marked != plain:
            yield marked
