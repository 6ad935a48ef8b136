"""Many questions: one JSON object a line in, one a line out, in the same order."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import IO, Any

import typer

from bot.answer.types import Question
from bot.cli._options import taken_back
from bot.cli._output import write_json
from index.article import Window
from index.errors import DatelineError

SOME_BAD = 3
"""Exit status when every line was read and some could not be answered for a fault of theirs."""


def run(source: str, narrowed: Question, answer: Callable[[Question], dict[str, object]]) -> int:
    """Answer each line of `source` (a path, or `-`) and return the exit status.

    What a line leaves out is taken from `narrowed`. A bad line gives `{"id", "error"}` in its place.
    """
    bad = 0
    with _opened(source) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            asked_id: object = None
            try:
                asked = _object(line)
                asked_id = asked.get("id")
                out = answer(_question(asked, narrowed))
            except (DatelineError, ValueError) as error:
                bad += 1
                out = {"error": f"line {number}: {error}"}
            except Exception as error:  # noqa: BLE001 - one question's fault must not take the others' answers
                bad += 1
                out = {"error": f"line {number}: {type(error).__name__}: {error}"}
            write_json({"id": asked_id, **out})
    return SOME_BAD if bad else 0


def _opened(source: str) -> IO[bytes]:
    try:
        return sys.stdin.buffer if source == "-" else Path(source).open("rb")
    except OSError as error:
        raise DatelineError(
            f"--batch {source}: {error.strerror}. Give a file of JSON lines, or `-`."
        ) from None


def _object(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error}") from None
    if not isinstance(value, dict):
        raise ValueError('not a JSON object such as {"id": 1, "question": "…"}')
    return value


def _question(asked: dict[str, Any], narrowed: Question) -> Question:
    text = asked.get("question")
    if not isinstance(text, str) or not text.strip():
        raise ValueError('"question" is missing or is no text')
    window = Window(
        _day(asked, "since") or narrowed.window.since, _day(asked, "until") or narrowed.window.until
    )
    if window.since and window.until and window.since > window.until:
        raise ValueError(f'"since" {window.since} is later than "until" {window.until}')
    return Question(
        text=text,
        window=window,
        as_of=_day(asked, "as_of") or narrowed.as_of,
        publishers=_names(asked) or narrowed.publishers,
        taken_back=taken_back(_flag(asked, "as_typed"), False, False) or narrowed.taken_back,
    )


def _day(asked: dict[str, Any], key: str) -> date | None:
    value = asked.get(key)
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(f'"{key}" {json.dumps(value)} is not a day such as "2024-02-05"') from None


def _flag(asked: dict[str, Any], key: str) -> bool:
    value = asked.get(key, False)
    if not isinstance(value, bool):
        raise ValueError(f'"{key}" {json.dumps(value)} is neither true nor false')
    return value


def _names(asked: dict[str, Any]) -> tuple[str, ...]:
    value = asked.get("publisher")
    names = [value] if isinstance(value, str) else value or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError('"publisher" is neither a name nor a list of names')
    return tuple(name for name in names if name.strip())


def one_question(words: list[str] | None, batch: str | None) -> str:
    """The question of a command line, empty when there is a file of them; one of the two must be given."""
    if (not words) == (batch is None):
        raise typer.BadParameter("give one question, or --batch FILE, and not both.", param_hint="'QUESTION'")
    question = " ".join(words or ()).strip()
    if words and not question:
        raise typer.BadParameter("it is empty.", param_hint="'QUESTION'")
    return question
