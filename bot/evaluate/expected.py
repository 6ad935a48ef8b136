"""A user's own questions, each with where its answer stands: what `dateline eval retrieval` reads."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from index.article import Window
from index.errors import DatelineError

SHAPE = (
    'a line is a JSON object such as {"question": "…", "articles": ["its id, address or title"]} or '
    '{"question": "…", "words": ["words of the answer"]}'
)


@dataclass(frozen=True, slots=True)
class Expected:
    """A question and what a right passage is: one of these articles', or one that holds these words."""

    id: str
    question: str
    articles: tuple[str, ...] = ()
    """Ids, addresses, titles, or ends of the paths that they were read from; any of them is right."""
    words: tuple[tuple[str, ...], ...] = ()
    """Of each group one must stand in the passage. With `articles`, only words in context go by it."""
    as_of: date | None = None
    window: Window = field(default_factory=Window)
    publishers: tuple[str, ...] = ()


def read(file: Path) -> tuple[list[Expected], int]:
    """The questions of a JSON Lines file, and how many lines were left out, as they have no answer or
    it isn't known.

    DatelineError when the file can't be read or holds no question; or naming every line that isn't one.
    """
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DatelineError(f"{file} can't be read: {error}") from error
    found: list[Expected] = []
    faults: list[str] = []
    unanswerable = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            if not isinstance(entry, dict):
                raise ValueError("not a JSON object")
            if entry.get("answerable") is False or _only_rejects(entry):
                unanswerable += 1
                continue
            found.append(_expected(entry, number))
        except ValueError as error:
            faults.append(f"line {number}: {error}")
    if faults:
        told = "\n".join(f"  {fault}" for fault in faults)
        raise DatelineError(f"{file} can't be measured with; {SHAPE}.\n{told}")
    if not found:
        raise DatelineError(f"{file} holds no question with an answer: {SHAPE}.")
    return found, unanswerable


def _expected(entry: dict[str, Any], number: int) -> Expected:
    question = entry.get("question")
    if not isinstance(question, str) or not any(char.isalnum() for char in question):
        raise ValueError('"question" is missing or is no text')
    articles = (*_texts(entry, "articles"), *_texts(entry, "article"), *_texts(entry, "sources"))
    any_of = _texts(entry, "words")
    words = (*([any_of] if any_of else []), *_groups(entry))
    if not articles and not words:
        raise ValueError('neither "articles" nor "words" says what is expected')
    window = Window(_day(entry, "since"), _day(entry, "until"))
    return Expected(
        id=str(entry.get("id", number)),
        question=question,
        articles=articles,
        words=words,
        as_of=_day(entry, "as_of"),
        window=window,
        publishers=_texts(entry, "publisher"),
    )


def _only_rejects(entry: dict[str, Any]) -> bool:
    """Whether it comes of `dateline feedback` and says what isn't right, but not what is."""
    return "verdict" in entry and not any(entry.get(key) for key in ("articles", "words", "expect"))


def _texts(entry: dict[str, Any], key: str) -> tuple[str, ...]:
    value = entry.get(key)
    values = [value] if isinstance(value, str) else value or []
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise ValueError(f'"{key}" is neither a text nor a list of texts')
    return tuple(one.strip() for one in values if one.strip())


def _groups(entry: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
    """`expect`, as the questions of `dateline eval answers` have it."""
    groups = entry.get("expect") or []
    if not isinstance(groups, list) or not all(
        isinstance(group, list) and group and all(isinstance(one, str) for one in group) for group in groups
    ):
        raise ValueError('"expect" is no list of lists of texts')
    return tuple(tuple(group) for group in groups)


def _day(entry: dict[str, Any], key: str) -> date | None:
    value = entry.get(key)
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f'"{key}" {json.dumps(value)} is not a day such as "2024-02-05"') from None
