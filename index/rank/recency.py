"""How much a passage's day speaks for it, given the moment of asking and what the question says of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from index.article import Window, day_number

Floats = NDArray[np.float64]
_NEWS = 10
"""Days from which on an article is no news of the moment."""
_SHARPNESS = 2.0
"""How much more the best candidates have to say about the question's time than the middling."""
_CERTAIN = 0.25
"""Share of the candidates' weight on news of the moment from which on the question is about it."""
_SAID = 0.5
"""How far a question is about news of the moment that says so ("this week") but finds none."""
_FADES = 7.0
"""Days outside a hinted window in which its hint fades to a third."""


@dataclass(frozen=True, slots=True)
class When:
    """What a question says of time beside what it leaves out."""

    moment: date | None = None
    """The day that it is asked."""
    recent: bool = False
    """Whether it says that it asks about news of the moment."""
    lean: Window = field(default_factory=Window)


def ages(days: Sequence[int | None], moment: date | None) -> Floats:
    """Days before the moment of asking, 0 for what is later; NaN where either isn't known."""
    if moment is None:
        return np.full(len(days), np.nan)
    now = day_number(moment.isoformat())
    assert now is not None
    found = np.array([np.nan if day is None else now - day for day in days], dtype=np.float64)
    return np.asarray(np.maximum(found, 0.0))


def about_the_moment(relevance: Floats, age: Floats, *, recent: bool) -> float:
    """How far a question is about news of the moment, 0 to 1: by where in time its best candidates stand, as
    they are ranked without regard to time. So older news is not pushed back by what is merely newer."""
    if not np.isfinite(age).any():
        return 0.0
    weight = np.exp(_SHARPNESS * (relevance - relevance.max()))
    share = float(weight[age <= _NEWS].sum() / weight.sum())
    return max(min(1.0, share / _CERTAIN), _SAID if recent else 0.0)


def newness(age: Floats) -> Floats:
    """Larger is newer; each halving of the age counts the same."""
    return -np.log1p(age)


def hinted(days: Sequence[int | None], lean: Window) -> Floats:
    """1 inside the hinted window, fading to 0 outside it; 0 for all where there is no hint."""
    found = np.zeros(len(days))
    if not lean:
        return found
    since = day_number(lean.since.isoformat()) if lean.since else None
    until = day_number(lean.until.isoformat()) if lean.until else None
    for at, day in enumerate(days):
        if day is not None:
            early = since - day if since is not None else 0
            late = day - until if until is not None else 0
            found[at] = np.exp(-max(early, late, 0) / _FADES)
    return found
