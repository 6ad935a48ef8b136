"""dateline ask: a question, answered from the archive with quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.answer.types import Answer, Question
from bot.cli import _batch, _open
from bot.cli._interrupt import leaving_at_once
from bot.cli._options import (
    AnySource,
    Anywhen,
    AsJson,
    AsOf,
    AsTyped,
    Batch,
    Data,
    Publishers,
    Since,
    Until,
    taken_back,
    window_of,
)
from bot.cli._output import write_json
from bot.cli.search import found, hint

if TYPE_CHECKING:
    from bot.answer.answer import Answerer
    from bot.settings import Settings

NOT_IN_ARCHIVE = 4


def ask(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUESTION", help="What you want to know; best in quotes.", show_default=False),
    ] = None,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    publisher: Publishers = None,
    as_typed: AsTyped = False,
    anywhen: Anywhen = False,
    any_source: AnySource = False,
    passages: Annotated[
        bool, typer.Option("--passages", help="Show the passages that were found for it, too.")
    ] = False,
    llm: Annotated[
        str | None,
        typer.Option(
            metavar="KIND",
            help="embedded, openai-like, anthropic or none; wins over LLM.",
            show_default=False,
        ),
    ] = None,
    batch: Batch = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Answer a question, each sentence with the quote that carries it.

    Exits 0 when answered (of a question in parts, when one is), 4 when the archive holds no answer or the
    question is asked back ("asks_back" in --json says so), 1 on a fault.

    --batch reads lines such as {"id": 1, "question": "…", "as_of": "2024-02-05", "since": …, "until": …,
    "publisher": …, "as_typed": true}; all but the question may be left out, and then the options count. Each
    line gives the object of --json and its id; a line that can't be answered gives {"id": …, "error": "…"}.
    Exits 0 when all lines were read and worked on, 3 when some gave an error.
    """
    question = _batch.one_question(words, batch)
    asked = Question(
        question,
        window_of(since, until),
        as_of,
        tuple(publisher or ()),
        taken_back=taken_back(as_typed, anywhen, any_source),
    )
    settings = _open.open_settings(ctx, data, llm=llm)
    with leaving_at_once():
        if batch is not None:
            raise typer.Exit(_many(batch, asked, settings, passages))
        answer = told(asked, settings, as_json=as_json, passages=passages)
    raise typer.Exit(0 if answer.answered else NOT_IN_ARCHIVE)


def _many(batch: str, narrowed: Question, settings: Settings, passages: bool) -> int:
    answerer = _open.open_answerer(settings)
    try:
        return _batch.run(batch, narrowed, lambda q: _object(answerer, q, answerer.ask(q), passages))
    finally:
        answerer.close()


def told(asked: Question, settings: Settings, *, as_json: bool, passages: bool = False) -> Answer:
    """The answer, printed for a program or for people."""
    return _as_json(asked, settings, passages) if as_json else _for_people(asked, settings, passages)


def _as_json(asked: Question, settings: Settings, passages: bool) -> Answer:
    answerer = _open.open_answerer(settings)
    try:
        answer = answerer.ask(asked)
        write_json(_object(answerer, asked, answer, passages))
        return answer
    finally:
        answerer.close()


def _object(answerer: Answerer, asked: Question, answer: Answer, passages: bool) -> dict[str, object]:
    out = answer.as_json()
    if passages:
        out["passages"] = [hit.as_json() for hit in found(answerer.index, asked).hits]
    return out


def _for_people(asked: Question, settings: Settings, passages: bool) -> Answer:
    from bot.terminal import Terminal

    terminal = Terminal()
    with terminal.waiting("Opening the archive"):
        answerer = _open.open_answerer(settings)
        try:
            answer = terminal.show(answerer.stream(asked))
            if asked.publishers:
                hint(terminal, answerer.index, asked, answer.coverage)
            if passages:
                hits = found(answerer.index, asked).hits
                terminal.print()
                terminal.print("Passages found", "bold")
                terminal.print()
                terminal.hits(hits, score=True)
            return answer
        finally:
            answerer.close()
