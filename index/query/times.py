"""When what answers a question was published, by the times that it names.

What happened is reported then or later, hardly before: so days named as an event's filter from a little
before them to a while after. How far after is measured (docs/decisions.md): see `_reach`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from index.article import Window
from index.when import Time

BEFORE = timedelta(3)
"""A week or a month is spoken of loosely, and what has a date is announced a few days ahead of it."""
DAY_BEFORE = timedelta(1)
"""Yesterday's news may bear the date of the day before, for the world's clocks differ."""
AFTER = timedelta(14)
YEAR = timedelta(365)
RECENT = timedelta(14)
"""What lies so near before the moment of asking is news of the moment."""
LATELY = timedelta(30)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Meant:
    """What all times of a question come to."""

    window: Window = field(default_factory=Window)
    lean: Window = field(default_factory=Window)
    recent: bool = False
    used: tuple[tuple[Time, str, bool], ...] = ()
    """Each time that counts, how it is shown, and whether it only leans."""


def meant(times: Sequence[Time], moment: date) -> Meant:
    filters, leans, used = [], [], []
    recent = False
    for time in times:
        if time.sense == "recent":
            recent = True
            used.append((time, "the latest", True))
        elif time.sense == "ahead" or (time.window.since is not None and time.window.since > moment):
            # What is to come is written about before it comes.
            leans.append(Window(moment - LATELY, None))
        elif time.sense == "hint":
            leans.append(_stretched(time.window, DAY_BEFORE, _reach(time.window)))
            used.append((time, said(time.window), True))
        elif _goes_on(time, moment):
            # Of a week that isn't over little is told yet, and what led to its news was published before:
            # filtering by "this week" lost a third of the answers that were found without.
            recent = recent or time.window.since is None or time.window.since >= moment - 3 * RECENT
            window = _until(_stretched(time.window, BEFORE, AFTER), moment)
            leans.append(window)
            used.append((time, said(window), True))
        else:
            window = _until(published(time), moment)
            filters.append(window)
            used.append((time, said(window), False))
            if time.named.since and time.named.until:
                leans.append(_stretched(time.named, DAY_BEFORE, timedelta(7)))
                recent = recent or moment - RECENT <= time.named.until
    window = _all(filters)
    if recent and not leans:
        leans.append(Window(moment - LATELY, None))
    if len(filters) > 1:
        used = [(time, shown if leaning else said(window), leaning) for time, shown, leaning in used]
    return Meant(window, _hull(leans), recent and not _is_past(window, moment), tuple(used))


def published(time: Time) -> Window:
    """When articles about a time were published."""
    if time.sense == "published":
        return time.window
    if time.window.until is None:
        return time.window
    if time.window.since is None:
        return _stretched(time.window, timedelta(0), AFTER)
    is_a_day = time.window.until == time.window.since
    return _stretched(time.window, DAY_BEFORE if is_a_day and time.relative else BEFORE, _reach(time.window))


def _goes_on(time: Time, moment: date) -> bool:
    """Whether its days, which nothing bounds, reach beyond the moment of asking."""
    until = time.named.until
    unbounded = time.window == time.named
    return time.sense == "present" or (
        time.sense == "event" and unbounded and until is not None and until > moment
    )


def _reach(window: Window) -> timedelta:
    """How long after its days a thing is still reported: two weeks; a month's for as long as it lasted, a
    year's for a year."""
    if window.since is None or window.until is None:
        return AFTER
    return min(max(AFTER, window.until - window.since), YEAR)


def _stretched(window: Window, before: timedelta, after: timedelta) -> Window:
    try:
        return Window(
            window.since - before if window.since else None, window.until + after if window.until else None
        )
    except OverflowError:
        return window


def _until(window: Window, moment: date) -> Window:
    """Nothing is published after the moment of asking; said so only where the stretch reaches it."""
    if window.since and window.until and window.until > moment >= window.since:
        return Window(window.since, moment)
    return window


def _is_past(window: Window, moment: date) -> bool:
    return window.until is not None and window.until < moment - RECENT


def _all(windows: Sequence[Window]) -> Window:
    """One stretch for several: "after X … before Y" is between them, of anything else all that they cover."""
    opening = [w for w in windows if w.until is None]
    closing = [w for w in windows if w.since is None]
    if opening and closing and len(opening) + len(closing) == len(windows):
        since = min(w.since for w in opening if w.since)
        until = max(w.until for w in closing if w.until)
        if since <= until:
            return Window(since, until)
    return _hull(windows)


def _hull(windows: Iterable[Window]) -> Window:
    found = list(windows)
    if not found:
        return Window()
    since = [w.since for w in found]
    until = [w.until for w in found]
    return Window(
        None if None in since else min(d for d in since if d),
        None if None in until else max(d for d in until if d),
    )


def said(window: Window) -> str:
    """A window for people: "27 Oct – 3 Nov 2023", "since 1 Nov 2023", "5 Apr 2024"."""
    since, until = window.since, window.until
    if since and until:
        if since == until:
            return _day(since)
        if (since.month, since.day, until.month, until.day) == (1, 1, 12, 31):
            return f"{since.year}" if since.year == until.year else f"{since.year} – {until.year}"
        if since.year != until.year:
            return f"{_day(since)} – {_day(until)}"
        first = f"{since.day}" if since.month == until.month else f"{since.day} {_MONTHS[since.month - 1]}"
        return f"{first} – {_day(until)}"
    if since:
        return f"since {_day(since)}"
    return f"until {_day(until)}" if until else "any time"


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
