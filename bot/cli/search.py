"""dateline search: the passages that come nearest, without an answer made of them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from bot.answer.types import Question
from bot.cli import _batch, _open
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
from index.errors import DatelineError

if TYPE_CHECKING:
    from bot.terminal import Terminal
    from index.article import Coverage
    from index.query import Query
    from index.search import Hits, Index


OUTLETS = 12
"""Outlets named where the one asked for is unknown."""


def search(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUESTION", help="A question, or a few words.", show_default=False),
    ] = None,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    publisher: Publishers = None,
    as_typed: AsTyped = False,
    anywhen: Anywhen = False,
    any_source: AnySource = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="How many passages.")] = 10,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show why each was found: its scores, and the words in it.")
    ] = False,
    batch: Batch = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Find the passages that come nearest, by words and by meaning.

    --batch reads and writes JSON lines, as `dateline ask --help` describes.
    """
    question = _batch.one_question(words, batch)
    asked = Question(
        question,
        window_of(since, until),
        as_of,
        tuple(publisher or ()),
        taken_back=taken_back(as_typed, anywhen, any_source),
    )
    settings = _open.open_settings(ctx, data)
    if batch is not None or as_json:
        with _open.open_index(settings) as index:
            if batch is not None:
                with suppress(DatelineError):  # what is wrong is said of each line
                    index.warm()
                raise typer.Exit(_batch.run(batch, asked, lambda q: _object(index, q, limit, explain)))
            write_json(_object(index, asked, limit, explain))
        return
    from bot.terminal import Terminal, coverage_line, one_line

    terminal = Terminal()
    with terminal.waiting("Opening the archive"), _open.open_index(settings) as index:
        result = found(index, asked, limit)
        terminal.hush()
        query = read(index, asked).without({each.kind for each in result.taken_back})
        if result.hits and explain:
            from bot.cli import _explain

            _explain.show(terminal, index, query, result)
        elif result.hits:
            terminal.hits(result.hits, score=True)
        else:
            terminal.print("Nothing found.", "bold")
        if result.degraded:
            terminal.print(f"! {one_line(result.degraded)}", "yellow")
        terminal.understood(result.understood, result.taken_back)
        coverage = index.ledger.coverage(query.narrow)
        terminal.print(coverage_line(coverage, asked.as_of), "dim")
        hint(terminal, index, asked, coverage)


def found(index: Index, asked: Question, limit: int = 10) -> Hits:
    """The passages nearest to what was asked."""
    return index.search(read(index, asked), limit)


def read(index: Index, asked: Question) -> Query:
    """What is searched for, as the question is understood."""
    from index.query import parse

    return parse(
        asked.text,
        window=asked.window,
        as_of=asked.as_of,
        publishers=asked.publishers,
        known=index.known(),
        taken_back=asked.taken_back,
    )


def hint(terminal: Terminal, index: Index, asked: Question, coverage: Coverage) -> None:
    """Name the archive's outlets where none of those asked for has an article in it."""
    from bot.terminal import one_line

    if asked.publishers and not coverage.articles:
        names = [one_line(name) for name, _ in index.ledger.publishers()]
        more = f", and {len(names) - OUTLETS:,} more" if len(names) > OUTLETS else ""
        terminal.print(f"Outlets in the archive: {', '.join(names[:OUTLETS]) or 'none known'}{more}")


def _object(index: Index, asked: Question, limit: int, explain: bool) -> dict[str, object]:
    query = read(index, asked)
    result = index.search(query, limit)
    out: dict[str, object] = {
        "question": asked.text,
        "hits": [hit.as_json() for hit in result.hits],
        "understood": [each.as_json() for each in result.understood],
        "taken_back": [each.as_json() for each in result.taken_back],
        "window": result.window.as_json() if result.window else None,
    }
    if result.degraded:
        out["degraded"] = result.degraded
    if explain:
        from bot.cli import _explain

        query = query.without({each.kind for each in result.taken_back})
        why = [_explain.why(index, query, hit) for hit in result.hits]
        out["hits"] = [hit.as_json() | {"why": of} for hit, of in zip(result.hits, why, strict=True)]
        out["asked"] = _explain.asked_for(index, query)
    return out
