"""A file of questions, read a line at a time; every line that is none is named, not the first alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from index.errors import DatelineError

T = TypeVar("T")


def read_lines(file: Path, shape: str, of: Callable[[dict[str, Any], int], T]) -> list[T]:
    """What `of` makes of each JSON object of a JSON Lines file and the number of its line, from 1.

    Args:
        shape: what a line has to be, for the message; `of` raises ValueError where it isn't.

    Raises:
        DatelineError: the file can't be read, or lines of it can't; the message names them and `shape`.
    """
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DatelineError(f"{file} can't be read: {error}") from error
    found: list[T] = []
    faults: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            if not isinstance(entry, dict):
                raise ValueError("not a JSON object")
            found.append(of(entry, number))
        except ValueError as error:
            faults.append(f"  line {number}: {error}")
    if faults:
        raise DatelineError("\n".join([f"{file} can't be measured with; {shape}.", *faults]))
    return found


def question(entry: dict[str, Any]) -> str:
    value = entry.get("question")
    if not isinstance(value, str) or not any(char.isalnum() for char in value):
        raise ValueError('"question" is missing or is no text')
    return value


def texts(entry: dict[str, Any], key: str) -> tuple[str, ...]:
    """One text, a list of them, or nothing."""
    value = entry.get(key)
    values = [value] if isinstance(value, str) else value or []
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise ValueError(f'"{key}" is neither a text nor a list of texts')
    return tuple(one.strip() for one in values if one.strip())


def groups(entry: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
    """`expect`, and `words` as one group more: of each, one is to be there."""
    value = entry.get("expect") or []
    if not isinstance(value, list) or not all(
        isinstance(group, list) and group and all(isinstance(one, str) for one in group) for group in value
    ):
        raise ValueError('"expect" is no list of lists of texts')
    any_of = texts(entry, "words")
    return (*map(tuple, value), *([any_of] if any_of else []))


def day(entry: dict[str, Any], key: str) -> date | None:
    value = entry.get(key)
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f'"{key}" {json.dumps(value)} is not a day such as "2024-02-05"') from None
