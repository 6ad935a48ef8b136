"""One story, several outlets: finding the articles that print the same text, edited or shortened.

MinHash finds candidates among any number of articles; the texts themselves decide.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Protocol

from index.article import Version, day_number
from index.text import fold
from ingest.signature import SHINGLE, tokens

MAX_DAYS = 7
"""Between two printings of one story."""
_ALIKE, _CONTAINED = 0.6, 0.72
_SHORT = 80
"""Words below which a single other number or name makes it another note of the same shape."""
_NOTE = 40
"""Words below which one outlet's same words on another day are another day's note."""
_MAX_COMPARED = 1500
_TOKEN = re.compile(r"\w+(?:[.,]\d+)*")
_DATELINE = re.compile(r"\s*\w[^.!?,\n]{2,40},[^!?\n]{2,40}?\s[-–—]+\s(?=\S)")


class Known(Protocol):
    """The part of `index.ledger.Writer` that finding a story needs."""

    def candidates(self, bands: Sequence[int]) -> list[str]: ...

    def version(self, id: str) -> Version | None: ...  # noqa: A002


def find(
    known: Known,
    bands: Sequence[int],
    text: str,
    dated: str | None,
    article: str,
    publisher: str | None = None,
    limit: int = 40,
) -> Version | None:
    """The version that `text` is most plainly a printing of; None where it stands alone.

    `dated` is when the text was published and `publisher` by whom, `article` the id of its own article,
    which is passed over.
    """
    best: tuple[float, Version] | None = None
    candidates = known.candidates(bands)[:limit]
    is_note = bool(candidates) and len(tokens(text)) < _NOTE
    for id_ in candidates:
        other = known.version(id_)
        if other is None or other.article == article or _days_apart(dated, other.published) > MAX_DAYS:
            continue
        if is_note and publisher and publisher == other.publisher and _days_apart(dated, other.published):
            continue  # `Fed sets 1.5 billion dlrs of repurchases`, word for word, as every day
        alike = same_story(text, other.text)
        if alike and (best is None or alike > best[0]):
            best = (alike, other)
    return best[1] if best else None


def same_story(a: str, b: str) -> float:
    """How alike two texts are, 0 to 1, where one is a printing of the other; 0 where it isn't."""
    first, second = tokens(a), tokens(b)
    ours, theirs = _shingles(first), _shingles(second)
    shared, smaller = len(ours & theirs), min(len(ours), len(theirs))
    if not shared or not smaller:
        return 0.0
    alike = shared / len(ours | theirs)
    contained = shared / smaller
    if alike < _ALIKE and (contained < _CONTAINED or smaller < 40):
        return 0.0
    return 0.0 if _is_another_note(a, b) else max(alike, contained * 0.9)


def _is_another_note(a: str, b: str) -> bool:
    """Exchange rates, weather, tremors: the same sentences with other numbers and names are other news."""
    first, second = _words_after_dateline(a), _words_after_dateline(b)
    length = min(len(first), len(second))
    matcher = difflib.SequenceMatcher(
        None, [fold(t) for t in first], [fold(t) for t in second], autojunk=False
    )
    numbers = names = 0
    for kind, i, j, k, l in matcher.get_opcodes():  # noqa: E741
        if kind != "replace":
            continue
        before, after = first[i:j], second[k:l]
        numbers += _differ([t for t in before if t[0].isdigit()], [t for t in after if t[0].isdigit()])
        if j - i == l - k or length < _SHORT:
            names += _differ([t for t in before if t[0].isupper()], [t for t in after if t[0].isupper()])
    if length < _SHORT:
        return numbers > 0 or names > 0
    return numbers > 1 + length // 150


def _words_after_dateline(text: str) -> list[str]:
    """Of `LONDON, March 11 (MWS) - …`, repeated overnight, only the place and day differ."""
    head = _DATELINE.match(text)
    return _TOKEN.findall(text[head.end() if head else 0 :])[:_MAX_COMPARED]


def _differ(before: list[str], after: list[str]) -> bool:
    """Whether both sides have some and none in common; `Nov` and `November` are one."""
    ours, theirs = [fold(t) for t in before], [fold(t) for t in after]
    if not ours or not theirs:
        return False
    return not any(x.startswith(y) or y.startswith(x) for x in ours for y in theirs)


def _shingles(words: list[str]) -> set[tuple[str, ...]]:
    return set(zip(*(words[i:] for i in range(SHINGLE)), strict=False))


def _days_apart(a: str | None, b: str | None) -> int:
    first, second = day_number(a), day_number(b)
    return 0 if first is None or second is None else abs(first - second)
