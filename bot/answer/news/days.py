"""Which day "Friday" was: the days that a sentence of an article counts from its day of publication.

The grammar of index.when reads questions, which look back. An article's weekday lies ahead where its verb
does, so weekdays are resolved here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from bot.answer.news.types import Day
from bot.answer.news.words import listed, pattern
from index import when
from index.article import Window
from index.text import fold, sentences, words
from index.when import Time
from index.when import calendar as cal

LOOK_BACK = 3  # sentences in which "the day before" may find the day that it counts from
MOST_DAYS = 370  # a longer stretch helps nobody to a date

_WEEKDAYS = {d: n for n, d in enumerate("Mon Tues Wednes Thurs Fri Satur Sun".split())}
_WEEKDAY = re.compile(
    r"\b(?:(?P<lead>last|next|this past|this coming|this|past|coming|previous)\s+)?"
    r"(?P<x>(?P<w>Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?:['’]s\b)?"
    r"(?:\s+(?:morning|afternoon|evening|night)(?:['’]s\b)?)?)\b"
    r"(?:\s+(?:of\s+)?(?P<of>last|this|next)\s+week\b)?"
)
_DATE_FOLLOWS = re.compile(r"\s*[,(]?\s*(?:the\s+)?(?:\d{1,2}(?:st|nd|rd|th)?\b|[A-Z][a-z]{2,8}\.?\s+\d)")
_ORDINAL = re.compile(r"\bon (?P<x>the (?P<d>\d{1,2})(?:st|nd|rd|th))\b")
_NO_NOUN_FOLLOWS = re.compile(
    r"\s*(?:[.,;:!?)\]—–-]|$)|\s+(?:and|but|in|at|by|to|with|for|when|after|before|as|because|while|that|from"
    r"|over|he|she|it|they|we|a|an|the|its|his|her|their)\b"
)
_OPEN = '“"‘'
_QUOTE = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|«[^»]*(?:»|$)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_ROLLING = re.compile(r"(?:the|in|over|within|during)\b.*\b(?:next|past|last|coming)\b", re.I)
_NAMES = frozenset({"PERSON", "WORK_OF_ART", "ORG", "PRODUCT", "FAC"})
_BEFORE = re.compile(r"\b(by|until|till|before|ahead of|through)\s+(?:the\s+)?$", re.I)


def days(
    text: str, start: int, end: int, published: date, language: str | None = "en", doc: Any = None
) -> tuple[Day, ...]:
    """The days in `text[start:end]`, a sentence, that need the day of publication to be understood, in order.

    Args:
        doc: the sentence parsed, where it has been: whether a weekday lies ahead is better told by it.
    """
    sentence = text[start:end]
    found = _read(sentence, published, language, doc)
    found += _narrated(text, start, end, published, language, found)
    kept: list[tuple[int, int, Window]] = []
    for each in sorted(found, key=lambda f: (f[0] - f[1], f[0])):
        if all(each[1] <= a or each[0] >= b for a, b, _ in kept):
            kept.append(each)
    kept = [(a, a + len(sentence[a:b].rstrip(" .,")), window) for a, b, window in sorted(kept)]
    return tuple(Day(start + a, start + b, sentence[a:b], window) for a, b, window in kept)


def every_time(
    sentence: str, published: date, language: str | None = "en", doc: Any = None
) -> list[tuple[int, int, Window]]:
    """Every stretch of days that a sentence names, dates with a year among them: start, end, days."""
    found = _read(sentence, published, language, doc)
    for time in when.read(sentence, published):
        bare = time.sense in ("recent", "hint") or not (time.named.since and time.named.until)
        if not bare and not _overlaps(time.start, time.end, found):
            window = _nearest_year(time, published) if not time.relative else time.named
            found.append((time.start, time.end, window))
    return sorted(found, key=lambda f: f[0])


def lies_ahead(sentence: str, at: int, language: str | None, doc: Any) -> bool:
    """Whether the day named at `sentence[at:]` is, by its verb, still to come."""
    if language in (None, "en"):
        return _ahead(doc, at) if doc is not None else _looks_ahead(sentence, at)
    future = pattern("days", language, "ahead")
    return future is not None and future.search(sentence) is not None


def _read(sentence: str, published: date, language: str | None, doc: Any) -> list[tuple[int, int, Window]]:
    quoted = [m.span() for m in _QUOTE.finditer(sentence)]
    english = language in (None, "en")
    found = _weekdays(sentence, published, language, doc) if english else []
    found += _ordinals(sentence, published, language, doc)
    shifted = {} if english else {(t.start, t.end): t.named for t in when.read(sentence, published + cal.DAY)}
    for time in when.read(sentence, published):
        if time.sense in ("recent", "hint") or not (time.named.since and time.named.until):
            continue
        if (time.relative or time.start) and _overlaps(time.start, time.end, found) and time.relative:
            continue
        if time.relative and english and _ROLLING.match(sentence, time.start, time.end):
            continue  # "the next week" is seven days from then
        if time.relative:
            if any(a < time.start and time.end <= b for a, b in quoted):
                continue  # "today" in somebody's mouth was another day
            window = _whole(sentence[time.start : time.end], time, published)
            weekday = not english and _is_weekday(time, shifted)
            if weekday and lies_ahead(sentence, time.start, language, doc):
                window = _a_week_on(window)
        elif _YEAR.search(sentence, time.start, time.end):
            found = [f for f in found if f[1] <= time.start or f[0] >= time.end]
            continue
        else:
            found = [f for f in found if f[1] <= time.start or f[0] >= time.end]
            window = _nearest_year(time, published)
            if window.since and window.since.year == published.year:
                continue
        if window.since and window.until and (window.until - window.since).days <= MOST_DAYS:
            found.append((time.start, time.end, window))
    return found


def _weekdays(
    sentence: str, published: date, language: str | None, doc: Any
) -> list[tuple[int, int, Window]]:
    out = []
    for match in _WEEKDAY.finditer(sentence):
        before, after = sentence[: match.start()], sentence[match.end() :]
        last = words(before[-20:])[-1:]
        follows = " ".join(words(after[:24]))
        if not match["lead"] and last and last[0] in listed("days", "en", "names"):
            continue
        if any(follows == p or follows.startswith(p + " ") for p in listed("days", "en", "papers")):
            continue
        if doc is not None and _is_name(doc, match.start("x")):
            continue
        if before[-1:] in _OPEN and after[:1] in ",.”\"’'":
            continue  # “Wednesday,” is a title
        if _DATE_FOLLOWS.match(after) or re.search(r"\bweek (?:from|ago)\s+$", before):
            continue
        number = _WEEKDAYS[match["w"]]
        lead, week = (match["lead"] or "").lower(), (match["of"] or "").lower()
        if week:
            monday = published - published.weekday() * cal.DAY
            day = monday + (number + {"last": -7, "this": 0, "next": 7}[week]) * cal.DAY
        elif lead in ("last", "past", "this past", "previous"):
            day = cal.latest_weekday(published, number, today_counts=False)
        elif lead == "next":
            day = cal.next_weekday(published, number)
            if day - published <= timedelta(6 - published.weekday()):
                day += 7 * cal.DAY  # this week's would be "this Friday"
        elif lead in ("this", "coming", "this coming") or lies_ahead(
            sentence, match.start("x"), language, doc
        ):
            day = published + ((number - published.weekday()) % 7) * cal.DAY
        else:
            day = cal.latest_weekday(published, number)
            if published - day == timedelta(6):
                # Nobody writes so of a day almost a week ago: the page is a day younger than its date.
                day = published + cal.DAY
        out.append((match.start(), match.end(), cal.one(day)))
    return out


def _is_name(doc: Any, at: int) -> bool:
    """Whether the grammar takes the word at this place for a name: Wednesday Addams."""
    token = next((t for t in doc if t.idx == at), None)
    return token is not None and token.ent_type_ in _NAMES


def _ordinals(
    sentence: str, published: date, language: str | None, doc: Any
) -> list[tuple[int, int, Window]]:
    """On the 5th: of which month."""
    out = []
    for match in _ORDINAL.finditer(sentence):
        if not _NO_NOUN_FOLLOWS.match(sentence, match.end()):
            continue
        ahead = lies_ahead(sentence, match.start("x"), language, doc)
        first = published.replace(day=1)
        months = (0, 1, 2) if ahead else (0, -1, -2)
        for step in months:
            month = cal.month_before(first, -step).since
            try:
                day = month.replace(day=int(match["d"])) if month else None
            except ValueError:
                continue
            if day and (day >= published if ahead else day <= published):
                out.append((match.start("x"), match.end("x"), cal.one(day)))
                break
    return out


def _narrated(
    text: str,
    start: int,
    end: int,
    published: date,
    language: str | None,
    found: Sequence[tuple[int, int, Window]],
) -> list[tuple[int, int, Window]]:
    """ "The day before": before the day that the article named last."""
    if language not in (None, "en"):
        return []
    out: list[tuple[int, int, Window]] = []
    sentence = text[start:end]
    lowered = sentence.lower()
    for name, step in (("before", -1), ("after", 1), ("same", 0)):
        for phrase in listed("days", "en", name):
            at = lowered.find(phrase)
            if len(lowered) != len(sentence) or at < 0 or (at and sentence[at - 1].isalnum()):
                continue
            if not _NO_NOUN_FOLLOWS.match(sentence, at + len(phrase)):
                continue
            anchor = _anchor(text, start, at, published, language)
            if anchor is not None:
                out.append((at, at + len(phrase), cal.one(anchor + step * cal.DAY)))
    return out


def _anchor(text: str, start: int, at: int, published: date, language: str | None) -> date | None:
    """The single day named last before `text[start + at:]`."""
    here = [w for a, b, w in every_time(text[start : start + at], published, language) if w.since == w.until]
    if here:
        return here[-1].since
    begin = max(0, start - 2000)
    for a, b in reversed(sentences(text[begin:start])[-LOOK_BACK:]):
        named = [w for _, _, w in every_time(text[begin + a : begin + b], published, language)]
        if named:
            return named[-1].since if named[-1].since == named[-1].until else None
    return None


def _whole(expression: str, time: Time, published: date) -> Window:
    """This week is all of it, not what was over when the article came out."""
    if time.sense != "present":
        return time.named
    named = fold(expression)
    for unit, window in (
        ("week", cal.week(published)),
        ("month", cal.month_before(published, 0)),
        ("year", cal.years(published.year, published.year)),
    ):
        if unit in named and "weekend" not in named and time.named.since == window.since:
            return window
    return time.named


def _nearest_year(time: Time, published: date) -> Window:
    """A date without a year is of the nearest: "5 January" in December is the next."""
    since, until = time.named.since, time.named.until
    if since is None or until is None or until - since > timedelta(7):
        return time.named
    choices = []
    for year in (since.year - 1, since.year, since.year + 1):
        try:
            first = since.replace(year=year)
        except ValueError:
            continue
        choices.append((abs((first - published).days), Window(first, first + (until - since))))
    return min(choices, key=lambda c: c[0])[1]


def _is_weekday(time: Time, shifted: dict[tuple[int, int], Window]) -> bool:
    """A weekday stays the same day when it is read a day later; "yesterday" does not."""
    later = shifted.get((time.start, time.end))
    if (
        later is None
        or time.named.since is None
        or later.since is None
        or time.named.since != time.named.until
    ):
        return False
    return (later.since - time.named.since).days % 7 == 0


def _a_week_on(window: Window) -> Window:
    assert window.since is not None and window.until is not None
    return Window(window.since + timedelta(7), window.until + timedelta(7))


def _overlaps(start: int, end: int, found: Iterable[tuple[int, int, Window]]) -> bool:
    return any(start < b and a < end for a, b, _ in found)


def _ahead(doc: Any, at: int) -> bool:
    token = next((t for t in doc if t.idx <= at < t.idx + len(t.text_with_ws)), None)
    if token is None:
        return False
    verbs, planned = listed("days", "en", "ahead_verbs"), tuple(listed("days", "en", "ahead_words"))
    says = listed("said", "en", "verbs")
    bounded = _BEFORE.search(doc.text[:at])
    if " ".join(words(doc.text[max(0, at - 12) : at])[-2:]).endswith(tuple(listed("days", "en", "starts"))):
        return any(t.lower_ in verbs for t in doc)
    while token.head != token:
        if token.pos_ in ("NOUN", "PROPN", "ADJ") and any(
            c.lemma_.lower().startswith(planned) and c.dep_ in ("amod", "acl") for c in token.children
        ):
            return True
        token = token.head
        lemma = token.lemma_.lower()
        if lemma.startswith(planned):
            return True
        if token.pos_ not in ("VERB", "AUX"):
            continue
        helpers = {c.lower_ for c in token.children if c.dep_ in ("aux", "auxpass")}
        if helpers & verbs and "have" not in helpers:
            return True
        if "to" in helpers and "have" not in helpers:
            above = token.head
            return (
                above.lemma_.lower().startswith(planned)
                or above.tag_ in ("VBZ", "VBP", "MD", "VB")
                or (bounded is not None)
                or _ahead_above(above, verbs)
            )
        if token.tag_ in ("VBZ", "VBP") and lemma not in says and not helpers & {"has", "have"}:
            return True
        if token.tag_ == "VBG" and any(
            c.lower_ in ("is", "are", "'s", "’s", "’re", "'re") for c in token.children
        ):
            return True
        if token.tag_ != "VBG" or token.dep_ not in ("pcomp", "advcl", "acl"):
            return bounded is not None and bounded[1].lower() in ("until", "till", "before", "ahead of")
    return False


def _ahead_above(token: Any, verbs: frozenset[str]) -> bool:
    return any(c.lower_ in verbs for c in token.children)


def _looks_ahead(sentence: str, at: int) -> bool:
    near = words(sentence[max(0, at - 80) : at])
    told = listed("days", "en", "ahead_verbs")
    return any(w in told for w in near[-8:]) or any(
        w.startswith(tuple(listed("days", "en", "ahead_words"))) for w in near[-4:]
    )
