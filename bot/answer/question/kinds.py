"""What kind of thing a question asks for, by the words that ask it in five languages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from typing import Any

from bot.answer.question.asked import Kind
from index.aliases import canonical
from index.text import fold, words

YES_NO = frozenset("did does do is are was were has have had will would can could should".split())
"""Words that begin a question to be answered by yes or no."""


_LED = re.compile(
    r"^(?:after|before|between|given|considering|following|since|in|on|according to|based on|while|when"
    r"|despite|although|if|as)\b(?! (?:what|which|whose|how))[^?]*?,\s+"
    rf"(?=(?P<main>)(?:{'|'.join(sorted(YES_NO))})\b)",
    re.IGNORECASE,
)
"""A clause before a question that is to be answered by yes or no."""


def kind_of(text: str, language: str) -> Kind:
    """What is asked for; `what` when nothing tells."""
    if language == "en" and (led := _LED.match(text)):
        text = text[led.start("main") :]  # "After the report of 3 May, did …": the first clause asks nothing
    folded = " ".join(words(text))
    found = [
        (length, -match.start(), kind)
        for kind, patterns in _asking(language).items()
        for pattern, length in patterns
        if (match := pattern.search(folded))
    ]
    best = max(found, default=(0, 0, "what"))
    if language == "en" and folded.split(" ")[0] in YES_NO and best[0] < 20:
        return "yesno"
    return best[2]  # type: ignore[return-value]  # the table's keys are kinds


@lru_cache
def _asking(language: str) -> dict[str, list[tuple[re.Pattern[str], int]]]:
    """Kind -> patterns with their weight: longer phrases first, a plain "what" last."""
    compiled: dict[str, list[tuple[re.Pattern[str], int]]] = {}
    for kind, phrases in _table("ask", language).items():
        compiled[kind] = [
            (
                re.compile(
                    r"\b" + r"(?: \w+){0,6} ".join(re.escape(fold(p)) for p in phrase.split(" * ")) + r"\b"
                ),
                len(phrase.split()) * 10 + (kind != "what"),
            )
            for phrase in phrases
        ]
    return compiled


@lru_cache
def asking_words(language: str) -> tuple[str, ...]:
    """The phrases by which a language asks."""
    return tuple(dict.fromkeys(p for phrases in _table("ask", language).values() for p in phrases))


@lru_cache
def scaffold(language: str) -> frozenset[str]:
    """Words of a question that say nothing of what it is about."""
    asking = (
        {w for phrases in _table("ask", language).values() for p in phrases for w in words(p)}
        if language != "en"
        else set()
    )
    return frozenset(fold(w) for w in _table("scaffold", "")[language]) | asking


@lru_cache
def _table(name: str, language: str) -> Any:
    table = tomllib.loads((files("bot.answer") / "lexicon.toml").read_text(encoding="utf-8"))[name]
    return table.get(language, {}) if language else table


def tidy(text: str) -> str:
    """The parser was trained on written English: a capital first and a question mark last help it."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith(("?", ".", "!")) else text + "?"


_WORD = re.compile(r"[^\W\d_][\w’']*")


def capitalised(text: str, others: Iterable[str]) -> str:
    """`text` with a capital on each known name, and on each word that the other texts write with one and
    never without."""
    upper: dict[str, str] = {}
    lower: set[str] = set()
    for other in others:
        for match in _WORD.finditer(other):
            word = match.group().removesuffix("'s").removesuffix("’s")
            if word[0].islower():
                lower.add(word)
            elif len(word) > 1:
                upper.setdefault(word.lower(), word)

    def written(match: re.Match[str]) -> str:
        word = match.group()
        if word.islower() and canonical(word) is not None:
            return word.capitalize()  # "baku" is a name wherever it stands
        return upper[word] if word in upper and word not in lower else word

    return re.sub(r"[^\W\d_]+", written, text)
