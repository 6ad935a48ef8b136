"""dateline failures: what could not be read and is still out, and reading it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import _open, _report
from bot.cli._options import AsJson, Data
from bot.cli._output import write_json

if TYPE_CHECKING:
    from bot.settings import Settings


def failures(
    ctx: typer.Context,
    retry: Annotated[
        bool, typer.Option("--retry", help="Read again what failed and is still out, and nothing else.")
    ] = False,
    every: Annotated[
        bool, typer.Option("--all", help="List what has been read since, too, with its run.")
    ] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """List what could not be taken in, and why.

    What a later run has read is left out, unless --all.

    With --retry: exits 0 when nothing is out any more, 3 when some failed again, 1 when all did.
    """
    settings = _open.open_settings(ctx, data)
    if retry:
        _retry(settings, as_json)
    else:
        _list(settings, every, as_json)


def _list(settings: Settings, every: bool, as_json: bool) -> None:
    from rich.text import Text

    from bot.terminal import Terminal, day, one_line

    with _open.open_ledger(settings) as ledger:
        found = ledger.failures(still_out=not every)
    if as_json:
        write_json({"failures": found})
        return
    terminal = Terminal()
    for failure in found:
        terminal.block(Text(one_line(str(failure["origin"]))))
        about = f"{failure['stage']}: {one_line(str(failure['reason']))}"
        when = f" (run {failure['run']}, {day(str(failure['at']))})" if every else ""
        terminal.block(Text(about + when, "dim"), "    ")
    if not found:
        terminal.print(
            "Nothing has failed yet." if every else "Nothing is out: all that was asked for is in."
        )


def _retry(settings: Settings, as_json: bool) -> None:
    from bot.cli._progress import watching
    from bot.terminal import Terminal
    from ingest.job import retry

    terminal = Terminal()
    with watching(terminal, plain=not as_json) as progress:
        report = retry(settings.ingest_config(), progress)
    if as_json:
        write_json(report.as_json())
    elif not report.articles:
        terminal.print("Nothing is out: there was nothing to read again.")
    else:
        _report.show(report, terminal)
    raise typer.Exit(report.exit_code)
