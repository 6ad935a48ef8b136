"""Questions with the answers expected of them, as samples/questions.jsonl has them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from index.errors import DatelineError
from index.text import fold


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


def read(file: Path) -> list[Labelled]:
    """The questions of a JSON Lines file.

    Raises:
        DatelineError: the file can't be read, or a line is not a question; the message names both.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DatelineError(f"{file} can't be read: {error}") from error
    out = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            expect = tuple(tuple(map(str, group)) for group in entry.get("expect", []))
            out.append(
                Labelled(
                    id=str(entry.get("id", number)),
                    question=entry["question"],
                    answerable=bool(entry.get("answerable", bool(expect))),
                    expect=expect,
                    group=str(entry.get("group", "")),
                    kind=str(entry.get("kind", "")),
                    as_of=date.fromisoformat(entry["as_of"]) if entry.get("as_of") else None,
                    sources=tuple(entry.get("sources", [])),
                )
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DatelineError(
                f"{file}, line {number}: no labelled question ({error}). A line is a JSON object with "
                '"question", "answerable" and, when it is answerable, "expect": '
                '[["one", "or the other"], ["and this"]].'
            ) from error
    return out


def holds(text: str, expect: tuple[tuple[str, ...], ...] | list[tuple[str, ...]]) -> bool:
    """Whether of each group one string stands in the text, letter case, accents and white space aside."""
    plain = " ".join(fold(text).split())
    return all(any(" ".join(fold(one).split()) in plain for one in group) for group in expect)
