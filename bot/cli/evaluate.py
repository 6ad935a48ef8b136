"""dateline eval: how good answers are, measured over labelled questions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import _open
from bot.cli._interrupt import leaving_at_once
from bot.cli._options import AsJson, Data
from bot.cli._output import write_json

app = typer.Typer(no_args_is_help=True, help="Measure how good answers are.")


@app.callback()
def root() -> None:
    """Measure how good answers are."""


@app.command()
def answers(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Labelled questions, one JSON object a line.",
            exists=True,
            dir_okay=False,
            show_default=False,
        ),
    ],
    llm: Annotated[
        str | None,
        typer.Option(
            metavar="KIND,…",
            help="Language models to measure, such as none,embedded; else the one set.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Ask every question of FILE and score the answers against what it expects."""
    from bot.evaluate import evaluate
    from bot.terminal import Terminal

    kinds = [kind.strip() for kind in llm.split(",") if kind.strip()] if llm else [None]
    every = [_open.open_settings(ctx, data, llm=kind) for kind in kinds]
    terminal = Terminal()
    reports = {}
    with leaving_at_once(), terminal.waiting("Opening the archive"):
        for settings in every:
            answerer = _open.open_answerer(settings)
            try:
                report = evaluate(answerer, file, terminal.say)
            finally:
                answerer.close()
            reports[settings.llm] = report.as_json()
            if not as_json:
                terminal.hush()
                for line in report.lines():
                    terminal.print(line)
                terminal.print()
    if as_json:
        write_json(reports)
