"""A line of scraped text, and the phrases of chrome.toml by which lines are told apart."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from index.text import fold, words

Kind = Literal["blank", "story", "short", "menu", "chrome", "date", "byline", "url"]

SENTENCE_END = re.compile(r"""[.!?…։。！？؟؛।]["'”’»“)\]*]*$""")
_MARKS = frozenset(".!?…։。！？؟؛।")
_CLOSING = "\"'”’»“)]*"


@dataclass(frozen=True)
class Lists:
    """chrome.toml, folded. Phrases hold words without punctuation, as `index.text.words` gives them."""

    words: frozenset[str]
    starts: frozenset[str]
    phrases: tuple[str, ...]
    weak_phrases: tuple[str, ...]
    by_word: Mapping[str, tuple[str, ...]]
    """Both kinds of phrases by their longest word."""
    comment_sections: frozenset[str]
    link_sections: frozenset[str]
    bylines: frozenset[str]
    published: frozenset[str]
    modified: frozenset[str]
    longest_start: int = field(default=1)
    vocabulary: frozenset[str] = frozenset()
    """Every word of `words`."""
    first_of_starts: frozenset[str] = frozenset()
    first_of_bylines: frozenset[str] = frozenset()


@cache
def lists() -> Lists:
    data = tomllib.loads((Path(__file__).parent / "chrome.toml").read_text(encoding="utf-8"))
    sets = {
        name: frozenset(" ".join(words(phrase)) for phrase in phrases)
        for name, phrases in data.items()
        if not name.endswith("phrases")
    }
    starts = sets["starts"]
    by_word: dict[str, list[str]] = {}
    for phrase in map(fold, (*data["phrases"], *data["weak_phrases"])):
        by_word.setdefault(max(words(phrase), key=len), []).append(phrase)
    return Lists(
        phrases=tuple(fold(phrase) for phrase in data["phrases"]),
        weak_phrases=tuple(fold(phrase) for phrase in data["weak_phrases"]),
        by_word={word: tuple(phrases) for word, phrases in by_word.items()},
        longest_start=max(len(phrase.split()) for phrase in starts),
        vocabulary=frozenset(word for phrase in sets["words"] for word in phrase.split()),
        first_of_starts=frozenset(phrase.partition(" ")[0] for phrase in starts),
        first_of_bylines=frozenset(phrase.partition(" ")[0] for phrase in sets["bylines"]),
        **sets,
    )


@dataclass(slots=True)
class Line:
    """A line of scraped text and what it was taken for."""

    text: str
    """White space collapsed."""
    kind: Kind
    folded: str
    words: list[str]
    strong: bool = False
    """Whether what it says, not only how it looks, marks it as chrome."""
    weak: bool = False
    """Whether it may be chrome where it stands outside the story, though it reads like a sentence."""
    suspect: bool = False
    """Weak, and in words that pages use more than stories do."""
    section: Literal["comments", "links"] | None = None
    """A heading over readers' comments, or over links to other articles."""
    name: str | None = None
    """Of a byline: who wrote."""
    in_words: bool = False
    """Whether a word says so (`By …`); else it only stands beside a date."""
    dates: tuple[tuple[str, str], ...] = ()
    """Of a date line: ("published" or "modified", ISO)."""
    says_when: bool = False
    """Of a date line: whether it is labelled as published or updated."""
    dateline: str | None = None
    """A dateline that stands alone: place and day, without the year."""
    url: str | None = None
    label: str | None = None
    """What stands before a colon, folded."""
    ends_sentence: bool = field(init=False)

    def __post_init__(self) -> None:
        self.ends_sentence = ends_sentence(self.text)


def ends_sentence(text: str) -> bool:
    """As SENTENCE_END finds it in a line without a break, in a tenth of the time."""
    return text.rstrip(_CLOSING)[-1:] in _MARKS
