"""The English grammar of time: each rule is a pattern, and what it names seen from the day of asking."""

from __future__ import annotations

import re
from datetime import date

from index.when import dated, relative
from index.when.rule import Named, Resolve, Rule

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?(?!\d|[.,]\d|%)"
_DAYS = rf"{_DAY}(?:\s?(?:-|–|—|to|and)\s?{_DAY})?"
_NTH = r"(?P<nth>\d{1,2})(?:st|nd|rd|th)"
_YEAR = r"(?P<y>(?:19|20)\d\d)(?![\w%-]|[.,]\d)"
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_PART = r"(?:(?P<part>early|mid|late)[ -]|(?:the )?(?P<stage>beginning|start|middle|end) of )"
_SEASON = r"(?P<s>spring|summer|autumn|fall|winter)"
_COUNT = rf"(?:a )?(?P<n>\d{{1,3}}|{'|'.join(sorted(relative.NUMBERS, key=len, reverse=True))})(?: of)?"
_UNIT = r"(?P<unit>hour|day|week|fortnight|month|year|decade)"
_BY = re.compile(
    r"\b(?:by|(?:no|not) later than)(?: the)?\s+(?:(?:beginning|start|middle|end) of\s+)?(?:the\s+)?$", re.I
)
_BY_AT_ITS_HEAD = re.compile(r"by\b", re.I)
_TOLD_BY = re.compile(
    r"\b(?:published|posted|printed|written|reported|said|known|told|announced|confirmed)(?: \w+)?\s+$", re.I
)
_HAD = re.compile(r"\bhad\b(?! to\b)", re.I)


def _rule(
    pattern: str, resolve: Resolve, *, yearless: bool = False, relative: bool = False, exact: bool = False
) -> Rule:
    def by_when(match: re.Match[str], moment: date) -> Named:
        named = resolve(match, moment)
        start = match.start("x" if match.groupdict().get("x") else 0)
        by = _BY.search(match.string, 0, start) or _BY_AT_ITS_HEAD.match(match.string, start)
        if named is None or by is None or named[1] != "event":
            return named
        # What was known by a day was published by it; what is due by it is written about before and after.
        told = _HAD.search(match.string) or _TOLD_BY.search(match.string, 0, by.start())
        return named if told and not relative else (named[0], "hint")

    return Rule(re.compile(pattern, re.IGNORECASE), by_when, yearless, relative, exact)


_PREP = r"in|on|during|since|after|before|until|till|by|from|between|to|through|throughout|and|as of|of"
_M = rf"(?P<m>{_MONTH})"
RULES = (
    _rule(
        r"\b(?P<y>\d{4})[-/](?P<m>\d\d)[-/](?P<d>\d\d)(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?\b",
        dated.iso,
        exact=True,
    ),
    _rule(r"\b((?:19|20)\d\d)-(0[1-9]|1[0-2])\b(?!-)", dated.iso_month),
    _rule(r"\b(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)\b", dated.dotted),
    _rule(r"(?<![\d/])(\d{1,2})/(\d{1,2})/((?:19|20)?\d\d)\b(?!/)", dated.slashed),
    _rule(rf"\b(?P<first>{_MONTH}) ?(?:and|to|-|–|/) ?{_M},? {_YEAR}", dated.two_months),
    _rule(rf"\b(?:{_M}|{_SEASON}) (?:of )?(?P<w>last|this|next) year\b(?!['’])", dated.month_of_year),
    _rule(rf"\b{_SEASON}(?: of)? ((?:19|20)\d\d)[-–/](?:20)?\d\d\b", dated.season_of_two_years),
    _rule(
        r"\b(?:the )?(?P<which>first|second|third|fourth|last|final) "
        r"(?:(?P<n>two|three|four|five|six|seven|eight|nine|ten|\d{1,2}) )?"
        r"(?P<unit>day|week|half|month)s? of "
        rf"(?:{_M}(?:,? {_YEAR})?|(?:the year )?(?P<y2>(?:19|20)\d\d))(?!\w)",
        dated.share,
        yearless=True,
    ),
    _rule(
        rf"\b(?:the )?(?P<which>first|second|third|fourth|last|final) (?P<u>{_WEEKDAY}|weekend)"
        rf" (?:of|in) {_M}(?:,? {_YEAR})?",
        dated.weekday_of_month,
        yearless=True,
    ),
    _rule(
        rf"\b(?:(?:on|since|until|till|before|after|from) (?P<x>the {_NTH}(?: of (?P<w>this|last) month)?)"
        rf"|{_WEEKDAY},? the (?P<nth2>\d{{1,2}})(?:st|nd|rd|th))"
        r"(?![\w'’-]| (?!(?:in|at|and|or|to|by|with|did|was|were|is|has|had|what|who|when|where|about"
        r"|between)\b)[^\W\d_])",
        dated.day_alone,
        relative=True,
    ),
    _rule(
        r"\b(?:on|over|at|during|before|after|since|until|by|around|last|this) (?:the )?"
        r"(?P<x>(?P<f>christmas(?: day| eve)?|boxing day|new year(?:['’]s (?:day|eve))?|halloween"
        r"|valentine['’]s day|novruz))(?! ?(?:[a-z]*ing|tree|market|card|present|party|sale|speech)|['’])\b",
        dated.festival,
        yearless=True,
    ),
    _rule(
        rf"(?<![\d.,$£€])\b(?:{_WEEKDAY},? (?:the )?)?{_DAYS}(?: of)? {_M}(?:,? {_YEAR})?",
        dated.day_month,
        yearless=True,
    ),
    _rule(rf"\b(?:{_WEEKDAY},? )?{_M} (?:the )?{_DAYS}(?:,? {_YEAR})?", dated.month_day, yearless=True),
    _rule(rf"\b{_PART}?{_M}(?: of)?,? {_YEAR}", dated.month_year),
    _rule(
        rf"\b(?P<before>{_PREP}|early|mid|late|(?:the )?(?:beginning|start|middle|end) of)"
        rf"[ -](?P<x>(?:(?:early|mid|late)[ -])?{_M})(?![\w-]| \d| day\b| (?:the )?(?-i:[A-Z]))",
        dated.month_alone,
        yearless=True,
    ),
    _rule(rf"\b(?P<before>last|next|this past|this) {_M}(?![\w-]| \d)", dated.month_alone, yearless=True),
    _rule(
        r"\b(?P<x>(?P<which>(?:in|during|over|of|since|after|before|until|by) the |in |by |since "
        rf"|(?:this|last|next|past) )(?:early |mid-?|late )?{_SEASON}(?:(?: of)?,? {_YEAR})?)\b",
        dated.season,
    ),
    _rule(rf"\b(?P<which>){_SEASON}(?: of)?,? {_YEAR}", dated.season),
    _rule(
        r"\b(?:(?P<q>[QH][1-4])|the (?P<o>first|second|third|fourth|1st|2nd|3rd|4th) (?P<u>quarter|half))"
        rf"(?:(?: of|,|/)? ?{_YEAR}| of (?P<w>this|last) year)?(?! of)(?!\w)",
        dated.quarter,
    ),
    _rule(r"\b(?P<y>(?:19|20)\d\d)[ /-]?(?P<q>[QH][1-4])(?!\w)", dated.quarter),
    _rule(rf"^\W*(?P<x>(?P<before>){_M})\W*$", dated.month_alone, yearless=True),
    _rule(rf"^\W*(?P<prep>)(?P<x>{_YEAR})\W*$", dated.year),
    _rule(rf"\b(?P<prep>{_PREP}) (?:the year )?(?P<x>{_PART}?{_YEAR})", dated.year),
    _rule(rf"\b(?P<prep>){_PART}{_YEAR}", dated.year),
    _rule(rf"\b{_YEAR}", dated.year_bare),
    _rule(r"\b(?P<y>(?:19|20)\d\d)\s?[-–—/]\s?(?P<to>(?:19|20)\d\d|\d\d)\b(?![-/])", dated.years),
    _rule(
        r"\bthe (?P<stage>beginning|start|middle|end) of (?P<which>the|this|last|next) "
        r"(?P<unit>year|month|week|quarter)\b",
        relative.end_of,
        relative=True,
    ),
    _rule(r"\b(?:the |in the )(?:early |mid-?|late )?((?:19|20)\d0|[2-9]0)s\b", dated.decade),
    _rule(
        r"\b(?:(?P<prep>on|by|since|until|till|before|after|from|between|and) )?"
        r"(?P<x>(?:(?P<lead>last|this past|this|next|coming|past|late|early) )?"
        r"(?P<d>(?P<w>Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)(?P<p>['’]s)?"
        r"(?: (?P<time>(?-i:morning|afternoon|evening|night)))?)\b",
        relative.weekday,
        relative=True,
    ),
    _rule(
        r"\b(?:the day before yesterday|the day after tomorrow|yesterday|today|tonight|tomorrow|last night"
        r"|this (?:morning|afternoon|evening))\b",
        relative.near_day,
        relative=True,
    ),
    _rule(
        r"\b(?:(?P<part>earlier|later|early|mid|late|so far) )?(?:the )?"
        r"(?P<which>last|this|next|past|previous|coming|current) "
        r"(?P<unit>week|weekend|fortnight|month|quarter|year|decade)(?P<p>['’]s)?\b(?! tonight\b)",
        relative.stretch,
        relative=True,
    ),
    _rule(r"\b(?:over|at|on|during) the weekend\b", relative.the_weekend, relative=True),
    _rule(
        rf"\b(?:in |over |during |within )?(?:the )?(?:last|past|previous) {_COUNT} {_UNIT}s\b",
        relative.span,
        relative=True,
    ),
    _rule(rf"\b(?:{_COUNT}|(?P<half>half an?)) {_UNIT}s? ago\b", relative.ago, relative=True),
    _rule(rf"\b{_COUNT} (?P<d>{_WEEKDAY})s ago\b", relative.weekdays_ago, relative=True),
    _rule(r"\bthe (?P<unit>week|weekend|month|year) before last\b", relative.before_last, relative=True),
    _rule(r"\bthis time last (?P<unit>week|month|year)\b", relative.this_time, relative=True),
    _rule(
        r"\b(?:in |over |for |during )?(?:(?:the )?(?:last|past)|recent)"
        r" (?P<unit>hour|day|week|month|year)s\b(?! of\b)"
        r"|\b(?:in |within |over )?the (?:last|past) hour\b",
        relative.lately,
        relative=True,
    ),
    _rule(
        r"\b(?:latest|newest|most recent(?:ly)?|recent(?:ly)?|right now|now|currently|current|at the moment"
        r"|these days|so far|up to date)\b",
        relative.now,
        relative=True,
    ),
)
