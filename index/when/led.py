"""What “last”, “this” and “next” make of a weekday and of a season, in whichever language they are said."""

from __future__ import annotations

from datetime import date

from index.article import Window
from index.when import calendar as cal
from index.when.time import Sense

_JUST = 120
"""Days that a season has been over for, at most, to be meant by “what happened this winter?”."""


def weekday(lead: str | None, number: int, moment: date) -> tuple[Window, Sense]:
    """`number` counts from Monday, 0. Without a lead it is the latest, today's too."""
    if lead == "next":
        return cal.one(cal.next_weekday(moment, number)), "ahead"
    if lead == "this":
        monday = cal.week(moment).since
        assert monday is not None
        day = monday + number * cal.DAY
        return cal.one(day), "ahead" if day > moment else "event"
    return cal.one(cal.latest_weekday(moment, number, today_counts=lead is None)), "event"


def season(lead: str, name: str, moment: date, *, is_past: bool) -> tuple[Window, Sense]:
    """`is_past` says whether the question asks for what has happened."""
    if lead == "last":
        return cal.last_season(moment, name), "event"
    window = cal.this_season(moment, name)
    if lead == "next":
        return window, "ahead"
    if window.since is None or window.since <= moment:
        return window, "present"
    over = cal.last_season(moment, name)
    assert over.until is not None
    return (over, "event") if is_past and (moment - over.until).days < _JUST else (window, "ahead")
