"""A rule of a grammar of time: a pattern, and what it names seen from the day of asking."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from index.article import Window
from index.when.time import Sense

Named = tuple[Window, Sense] | None
Resolve = Callable[["re.Match[str]", date], Named]
Bound = Literal["since", "until", "before", "after"]
Bounded = tuple[Bound, int, int]
"""What bounds an expression, and from where to where the text says so."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The expression is the pattern's group `x` where it has one, else all of it; its year the group `y`."""

    pattern: re.Pattern[str]
    resolve: Resolve
    """What the match names, on the day of asking; None or ValueError where it names no time."""
    yearless: bool = False
    """May name a day of any year: the year then comes from its company, or from the day of asking."""
    relative: bool = False
    """Counts from the day of asking ("last week")."""
    exact: bool = False
    """Can't be the words of a title, so it is read inside of quotation marks too."""
    bounds: Callable[[re.Match[str]], Bounded | None] | None = None
    """What bounds it, in grammars that don't have the bounding words of English."""
