"""Times as other languages name them: one small grammar, filled from `languages.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache, partial
from importlib import resources
from typing import Any, cast

from index.article import Window
from index.when import calendar as cal
from index.when.dated import nearest
from index.when.rule import Bound, Named, Rule
from index.when.time import Sense

_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "один одну bir մեկ",
            "два две iki երկու",
            "три üç երեք",
            "четыре dört dörd չորս",
            "пять beş հինգ",
            "шесть altı",
            "семь yedi yeddi",
        ),
        1,
    )
    for word in words.split()
}
_UNITS = (
    ("day", "день дня дней gün օր"),
    ("week", "недел hafta həftə շաբաթ"),
    ("month", "месяц ay ամիս"),
    ("year", "год лет yıl sene il տարի"),
)


def rules(text: str) -> tuple[Rule, ...]:
    """The rules of the languages, other than English, that `text` may be in: told by its letters."""
    if text.isascii() and not _TURKIC.search(text):
        return ()
    if re.search(r"[\u0530-\u058f]", text):
        return _rules_of("hy")
    if re.search(r"[\u0400-\u04ff]", text):
        return _rules_of("ru")
    if "ə" in text.lower():
        return _rules_of("az")
    return _rules_of("tr") + _rules_of("az")


# Words of asking that are spelled without a letter of their own.
_TURKIC = re.compile(r"\b(?:neden|kim|nerede|ne|hansi|hangi|nece|harada|zaman|ve|ile)\b", re.I)


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((resources.files("index.when") / "languages.toml").read_text(encoding="utf-8"))


@cache
def _rules_of(language: str) -> tuple[Rule, ...]:
    table = _tables()[language]
    month, weekday = f"(?P<m>{'|'.join(table['months'])})", f"(?P<w>{'|'.join(table['weekdays'])})"
    ending, year, day = table["ending"], table["year"], table["day"]
    before, after = _named(table["before_it"]), _named(table["after_it"])

    def rule(core: str, resolve: Callable[..., Named], *, relative: bool = False) -> Rule:
        core = core if "(?P<x>" in core else f"(?P<x>{core})"
        first = f"(?:(?:{before}) )?" if before else ""
        last = rf"(?: (?:{after})(?!\w))?" if after else ""
        pattern = rf"(?<!\w){first}{core}{last}"
        return _rule(table, pattern, resolve, relative)

    def bounded(core: str, resolve: Callable[..., Named], *, relative: bool = False) -> list[Rule]:
        """What is sure to be a time by the word that bounds it alone."""
        patterns = [rf"(?<!\w)(?:{before}) {core}"] if before else []
        patterns += [rf"(?<!\w){core} (?:{after})(?!\w)"] if after else []
        return [_rule(table, pattern, resolve, relative) for pattern in patterns]

    made = [
        rule(rf"{day}[.,]? {month}{ending}(?:,? {year})?", _date),
        rule(rf"(?:{year},? )?{month}{ending} {day}(?!\w)", _date),
        rule(rf"{month}{ending},? {year}", _month),
        rule(rf"{year},? {month}{ending}", _month),
        *(rule(alone.replace("~", month), _month) for alone in table["month_alone"]),
        *(rule(alone.replace("~", weekday), _weekday, relative=True) for alone in table["weekday_alone"]),
        *bounded(rf"(?P<x>{month}{ending})", _month),
        *bounded(rf"(?P<x>{weekday}{ending})", _weekday, relative=True),
        rule(rf"(?<!\w){table['year_alone']}", _year),
    ]
    for name, phrases in table["said"].items():
        resolve = _ago if name == "ago" else partial(_said, name)
        made += [_phrase(phrase, resolve) for phrase in phrases]
    return tuple(made)


def _rule(table: dict[str, Any], pattern: str, resolve: Callable[..., Named], relative: bool) -> Rule:
    return Rule(
        re.compile(pattern, re.IGNORECASE),
        partial(resolve, table),
        yearless=not relative,
        relative=relative,
        bounds=_bound,
    )


def _phrase(phrase: str, resolve: Callable[..., Named]) -> Rule:
    return Rule(re.compile(rf"(?<!\w){phrase}(?!\w)", re.IGNORECASE), resolve, relative=True)


def _named(bounds: dict[str, str]) -> str:
    return "|".join(
        f"(?P<{name}{'_' if i else ''}>{words})" for i, (name, words) in enumerate(bounds.items())
    )


def _bound(match: re.Match[str]) -> Bound | None:
    return next(
        (
            cast("Bound", name.rstrip("_"))
            for name, words in match.groupdict().items()
            if words and name.rstrip("_") in ("since", "until", "before", "after")
        ),
        None,
    )


def _number(stems: list[str], word: str) -> int:
    """Which of the stems, from 0, a word as written is."""
    return next(n for n, stem in enumerate(stems) if re.match(stem, word, re.IGNORECASE))


def _date(table: dict[str, Any], match: re.Match[str], moment: date) -> Named:
    month, day, year = _number(table["months"], match["m"]) + 1, int(match["d"]), match["y"]
    if year:
        return cal.one(date(int(year), month, day)), "event"
    return nearest(lambda y: cal.one(date(y, month, day)), moment, match.string)


def _month(table: dict[str, Any], match: re.Match[str], moment: date) -> Named:
    month, year = _number(table["months"], match["m"]) + 1, match.groupdict().get("y")
    if year:
        return cal.month(int(year), month), "event"
    return nearest(lambda y: cal.month(y, month), moment, match.string)


def _year(table: dict[str, Any], match: re.Match[str], moment: date) -> Named:
    year = int(match["y"])
    return cal.years(year, year), "event" if year <= moment.year else "ahead"


def _weekday(table: dict[str, Any], match: re.Match[str], moment: date) -> Named:
    number = _number(table["weekdays"], match["w"])
    return cal.one(cal.latest_weekday(moment, number)), "event"


def _ago(match: re.Match[str], moment: date) -> Named:
    count = (match["n"] or "1").lower()
    number = int(count) if count.isdigit() else _NUMBERS[count]
    word = match["unit"].lower()
    unit = next(name for name, words in _UNITS if any(word.startswith(w) for w in words.split()))
    match unit:
        case "day":
            return cal.one(moment - timedelta(number)), "event"
        case "week":
            return cal.around(moment - timedelta(7 * number), 3), "event"
        case "month":
            return cal.month_before(moment, number), "event"
    return cal.years(moment.year - number, moment.year - number), "event" if number <= 2 else "hint"


def _said(name: str, match: re.Match[str], moment: date) -> Named:
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
        case "last_week":
            return cal.week(moment - 7 * cal.DAY), sense
        case "last_weekend":
            weekend = cal.weekend(moment)
            return (weekend if moment.weekday() >= 5 else cal.weekend(moment - 7 * cal.DAY)), sense
        case "this_month":
            return cal.by(cal.month_before(moment, 0), moment), sense
        case "last_month":
            return cal.month_before(moment, 1), sense
        case "this_year":
            return Window(date(moment.year, 1, 1), moment), sense
    return cal.years(moment.year - 1, moment.year - 1), sense
