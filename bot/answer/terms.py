"""What a text is about, as comparable keys: stems, numbers, names with their other names, word groups."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.answer import foreign, lexicon
from index.aliases import Aliases
from index.text import fold, words

Keys = frozenset[str]
"""`stem`, `#number`, `@name`, `+group` of words, `^acronym`; outside English also a word's first letters
and `~`."""

_NUMBER_WORDS = {
    w: i
    for i, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen twenty".split()
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_GROUPED = re.compile(r"(?<=\d)[.,'’\u00a0\u202f ](?=\d{3}(?!\d))")
_NUMBERED = re.compile(r"(\d+)(?:st|nd|rd|th|m|bn|km|pc)?")
_CALENDAR = {
    m: m[:3]
    for m in "january february march april june july august september october november december".split()
} | {"sept": "sep"}
MONTHS = frozenset("jan feb mar apr may jun jul aug sep oct nov dec".split())
_CAPITALISED = re.compile(r"(?:[A-Z][\w'’-]*[ -]+(?:(?:of|the|and|for|in|on)[ ]+)*){2,}[A-Z][\w'’-]*")
_PREFIX = 5  # letters; endings of Turkish, Azerbaijani, Russian and Armenian come after


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a question asks about, and the keys by which a sentence may hold it."""

    text: str
    keys: Keys
    weight: float
    kind: str
    """`name`, `place` (a name that must stand there itself), `number`, `deed` or `word`."""


def language_of(text: str) -> str:
    """ISO 639-1 code of a question, by its letters and commonest words: one line is too little for a
    language detector."""
    lowered = text.lower()
    if re.search(r"[\u0530-\u058f]", text):
        return "hy"
    if re.search(r"[а-яё]", lowered):
        return "ru"
    if "ə" in lowered:
        return "az"
    turkish = {"neden", "kim", "nerede", "hangi", "kac", "nasil", "nicin", "zaman"}
    if re.search(r"[ğış]", lowered) or turkish & set(words(text)):
        return "tr"
    return "en"


def keys(text: str, language: str | None = "en") -> Keys:
    """Every key of a text, with names as the table in use knows them."""
    return _keys(text, language, Aliases.current())


@lru_cache(maxsize=16384)
def _keys(text: str, language: str | None, aliases: Aliases) -> Keys:
    english = language in (None, "en")
    out: set[str] = set()
    before = ("", "")  # the stem, and the word when it names a multiple of ten
    for mention in aliases.mentions(_GROUPED.sub("", text)):
        if mention.group is not None:
            out.add("@" + mention.group)
        for word in mention.text.split(" "):
            if number := _NUMBERED.fullmatch(word):
                out.add(f"#{int(number[1])}")
                before = ("", "")
                continue
            stem = _CALENDAR.get(word) or lexicon.stem(word, language)
            out.add(stem)
            if not english:
                out.update([word[:_PREFIX] + "~"] if len(word) > _PREFIX else [])
                out.update(foreign.keys(word, language))
                continue
            value = _NUMBER_WORDS.get(word)
            if value is not None:
                out.add(f"#{value}")
                if before[1] and value < 10:
                    out.add(f"#{int(before[1]) + value}")
            out.update("+" + g for g in lexicon.groups(stem) | lexicon.groups(f"{before[0]} {stem}"))
            before = (stem, str(value) if value is not None and value >= 20 else "")
    if english:
        out.update(_acronyms(text))
    return frozenset(out)


def _acronyms(text: str) -> set[str]:
    """`^csto` both of "CSTO" and of "Collective Security Treaty Organization"."""
    out = {"^" + fold(w) for w in re.findall(r"\b[A-Z]{3,6}\b", text)}
    for run in _CAPITALISED.findall(text):
        initials = [w[0] for w in re.findall(r"[A-Z][\w'’]*", run)]
        out.update(
            "^" + fold("".join(initials[i:j]))
            for i in range(len(initials))
            for j in (i + 3, i + 4, i + 5)
            if j <= len(initials)
        )
    return out


def names(keys_: Keys) -> Keys:
    """The canonical names among keys."""
    return frozenset(k for k in keys_ if k[0] == "@")
