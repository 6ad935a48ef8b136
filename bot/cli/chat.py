"""dateline chat: a conversation with the archive."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from bot.answer.types import Answer, Question
from bot.cli import _open
from bot.cli._interrupt import leaving_at_once
from bot.cli._options import AsOf, AsTyped, Data, Publishers, Since, Until, taken_back, window_of
from index.errors import DatelineError

if TYPE_CHECKING:
    from pathlib import Path

    from bot.answer.answer import Answerer
    from bot.terminal import Terminal

HELP = (
    "/sources shows the last answer's quotes and links, /right and /wrong say what you think of it (/wrong "
    "and words of the right answer, if you know it), /anywhen and /any-source ask again of all times or "
    "of all outlets, /as-typed with neither understood, /new starts afresh, /quit or Ctrl-D ends."
)
WAYS_OUT = {
    "/as-typed": taken_back(True, False, False),
    "/anywhen": taken_back(False, True, False),
    "/any-source": taken_back(False, False, True),
}
REMEMBERED = 8
"""Earlier questions and answers that a new question is read against."""


def chat(
    ctx: typer.Context,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    publisher: Publishers = None,
    as_typed: AsTyped = False,
    data: Data = None,
) -> None:
    """Talk with the archive.

    A follow-up such as "and what did Yerevan say?" is read with what was asked before it.
    """
    from bot.terminal import Terminal

    asked = Question(
        "",
        window_of(since, until),
        as_of,
        tuple(publisher or ()),
        taken_back=taken_back(as_typed, False, False),
    )
    settings = _open.open_settings(ctx, data)
    terminal = Terminal()
    with terminal.waiting("Opening the archive"):
        answerer = _open.open_answerer(settings)
    try:
        with terminal.waiting("Loading the models"), leaving_at_once():
            answerer.warm()
        terminal.print(f"Ask the archive. {HELP}", "dim")
        _converse(answerer, terminal, asked, settings.data)
    finally:
        answerer.close()


def _converse(answerer: Answerer, terminal: Terminal, narrowed: Question, data: Path) -> None:
    history: list[tuple[str, str]] = []
    last: Answer | None = None
    before: Question | None = None
    noted: list[tuple[Answer, int]] = []
    offered: tuple[str, ...] = ()
    while (line := _next_line(terminal)) is not None:
        match line.split():
            case []:
                continue
            case ["/quit" | "/exit"]:
                return
            case ["/new"]:
                history, last, before = [], None, None
                terminal.print("Started afresh.", "dim")
            case ["/sources"]:
                _sources(answerer, terminal, last)
            case ["/right"] | ["/wrong", *_]:
                _judge(data, terminal, before, last, line.split(), noted)
            case [command] if command in WAYS_OUT:
                if before is None:
                    terminal.print("Nothing has been asked yet.", "dim")
                    continue
                back = (*before.taken_back, *WAYS_OUT[command])
                before = replace(before, taken_back=tuple(dict.fromkeys(back)))
                if (again := _answer(answerer, terminal, before)) is not None:
                    last = again
                    history = [*before.history, (before.text, last.text)][-REMEMBERED:]
            case [command, *_] if command.startswith("/"):
                terminal.print(f"{command} is no command here. {HELP}", "dim")
            case _:
                text, past = _chosen(line.strip(), offered), tuple(history)
                before = replace(narrowed, text=text, history=() if text in offered else past)
                if (answer := _answer(answerer, terminal, before)) is not None:
                    last = answer
                    offered = answer.asks_back.choices if answer.asks_back else ()
                    history = [*history, (before.text, last.text)][-REMEMBERED:]


def _chosen(line: str, offered: Sequence[str]) -> str:
    """The choice of this number, where a question was asked back; else the line itself."""
    at = int(line) if line.isdecimal() and len(line) < 3 else 0
    return offered[at - 1] if 0 < at <= len(offered) else line


def _answer(answerer: Answerer, terminal: Terminal, question: Question) -> Answer | None:
    """None where there is none to remember; why has been said."""
    terminal.print()
    try:
        answer = terminal.show(answerer.stream(question), full=False, way_out="/as-typed asks without.")
    except KeyboardInterrupt:
        terminal.print("Stopped.", "dim")
        return None
    except DatelineError as error:
        terminal.print(str(error), "red")
        return None
    terminal.print()
    return answer


def _judge(
    data: Path,
    terminal: Terminal,
    before: Question | None,
    last: Answer | None,
    typed: list[str],
    noted: list[tuple[Answer, int]],
) -> None:
    """Keeps a verdict; `noted` holds the answers of this conversation judged before, with their ids."""
    if before is None or last is None:
        terminal.print("Nothing has been asked yet.", "dim")
        return
    from bot.feedback import Feedback

    kept = Feedback(data)
    try:
        answer = next((id_ for one, id_ in noted if one is last), None)
        if answer is None:
            answer = kept.remember((), before, last)
            noted.append((last, answer))
        kept.judge(answer, "chat", is_right=typed[0] == "/right", words=" ".join(typed[1:]))
    except DatelineError as error:
        terminal.print(str(error), "red")
    else:
        terminal.print("Noted; `dateline feedback` shows it.", "dim")
    finally:
        kept.close()


def _sources(answerer: Answerer, terminal: Terminal, last: Answer | None) -> None:
    if last is None:
        terminal.print("Nothing has been asked yet.", "dim")
    elif last.answered:
        terminal.print()
        terminal.sources(last.citations, answerer.withdrawn(last), answerer.changed(last))
    else:
        terminal.hits(last.nearest)


def _next_line(terminal: Terminal) -> str | None:
    """The next line typed; None at the end of input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline() or None
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 - input() edits lines and remembers them once this is loaded
    while True:
        try:
            return input("› ")
        except EOFError:
            terminal.print()
            return None
        except KeyboardInterrupt:
            terminal.print()
            terminal.print(HELP, "dim")
