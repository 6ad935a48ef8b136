"""One story, several outlets: finding the articles that print the same text, edited or shortened.

MinHash finds candidates among any number of articles; the texts themselves decide.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Protocol

from index.article import Version, day_number
from index.text import fold

if TYPE_CHECKING:
    from datasketch import MinHash

PERMUTATIONS = 128
BANDS = 32
"""Of four numbers each: texts that share half their shingles meet in one of them with a chance of 87 %,
those that share seven tenths with 99.9 %."""
SHINGLE = 5
"""Words that a shingle is made of."""
MAX_DAYS = 7
"""Between two printings of one story."""
MIN_WORDS = 12
_ALIKE, _CONTAINED = 0.6, 0.72
_SHORT = 80
"""Words below which a single other number or name makes it another note of the same shape."""
_HEADLINE = 4
"""Words of a headline that isn't one of many (`Weather`, `Hog prices`)."""
_NOTE = 40
"""Words below which one outlet's same words on another day are another day's note."""
_MAX_COMPARED = 1500
_TOKEN = re.compile(r"\w+(?:[.,]\d+)*")
_DATELINE = re.compile(r"\s*\w[^.!?,\n]{2,40},[^!?\n]{2,40}?\s[-–—]+\s(?=\S)")


@dataclass(frozen=True, slots=True)
class Signature:
    minhash: bytes
    bands: list[bytes]
    """Eight bytes each; two texts that share one at the same place are compared."""


class Known(Protocol):
    """The part of `index.ledger.Writer` that finding a story needs."""

    def candidates(self, bands: list[bytes]) -> list[str]: ...

    def version(self, id: str) -> Version | None: ...  # noqa: A002


def signature(text: str, title: str = "") -> Signature | None:
    """None for a text too short to tell. Equal headlines meet too: of a story that was cut to a third,
    few bands are left."""
    shingles = set(_written(_tokens(text)))
    if len(shingles) < MIN_WORDS - SHINGLE + 1:
        return None
    import numpy as np

    minhash = _empty().copy()
    sha1 = hashlib.sha1
    digests = b"".join([sha1(shingle).digest()[:4] for shingle in shingles])
    minhash.update_batch(np.frombuffer(digests, dtype="<u4").tolist())
    values = np.asarray(minhash.hashvalues, dtype="<u8")
    rows = values.reshape(BANDS, PERMUTATIONS // BANDS)
    bands = [hashlib.blake2b(row.tobytes(), digest_size=8).digest() for row in rows]
    headline = _tokens(title)
    if len(headline) >= _HEADLINE:
        bands.append(hashlib.blake2b(" ".join(headline).encode(), digest_size=8).digest())
    return Signature(values.astype("<u4").tobytes(), bands)


@cache
def _empty() -> MinHash:
    """Takes shingles that are hashed already: by its own way, one by one, that takes three times as long."""
    from datasketch import MinHash

    return MinHash(num_perm=PERMUTATIONS, seed=1, scheme="affine32", hashfunc=int)


def _written(tokens: list[str]) -> list[bytes]:
    """The shingles with spaces between their words, in UTF-8."""
    import numpy as np

    joined = " ".join(tokens).encode()
    spaces = np.flatnonzero(np.frombuffer(joined, dtype=np.uint8) == ord(" "))
    ends = [*spaces.tolist(), len(joined)][SHINGLE - 1 :]
    starts = [0, *(spaces + 1).tolist()]
    return [joined[start:end] for start, end in zip(starts, ends, strict=False)]


def find(
    known: Known,
    found: Signature,
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
    candidates = known.candidates(found.bands)[:limit]
    is_note = bool(candidates) and len(_tokens(text)) < _NOTE
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
    first, second = _tokens(a), _tokens(b)
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


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(fold(text))


def _shingles(tokens: list[str]) -> set[tuple[str, ...]]:
    return {tuple(tokens[i : i + SHINGLE]) for i in range(len(tokens) - SHINGLE + 1)}


def _days_apart(a: str | None, b: str | None) -> int:
    first, second = day_number(a), day_number(b)
    return 0 if first is None or second is None else abs(first - second)
