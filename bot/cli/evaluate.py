"""dateline eval: how good answers are, measured over labelled questions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli._options import AsJson, Data

app = typer.Typer(no_args_is_help=True, help="Measure how good answers are.")


@app.command()
def answers(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="Labelled questions, one JSON object a line.", show_default=False
        ),
    ],
    llm: Annotated[
        str, typer.Option(metavar="KIND,…", help="Language models to measure: embedded, none, …")
    ] = "embedded",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Ask every question of FILE and score the answers against what it expects."""
