"""Questions with the answers expected of them, as samples/questions.jsonl has them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from index.article import Window
from index.errors import DatelineError
from index.text import fold

Span = tuple[str, int, int]
"""A version's id, and start and end in its text, in Unicode code points."""


@dataclass(frozen=True, slots=True)
class Labelled:
    id: str
    question: str
    answerable: bool
    expect: tuple[tuple[str, ...], ...] = ()
    """Of each group, one string must stand in what is shown."""
    group: str = ""
    """Paraphrases of one question share it."""
    kind: str = ""
    as_of: date | None = None
    sources: tuple[str, ...] = ()
    """Where its answer stands; told beside the score, no part of it."""
    articles: tuple[str, ...] = ()
    """Ids, addresses or titles; without `expect`, an answer is right that cites one of them."""
    quotes: tuple[Span, ...] = ()
    """Without `expect`, an answer is right that cites one of these."""
    rejected: tuple[Span, ...] = ()
    """An answer that cites one of these is wrong."""
    window: Window = field(default_factory=Window)
    publishers: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    """Questions asked first, in the same conversation."""
    verdict: str = ""
    """`yes` or `no`; an answer that says the other is wrong."""

    @property
    def is_known(self) -> bool:
        """Whether what is right is known, not only what is wrong."""
        return not self.answerable or bool(self.expect or self.articles or self.quotes)

    @property
    def expected(self) -> str:
        """What is expected, in words."""
        if not self.answerable:
            return "no answer"
        groups = ["“" + "” or “".join(group) + "”" for group in self.expect]
        if groups:
            return "; and ".join(groups)
        if self.articles or self.quotes:
            named = self.articles or tuple(dict.fromkeys(version for version, _, _ in self.quotes))
            return "from " + " or ".join(named)
        return "another answer" if self.rejected else "an answer"


def read(file: Path) -> list[Labelled]:
    """The questions of a JSON Lines file.

    Raises:
        DatelineError: the file can't be read, or a line is not a question; the message names both.
    """
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DatelineError(f"{file} can't be read: {error}") from error
    out = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            expect = tuple(tuple(map(str, group)) for group in entry.get("expect", []))
            if words := _texts(entry, "words"):
                expect = (*expect, words)
            articles = (*_texts(entry, "articles"), *_texts(entry, "article"))
            quotes, rejected = _spans(entry, "quotes"), _spans(entry, "rejected")
            has_answer = bool(expect or articles or quotes or rejected)
            out.append(
                Labelled(
                    id=str(entry.get("id", number)),
                    question=entry["question"],
                    answerable=bool(entry.get("answerable", has_answer)),
                    expect=expect,
                    group=str(entry.get("group", "")),
                    kind=str(entry.get("kind", "")),
                    as_of=_day(entry, "as_of"),
                    sources=tuple(entry.get("sources", [])),
                    articles=articles,
                    quotes=quotes,
                    rejected=rejected,
                    window=Window(_day(entry, "since"), _day(entry, "until")),
                    publishers=_texts(entry, "publisher"),
                    before=_texts(entry, "before"),
                    verdict=str(entry.get("verdict", "")),
                )
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DatelineError(
                f"{file}, line {number}: no labelled question ({error}). A line is a JSON object with "
                '"question" and what is expected: "expect": [["one", "or the other"], ["and this"]], '
                '"articles": ["an id, address or title"], or "answerable": false.'
            ) from error
    return out


def _texts(entry: dict[str, Any], key: str) -> tuple[str, ...]:
    value = entry.get(key) or []
    return (value,) if isinstance(value, str) else tuple(map(str, value))


def _spans(entry: dict[str, Any], key: str) -> tuple[Span, ...]:
    return tuple((str(s["version"]), int(s["start"]), int(s["end"])) for s in entry.get(key) or [])


def _day(entry: dict[str, Any], key: str) -> date | None:
    return date.fromisoformat(entry[key]) if entry.get(key) else None


def holds(text: str, expect: tuple[tuple[str, ...], ...] | list[tuple[str, ...]]) -> bool:
    """Whether of each group one string stands in the text, letter case, accents and white space aside."""
    plain = " ".join(fold(text).split())
    return all(any(" ".join(fold(one).split()) in plain for one in group) for group in expect)
