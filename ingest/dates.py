"""Dates as archives write them, to ISO 8601: never guessed, never today's for want of another.

A result is `YYYY-MM-DD` where only the day is known, with time, and with the offset, where the source
gives them. A date that can be read two ways ("03/04/2024"), one without its year, one before 1700 or
after tomorrow is None.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

from ingest.months import month_number

OLDEST_YEAR = 1700
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RELEASED = datetime(2026, 11, 24, tzinfo=UTC)
_CLOCK = (
    r"(?P<H>[01]?\d|2[0-3]):(?P<M>[0-5]\d)(?::(?P<S>[0-5]\d)(?:[.,]\d+)?)?"
    r"(?:\s*(?:(?P<ap>[apAP])\.?\s?[mM]\b\.?|(?P<ar>[صم])(?:باحا|ساء)?\u064b?(?!\w)))?"
)
_ZONE = (
    r"(?:\s*\(?(?P<zone>Z\b|(?:(?:UTC|GMT)\s*)?[+\-−](?:0?\d|1[0-4]):?(?:[0-5]\d)?(?!\d)"
    r"|(?:UTC|GMT|EST|EDT|CST|CDT|MST|MDT|PST|PDT|CET|CEST|EET|EEST|BST|MSK|TRT|AZT)\b)\)?)?"
)
_WEEKDAY = r"\b(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b\.?"
_AFTER = re.compile(rf"(?:T|[\s,،.|/·•–—-]|\b(?:at|в|saat|ժամը|kl|um|à|الساعة)\b|г\.|թ\.)*{_CLOCK}{_ZONE}")
_BEFORE = re.compile(rf"(?<![\d:]){_CLOCK}{_ZONE}(?:[\s,|/·•–—-]|\b(?:on|ET)\b|{_WEEKDAY})*$")
_ISO = re.compile(r"(?<!\d)(?P<y>[12]\d{3})(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?!\d)")
_NUMERIC = re.compile(
    r"(?<![\d.])(?P<a>\d{1,2})(?P<sep>[./-])(?P<b>\d{1,2})(?P=sep)(?P<y>[12]\d{3}|\d{2})(?![\d./-]*\d)"
)
_MAY_DATE = re.compile(r"\d[-/.]\d|[\s,،-][12]\d{3}|\d\s?[年년թ]|[^\W\d_]-\d\d")
"""Somewhere in whatever the patterns of `in_line` find."""
_SEPARATED = re.compile(r"/(?<=\d/)\d"), re.compile(r"-(?<=\d-)\d")
r"""`\d[/-]\d`: what begins with one certain character is searched for ten times as fast."""
_YEAR = r"(?P<y>[12]\d{3})(?!\d)"
_ARABIC = r"(?:\s(?:الأول|الاول|الثاني))"
# "نوفمبر/تشرين الثاني": by both of its names
_MONTH = rf"(?P<m>[^\W\d_]{{3,}}{_ARABIC}?|[آا]ب)(?:\s?/\s?[^\W\d_]{{2,}}{_ARABIC}?)?\.?"
_DAY = r"(?<!\d)(?P<d>[0-3]?\d)(?:st|nd|rd|th|-?ci|-?cı|-?cu|-?cü|-?го|-ին|er)?\.?"
_DAY_FIRST = re.compile(
    rf"{_DAY}[\s-]+(?:(?:de|of)\s+)?{_MONTH}[\s,،-]+(?:(?:de|del)\s+)?{_YEAR}", re.IGNORECASE
)
_MONTH_FIRST = re.compile(rf"\b{_MONTH}\s+{_DAY}\s*,?\s+{_YEAR}", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"(?<![\w-])(?P<d>[0-3]?\d)-(?P<m>[^\W\d_]{3,})-(?P<y>\d\d)(?![\w-])")
_YEAR_FIRST = re.compile(rf"(?<!\d){_YEAR}\s?(?:թ\.|թվականի|թ(?!\w))\s?{_MONTH}\s+{_DAY}", re.IGNORECASE)
_SIGNS = re.compile(r"(?<!\d)(?P<y>[12]\d{3})\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일]")
_PATTERNS = (_ISO, _NUMERIC, _DAY_FIRST, _MONTH_FIRST, _SHORT_YEAR, _YEAR_FIRST, _SIGNS)
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９", "0123456789" * 3)
_NOTHING = frozenset((date(1753, 1, 1), date(1899, 12, 30), date(1900, 1, 1), date(1970, 1, 1)))
"""The first days of programs' calendars: at midnight one is what they write for no date."""
_ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8,
    "PDT": -7, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "BST": 1, "MSK": 3, "TRT": 3, "AZT": 4,
}  # fmt: skip
_DAY_FIRST_LANGUAGES = frozenset(("tr", "az", "ru", "hy", "ka", "uk", "de", "fr", "es", "it", "pt"))


@dataclass(frozen=True, slots=True)
class Found:
    """A date in a line of text, `line[start:end]` with its time of day."""

    iso: str
    start: int
    end: int


def parse(value: object, *, day_first: bool | None = None, now: datetime | None = None) -> str | None:
    """A metadata value or record field (text, a number of seconds or milliseconds since 1970, a date) as
    ISO 8601. `day_first` says how the source writes "03/04/2024", where that is known."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, datetime):
        return _of_moment(value, now)
    if isinstance(value, date):
        return _checked(value, "", now)
    if isinstance(value, int | float):
        return _from_epoch(float(value), now) if abs(value) < 1e16 else None
    text = " ".join(str(value).split()).translate(_DIGITS)
    if not text or len(text) > 100:
        return None
    if re.fullmatch(r"\d{9,10}|\d{12,13}|\d{9,10}\.\d+", text):
        return _from_epoch(float(text), now)
    if compact := re.fullmatch(r"([12]\d{3})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})?)?", text):
        y, m, d, hh, mm, ss, zone = compact.groups()
        clock = f"{hh}:{mm}" + (f":{ss}" if ss else "") + (zone or "") if hh else ""
        text = f"{y}-{m}-{d} {clock}"
    found = in_line(text, day_first=day_first, now=now)
    if found:
        return found[0].iso
    return _from_mail_header(text, now)


def in_line(line: str, *, day_first: bool | None = None, now: datetime | None = None) -> list[Found]:
    """Every full date in `line`, in order, with the time of day that stands beside it."""
    found: list[Found] = []
    line = line if line.isascii() else line.translate(_DIGITS)
    if not _MAY_DATE.search(line):
        return found
    for pattern in _PATTERNS:
        for match in pattern.finditer(line):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            day = _day_of(match, day_first, now)
            if day is None:
                continue
            clock, start, end = _clock_beside(line, match.start(), match.end())
            iso = _checked(day, clock, now)
            has_time = (start, end) != match.span()
            if iso and not (has_time and _is_nothing(iso)):
                found.append(Found(iso, start, end))
    return sorted(found, key=lambda f: f.start)


def day_first(values: Iterable[object]) -> bool | None:
    """How the numeric dates of one source are written: True for day before month, False for month
    before day, None where none of them tells or they disagree."""
    told: set[bool] = set()
    for value in values:
        match = _NUMERIC.search(value) if isinstance(value, str) else None
        if match and (int(match["a"]) > 12) != (int(match["b"]) > 12):
            told.add(int(match["a"]) > 12)
    return told.pop() if len(told) == 1 else None


def is_ambiguous(text: str) -> bool:
    """Whether there is a numeric date that day-first and month-first sources mean differently."""
    if not any(separated.search(text) for separated in _SEPARATED):
        return False
    return any(match["sep"] != "." for match in _NUMERIC.finditer(text))


def writes_day_first(language: str | None) -> bool | None:
    """True for a language that always writes the day before the month; None for English and unknown."""
    return True if language in _DAY_FIRST_LANGUAGES else None


_Y, _M, _D = r"(?P<y>(?:1[89]|20)\d\d)", r"(?P<m>0?[1-9]|1[0-2])", r"(?P<d>0?[1-9]|[12]\d|3[01])"
_MM, _DD = r"(?P<m>0[1-9]|1[0-2])", r"(?P<d>0[1-9]|[12]\d|3[01])"
_URL_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"/{_Y}[/-]{_M}[/-]{_D}(?!\d)",
        rf"/{_Y}/(?P<m>[a-z]{{3,9}})/{_D}(?!\d)",
        rf"(?<!\d){_Y}-{_MM}-{_DD}(?!\d)",
        rf"(?<![\da-z]){_Y}{_MM}{_DD}(?![\da-z])",
        rf"(?<![\da-z]){_DD}{_MM}(?P<y>20\d\d)(?![\da-z])",
    )
)
_URL_MONTH = re.compile(r"/(?P<y>(?:19|20)\d\d)/(?P<m>0?[1-9]|1[0-2])/")


def from_url(url: str | None, *, now: datetime | None = None) -> str | None:
    """The day in an address such as `/2023/11/16/slug`, `/20231116/slug` or `slug-16112023`."""
    for pattern in _URL_DATES if url else ():
        match = pattern.search(url or "")
        day = match and _day_of(match, None, now)
        if day and (iso := _checked(day, "", now)):
            return iso
    return None


_DATELINE = re.compile(
    r"""^[^\n]{0,4}?(?P<place>[^\W\d_][^\n()\d]{1,40}?)[,.]?\s+
        (?:(?P<m1>[^\W\d_]{3,})\.?\s+(?P<d1>\d{1,2})|(?P<d2>\d{1,2})\s+(?P<m2>[^\W\d_]{3,})\.?)
        (?:,?\s+(?P<y>[12]\d{3}))?
        (?P<agency>\s*[,(/]\s*[^\n()a-z]{2,40}?\)?)?\s*(?P<dash>[-–—:]|\.\s)""",
    re.VERBOSE,
)


def from_dateline(text: str, *, near: Iterable[str] = (), now: datetime | None = None) -> str | None:
    """The day of a story's own dateline ("BAKU, Nov 16 (MWS) -"). Its year, where it isn't given, comes
    from `near`: ISO dates or months ("2023-11") of the same article; the dateline is then at most
    45 days older and a day newer than one of them. Otherwise None."""
    match = _DATELINE.match(text.lstrip()[:160])
    if match is None or not all(word[0].isupper() for word in re.findall(r"[^\W\d_]+", match["place"])):
        return None
    if match["dash"].startswith(".") and not match["agency"]:
        return None  # a sentence that ends with a date
    month = month_number((match["m1"] or match["m2"]).rstrip("."))
    number = int(match["d1"] or match["d2"])
    if month is None:
        return None
    if match["y"]:
        return _checked(_date(int(match["y"]), month, number), "", now)
    for hint in near:
        year = int(hint[:4])
        if len(hint) == 7:
            if int(hint[5:7]) == month:
                return _checked(_date(year, month, number), "", now)
            continue
        anchor = date.fromisoformat(hint[:10])
        for candidate in (_date(year, month, number), _date(year - 1, month, number)):
            if candidate and -1 <= (anchor - candidate).days <= 45:
                return _checked(candidate, "", now)
    return None


_DATELINE_ALONE = re.compile(r"[^\d\n]{2,40}[\s,]\d{1,2}(?:[\s,][^\d\n]{0,40})?|\d{1,2}\s[^\d\n]{3,40}")


def is_dateline(line: str) -> bool:
    """Whether a line is a dateline and nothing else ("Baku, November 16, AZERTAC")."""
    if len(line.split()) > 8 or not _DATELINE_ALONE.fullmatch(line.strip()):
        return False
    match = _DATELINE.match(line.strip(" .-–—") + " -")
    if match is None or not all(word[0].isupper() for word in re.findall(r"[^\W\d_]+", match["place"])):
        return False
    return month_number((match["m1"] or match["m2"]).rstrip(".")) is not None


def month_in_url(url: str | None) -> str | None:
    """`2023-11` of an address such as `/2023/11/slug`."""
    match = _URL_MONTH.search(url or "")
    return f"{match['y']}-{int(match['m']):02d}" if match else None


def precedes(a: str | None, b: str | None) -> bool | None:
    """Whether date `a` lies before `b`; None where either is unknown or they can't be told apart."""
    if a is None or b is None:
        return None
    if len(a) > 10 and len(b) > 10:
        first, second = datetime.fromisoformat(a), datetime.fromisoformat(b)
        if (first.tzinfo is None) == (second.tzinfo is None):
            return None if first == second else first < second
    return None if a[:10] == b[:10] else a[:10] < b[:10]


def _day_of(match: re.Match[str], day_first: bool | None, now: datetime | None) -> date | None:
    named = match.groupdict()
    if "a" not in named:
        month = int(named["m"]) if named["m"].isdigit() else month_number(named["m"])
        return None if month is None else _date(_year(named["y"], now), month, int(named["d"]))
    first, second, year = int(named["a"]), int(named["b"]), _year(named["y"], now)
    if len(named["y"]) == 2 and named["sep"] != "." and (first > 12) == (second > 12):
        return None
    if first <= 12 and second <= 12 and first != second and named["sep"] != "." and day_first is None:
        return None
    month_leads = second > 12 or (day_first is False and first <= 12 and named["sep"] != ".")
    return _date(year, first, second) if month_leads else _date(year, second, first)


def _year(written: str, now: datetime | None) -> int:
    """Of two figures the latest that isn't to come."""
    year = int(written)
    if len(written) > 2:
        return year
    return year + (2000 if 2000 + year <= (now or present()).year else 1900)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clock_beside(line: str, start: int, end: int) -> tuple[str, int, int]:
    """Time of day after or before the date at `line[start:end]`, as ISO, and the span with it."""
    if after := _AFTER.match(line, end):
        return _clock(after), start, after.end()
    if before := _BEFORE.search(line[:start]):
        return _clock(before), before.start(), end
    return "", start, end


def _clock(match: re.Match[str]) -> str:
    hour = int(match["H"])
    if half := match["ap"] or match["ar"]:
        if not 1 <= hour <= 12:
            return ""
        hour = hour % 12 + (12 if half in "pPم" else 0)
    seconds = f":{match['S']}" if match["S"] else ""
    if hour == 0 and int(match["M"]) == 0 and int(match["S"] or 0) == 0 and not match["zone"]:
        return ""  # midnight stands for "no time given" in most exports
    return f"T{hour:02d}:{match['M']}{seconds}{_offset(match['zone'])}"


def _offset(zone: str | None) -> str:
    if not zone:
        return ""
    named = _ZONES.get(zone)
    if named is not None:
        return f"{'-' if named < 0 else '+'}{abs(named):02d}:00"
    sign, hours, minutes = re.sub(r"^(?:UTC|GMT)\s*", "", zone).replace("−", "-")[0], "", ""
    digits = re.sub(r"\D", "", zone)
    hours, minutes = (digits, "00") if len(digits) <= 2 else (digits[:-2], digits[-2:])
    return f"{sign}{int(hours):02d}:{minutes}"


def _time_of(moment: datetime) -> str:
    if (moment.hour, moment.minute, moment.second, moment.tzinfo) == (0, 0, 0, None):
        return ""
    return "T" + moment.timetz().isoformat(timespec="seconds" if moment.second else "minutes")


def _from_epoch(number: float, now: datetime | None) -> str | None:
    seconds = number / 1000 if abs(number) >= 1e11 else number
    # Small numbers are ids, counts or years rather than moments of early 1970.
    if not math.isfinite(seconds) or not 1e8 <= seconds <= 1e10:
        return None
    moment = datetime.fromtimestamp(round(seconds), UTC)
    return _checked(moment.date(), _time_of(moment), now)


def present() -> datetime:
    """Now. A clock that stands before this release was made has been set back, and no date is to be lost by
    it: then the day of the release."""
    return max(datetime.now(UTC), _RELEASED)


def _from_mail_header(text: str, now: datetime | None) -> str | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return _of_moment(moment, now)


def _of_moment(moment: datetime, now: datetime | None) -> str | None:
    """Of a day alone a column of moments says midnight too: only the zero that moments are counted from is
    none."""
    iso = _checked(moment.date(), _time_of(moment), now)
    return None if moment.replace(tzinfo=moment.tzinfo or UTC) == _EPOCH else iso


def _is_nothing(iso: str) -> bool:
    """Whether a date that was written with its time is a program's zero, in whatever zone."""
    moment = datetime.fromisoformat(iso)
    if moment.replace(tzinfo=moment.tzinfo or UTC) == _EPOCH:
        return True
    return moment.date() in _NOTHING and (moment.hour, moment.minute, moment.second) == (0, 0, 0)


def _checked(day: date | None, clock: str, now: datetime | None) -> str | None:
    if day is None or day.year < OLDEST_YEAR:
        return None
    # A newspaper in Kiribati is fourteen hours ahead of UTC: tomorrow there is no fault.
    latest = ((now or present()).astimezone(UTC) + timedelta(days=1)).date()
    return None if day > latest else f"{day.isoformat()}{clock}"
