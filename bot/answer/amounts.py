"""Numbers of a text as values, whether in digits or in words, and whether one bears out another."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

from index.text import fold

Bound = Literal["exact", "about", "above", "below"]

NEAR = 0.1
"""How far "about 100" may be from what it rounds, as a share of it."""
ABOVE = 0.3
"""How far what is "more than 100" may lie above it: of 300 nobody says so."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in a text: `text[start:end]`."""

    value: float
    start: int
    end: int
    bound: Bound = "exact"
    percent: bool = False
    ordinal: bool = False
    digits: int = 1
    """Significant digits as written: 41.3 has three, 100,000 one."""


@lru_cache
def _table() -> Any:
    return tomllib.loads((files("bot.answer") / "amounts.toml").read_text(encoding="utf-8"))


@lru_cache
def _words() -> dict[str, dict[str, float]]:
    return {
        name: {word: float(value) for word, value in _table()[name].items()}
        for name in ("cardinal", "scale", "ordinal")
    }


@lru_cache
def _bounds() -> list[tuple[Bound, re.Pattern[str]]]:
    table = _table()["bound"]
    names: tuple[Bound, ...] = ("about", "above", "below")
    return [
        (name, re.compile(rf"(?:\b|(?<=[~>]))(?:{'|'.join(map(re.escape, table[name]))})\W*$"))
        for name in names
    ]


_DIGITS = re.compile(
    r"(?<![\w.,])(?:[$€£¥₽₼₾]\s?)?(?P<n>\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<end>st|nd|rd|th|s|m|bn|k|km|pc)?(?![\w])"
)
_WORD = re.compile(r"[^\W\d_]+")
_SHORT = {"m": 1e6, "bn": 1e9, "k": 1e3}


def amounts(text: str) -> list[Amount]:
    """Every number of `text`, in order."""
    folded = text.lower() if len(text.lower()) == len(text) else text
    found = [*_in_digits(folded), *_in_words(folded)]
    return sorted(found, key=lambda each: each.start)


def _in_digits(text: str) -> list[Amount]:
    out = []
    for match in _DIGITS.finditer(text):
        written = re.sub(r"[^\d.]", "", match["n"])
        ending = match["end"] or ""
        value = float(written) * _SHORT.get(ending, 1.0)
        end = match.end()
        after = re.match(r"[\s-]*([a-z]+)", text[end:])
        if after and (scale := _words()["scale"].get(after[1])) and "." not in text[end : end + 1]:
            value, end = value * scale, end + after.end()
        percent = bool(re.match(r"\s*(?:%|percent\b|per cent\b|pc\b)", text[end:])) or ending == "pc"
        digits = len(written.replace(".", "").lstrip("0").rstrip("0") if "." not in written else written) or 1
        out.append(
            Amount(
                value,
                match.start(),
                end,
                _bound(text[: match.start()]),
                percent,
                ending in ("st", "nd", "rd", "th"),
                digits,
            )
        )
    return out


def _in_words(text: str) -> list[Amount]:
    out: list[Amount] = []
    tokens = list(_WORD.finditer(text))
    at = 0
    while at < len(tokens):
        length, value, ordinal = _spelt(text, tokens, at)
        if not length:
            at += 1
            continue
        start, end = tokens[at].start(), tokens[at + length - 1].end()
        percent = bool(re.match(r"\s*(?:%|percent\b|per cent\b)", text[end:]))
        out.append(Amount(value, start, end, _bound(text[:start]), percent, ordinal, 2))
        at += length
    return out


def _spelt(text: str, tokens: list[re.Match[str]], at: int) -> tuple[int, float, bool]:
    """How many words from `at` on are one number, its value, and whether it is an ordinal."""
    table = _words()
    total = current = 0.0
    length, ordinal, last = 0, False, math.inf
    for token in tokens[at:]:
        word = fold(token.group())
        between = text[tokens[at + length - 1].end() : token.start()] if length else ""
        if length and between.strip() not in ("", "-"):
            break
        if word == "and" and last >= 100 and length and _small(tokens, token):
            length += 1
            continue
        if word in table["cardinal"]:
            value = table["cardinal"][word]
            # "one two" are two numbers; "twenty two" and "three hundred and five" are one each.
            if length and not (value < 10 <= last < 100 or last >= 100):
                break
            current, last = current + value, value
        elif word in table["ordinal"] and (not length or 10 <= last < 1000):
            current += table["ordinal"][word]
            length, ordinal = length + 1, True
            break
        elif word in table["scale"] and length:
            scale = table["scale"][word]
            if scale == 100:
                current *= scale
            else:
                total, current = total + current * scale, 0.0
            last = scale
        else:
            break
        length += 1
    return length, total + current, ordinal


def _small(tokens: list[re.Match[str]], joining: re.Match[str]) -> bool:
    """Whether a number under a hundred comes after the "and" of "three hundred and five"."""
    at = tokens.index(joining) + 1
    return at < len(tokens) and _words()["cardinal"].get(fold(tokens[at].group()), 100) < 100


def _bound(before: str) -> Bound:
    return next((name for name, pattern in _bounds() if pattern.search(before[-24:])), "exact")


def bears(source: Amount, claim: Amount) -> bool:
    """Whether a number of the evidence bears out one of the claim: the same, or what it rounds."""
    if claim.percent != source.percent and (claim.percent or source.percent):
        return False
    if math.isclose(source.value, claim.value):
        # What is "up to 20" or "more than 20" is not 20.
        return source.bound in ("exact", "about", claim.bound) or claim.bound == "about"
    if not source.value or claim.ordinal or source.ordinal:
        return False
    apart = claim.value / source.value
    if claim.bound == "about":
        return abs(apart - 1) <= NEAR
    if claim.bound == "above":
        return 1 - ABOVE <= apart < 1
    if claim.bound == "below":
        return 1 < apart <= 1 + NEAR
    # 41 for 41.3 and 1.2 million for 1,198,000, but no year for another.
    return (
        2 <= claim.digits < source.digits
        and math.isclose(_rounded(source.value, claim.digits), claim.value)
        and not 1000 <= source.value < 2200
    )


def _rounded(value: float, digits: int) -> float:
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))
