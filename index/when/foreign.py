"""Times as other languages name them: one small grammar, filled from `languages.toml`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache, partial
from typing import cast

from index.article import Window
from index.when import calendar as cal
from index.when import led
from index.when.dated import nearest
from index.when.relative import UNIT_DAYS
from index.when.rule import Bound, Bounded, Named, Rule
from index.when.time import Sense
from index.when.tongue import Tongue, tongues

_PARTS = ("early", "mid", "late")
_STEP = {"last": -1, "this": 0, "next": 1}
_COUNTED = re.compile(r" [^\W\d_]")
_BOUNDS = ("since", "until", "before", "after")


def rules(text: str) -> tuple[Rule, ...]:
    """The rules of the languages, other than English, that `text` may be in; they read `plain(text)`."""
    return tuple(rule for tongue in tongues(text) for rule in _rules_of(tongue))


@cache
def _rules_of(tongue: Tongue) -> tuple[Rule, ...]:
    table = tongue.table
    before, after = bool(table["before_it"]), bool(table["after_it"])

    def rule(
        core: str, resolve: Callable[..., Named], *, relative: bool, bound: str = "", bounds: bool = True
    ) -> Rule:
        core = core if "(?P<x>" in core else f"(?P<x>{core})"
        first = "" if not before or bound == "after" else "{before} " if bound else "(?:{before} )?"
        last = "" if not after or bound == "before" else " {after}" if bound else "(?: {after})?"
        pattern = tongue.filled(rf"(?<!\w)(?<!\d[.,-]){first}{core}{last}(?!\w)")
        return Rule(
            re.compile(pattern, re.IGNORECASE),
            partial(resolve, tongue),
            yearless=not relative,
            relative=relative,
            bounds=partial(_bound, tongue) if bounds else None,
        )

    sides = [side for side, there in (("before", before), ("after", after)) if there]
    made = [rule(form, _dated, relative=False) for form in table["forms"]]
    made += [rule(form, _weekday, relative=True) for form in table["weekday_forms"]]
    made += [rule(form, _dated, relative=False, bound=side) for form in table["bounded"] for side in sides]
    made += [
        rule(form, _weekday, relative=True, bound=side) for form in table["weekday_bounded"] for side in sides
    ]
    counted = {"ago": _ago, "span": _span, "lately": _lately}
    for name, phrases in table["said"].items():
        resolve = counted.get(name) or partial(_said, name)
        may_be_bounded = name.startswith(("last_", "yesterday", "day_before"))
        made += [rule(phrase, resolve, relative=True, bounds=may_be_bounded) for phrase in phrases]
    return tuple(made)


def _bound(tongue: Tongue, match: re.Match[str]) -> Bounded | None:
    """What bounds the time: the word beside it, or one that bounds the thing whose time it is."""
    if kind := _kind(match):
        if kind == "before" and match.groupdict().get("late"):
            kind = "until"  # up to the end of April
        return kind, match.start(), match.end()
    text, (start, end) = match.string, match.span("x")
    apart = [pattern.search(text[:start]) for pattern in tongue.apart_before]
    apart += [pattern.match(text, end) for pattern in tongue.apart_after]
    kinds = [kind for found in apart if found and (kind := _kind(found))]
    if kinds and not match.groupdict().get("w") and match.groupdict().keys() & {"m", "y", "d"}:
        return kinds[0], start, end
    return None


def _kind(match: re.Match[str]) -> Bound | None:
    names = (name.rpartition("_")[2] for name, words in match.groupdict().items() if words)
    return next((cast("Bound", name) for name in names if name in _BOUNDS), None)


def _dated(tongue: Tongue, match: re.Match[str], moment: date) -> Named:
    """What the calendar has: days of a month, a month, a season, a quarter, years; or a part of one."""
    said = {name: words for name, words in match.groupdict().items() if words}
    if "y2" in said:
        first, last = int(said["y"]), int(said["y2"])
        return (cal.years(first, last), "event") if 0 < last - first < 100 else None
    year = int(said["y"]) if "y" in said else None
    if (
        year is not None
        and year % 100 == 0
        and " " not in said["x"]
        and _COUNTED.match(match.string, match.end())
    ):
        return None  # "до 2000 человек"
    if "ry" in said:
        year = moment.year + _STEP[tongue.name("lead", said["ry"])]
    found = _of_a_year(tongue, match, said, year, moment)
    part = next((part for part in _PARTS if part in said), None)
    if found is None or part is None:
        return found
    return cal.part(found[0], part), found[1]


def _of_a_year(
    tongue: Tongue, match: re.Match[str], said: dict[str, str], year: int | None, moment: date
) -> Named:
    lead = tongue.name("lead", said["lead"]) if "lead" in said else None
    season = next((season for season in cal.SEASONS if season in said), None)
    if lead is not None and season is not None:
        return led.season(lead, season, moment, is_past=bool(tongue.done.search(match.string)))
    if lead in ("last", "next") and "m" in said:
        number = tongue.number("months", match, "m") + 1
        later = number <= moment.month if lead == "next" else -(number >= moment.month)
        return cal.month(moment.year + later, number), "event" if lead == "last" else "ahead"
    if "bare" in said:
        if not tongue.done.search(match.string):
            return None  # what winters are like
        season = tongue.name("seasons", said["bare"])
    if "q" in said and "m" not in said and year is None and "half" in said:
        return None  # of a match
    make = partial(cal.season, name=season) if season is not None else _yearly(tongue, match, said)
    if make is None:
        if year is None or said.keys() & {"m", "q"}:
            return None
        return cal.years(year, year), "event" if year <= moment.year else "ahead"
    if year is not None:
        return make(year), "event"
    found = nearest(make, moment, match.string, tongue.ahead, tongue.done)
    return (found[0], "hint") if found and "quarter" in said else found


def _yearly(tongue: Tongue, match: re.Match[str], said: dict[str, str]) -> Callable[[int], Window] | None:
    """What of a year is named, as a stretch of any year; None where it is no stretch of one."""
    nth = 0
    if "q" in said:
        final = re.fullmatch(tongue.table["final"], said["q"], re.IGNORECASE)
        nth = (2 if "half" in said else 4) if final else tongue.number("ordinals", match, "q") + 1
        if nth > 2 and "half" in said:
            return None
    if "m" not in said:
        return partial(cal.half if "half" in said else cal.quarter, number=nth) if nth else None
    number = tongue.number("months", match, "m") + 1
    if nth:
        return partial(_half_of_month, number, nth) if "half" in said else None
    if "m1" in said:
        return partial(_months, tongue.number("months", match, "m1") + 1, number)
    if "d" not in said:
        return lambda year: cal.month(year, number)
    first, last = int(said["d"]), int(said.get("d2", said["d"]))
    if "d2" in said and last <= first:
        return None
    return lambda year: Window(date(year, number, first), date(year, number, last))


def _half_of_month(number: int, half: int, year: int) -> Window:
    whole = cal.month(year, number)
    middle = date(year, number, 15)
    return Window(whole.since, middle) if half == 1 else Window(middle + cal.DAY, whole.until)


def _months(first: int, last: int, year: int) -> Window:
    """From one month to another, which is of the year."""
    return Window(date(year - (first > last), first, 1), cal.month(year, last).until)


def _weekday(tongue: Tongue, match: re.Match[str], moment: date) -> Named:
    number = tongue.number("weekdays", match, "w")
    word = match.groupdict().get("lead")
    return led.weekday(tongue.name("lead", word) if word else None, number, moment)


def _counted(tongue: Tongue, match: re.Match[str]) -> tuple[int, str]:
    word = match.groupdict().get("n")
    return tongue.count(word) if word else 1, tongue.name("counted", match["unit"])


def _ago(tongue: Tongue, match: re.Match[str], moment: date) -> Named:
    number, unit = _counted(tongue, match)
    match unit:
        case "day":
            return cal.one(moment - timedelta(number)), "event"
        case "week":
            return cal.around(moment - timedelta(7 * number), 3), "event"
        case "month":
            return cal.month_before(moment, number), "event"
    return cal.years(moment.year - number, moment.year - number), "event" if number <= 2 else "hint"


def _span(tongue: Tongue, match: re.Match[str], moment: date) -> Named:
    """The last two weeks, up to the day of asking."""
    number, unit = _counted(tongue, match)
    days = round(number * UNIT_DAYS[unit])
    return Window(moment - timedelta(min(days, 36500)), moment), "hint" if days > 366 else "event"


def _lately(tongue: Tongue, match: re.Match[str], moment: date) -> Named:
    """The last months, the last years: some of them, which only leans."""
    return Window(moment - timedelta(183 if match.groupdict().get("months") else 1826), moment), "hint"


def _said(name: str, tongue: Tongue, match: re.Match[str], moment: date) -> Named:
    sense: Sense = "event"
    days = {
        "today": (0, 0),
        "yesterday": (-1, -1),
        "day_before": (-2, -2),
        "past_week": (-7, 0),
        "past_month": (-30, 0),
    }
    if name == "today" or name.startswith("this_"):
        sense = "present"
    if name.startswith("next_"):
        sense = "ahead"
    if name in days:
        first, last = days[name]
        return Window(moment + timedelta(first), moment + timedelta(last)), sense
    match name:
        case "tomorrow":
            return cal.one(moment + cal.DAY), "ahead"
        case "recent":
            return Window(), "recent"
        case "this_week":
            return cal.by(cal.week(moment), moment), sense
        case "last_week" | "next_week":
            return cal.week(moment + 7 * _STEP[name[:4]] * cal.DAY), sense
        case "this_weekend" if not (moment.weekday() < 5 and tongue.done.search(match.string)):
            weekend = cal.weekend(moment)
            return weekend, "ahead" if weekend.since and weekend.since > moment else "event"
        case "last_weekend" | "this_weekend":
            sense = "event"
            weekend = cal.weekend(moment)
            return (weekend if moment.weekday() >= 5 else cal.weekend(moment - 7 * cal.DAY)), sense
        case "this_month":
            return cal.by(cal.month_before(moment, 0), moment), sense
        case "last_month" | "next_month":
            return cal.month_before(moment, -_STEP[name[:4]]), sense
        case "half_year_ago":
            return cal.month_before(moment, 6), sense
        case "last_quarter":
            number = moment.year * 4 + (moment.month - 1) // 3 - 1
            return cal.quarter(number // 4, number % 4 + 1), sense
        case "this_year":
            return Window(date(moment.year, 1, 1), moment), sense
    year = moment.year + _STEP[name[:4]]
    return cal.years(year, year), sense
