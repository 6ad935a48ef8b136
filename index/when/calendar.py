"""Stretches of days by their everyday names: a week, a weekend, a month, a season, a quarter, a year."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from index.article import Window

DAY = timedelta(1)
SEASONS = {"winter": 12, "spring": 3, "summer": 6, "autumn": 9}
"""First month of each, of three; in the northern half of the world."""


def one(day: date) -> Window:
    return Window(day, day)


def around(day: date, days: int) -> Window:
    return Window(day - days * DAY, day + days * DAY)


def week(day: date) -> Window:
    """Monday to Sunday."""
    monday = day - day.weekday() * DAY
    return Window(monday, monday + 6 * DAY)


def weekend(day: date) -> Window:
    """Saturday and Sunday of the week that holds `day`."""
    monday = day - day.weekday() * DAY
    return Window(monday + 5 * DAY, monday + 6 * DAY)


def month(year: int, number: int) -> Window:
    return months(year, number, 1)


def months(year: int, number: int, count: int) -> Window:
    """`count` months from month `number` of `year`; ValueError outside the calendar."""
    last = year * 12 + number - 1 + count - 1
    end_year, end_month = last // 12, last % 12 + 1
    return Window(
        date(year, number, 1), date(end_year, end_month, calendar.monthrange(end_year, end_month)[1])
    )


def month_before(day: date, count: int) -> Window:
    """The calendar month `count` months before the one that holds `day`."""
    number = day.year * 12 + day.month - 1 - count
    return month(number // 12, number % 12 + 1)


def season(year: int, name: str) -> Window:
    """The winter of a year begins in it, in December."""
    return months(year, SEASONS[name], 3)


def last_season(day: date, name: str) -> Window:
    """The latest that has ended before `day`."""
    return next(
        found
        for year in range(day.year, day.year - 3, -1)
        if (found := season(year, name)).until is not None and found.until < day
    )


def this_season(day: date, name: str) -> Window:
    """The one that holds `day` or, of the others, that of its year."""
    before = season(day.year - 1, name)
    return before if before.until is not None and before.until >= day else season(day.year, name)


def quarter(year: int, number: int) -> Window:
    return months(year, 3 * number - 2, 3)


def half(year: int, number: int) -> Window:
    return months(year, 6 * number - 5, 6)


def years(first: int, last: int) -> Window:
    return Window(date(first, 1, 1), date(last, 12, 31))


def part(window: Window, which: str) -> Window:
    """The early, middle or late third of a stretch."""
    since, until = window.since, window.until
    if since is None or until is None:
        return window
    third = (until - since) // 3
    match which:
        case "early":
            return Window(since, since + third)
        case "mid":
            return Window(since + third, until - third)
        case _:
            return Window(until - third, until)


def by(window: Window, moment: date) -> Window:
    """What of it has been by the moment."""
    if window.since is not None and window.since <= moment and window.until is not None:
        return Window(window.since, min(window.until, moment))
    return window


def latest_weekday(day: date, number: int, *, today_counts: bool = True) -> date:
    """The latest Monday (0) … Sunday (6) up to `day`."""
    back = (day.weekday() - number) % 7
    return day - (back or (0 if today_counts else 7)) * DAY


def next_weekday(day: date, number: int) -> date:
    return day + (((number - day.weekday()) % 7) or 7) * DAY
