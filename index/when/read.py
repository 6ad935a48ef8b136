"""Finds the expressions of time in a question: which of the readings holds, and what bounds it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from index.article import Window
from index.when import english, foreign
from index.when.calendar import week
from index.when.rule import Rule
from index.when.time import Sense, Time
from index.when.tongue import plain

_QUOTED = re.compile(
    r"\"[^\"]{1,90}\"|“[^”]{1,90}”|«[^»]{1,90}»|(?<!\w)'[^']{1,90}'(?!\w)|(?<!\w)‘[^’]{1,90}’(?!\w)"
)
_BETWEEN = re.compile(
    r",?\s*(?:and|to|until|till|through|thru|up to|и|по|до|ile|ve|և|եւ|-)\s*(?:the )?", re.I
)
_FROM = re.compile(r"\b(?:(?:between|from)\s+(?:the )?|(?:с|со|от|между)\s+)$", re.I)
# In the languages that say it behind: "Mart ile Mayıs arasında", "martdan maya qədər", "մարտից մինչև մայիս".
_THE_TWO = re.compile(r"\s+(?:aras[iu]\w*|միջև|միջեւ)(?!\w)", re.I)
_OUT_OF = re.compile(r"(?:[dtn][ae]n|ից)$", re.I)
_INTO = re.compile(r"\s+(?:մինչև\s+)?", re.I)
_UP_TO = re.compile(r"\s+(?:kadar|dek|degin|qeder|kimi)(?!\w)", re.I)
_BESIDE = re.compile(r",?\s")
_NOW = re.compile(r"(?:right )?now", re.I)
_DASH = re.compile(r"\s*[-–—]\s*")
_BOUNDS = {
    "since": r"since|from",
    "until": r"until|till|up to|up to and including|through|by|no later than|as of",
    "before": r"before|prior to|ahead of|earlier than",
    "after": r"after|following|later than",
}
_AT_ONCE = {
    kind: re.compile(rf"\b(?:{words})(?: the| about| around| (?:on|in))?\s+$", re.I)
    for kind, words in _BOUNDS.items()
}
# "before the Brussels meeting on 5 April": what bounds is said of the thing, the day is the thing's.
_AT_A_DISTANCE = re.compile(
    r"\b(?P<bound>before|prior to|ahead of|after|following|since|until)\s+"
    r"(?P<thing>(?:[^\s.?!;,]+\s+){1,14}?)(?:published |held |dated |scheduled )?"
    r"(?:(?:on|in|of|at|from)(?: the)?\s+)?$",
    re.I,
)
_SINCE = re.compile(r"\bsince(?: \S+){0,3}\s+$", re.I)
_ONWARDS = re.compile(r"\s*(?:onwards?|and (?:later|after)|or later)\b", re.I)
_PUBLISHED_BEFORE = re.compile(
    r"\b(?:published|posted|dated|printed|appeared|ran)(?: (?:at|on|in|from))?\s*['\"(]?\s*$"
    r"|\b(?:reports?|articles?|piece|story|stories|coverage|review|edition|issue|paper)"
    r"(?: (?:of|from|dated))\s+$",
    re.I,
)
_WEEK_OF = re.compile(r"\bweek (of|ending|beginning|starting|from)(?: on)?(?: the)?\s+$", re.I)
_ADJECTIVE = re.compile(r"\b(?:the|his|her|its|their)\s+$", re.I)
_PUBLISHED_AFTER = re.compile(
    r"(?:['’]s)?,?\s+(?:article|report|piece|story|coverage|review|edition|issue|column|editorial)s?\b", re.I
)


_FUNCTION = frozenset(
    "a an the in on at of to by for and or from with as vs is was did do does has had have were are what who "
    "when where why how which last this next past since until ago happened".split()
)


def cased(text: str) -> str:
    """The text as English rules read it, letter for letter: without case where that tells nothing.

    So IN CAPITALS, and Where Every Word Has One.
    """
    words = re.findall(r"[^\W\d_]+", text)
    long = [word for word in words[1:] if len(word) > 1]
    shouted = len(long) > 1 and all(word.isupper() for word in words)
    small = [word for word in long if word.lower() in _FUNCTION]
    titled = any(word[0].isupper() for word in small) and all(
        word[0].isupper() or (word in _FUNCTION and len(word) < 5) for word in long
    )
    if not shouted and not titled:
        return text
    return "".join(c.lower()[0] for c in text)


@dataclass(frozen=True, slots=True)
class _Found:
    rule: Rule
    match: re.Match[str]
    start: int
    end: int
    window: Window
    sense: Sense

    def seen_from(self, moment: date) -> _Found:
        """The same expression as asked on another day."""
        named = self.rule.resolve(self.match, moment)
        return self if named is None else replace(self, window=named[0], sense=named[1])

    @property
    def names_a_month_first(self) -> bool:
        return self.match.string[self.start].isalpha() and bool(self.match.groupdict().get("m"))

    @property
    def dated(self) -> bool:
        groups = self.match.groupdict()
        return not self.rule.yearless or bool(groups.get("y") or groups.get("ry"))


def read(text: str, moment: date) -> list[Time]:
    """The expressions of time in `text`, in order, as they are meant by someone who asks on day `moment`."""
    rules = [(plain(text), foreign.rules(text)), (cased(text), english.RULES)]
    found = _with_years(_without_weekdays(text, _scan(text, moment, rules)), moment)
    times = [_bounded(text, each, found[i - 1].end if i else 0) for i, each in enumerate(found)]
    return _joined(plain(text), found, times, moment)


def _scan(text: str, moment: date, rules: Sequence[tuple[str, Sequence[Rule]]]) -> list[_Found]:
    """What rules find in the text as they read it, the longest where they overlap, outside of quotations."""
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    every = []
    for as_read, rule in ((as_read, rule) for as_read, several in rules for rule in several):
        for match in rule.pattern.finditer(as_read):
            group = "x" if match.groupdict().get("x") else 0
            start, end = match.span(group)
            if not rule.exact and any(a < start and end < b for a, b in quoted):
                continue
            try:
                named = rule.resolve(match, moment)
            except (ValueError, OverflowError):
                continue  # 31 April
            if named is not None:
                every.append(_Found(rule, match, start, end, *named))
    every.sort(key=lambda each: (each.start - each.end, each.start))
    kept: list[_Found] = []
    for each in every:
        if all(each.end <= other.start or each.start >= other.end for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda each: each.start)


def _without_weekdays(text: str, found: list[_Found]) -> list[_Found]:
    """Without the weekdays of dates: "во вторник, 15 августа 2023 года"."""
    dates = [each for each in found if each.match.groupdict().get("d") and not each.rule.relative]

    def is_of_a_date(each: _Found) -> bool:
        apart = (
            text[min(each.end, day.end) : max(each.start, day.start)]
            for day in dates
            if each.rule.relative and each.match.groupdict().get("w")
        )
        return any(_BESIDE.fullmatch(between) for between in apart)

    return [each for each in found if not is_of_a_date(each)]


def _with_years(found: list[_Found], moment: date) -> list[_Found]:
    """A day without a year is of the year that its company names: "between 3 March and 5 April 2021"."""
    years = [
        each.window.until
        for each in found
        if each.dated
        and each.window.until
        and each.sense in ("event", "published")
        and not each.rule.relative
    ]
    if not years:
        return found
    last = date(max(years).year, 12, 31)
    if last >= moment:
        return found
    return [each if each.dated else _of_year(each, last.year) for each in found]


def _of_year(each: _Found, year: int) -> _Found:
    """The same expression as of a year, not of the next where the question seems to look ahead."""
    seen = [each.seen_from(moment) for moment in (date(year, 12, 31), date(year, 6, 30))]
    return next((s for s in seen if s.window.since and s.window.since.year == year), seen[0])


def _bounded(text: str, each: _Found, after: int) -> Time:
    """An expression with the word that bounds it, looked for in `text[after:]`."""
    plain = Time(each.start, each.end, each.window, each.sense, each.window, each.rule.relative)
    if each.sense == "recent":
        return plain
    if each.sense == "hint" and not each.rule.relative and not _SINCE.search(text[after : each.start]):
        return plain  # "before the 2024 eclipse" says nothing of when it was written
    if each.rule.bounds is not None:
        bound = each.rule.bounds(each.match)
        if bound is None or (each.rule.relative and each.sense == "ahead"):
            return plain
        said, start, end = bound
        apart = (start, end) == (each.start, each.end)
        return _cut(replace(plain, end=end), said, start, apart=apart)
    before = text[after : each.start]
    if (week_of := _WEEK_OF.search(before)) and each.window.since and each.window.since == each.window.until:
        plain = replace(
            plain, start=after + week_of.start(), window=_week_of(week_of.group(1), each.window.since)
        )
        return replace(plain, named=plain.window)
    if each.sense == "event" and (
        _PUBLISHED_BEFORE.search(before)
        or (not each.rule.relative and _PUBLISHED_AFTER.match(text, each.end))
    ):
        plain = replace(plain, sense="published")
    elif each.sense == "event" and each.names_a_month_first and _ADJECTIVE.search(before):
        plain = replace(plain, sense="hint")  # "the January 6, 2021, attack"
    for kind, pattern in _AT_ONCE.items():
        if match := pattern.search(before):
            if match.group().lower().startswith("from") and not _ONWARDS.match(text, each.end):
                continue
            if match.group().lower().startswith("by") and each.sense != "ahead" and each.rule.relative:
                continue
            return _cut(plain, kind, after + match.start())
    if match := _AT_A_DISTANCE.search(before):
        kind = match.group("bound").lower()
        kind = {"prior to": "before", "ahead of": "before", "following": "after"}.get(kind, kind)
        if each.sense in ("event", "published") and not each.rule.relative:
            return _cut(plain, kind, each.start, apart=True)
    return plain


def _week_of(how: str, day: date) -> Window:
    match how.lower():
        case "ending":
            return Window(day - timedelta(6), day)
        case "of":
            return week(day)
    return Window(day, day + timedelta(6))


def _cut(time: Time, kind: str, start: int, *, apart: bool = False) -> Time:
    """A time with one end open.

    Args:
        apart: what bounds isn't the time but a thing that took place somewhen in it.
    """
    since, until = time.window.since, time.window.until
    if apart and since != until:
        kind = {"after": "since", "before": "until"}.get(kind, kind)
    sense = "event" if time.sense in ("hint", "event", "present") else time.sense
    match kind:
        case "since":
            window = Window(since, None)
        case "after":
            window = Window(until or since, None)
        case "before":
            window = Window(None, since - timedelta(1) if since else until)
            sense = "published" if time.sense != "ahead" else "ahead"
        case _:
            window = Window(None, until)
            sense = "published" if time.sense != "ahead" else "ahead"
    return replace(time, start=start, window=window, sense=sense)


def _joined(text: str, found: list[_Found], times: list[Time], moment: date) -> list[Time]:
    """Two that are the ends of one stretch, as one: "between X and Y", "from X to now", "X – Y".

    Args:
        text: as `plain` gives it.
    """
    out: list[Time] = []
    i = 0
    while i < len(found):
        if i + 1 < len(found):
            first, second = found[i], found[i + 1]
            between = text[first.end : second.start]
            opened = _FROM.search(text[: first.start])
            if second.sense == "recent" and _NOW.fullmatch(text[second.start : second.end]):
                second = replace(second, window=Window(moment, moment))
            closed = _closed(text, first, second)
            if closed or (opened and _BETWEEN.fullmatch(between)) or _DASH.fullmatch(between):
                if not first.dated and second.window.until:
                    first = first.seen_from(second.window.until)
                elif not second.dated and first.window.since:
                    second = _next(second, first.window.since)
                since, until = first.window.since, second.window.until
                if since and until and since <= until:
                    whole = Window(since, until)
                    start = opened.start() if opened else first.start
                    sense: Sense = "ahead" if first.sense == "ahead" else "event"
                    out.append(Time(start, closed or second.end, whole, sense, whole, first.rule.relative))
                    i += 2
                    continue
        out.append(times[i])
        i += 1
    return out


def _closed(text: str, first: _Found, second: _Found) -> int | None:
    """Where a stretch ends whose ends are told by what stands behind them; None where it is none."""
    if first.rule.bounds is None or second.rule.bounds is None:
        return None
    between = text[first.end : second.start]
    if (the_two := _THE_TWO.match(text, second.end)) and _BETWEEN.fullmatch(between):
        return the_two.end()
    if _OUT_OF.search(text[first.start : first.end]) and _INTO.fullmatch(between):
        up_to = _UP_TO.match(text, second.end)
        return up_to.end() if up_to else second.end
    return None


def _next(each: _Found, since: date) -> _Found:
    """The same expression, which has no year of its own, as the first of its kind that ends after a day."""
    for year in (since.year, since.year + 1):
        seen = each.seen_from(date(year, 12, 31))
        if seen.window.until and seen.window.until >= since:
            return seen
    return each
