"""The commands put together."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli import (
    article,
    ask,
    bot,
    chat,
    doctor,
    evaluate,
    failures,
    feedback,
    forget,
    ingest,
    publish,
    reindex,
    search,
    status,
    timeline,
    watch,
)
from bot.cli._options import Data

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"dateline {version('dateline')}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    data: Data = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """A newspaper's archive that answers back, with quotes anyone can check."""
    ctx.obj = data


ASKING, FILLING, RUNNING = "Asking", "The archive", "Running it"

app.command(rich_help_panel=ASKING)(ask.ask)
app.command(rich_help_panel=ASKING)(chat.chat)
app.command(rich_help_panel=ASKING)(timeline.timeline)
app.command(rich_help_panel=ASKING)(search.search)
app.command(rich_help_panel=ASKING)(article.article)
app.command(rich_help_panel=FILLING)(ingest.ingest)
app.command(rich_help_panel=FILLING)(watch.watch)
app.command(rich_help_panel=FILLING)(forget.forget)
app.command(rich_help_panel=FILLING)(publish.publish)
app.command(rich_help_panel=FILLING)(reindex.reindex)
app.command(rich_help_panel=FILLING)(status.status)
app.command(rich_help_panel=FILLING)(failures.failures)
app.command(rich_help_panel=RUNNING)(bot.bot)
app.command(rich_help_panel=RUNNING)(doctor.doctor)
app.command(rich_help_panel=RUNNING)(feedback.feedback)
app.add_typer(evaluate.app, name="eval", rich_help_panel=RUNNING)
