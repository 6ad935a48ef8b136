"""SQL that picks the one version an article reads as, narrowed by window, day and publisher."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta

from index.article import Window

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Selection:
    """`FROM … WHERE …` over the chosen versions, as `v`, and its named parameters."""

    sql: str
    parameters: dict[str, int | str]


def choose(window: Window, as_of: date | None, publishers: list[str] | None) -> Selection:
    """The versions that a question may be answered from; at most one an article.

    A window asks when the article was published; `as_of` which version was the last by that day.
    """
    parameters: dict[str, int | str] = {}
    if as_of is None:
        sql = "FROM versions v WHERE v.superseded_by IS NULL"
    else:
        sql = (
            "FROM versions v WHERE v.day <= :as_of AND NOT EXISTS (SELECT 1 FROM versions later "
            "WHERE later.article = v.article AND later.n > v.n AND later.day <= :as_of)"
        )
        parameters["as_of"] = _days(as_of)
    if window.since is not None:
        sql += " AND v.published_day >= :since"
        parameters["since"] = _days(window.since)
    if window.until is not None:
        sql += " AND v.published_day <= :until"
        parameters["until"] = _days(window.until)
    if publishers is not None:
        sql += " AND v.publisher IN (SELECT value FROM json_each(:publishers))"
        parameters["publishers"] = json.dumps(publishers)
    return Selection(sql, parameters)


def iso_day(days: int) -> str:
    return (_EPOCH + timedelta(days)).isoformat()


def _days(day: date) -> int:
    return (day - _EPOCH).days
