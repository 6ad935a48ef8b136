"""`since` and `until` as askers type them."""

from __future__ import annotations

import calendar
import re
from datetime import date

from index.article import Window
from index.errors import DatelineError

_FORM = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


class WindowError(DatelineError):
    """A day or a window that can't be read; says what was typed and how to write it."""


def parse_day(text: str, name: str, *, last: bool) -> date:
    """A day from `YYYY-MM-DD`; from `YYYY-MM` or `YYYY` its first day, or its last one if `last`.

    Raises WindowError, which names `name`.
    """
    match = _FORM.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError(text)
        year, month, day = (int(part) if part else None for part in match.groups())
        assert year is not None
        month = month if month is not None else (12 if last else 1)
        if day is None:
            day = calendar.monthrange(year, month)[1] if last else 1
        return date(year, month, day)
    except ValueError:  # calendar.IllegalMonthError is one too
        raise WindowError(
            f"{name}: “{text}” is not a date. Write it as 2024-04-05, 2024-04 or 2024."
        ) from None


def parse_window(since: str | None, until: str | None) -> Window:
    """Both ends included; raises WindowError for a wrong date or an end before its start."""
    window = Window(
        since=parse_day(since, "since", last=False) if since and since.strip() else None,
        until=parse_day(until, "until", last=True) if until and until.strip() else None,
    )
    if window.since and window.until and window.since > window.until:
        raise WindowError(f"since ({window.since}) is after until ({window.until}). Swap the two.")
    return window
