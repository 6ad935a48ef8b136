"""What a passage holds of what a question wants, read from its text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from index.rank.wanted import Kind, Wanted
from index.stems import analysis_of, is_turkic
from index.text import fold

_CAPITAL = "A-ZÀ-ÖØ-ÞĞİŞƏА-ЯЁԱ-Ֆ"
_NAME = re.compile(rf"\b[{_CAPITAL}][\w’'-]+(?:\s+(?:of|the|de|von|van)?\s*[{_CAPITAL}][\w’'-]+)*")
_NUMBER = re.compile(
    r"\d[\d,.]*|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundreds?|thousands?"
    r"|millions?|billions?|half|quarter|third)\b"
)
_TIME = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b|\b(?:19|20)\d\d\b"
)
_SENTENCE_END = re.compile(r"(?<=[.!?։\"])\s+|\n+")
"""In a folded text."""
_TOLD_TITLE = 3, 0.7
"""Words of a title, and the share of them, that a question must name to be about its article."""


@dataclass(frozen=True, slots=True)
class Text:
    """A passage to be read."""

    title: str
    text: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """What a passage has; larger is likelier to answer."""

    together: float
    """Share of the question's words, by rarity, that the best two sentences in a row have."""
    fits: int
    """Names, numbers or dates, as asked for, that the question doesn't give itself."""
    is_asked_about: bool
    """Whether the question names the article by its title."""


def read(wanted: Wanted, passage: Text) -> Held:
    analyse = analysis_of(turkic=is_turkic(passage.language, passage.text))
    bits = wanted.bits_of

    def held(folded: str) -> list[int]:
        return [bits[tokens] for tokens in analyse(folded)]

    title_words = held(fold(passage.title))
    sentences = [_union(held(sentence)) for sentence in _SENTENCE_END.split(fold(passage.text))]
    pairs = [one | other for one, other in zip(sentences, [0, *sentences], strict=False)]
    asked = sum(map(bool, title_words))
    return Held(
        together=max(map(wanted.share, pairs), default=0.0),
        fits=fitting(wanted.kind, passage.text, wanted.own_words),
        is_asked_about=asked >= _TOLD_TITLE[0] and asked >= _TOLD_TITLE[1] * len(title_words),
    )


def fitting(kind: Kind, text: str, own_words: frozenset[str]) -> int:
    """How many things of this kind the text names, those in the question's own words left out."""
    if kind == "number":
        return len(_NUMBER.findall(text))
    if kind == "time":
        return len(_TIME.findall(text))
    if kind == "name":
        return sum(own_words.isdisjoint(name.lower().split()) for name in set(_NAME.findall(text)))
    return 0


def _union(words: Iterable[int]) -> int:
    together = 0
    for word in words:
        together |= word
    return together
