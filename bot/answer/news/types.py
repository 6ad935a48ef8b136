"""What news sense adds to an answer: days resolved, who says it, where reports differ, how many sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from index.article import Window

Standing = Literal["reported", "analysis"]
"""Reported as fact or as somebody's stated word; or a guess at what lies behind it."""


def shown(window: Window) -> str:
    """Days for people: `17 Nov 2023`, `13 – 19 Nov 2023`."""
    from index.query.times import said  # here, for `dateline --help` imports this module

    return said(window)


@dataclass(frozen=True, slots=True)
class Span:
    """`version.text[start:end] == text`, in Unicode code points."""

    start: int
    end: int
    text: str

    def as_json(self) -> dict[str, object]:
        return {"start": self.start, "end": self.end, "text": self.text}


@dataclass(frozen=True, slots=True)
class Day:
    """A day as a quote names it ("Friday"), and which it was when the article came out."""

    start: int
    end: int
    text: str
    window: Window
    """Both ends are given; a single day's are the same."""

    @property
    def shown(self) -> str:
        """`17 Nov 2023`, `13 – 19 Nov 2023`."""
        return shown(self.window)

    def as_json(self) -> dict[str, object]:
        return {
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "since": self.window.since.isoformat() if self.window.since else None,
            "until": self.window.until.isoformat() if self.window.until else None,
        }


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says what a quote tells, as the article names them: in the quote, or in a sentence near it."""

    name: Span
    owner: Span | None = None
    """Whose ministry "its Foreign Ministry" is, where the article names them."""
    sentence: Span | None = None
    """The sentence that names them, where it isn't the quote."""

    @property
    def shown(self) -> str:
        """`Foreign Ministry (Azerbaijan)`: the article's own words for them."""
        return f"{self.name.text} ({self.owner.text})" if self.owner else self.name.text

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name.as_json(),
            "owner": self.owner.as_json() if self.owner else None,
            "sentence": self.sentence.as_json() if self.sentence else None,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What one report says where several differ."""

    says: str
    """The words that differ, as its quote has them: "one", "86 votes"."""
    citation: int
    day: str | None
    """ISO day of the version."""

    def as_json(self) -> dict[str, object]:
        return {"says": self.says, "citation": self.citation, "day": self.day}


@dataclass(frozen=True, slots=True)
class Difference:
    """Reports that don't agree, oldest first. They are shown side by side: none is made of them."""

    kind: Literal["outlets", "later", "corrected"]
    """Reported about the same time; by a later report; by the publisher in a later version of one article."""
    about: str
    """What is counted or told: "wounded"; empty where words alone differ."""
    reports: tuple[Report, ...]

    def as_json(self) -> dict[str, object]:
        return {"kind": self.kind, "about": self.about, "reports": [r.as_json() for r in self.reports]}


@dataclass(frozen=True, slots=True)
class Sources:
    """Where an answer comes from."""

    independent: int
    """Printings of one story are one source, and so are the articles of one outlet."""
    outlets: int
    """That printed what is cited."""
    newest: str | None
    """ISO day of the newest article that is cited."""

    def as_json(self) -> dict[str, object]:
        return {"independent": self.independent, "outlets": self.outlets, "newest": self.newest}


@dataclass(frozen=True, slots=True)
class Dated:
    """An event of a timeline: the claim of this number, and the day it happened."""

    claim: int
    """Place of its claim in the answer, from 0."""
    window: Window
    by: Literal["sentence", "published"]
    """Whether the quote says the day, or it is the day of publication."""
    words: str
    """By which the quote says it; empty where it doesn't."""
    independent: int
    """Sources that tell it."""
    outlets: tuple[str, ...]

    @property
    def shown(self) -> str:
        return shown(self.window)

    def as_json(self) -> dict[str, object]:
        return {
            "claim": self.claim,
            "since": self.window.since.isoformat() if self.window.since else None,
            "until": self.window.until.isoformat() if self.window.until else None,
            "by": self.by,
            "words": self.words,
            "independent": self.independent,
            "outlets": list(self.outlets),
        }
