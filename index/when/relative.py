"""What days come to that English counts from the day of asking: weekdays, last week, three months ago."""

from __future__ import annotations

import re
from datetime import date, timedelta

from index.article import Window
from index.when import calendar as cal
from index.when import led
from index.when.dated import AHEAD, DONE, PARTS, PAST
from index.when.rule import Named
from index.when.time import Sense

_WEEKDAYS = {d: n for n, d in enumerate("mon tues wednes thurs fri satur sun".split())}
NUMBERS = {
    w: n for n, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
} | {"a": 1, "an": 1, "couple": 2, "few": 4, "several": 6}
UNIT_DAYS = {
    "hour": 1 / 24,
    "day": 1,
    "week": 7,
    "fortnight": 14,
    "month": 30.5,
    "year": 365.25,
    "decade": 3652.5,
}
_PAPERS = frozenset(
    "times telegraph mirror express mail sun world night herald tribune post independent people sport "
    "star business standard politics review magazine".split()
)
_NAMED_DAYS = frozenset(
    "black good super cyber easter ash palm bloody giving freaky ruby shrove fat holy".split()
)


_ALONE = re.compile(
    r"(?!\s*\w)|\s+(?:and|in|at|by|with|for|about|after|before|when|where|who|what|why|how|did|was|were|is|on|near"
    r"|during|from|to|against|between)\b",
    re.I,
)


def weekday(match: re.Match[str], moment: date) -> Named:
    lead = (match.group("lead") or match.group("prep") or "").lower()
    name, possessive = match.group("d"), match.group("p")
    before, after = match.string[: match.start("x")], match.string[match.end() :]
    follower = re.match(r"\s+(\w+)", after)
    if (
        follower
        and not possessive
        and match.group("time") is None
        and (
            follower.group(1).lower() in _PAPERS
            or (follower.group(1)[0].isupper() and lead not in ("on", "last"))
        )
    ):
        return None
    if not lead and not possessive and re.search(r"\b(?:the|an?|every|each)\s+$", before, re.I):
        return None  # "the Friday agreement"
    previous = re.search(r"([^\W\d_]+)\s+$", before if not lead else "")
    if previous and (
        previous.group(1).lower() in _NAMED_DAYS
        or (
            previous.group(1)[0].isupper()
            and previous.start(1) > 0
            and not re.search(r"[.?!]\s+$", before[: previous.start(1)])
        )
    ):
        return None
    if name[0].islower() and not lead and (match.group("time") is None or not _ALONE.match(after)):
        return None  # "sunday best", "friday night lights"
    number = _WEEKDAYS[match.group("w").lower()]
    if lead in ("next", "coming") or (lead == "by" and not DONE.search(match.string)):
        return led.weekday("next", number, moment)
    which = "last" if lead == "past" else lead if lead in ("this", "last") else None
    return led.weekday(which, number, moment)


def weekdays_ago(match: re.Match[str], moment: date) -> Named:
    """Two Thursdays ago: the last but one that is over."""
    count = match.group("n").lower()
    number = int(count) if count.isdigit() else NUMBERS[count]
    if not 0 < number < 54:
        return None
    last = cal.latest_weekday(moment, _WEEKDAYS[match.group("d").lower()[:-3]], today_counts=False)
    return cal.one(last - 7 * (number - 1) * cal.DAY), "event"


def near_day(match: re.Match[str], moment: date) -> Named:
    word = match.group().lower()
    before = match.string[: match.start()]
    if match.group()[0].isupper() and re.search(r"[\w,]\s+$", before):
        return None  # "USA Today"
    if word == "today" and re.search(r"\busa\s+$", before, re.I):
        return None
    match word:
        case "today" | "tonight" | "this morning" | "this afternoon" | "this evening":
            return cal.one(moment), "present"
        case "yesterday" | "last night":
            return cal.one(moment - cal.DAY), "event"
        case "the day before yesterday":
            return cal.one(moment - 2 * cal.DAY), "event"
        case "tomorrow":
            return cal.one(moment + cal.DAY), "ahead"
        case _:
            return cal.one(moment + 2 * cal.DAY), "ahead"


def stretch(match: re.Match[str], moment: date) -> Named:
    """This, last or next week, weekend, month …, or an early, later, late part of it."""
    which, unit, part = match.group("which").lower(), match.group("unit"), (match.group("part") or "").lower()
    if unit[0].isupper():
        return None  # "This Week" is a programme
    rolling = which == "past"
    which = {"past": "last", "previous": "last", "coming": "next", "current": "this"}.get(which, which)
    found = _whole_stretch(which, unit, moment, match.string, rolling=rolling)
    if found is None:
        return None
    window, sense = found
    if part == "later":
        return window, "ahead"
    if part in ("early", "mid", "late"):
        window = cal.part(window, part)
    if sense == "event" and unit == "year" and match.group("p"):
        sense = "hint"
    if which == "this" and sense == "event" and unit != "weekend":
        return cal.by(window, moment), "present"
    return window, sense


def _whole_stretch(which: str, unit: str, moment: date, text: str, *, rolling: bool) -> Named:
    step = {"last": -1, "this": 0, "next": 1}[which]
    sense: Sense = "ahead" if step > 0 else "event"
    if rolling and unit in ("week", "month", "fortnight", "year"):
        return Window(moment - timedelta(round(UNIT_DAYS[unit])), moment), sense
    match unit:
        case "week":
            return cal.week(moment + 7 * step * cal.DAY), sense
        case "fortnight":
            return Window(moment - 14 * cal.DAY, moment), sense
        case "weekend":
            return _weekend(which, moment, text)
        case "month":
            return cal.month_before(moment, -step), sense
        case "year":
            return cal.years(moment.year + step, moment.year + step), sense
        case "quarter":
            ahead = moment.year * 4 + (moment.month - 1) // 3 + step
            return cal.quarter(ahead // 4, ahead % 4 + 1), sense
        case "decade":
            if step > 0:
                return Window(moment, None), sense
            return Window(moment - timedelta(3652), moment), "hint"
    return None


def end_of(match: re.Match[str], moment: date) -> Named:
    which = match.group("which").lower().replace("the", "this")
    found = _whole_stretch(which, match.group("unit").lower(), moment, match.string, rolling=False)
    if found is None:
        return None
    window = cal.part(found[0], PARTS[match.group("stage").lower()])
    return window, "ahead" if window.since and window.since > moment else "event"


def _weekend(which: str, moment: date, text: str) -> Named:
    own = cal.weekend(moment)
    before = cal.weekend(moment - 7 * cal.DAY)
    in_it = moment.weekday() >= 5
    if which == "next":
        return cal.weekend(moment + 7 * cal.DAY) if in_it else own, "ahead"
    if which == "last":
        return before, "event"
    if in_it:
        return own, "event"
    # "This weekend" is on Monday the one just over, on Friday mostly the one to come.
    over = PAST.search(text) if moment.weekday() > 1 else not AHEAD.search(text)
    return (before, "event") if over else (own, "ahead")


def the_weekend(match: re.Match[str], moment: date) -> Named:
    return _weekend("this" if moment.weekday() >= 5 else "last", moment, match.string)


def span(match: re.Match[str], moment: date) -> Named:
    """The last three days, the past few months."""
    count, unit = match.group("n").lower(), match.group("unit").lower()
    number = int(count) if count.isdigit() else NUMBERS[count]
    days = max(1, round(number * UNIT_DAYS[unit]))
    sense: Sense = "hint" if days > 366 else "event"
    return Window(moment - timedelta(min(days, 36500)), moment), sense


def ago(match: re.Match[str], moment: date) -> Named:
    unit = match.group("unit").lower()
    if match.group("half"):
        return _half_ago(unit, moment)
    count = match.group("n").lower()
    number = int(count) if count.isdigit() else NUMBERS[count]
    if unit == "year" or unit == "decade":
        year = moment.year - number * (10 if unit == "decade" else 1)
        return (
            (cal.years(year, year), "event" if number <= 2 and unit == "year" else "hint")
            if year > 0
            else None
        )
    if unit == "month":
        return (cal.month_before(moment, number), "event") if number < 240 else None
    day = moment - timedelta(round(number * UNIT_DAYS[unit]))
    return cal.around(day, {"week": 3, "fortnight": 3}.get(unit, 0)), "event"


def _half_ago(unit: str, moment: date) -> Named:
    if unit == "year":
        return cal.month_before(moment, 6), "event"
    if unit in ("hour", "day"):
        return cal.one(moment), "event"
    return cal.around(moment - timedelta(round(UNIT_DAYS[unit] / 2)), 3), "event"


def before_last(match: re.Match[str], moment: date) -> Named:
    unit = match.group("unit").lower()
    if unit == "weekend":
        return cal.weekend(moment - 14 * cal.DAY), "event"
    if unit == "week":
        return cal.week(moment - 14 * cal.DAY), "event"
    if unit == "month":
        return cal.month_before(moment, 2), "event"
    return cal.years(moment.year - 2, moment.year - 2), "event"


def this_time(match: re.Match[str], moment: date) -> Named:
    """This time last year: the days around the same one."""
    unit = match.group("unit").lower()
    days, around = {"week": (7, 1), "month": (30, 5), "year": (365, 15)}[unit]
    return cal.around(moment - timedelta(days), around), "event"


def lately(match: re.Match[str], moment: date) -> Named:
    """In the last days, in recent years: some of them, which only leans."""
    unit = (match.group("unit") or "hour").lower()
    if unit in ("hour", "day", "week"):
        return Window(), "recent"
    return Window(moment - timedelta({"month": 183, "year": 1826}[unit]), moment), "hint"


def now(match: re.Match[str], moment: date) -> Named:
    return Window(), "recent"
