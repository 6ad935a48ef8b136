"""What dates come to that English writes with a month, a season, a quarter or a year."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from index.article import Window
from index.text import fold
from index.when import calendar as cal
from index.when import led
from index.when.rule import Named

_MONTHS = {m: n for n, m in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
COUNTS = {w: n for n, w in enumerate("one two three four five six seven eight nine ten".split(), 1)}
FESTIVALS = {
    "christmas": (12, 25),
    "christmas day": (12, 25),
    "christmas eve": (12, 24),
    "boxing day": (12, 26),
    "new year": (1, 1),
    "new year's day": (1, 1),
    "new year's eve": (12, 31),
    "halloween": (10, 31),
    "valentine's day": (2, 14),
    "novruz": (3, 20),
}
"""Month and day of those that have the same every year."""
PARTS = {"beginning": "early", "start": "early", "middle": "mid", "end": "late"}
AHEAD = re.compile(r"\b(?:will|shall|going to|upcoming|next|scheduled|set to|plans? to|planning to)\b", re.I)
DONE = re.compile(r"\b(?:did|was|were|had|happened|won|lost|died|said)\b", re.I)
PAST = re.compile(r"\b(?:did|was|were|had|happened|won|lost|died|said|\w{3,}ed)\b", re.I)


def _month(text: str) -> int:
    return _MONTHS[text.strip(". ").lower()[:3]]


def nearest(
    make: Callable[[int], Window],
    moment: date,
    text: str,
    looks_ahead: re.Pattern[str] = AHEAD,
    looks_back: re.Pattern[str] = DONE,
) -> Named:
    """The latest of a yearly stretch that has begun by `moment`; the next where the question looks ahead."""
    years = range(moment.year + 1, moment.year - 9, -1)
    found = []
    for year in years:
        try:
            found.append(make(year))
        except ValueError:  # 29 February
            continue
    past = next((w for w in found if w.since is not None and w.since <= moment), None)
    ahead = next((w for w in reversed(found) if w.since is not None and w.since > moment), None)
    near = ahead is not None and ahead.since is not None and (ahead.since - moment).days <= 180
    long_past = past is None or past.until is None or (moment - past.until).days > 300
    if (
        ahead is not None
        and near
        and (looks_ahead.search(text) or (long_past and not looks_back.search(text)))
    ):
        return ahead, "ahead"
    return None if past is None else (past, "event")


_OF_DAYS = re.compile(r"\b(?:on|since|before|after|until|till|by|from|dated|between)(?: the)?\s+$", re.I)


def _days_of(
    match: re.Match[str], moment: date, name: str, first: str, last: str | None, year: str | None
) -> Named:
    doubtful = name.lower() in ("may", "mar", "march") and name[0].islower() and year is None
    if doubtful and not _OF_DAYS.search(match.string[: match.start()]):
        return None
    number = _month(name)

    def make(y: int) -> Window:
        return Window(date(y, number, int(first)), date(y, number, int(last or first)))

    if year is not None:
        return make(int(year)), "event"
    return nearest(make, moment, match.string)


def day_month(match: re.Match[str], moment: date) -> Named:
    first, last, name, year = match.group(1, 2, "m", "y")
    return _days_of(match, moment, name, first, last, year)


def month_day(match: re.Match[str], moment: date) -> Named:
    name, first, last, year = match.group("m", 2, 3, "y")
    return _days_of(match, moment, name, first, last, year)


def iso(match: re.Match[str], moment: date) -> Named:
    year, month, day = match.group("y", "m", "d")
    return cal.one(date(int(year), int(month), int(day))), "event"


def iso_month(match: re.Match[str], moment: date) -> Named:
    return cal.month(int(match.group(1)), int(match.group(2))), "event"


def dotted(match: re.Match[str], moment: date) -> Named:
    day, month, year = match.groups()
    return cal.one(date(int(year), int(month), int(day))), "event"


def _part(match: re.Match[str]) -> str | None:
    found = match.groupdict()
    return found.get("part") or PARTS.get((found.get("stage") or "").lower())


def _cut(window: Window, match: re.Match[str]) -> Window:
    """The part of it that is asked for: "early", "the end of"."""
    which = _part(match)
    return cal.part(window, which.lower()) if which else window


def month_year(match: re.Match[str], moment: date) -> Named:
    return _cut(cal.month(int(match.group("y")), _month(match.group("m"))), match), "event"


_TRUST = re.compile(r"\b(?:confidence|trust|faith|belie\w+|hopes?)\s+$", re.I)


def month_alone(match: re.Match[str], moment: date) -> Named:
    before, name, text = match.group("before").lower(), match.group("m"), match.string
    if name.lower() in ("may", "mar", "march", "jan") and (
        (name[0].islower() and any(c.isupper() for c in text[1:]))
        or _TRUST.search(text[: match.start()])
        or re.search(rf"\b(?:Theresa|Mrs|Ms|Mr|James|Brian|Elaine) {name}\b", text)
    ):
        return None
    number = _month(name)
    if before.startswith("next"):
        made = cal.month(moment.year + (number <= moment.month), number)
        return made, "ahead"
    if before.startswith("last"):
        return cal.month(moment.year - (number >= moment.month), number), "event"
    found = nearest(lambda y: cal.month(y, number), moment, match.string)
    which = re.match(
        r"(?:.* )?(early|mid|late|beginning|start|middle|end)\b",
        f"{before} {match.groupdict().get('x') or ''}".lower(),
    )
    if found is not None and which:
        word = which.group(1)
        return cal.part(found[0], PARTS.get(word, word)), found[1]
    return found


_OF_WINTER = re.compile(r" (?:olympi|paralympi|games\b|palace\b|universiade\b)", re.I)


def _season_name(text: str) -> str:
    return text.lower().replace("fall", "autumn")


def season(match: re.Match[str], moment: date) -> Named:
    rest = match.string[match.end() : match.end() + 4]
    if match.group("y") is None and (
        _OF_WINTER.match(match.string, match.end())
        or re.match(r" [A-Z]", rest)
        or (match.group("s").lower() == "fall" and rest.startswith(" of"))
    ):
        return None  # "the Winter Olympics", "the fall of Kabul"
    which, name, year = (
        match.group("which"),
        match.group("s").lower().replace("fall", "autumn"),
        match.group("y"),
    )
    if year:
        return cal.season(int(year), name), "event"
    lead = which.lower().split()[-1].replace("past", "last")
    if lead in ("last", "this", "next"):
        return led.season(lead, name, moment, is_past=bool(PAST.search(match.string)))
    return nearest(lambda y: cal.season(y, name), moment, match.string)


def quarter(match: re.Match[str], moment: date) -> Named:
    said = {name: words for name, words in match.groupdict().items() if words}
    code, year, which = said.get("q"), said.get("y"), said.get("w")
    number = int(code[1]) if code else ORDINALS[said["o"].lower()]
    halves = (code or said["u"])[0].lower() == "h"
    if halves and number > 2:
        return None
    make = cal.half if halves else cal.quarter
    if year:
        return make(int(year), number), "event"
    if which:
        return make(moment.year - (which.lower() == "last"), number), "event"
    if halves:
        return None  # of a match
    found = nearest(lambda y: make(y, number), moment, match.string)
    return (found[0], "hint") if found else None


def month_of_year(match: re.Match[str], moment: date) -> Named:
    """In April of last year, in the summer of this year."""
    year_ = moment.year + {"last": -1, "this": 0, "next": 1}[match.group("w").lower()]
    name = match.group("m")
    found = cal.month(year_, _month(name)) if name else cal.season(year_, _season_name(match.group("s")))
    return found, "ahead" if found.since is not None and found.since > moment else "event"


def two_months(match: re.Match[str], moment: date) -> Named:
    """November and December 2023."""
    last, first = cal.month(int(match.group("y")), _month(match.group("m"))), _month(match.group("first"))
    since = date(int(match.group("y")) - (first > _month(match.group("m"))), first, 1)
    return Window(since, last.until), "event"


def share(match: re.Match[str], moment: date) -> Named:
    """The first week of March 2024, the last two months of 2023, the second half of May."""
    whole = _whole(match, moment)
    if whole is None or whole.since is None or whole.until is None:
        return None
    which, unit = match.group("which").lower(), match.group("unit").lower()
    count = int(COUNTS.get((match.group("n") or "one").lower(), match.group("n") or 1))
    number = ORDINALS.get(which)
    if unit == "half" and match.group("m") is None:
        return cal.half(whole.since.year, number or 2), "event"
    if unit == "half":
        middle = whole.since + (whole.until - whole.since) // 2
        return (
            Window(whole.since, middle) if number == 1 else Window(middle + cal.DAY, whole.until)
        ), "event"
    if unit == "month":
        first = whole.until.month - count + 1 if number is None else (number - 1) * count + 1
        return cal.months(whole.since.year, first, count), "event"
    days = count * (7 if unit == "week" else 1)
    since = (
        whole.until - (days - 1) * cal.DAY if number is None else whole.since + (number - 1) * days * cal.DAY
    )
    return Window(since, min(since + (days - 1) * cal.DAY, whole.until)), "event"


_WEEKDAYS = "mon tue wed thu fri sat sun".split()


def weekday_of_month(match: re.Match[str], moment: date) -> Named:
    """The first Monday in April, the last weekend of March 2024."""
    whole = _whole(match, moment)
    if whole is None or whole.since is None or whole.until is None:
        return None
    unit, number = match.group("u").lower(), ORDINALS.get(match.group("which").lower())
    length = 1 if unit == "weekend" else 0
    weekday = 5 if unit == "weekend" else _WEEKDAYS.index(unit[:3])
    if number is None:
        day = cal.latest_weekday(whole.until - length * cal.DAY, weekday)
    else:
        day = cal.next_weekday(whole.since - cal.DAY, weekday) + 7 * (number - 1) * cal.DAY
    last = day + length * cal.DAY
    return (Window(day, last), "event") if last <= whole.until else None


def day_alone(match: re.Match[str], moment: date) -> Named:
    """On the 14th, the 5th of last month: the latest that has been."""
    first_, second_, which = match.group("nth", "nth2", "w")
    number = int(first_ or second_)
    months = {"this": range(1), "last": range(1, 2)}.get((which or "").lower(), range(13))
    for back in months:
        first = cal.month_before(moment, back).since
        assert first is not None
        try:
            day = first.replace(day=number)
        except ValueError:
            continue
        if which or day <= moment:
            return cal.one(day), "ahead" if day > moment else "event"
    return None


def _whole(match: re.Match[str], moment: date) -> Window | None:
    name, year_ = match.group("m"), match.group("y") or match.groupdict().get("y2")
    if name is None:
        return cal.years(int(year_), int(year_)) if year_ is not None else None
    if year_ is not None:
        return cal.month(int(year_), _month(name))
    found = nearest(lambda y: cal.month(y, _month(name)), moment, match.string)
    return found[0] if found else None


def festival(match: re.Match[str], moment: date) -> Named:
    month_, day_ = FESTIVALS[fold(match.group("f"))]
    return nearest(lambda y: cal.one(date(y, month_, day_)), moment, match.string)


def slashed(match: re.Match[str], moment: date) -> Named:
    """4/15/2024, 15/4/2024 and 4/15/24; which 5/4/2024 is nobody can say."""
    first, second, year_ = (int(part) for part in match.groups())
    if year_ < 100:
        year_ += 2000 if 2000 + year_ <= moment.year + 1 else 1900
    if first > 12 or first == second:
        return cal.one(date(year_, second, first)), "event"
    return (cal.one(date(year_, first, second)), "event") if second > 12 else None


def season_of_two_years(match: re.Match[str], moment: date) -> Named:
    """The winter of 2022-23."""
    return cal.season(int(match.group(2)), _season_name(match.group("s"))), "event"


def year(match: re.Match[str], moment: date) -> Named:
    which = _part(match)
    prep, year = match.group("prep").lower(), int(match.group("y"))
    after = match.string[match.end() : match.end() + 12]
    if year % 100 == 0 and re.match(r"\s[a-z]", after):
        return None  # "in 2000 homes"
    window = cal.years(year, year)
    if which:
        return cal.part(window, which.lower()), "event" if year <= moment.year else "ahead"
    if year > moment.year:
        return window, "ahead"
    topic = prep in ("of", "from") or re.match(
        r"\s+[A-Z]|['’]s\b", after
    )  # "before 2024 Olympics", "of 2023"
    return window, "hint" if topic else "event"


_OF_A_TITLE = re.compile(r"(?:['’]s|s['’]|\b(?:novel|book|film|movie|called|titled|named|album))\s+$", re.I)
_NO_ADJECTIVE = re.compile(
    r"(?:,|\s+(?:the|a|an|is|was|by|and|or|in|of|to|as|novel|book|film|movie|album|song)\b|\W*$)", re.I
)


def year_bare(match: re.Match[str], moment: date) -> Named:
    """Before a noun: "the 2023 Booker Prize"."""
    year, before = int(match.group("y")), match.string[: match.start()]
    if (
        _OF_A_TITLE.search(before)
        or _NO_ADJECTIVE.match(match.string, match.end())
        or (year % 100 == 0 and re.match(r"\s[a-z]", match.string[match.end() :]))
        or re.search(r"[$£€#.,/\d-]$|\b(?:about|over|than|nearly|almost|some)\s+$", before)
    ):
        return None
    return cal.years(year, year), "ahead" if year > moment.year else "hint"


def years(match: re.Match[str], moment: date) -> Named:
    """Two years as one: 2019–2021, 2023-24."""
    first, last = match.group("y"), match.group("to")
    final = int(last if len(last) == 4 else first[:2] + last)
    return (cal.years(int(first), final), "hint") if 0 < final - int(first) < 100 else None


def decade(match: re.Match[str], moment: date) -> Named:
    first = int(match.group(1)) if len(match.group(1)) == 4 else 1900 + int(match.group(1))
    return cal.years(first, first + 9), "hint"
