"""A user's own questions, each with where its answer stands: what `dateline eval retrieval` reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from bot.evaluate.lines import day, groups, question, read_lines, texts
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
    read = read_lines(file, SHAPE, _expected)
    found = [each for each in read if each is not None]
    if not found:
        raise DatelineError(f"{file} holds no question with an answer: {SHAPE}.")
    return found, len(read) - len(found)


def _expected(entry: dict[str, Any], number: int) -> Expected | None:
    if entry.get("answerable") is False or _only_rejects(entry):
        return None
    asked = question(entry)
    articles = (*texts(entry, "articles"), *texts(entry, "article"), *texts(entry, "sources"))
    words = groups(entry)
    if not articles and not words:
        raise ValueError('neither "articles" nor "words" says what is expected')
    return Expected(
        id=str(entry.get("id", number)),
        question=asked,
        articles=articles,
        words=words,
        as_of=day(entry, "as_of"),
        window=Window(day(entry, "since"), day(entry, "until")),
        publishers=texts(entry, "publisher"),
    )


def _only_rejects(entry: dict[str, Any]) -> bool:
    """Whether it comes of `dateline feedback` and says what isn't right, but not what is."""
    return "verdict" in entry and not any(entry.get(key) for key in ("articles", "words", "expect"))
