"""SQL that picks the one version an article reads as, narrowed by window, day and publisher."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from index.article import Window

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Selection:
    """`FROM … WHERE …` over the chosen versions, as `v`, and its named parameters."""

    sql: str
    parameters: dict[str, int | str]


def choose(
    window: Window,
    as_of: date | None,
    publishers: list[str] | None,
    authors: Sequence[str] = (),
    languages: Sequence[str] = (),
) -> Selection:
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
        parameters["as_of"] = days(as_of)
    if window.since is not None:
        sql += " AND v.published_day >= :since"
        parameters["since"] = days(window.since)
    if window.until is not None:
        sql += " AND v.published_day <= :until"
        parameters["until"] = days(window.until)
    if publishers is not None:
        sql += " AND v.publisher IN (SELECT value FROM json_each(:publishers))"
        parameters["publishers"] = json.dumps(publishers)
    if authors:
        sql += " AND v.author IN (SELECT value FROM json_each(:authors))"
        parameters["authors"] = json.dumps(list(authors))
    if languages:
        sql += " AND v.language IN (SELECT value FROM json_each(:languages))"
        parameters["languages"] = json.dumps(list(languages))
    return Selection(sql, parameters)


def iso_day(days: int) -> str:
    return (_EPOCH + timedelta(days)).isoformat()


def days(day: date) -> int:
    return (day - _EPOCH).days
