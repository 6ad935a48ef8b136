"""The words of words.toml, ready to be looked for."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table() -> dict[str, Any]:
    return tomllib.loads((files("bot.answer.news") / "words.toml").read_text(encoding="utf-8"))


@cache
def listed(*path: str) -> frozenset[str]:
    """A list of the table as a set."""
    return frozenset(_at(path) or ())


@cache
def pattern(*path: str) -> re.Pattern[str] | None:
    """A pattern of the table, or its list of patterns as one of many; None where there is none."""
    found = _at(path)
    if not found:
        return None
    if isinstance(found, list):
        found = r"\b(?:" + "|".join(found) + ")"
    return re.compile(found, re.IGNORECASE)


@cache
def exact(*path: str) -> tuple[re.Pattern[str], ...]:
    """Patterns of the table for which letter case counts."""
    found = _at(path) or []
    return tuple(re.compile(each) for each in ([found] if isinstance(found, str) else found))


def _at(path: tuple[str, ...]) -> Any:
    found: Any = table()
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found
