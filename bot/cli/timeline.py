"""dateline timeline: a subject's dated events, from many articles."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from bot.answer.types import Question
from bot.cli import _open
from bot.cli._interrupt import leaving_at_once
from bot.cli._options import (
    AnySource,
    Anywhen,
    AsJson,
    AsOf,
    AsTyped,
    Data,
    Publishers,
    a_day,
    taken_back,
    window_of,
)
from bot.cli.ask import NOT_IN_ARCHIVE, told


def timeline(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(metavar="SUBJECT", help="What it is to be of, in a few words.", show_default=False),
    ],
    since: Annotated[
        date | None,
        typer.Option(parser=a_day, metavar="DAY", help="Only what happened on this day or later."),
    ] = None,
    until: Annotated[
        date | None,
        typer.Option(parser=a_day, metavar="DAY", help="Only what happened on this day or earlier."),
    ] = None,
    as_of: AsOf = None,
    publisher: Publishers = None,
    as_typed: AsTyped = False,
    anywhen: Anywhen = False,
    any_source: AnySource = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Tell a subject's events in the order of their days, each with the quote that tells it.

    An event's day is the one that its quote gives, else the day of publication. Exits 0 when there are
    events, 4 when the archive holds none, 1 on a fault.
    """
    asked = Question(
        " ".join(words),
        window_of(since, until),
        as_of,
        tuple(publisher or ()),
        timeline=True,
        taken_back=taken_back(as_typed, anywhen, any_source),
    )
    # The events are verbatim: no language model is asked, so none is opened.
    settings = _open.open_settings(ctx, data, llm="none")
    with leaving_at_once():
        answer = told(asked, settings, as_json=as_json)
    raise typer.Exit(0 if answer.answered else NOT_IN_ARCHIVE)
