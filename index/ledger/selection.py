"""SQL that picks the one version an article reads as, narrowed by window, day and publisher."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from index.narrow import Narrow

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Selection:
    """`FROM … WHERE …` over the chosen versions, as `v`, and its named parameters."""

    sql: str
    parameters: dict[str, int | str]


def choose(narrow: Narrow, as_written: Callable[[Sequence[str]], list[str]]) -> Selection:
    """The versions that a question may be answered from; at most one an article.

    A window asks when the article was published; `as_of` which version was the last by that day.

    Args:
        as_written: publishers' names as they stand in the ledger, of names that a question has.
    """
    window, as_of = narrow.window, narrow.as_of
    parameters: dict[str, int | str] = {}
    if as_of is None:
        sql = "FROM versions v WHERE v.superseded_by IS NULL"
    else:
        sql = (
            "FROM versions v WHERE v.day <= :as_of AND NOT EXISTS (SELECT 1 FROM versions later "
            "WHERE later.article = v.article AND later.n > v.n AND later.day <= :as_of)"
        )
        parameters["as_of"] = days(as_of)
    if window.since is not None:
        sql += " AND v.published_day >= :since"
        parameters["since"] = days(window.since)
    if window.until is not None:
        sql += " AND v.published_day <= :until"
        parameters["until"] = days(window.until)
    if narrow.publishers:
        sql += " AND v.publisher IN (SELECT value FROM json_each(:publishers))"
        parameters["publishers"] = json.dumps(as_written(narrow.publishers))
    if narrow.left_out:
        sql += " AND (v.publisher IS NULL OR v.publisher NOT IN (SELECT value FROM json_each(:left_out)))"
        parameters["left_out"] = json.dumps(as_written(narrow.left_out))
    if narrow.authors:
        sql += " AND v.author IN (SELECT value FROM json_each(:authors))"
        parameters["authors"] = json.dumps(list(narrow.authors))
    if narrow.languages:
        sql += " AND v.language IN (SELECT value FROM json_each(:languages))"
        parameters["languages"] = json.dumps(list(narrow.languages))
    return Selection(sql, parameters)


def iso_day(days: int) -> str:
    return (_EPOCH + timedelta(days)).isoformat()


def days(day: date) -> int:
    return (day - _EPOCH).days
