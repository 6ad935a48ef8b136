"""What a time expression says: which days, and how surely the answer lies in what was published then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from index.article import Window

Sense = Literal["published", "event", "present", "hint", "ahead", "recent"]
"""`published`: when an article appeared ("the report of 3 May"). `event`: when something happened ("last
weekend"), which is reported then or later. `present`: a stretch that still goes on ("this week").
`hint`: a year that belongs to a name or a count ("the 2023 Booker Prize", "fifty years ago"). `ahead`: what
is still to come. `recent`: no days, but the present ("latest")."""


@dataclass(frozen=True, slots=True)
class Time:
    """A time expression: `text[start:end]`, with the word that bounds it ("since", "before")."""

    start: int
    end: int
    window: Window
    """The days named, not when they are written about; one end is open after "since" or "before"; both
    are with the sense `recent`."""
    sense: Sense
    named: Window
    """The days of the expression without what bounds it: 5 April of "before 5 April"."""
    relative: bool = False
    """Counted from the day of asking ("yesterday"), not a date of its own."""
