"""What was read out of a question's own words, told to whoever asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.answer.types import Answer

if TYPE_CHECKING:
    from index.query import Kind, Understood

_LEADING = re.compile(
    r"(?:^|,?\s+)(?:(?:according to|as reported by|reported by|as per|per|in|on|at|during|over|from|by|of)"
    r"(?: the)?)?\s*$",
    re.IGNORECASE,
)
_ADJUNCT = re.compile(
    r"\b(?:according to|as reported by|reported by|as per|per|in)(?: the)?\s*$", re.IGNORECASE
)
_LEAST = 3
"""Words that a question must keep to be one."""

SOURCES: tuple[Kind, ...] = ("publisher", "author", "language")
"""What tells whose articles are meant."""


def read_as(understood: Iterable[Understood]) -> list[str]:
    """What filters and what only leans, each said once: `27 Oct – 3 Nov 2023`, `CNN`, `preferably 2023`."""
    return list(
        dict.fromkeys(f"preferably {each.shown}" if each.leans else each.shown for each in understood)
    )


def quoted(understood: Iterable[Understood]) -> list[str]:
    """The same with the words that it was read from, where those are others."""
    found: dict[str, list[str]] = {}
    for each in understood:
        said = f"preferably {each.shown}" if each.leans else each.shown
        words = found.setdefault(said, [])
        bare = each.words.casefold().removeprefix("the ")
        if each.words not in words and bare != each.shown.casefold().removeprefix("the "):
            words.append(each.words)
    return [
        f"{said} ({', '.join(f'“{w}”' for w in words)})" if words else said for said, words in found.items()
    ]


def given_up(taken_back: Iterable[Understood]) -> str:
    """The sentence for what was understood, but left nothing to be found; empty for none."""
    taken_back = list(taken_back)
    shown = read_as(taken_back)
    if not shown:
        return ""
    if all(each.leaves_out for each in taken_back):
        return f"Nothing was found {' and '.join(shown)}: all outlets were searched."
    return f"Nothing was found for {', '.join(shown)}: this was looked for without."


def bare(text: str, understood: Iterable[Understood]) -> str:
    """The question without the words that say when, and whose articles: those choose what is searched, and
    the sentences that answer seldom repeat them. A year that is part of a name stays, and so does a source
    that is the sentence's own subject."""
    kept = text
    for each in sorted(understood, key=lambda each: -each.start):
        before, after = kept[: each.start], kept[each.end :]
        is_name = each.leans and each.words.isdigit()
        is_subject = each.kind != "time" and not each.leaves_out and not _ADJUNCT.search(before)
        if kept[each.start : each.end] == each.words and not is_name and not is_subject:
            before = _LEADING.sub(" ", before)
            kept = before + (after if before.strip() else after.lstrip(" ,"))
    kept = re.sub(r"\s+([?!.,])", r"\1", " ".join(kept.split()))
    return kept if len(re.findall(r"\w+", kept)) >= _LEAST else text


def can_be_taken_back(answer: Answer) -> tuple[tuple[Kind, ...], ...]:
    """The groups of kinds that an asker may take back: what tells when, what tells whose."""
    kinds = {each.kind for each in answer.understood}
    groups: tuple[tuple[Kind, ...], ...] = (("time",), SOURCES)
    return tuple(group for group in groups if kinds.intersection(group))
