"""Options that several commands share."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.answer.understood import SOURCES
from index.article import Window

if TYPE_CHECKING:
    from index.query import Kind

Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="The archive's data folder; wins over DATELINE_DATA. Also taken before the command.",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, for machines.")]


def a_day(text: str) -> date:
    """A day as people type it on a command line: 2024-02-05."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day: write it as 2024-02-05.") from None


Since = Annotated[
    date | None,
    typer.Option(parser=a_day, metavar="DAY", help="Only what was published on this day or later."),
]
Until = Annotated[
    date | None,
    typer.Option(parser=a_day, metavar="DAY", help="Only what was published on this day or earlier."),
]
AsOf = Annotated[
    date | None,
    typer.Option(parser=a_day, metavar="DAY", help="Answer as if asked on this day: nothing later exists."),
]
Publishers = Annotated[
    list[str] | None,
    typer.Option(
        "--publisher", metavar="NAME", help="Only this outlet; may be given again.", show_default=False
    ),
]
AsTyped = Annotated[
    bool,
    typer.Option(
        "--as-typed",
        help="Understand nothing of the question: neither the time nor the sources that it names.",
    ),
]
Anywhen = Annotated[
    bool, typer.Option("--anywhen", help="Search all times, whatever time the question names.")
]
AnySource = Annotated[
    bool,
    typer.Option("--any-source", help="Search all outlets, authors and languages, whichever it names."),
]
Batch = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Many questions: one JSON object a line, `-` for standard input.",
        show_default=False,
    ),
]


def taken_back(as_typed: bool, anywhen: bool, any_source: bool) -> tuple[Kind, ...]:
    """What is not to be understood of a question's own words."""
    return (*(("time",) if anywhen or as_typed else ()), *(SOURCES if any_source or as_typed else ()))


def window_of(since: date | None, until: date | None) -> Window:
    if since and until and since > until:
        raise typer.BadParameter(f"--since {since} is later than --until {until}.")
    return Window(since, until)
