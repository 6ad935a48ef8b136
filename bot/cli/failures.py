"""dateline failures: what the last run could not read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import _open
from bot.cli._options import AsJson, Data
from bot.cli._output import write_json

if TYPE_CHECKING:
    from index.ledger import Ledger


def failures(
    ctx: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Of every run, not only the last.")] = False,
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """List what the last run could not take in, and why."""
    from rich.text import Text

    from bot.terminal import Terminal, day, one_line

    with _open.open_ledger(_open.open_settings(ctx, data)) as ledger:
        found = _found(ledger, every)
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
        terminal.print("No failures." if every else "No failures in the last run.")


def _found(ledger: Ledger, every: bool) -> list[dict[str, object]]:
    last = ledger.last_run()
    return ledger.failures(None if every or last is None else last["id"])
