"""How well a user's own questions find their passages."""

from __future__ import annotations

import csv
import io
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.evaluate.expected import Expected, read
from index.text import words

if TYPE_CHECKING:
    from index.article import Hit
    from index.search import Index

KS = (1, 3, 5, 10, 20)
CONTEXTS = (200, 700, 2000)
"""Words of what is found first: what a language model would be given."""
DEPTH = 50
"""Hits asked for: 2,000 words are 11 passages or more."""
_MRR = 10


@dataclass(frozen=True, slots=True)
class Result:
    expected: Expected
    rank: int | None
    """Of the first right passage, from 1; None when none of those found is."""
    words_before: int | None
    """Words of context up to the end of the answer's; None when they aren't there, or none are given."""
    hits: tuple[Hit, ...]
    seconds: float
    degraded: str | None

    @property
    def right(self) -> Hit | None:
        return self.hits[self.rank - 1] if self.rank else None


@dataclass(frozen=True, slots=True)
class Retrieval:
    results: tuple[Result, ...]
    unanswerable: int = 0
    """Lines left out, as the file says that they have no answer."""

    def recall(self, k: int) -> float:
        """Share of the questions with a right passage among the first k."""
        return self._share(r.rank is not None and r.rank <= k for r in self.results)

    @property
    def mrr(self) -> float:
        """Mean over the questions of 1 / rank, 0 where the rank is above 10."""
        return statistics.fmean(1 / r.rank if r.rank and r.rank <= _MRR else 0.0 for r in self.results)

    def in_context(self, size: int) -> float | None:
        """Share of the questions with answer's words whose words stand in the first `size` words; None
        where no question has any."""
        with_words = [r for r in self.results if r.expected.words]
        if not with_words:
            return None
        return self._share(r.words_before is not None and r.words_before <= size for r in with_words)

    @property
    def misses(self) -> list[Result]:
        return [result for result in self.results if result.rank is None or result.rank > _MRR]

    @staticmethod
    def _share(these: Iterator[bool]) -> float:
        return statistics.fmean(float(one) for one in these)

    def as_json(self) -> dict[str, object]:
        seconds = sorted(result.seconds for result in self.results)
        return {
            "questions": len(self.results),
            "unanswerable": self.unanswerable,
            "mrr10": round(self.mrr, 4),
            "recall": {str(k): round(self.recall(k), 4) for k in KS},
            "words_in_context": {
                str(size): None if (share := self.in_context(size)) is None else round(share, 4)
                for size in CONTEXTS
            },
            "seconds_median": round(statistics.median(seconds), 4),
            "degraded": next((r.degraded for r in self.results if r.degraded), None),
            "results": [
                {
                    "id": r.expected.id,
                    "question": r.expected.question,
                    "rank": r.rank,
                    "words_before": r.words_before,
                    "article": r.right.article if r.right else None,
                }
                for r in self.results
            ],
        }

    def as_csv(self) -> str:
        """A row a question."""
        out = io.StringIO()
        table = csv.writer(out, lineterminator="\n")
        table.writerow(
            ("id", "question", "rank", "reciprocal rank", "words before", "found", "first instead")
        )
        for r in self.results:
            reciprocal = f"{1 / r.rank:.4f}" if r.rank and r.rank <= _MRR else "0"
            right = r.right.title if r.right else ""
            instead = r.hits[0].title if r.hits and r.rank != 1 else ""
            row = (r.expected.id, r.expected.question, r.rank or "", reciprocal, r.words_before or "")
            table.writerow((*row, right, instead))
        return out.getvalue()


def measure(index: Index, file: Path, say: Callable[[str], None] = lambda line: None) -> Retrieval:
    """Searches for every question of a file; `say` is told how far it has come. DatelineError when the file
    holds none, or the archive can't be read."""
    from index.query import parse

    expected, unanswerable = read(file)
    results = []
    index.warm()
    for number, one in enumerate(expected, 1):
        say(f"Question {number} of {len(expected)}")
        query = parse(one.question, one.window, one.as_of, one.publishers, known=index.known())
        began = time.perf_counter()
        found = index.search(query, DEPTH)
        seconds = time.perf_counter() - began
        results.append(
            Result(
                expected=one,
                rank=_rank(index, one, found.hits),
                words_before=_words_before(one, found.hits) if one.words else None,
                hits=found.hits,
                seconds=seconds,
                degraded=found.degraded,
            )
        )
    return Retrieval(tuple(results), unanswerable)


def _rank(index: Index, expected: Expected, hits: Sequence[Hit]) -> int | None:
    for rank, hit in enumerate(hits, 1):
        if _is_of(index, expected, hit) if expected.articles else _holds(expected, words(hit.text)):
            return rank
    return None


def _is_of(index: Index, expected: Expected, hit: Hit) -> bool:
    """Whether the hit is of an article expected, or is the copy of its story that was shown for it."""
    if _names(expected, hit.article, hit.url, hit.origin, hit.title):
        return True
    if len(hit.outlets) < 2:
        return False
    copies = index.ledger.copies(hit.article)
    return any(_names(expected, copy.id, copy.url, copy.origin, None) for copy in copies)


def _names(expected: Expected, article: str, url: str | None, origin: str, title: str | None) -> bool:
    titled = " ".join(words(title)) if title else None
    return any(
        one in (article, url, origin)
        or one.partition("@")[0] == article
        or origin.endswith(f"/{one}")
        or (titled is not None and titled == " ".join(words(one)))
        for one in expected.articles
    )


def _holds(expected: Expected, found: Sequence[str]) -> bool:
    return _end_of_words(expected, found) is not None


def _words_before(expected: Expected, hits: Sequence[Hit]) -> int | None:
    """Words up to the end of the answer's words, in the first passage that holds them."""
    before = 0
    for hit in hits:
        found = words(hit.text)
        end = _end_of_words(expected, found)
        if end is not None:
            return before + end
        before += len(found)
    return None


def _end_of_words(expected: Expected, found: Sequence[str]) -> int | None:
    """How many words it takes until of each group one stands there; None when it never does."""
    ends = []
    for group in expected.words:
        places = [end for one in group if (end := _end_of(words(one), found)) is not None]
        if not places:
            return None
        ends.append(min(places))
    return max(ends, default=None)


def _end_of(wanted: Sequence[str], found: Sequence[str]) -> int | None:
    for at in range(len(found) - len(wanted) + 1):
        if wanted and found[at : at + len(wanted)] == wanted:
            return at + len(wanted)
    return None
