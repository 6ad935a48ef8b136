"""A line of scraped text, and the phrases of chrome.toml by which lines are told apart."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from index.text import fold, words

Kind = Literal["blank", "story", "short", "menu", "chrome", "date", "byline", "url"]

SENTENCE_END = re.compile(r"""[.!?…։。！？؟؛।]["'”’»“)\]*]*$""")


@dataclass(frozen=True)
class Lists:
    """chrome.toml, folded. Phrases hold words without punctuation, as `index.text.words` gives them."""

    words: frozenset[str]
    starts: frozenset[str]
    phrases: tuple[str, ...]
    weak_phrases: tuple[str, ...]
    comment_sections: frozenset[str]
    link_sections: frozenset[str]
    bylines: frozenset[str]
    published: frozenset[str]
    modified: frozenset[str]
    longest_start: int = field(default=1)


@cache
def lists() -> Lists:
    data = tomllib.loads((Path(__file__).parent / "chrome.toml").read_text(encoding="utf-8"))
    sets = {
        name: frozenset(" ".join(words(phrase)) for phrase in phrases)
        for name, phrases in data.items()
        if not name.endswith("phrases")
    }
    starts = sets["starts"]
    return Lists(
        phrases=tuple(fold(phrase) for phrase in data["phrases"]),
        weak_phrases=tuple(fold(phrase) for phrase in data["weak_phrases"]),
        longest_start=max(len(phrase.split()) for phrase in starts),
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
    dates: tuple[tuple[str, str], ...] = ()
    """Of a date line: ("published" or "modified", ISO)."""
    says_when: bool = False
    """Of a date line: whether it is labelled as published or updated."""
    dateline: str | None = None
    """A dateline that stands alone: place and day, without the year."""
    url: str | None = None
    label: str | None = None
    """What stands before a colon, folded."""

    @property
    def ends_sentence(self) -> bool:
        return bool(SENTENCE_END.search(self.text))
