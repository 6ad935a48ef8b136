"""What a question may be answered from, of a million passages in milliseconds: a row a version, in memory.

Read whole once, 0.4 s at a million passages, and from then on only what a commit brought.
"""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.allowed import Allowed
from index.errors import LedgerError
from index.ledger.selection import days
from index.narrow import Narrow
from index.text import fold

if TYPE_CHECKING:
    from index.ledger.ledger import Ledger

Whole = NDArray[np.int64]
_NEVER = np.iinfo(np.int64).min
"""Day of what is undated."""
_VERSIONS = (
    "SELECT v.id, v.article, v.day, v.published_day, v.publisher, v.superseded_by IS NULL "
    "FROM versions v INDEXED BY versions_chosen"
)
"""In the order of an article's versions, as the index has them."""
_RUNS = "SELECT version, min(id), max(id), count(*) FROM passages WHERE id > ? GROUP BY version"


class _Names:
    """Names as small numbers; 0 is none."""

    def __init__(self) -> None:
        self._numbers: dict[str | None, int] = {None: 0}
        self._folded: dict[str, list[int]] = {}

    def number(self, name: str | None) -> int:
        found = self._numbers.get(name)
        if found is None:
            assert name is not None
            found = self._numbers[name] = len(self._numbers)
            self._folded.setdefault(fold(name).strip(), []).append(found)
        return found

    def chosen(self, names: tuple[str, ...], column: Whole) -> NDArray[np.bool_]:
        """Which of the column's numbers go by one of these names."""
        is_wanted = np.zeros(len(self._numbers), dtype=np.bool_)
        for name in names:
            is_wanted[self._folded.get(fold(name).strip(), [])] = True
        return np.asarray(is_wanted[column])


class Catalogue:
    """The versions of a ledger, ready to be chosen from. Thread-safe; always as of the last commit."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._state: tuple[str, int] | None = None
        self._withdrawn: tuple[Any, ...] = ()

    def allowed(self, narrow: Narrow) -> Allowed | None:
        """Passages that a question so narrowed may be answered from; None is all of them.

        Undated articles are left out when there is a window or a day.
        """
        if not narrow:
            return None
        with self._lock:
            self._refresh()
            return self._passages(self._choose(narrow))

    # --- choosing ---

    def _choose(self, narrow: Narrow) -> NDArray[np.bool_]:
        """Which versions: at most one an article."""
        if narrow.as_of is None:
            chosen = self._current
        else:
            eligible = np.flatnonzero((self._day != _NEVER) & (self._day <= days(narrow.as_of)))
            # Rows are in the order of their numbers: of an article's eligible ones the last is the latest.
            last = np.full(len(self._articles), -1)
            last[self._article[eligible]] = eligible
            chosen = np.zeros(len(self._day), dtype=np.bool_)
            chosen[last[last >= 0]] = True
        since, until = narrow.window.since, narrow.window.until
        if since is not None:
            chosen = chosen & (self._published >= days(since))
        if until is not None:
            chosen = chosen & (self._published <= days(until)) & (self._published != _NEVER)
        if narrow.publishers:
            chosen = chosen & self._publishers.chosen(narrow.publishers, self._publisher)
        if narrow.left_out:
            chosen = chosen & ~self._publishers.chosen(narrow.left_out, self._publisher)
        if narrow.authors or narrow.languages:
            authors, author, languages, language = self._by_whom()
            if narrow.authors:
                chosen = chosen & authors.chosen(narrow.authors, author)
            if narrow.languages:
                chosen = chosen & languages.chosen(narrow.languages, language)
        return chosen

    def _passages(self, chosen: NDArray[np.bool_]) -> Allowed:
        """A version's passages come in at once, so their ids follow one another."""
        has_any = chosen & (self._count > 0)
        first, count = self._first[has_any], self._count[has_any]
        ends = np.zeros(self._last + 2, dtype=np.int8)
        ends[first] += 1
        ends[first + count] -= 1
        return Allowed.of_mask(np.cumsum(ends[:-1], dtype=np.int8).astype(np.bool_))

    # --- reading ---

    def _refresh(self) -> None:
        state = self._ledger.state()
        if state == self._state:
            return
        withdrawn = tuple(
            self._ask("SELECT count(*), max(at), count(restored), max(restored) FROM withdrawn")[0]
        )
        is_known = self._state is not None and state[0] == self._state[0] and state[1] > self._state[1]
        if not (is_known and withdrawn == self._withdrawn and self._read_on()):
            self._read_all()
        self._state, self._withdrawn = state, withdrawn

    def _read_all(self) -> None:
        self._publishers, self._articles = _Names(), dict[str, int]()
        self._rows: dict[str, int] = {}
        self._whom: tuple[_Names, Whole, _Names, Whole] | None = None
        self._last = 0
        self._article = self._day = self._published = self._publisher = np.empty(0, dtype=np.int64)
        self._first = self._count = np.empty(0, dtype=np.int64)
        self._current = np.empty(0, dtype=np.bool_)
        self._take(self._ask(f"{_VERSIONS} ORDER BY v.article, v.n"), self._ask(_RUNS, 0))

    def _read_on(self) -> bool:
        """Adds what came since; False when something else has changed than that."""
        runs = self._ask(_RUNS, self._last)
        articles = json.dumps([run[0].partition("@")[0] for run in runs])
        of_these = " WHERE v.article IN (SELECT value FROM json_each(?)) ORDER BY v.article, v.n"
        self._take(self._ask(_VERSIONS + of_these, articles), runs)
        sql = "SELECT count(*), count(superseded_by) FROM versions v INDEXED BY versions_chosen"
        there = tuple(self._ask(sql)[0])
        return there == (len(self._rows), len(self._rows) - int(self._current.sum()))

    def _ask(self, sql: str, *parameters: Any) -> list[Any]:
        return self._ledger._rows(sql, parameters)

    def _take(self, versions: list[Any], runs: list[Any]) -> None:
        """Adds the versions that are new; of the others only whether they are superseded by now."""
        if self._rows:
            for version in versions:
                if version[0] in self._rows:
                    self._current[self._rows[version[0]]] = version[5]
            versions = [version for version in versions if version[0] not in self._rows]
        if versions:
            ids, articles, day, published, publishers, current = zip(*versions, strict=True)
            self._rows.update(zip(ids, range(len(self._rows), len(self._rows) + len(ids)), strict=True))
            for article in dict.fromkeys(articles):
                self._articles.setdefault(article, len(self._articles))
            numbers = {name: self._publishers.number(name) for name in set(publishers)}
            new = (
                ("_article", [self._articles[article] for article in articles]),
                ("_day", [_NEVER if found is None else found for found in day]),
                ("_published", [_NEVER if found is None else found for found in published]),
                ("_publisher", [numbers[name] for name in publishers]),
                ("_current", current),
                ("_first", [0] * len(ids)),
                ("_count", [0] * len(ids)),
            )
            for name, more in new:
                old = getattr(self, name)
                setattr(self, name, np.concatenate([old, np.array(more, dtype=old.dtype)]))
        # What was committed after the versions were read comes the next time.
        known = [run for run in runs if run[0] in self._rows]
        if known:
            names, first, last, count = zip(*known, strict=True)
            rows = [self._rows[name] for name in names]
            starts, ends, counts = (np.array(part, dtype=np.int64) for part in (first, last, count))
            if not np.array_equal(ends - starts + 1, counts):
                raise LedgerError(f"{self._ledger.path}: the passages of a version don't follow one another.")
            self._first[rows], self._count[rows] = starts, counts
            self._last = max(self._last, int(ends.max()))
        self._whom = None

    def _by_whom(self) -> tuple[_Names, Whole, _Names, Whole]:
        """Authors and languages, read when a question first asks for them."""
        if self._whom is None:
            authors, languages = _Names(), _Names()
            author, language = np.zeros((2, len(self._rows)), dtype=np.int64)
            sql = "SELECT id, author, language FROM versions INDEXED BY versions_by_whom"
            for id_, by, written_in in self._ask(sql):
                row = self._rows.get(id_)
                if row is not None:
                    author[row], language[row] = authors.number(by), languages.number(written_in)
            self._whom = authors, author, languages, language
        return self._whom
