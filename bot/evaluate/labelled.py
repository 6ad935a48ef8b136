"""Questions with the answers expected of them, as samples/questions.jsonl has them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from bot.evaluate.lines import day, groups, question, read_lines, texts
from index.article import Window
from index.text import fold

SHAPE = (
    'a line is a JSON object with "question" and what is expected: "expect": [["one", "or the other"], '
    '["and this"]], "articles": ["an id, address or title"], or "answerable": false'
)

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
        DatelineError: the file can't be read, or lines are no questions; the message names them.
    """
    return read_lines(file, SHAPE, _labelled)


def _labelled(entry: dict[str, Any], number: int) -> Labelled:
    expect = groups(entry)
    articles = (*texts(entry, "articles"), *texts(entry, "article"))
    quotes, rejected = _spans(entry, "quotes"), _spans(entry, "rejected")
    has_answer = bool(expect or articles or quotes or rejected)
    return Labelled(
        id=str(entry.get("id", number)),
        question=question(entry),
        answerable=bool(entry.get("answerable", has_answer)),
        expect=expect,
        group=str(entry.get("group", "")),
        kind=str(entry.get("kind", "")),
        as_of=day(entry, "as_of"),
        sources=texts(entry, "sources"),
        articles=articles,
        quotes=quotes,
        rejected=rejected,
        window=Window(day(entry, "since"), day(entry, "until")),
        publishers=texts(entry, "publisher"),
        before=texts(entry, "before"),
        # `right`, `wrong` and `disputed` are what people said of an answer, in lines of `dateline feedback`.
        verdict=said if (said := entry.get("verdict")) in ("yes", "no") else "",
    )


def _spans(entry: dict[str, Any], key: str) -> tuple[Span, ...]:
    try:
        return tuple((str(s["version"]), int(s["start"]), int(s["end"])) for s in entry.get(key) or [])
    except (KeyError, TypeError, ValueError):
        raise ValueError(f'"{key}" is no list of spans, each with "version", "start" and "end"') from None


def holds(text: str, expect: tuple[tuple[str, ...], ...] | list[tuple[str, ...]]) -> bool:
    """Whether of each group one string stands in the text, letter case, accents and white space aside."""
    plain = " ".join(fold(text).split())
    return all(any(" ".join(fold(one).split()) in plain for one in group) for group in expect)
