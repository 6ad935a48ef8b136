"""dateline doctor: is everything in order, and if not, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bot.cli import _open
from bot.cli._interrupt import leaving_at_once
from bot.cli._options import AsJson, Data
from bot.cli._output import write_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.cli._checks import Finding

MARKS = {"fine": ("✓", "green"), "warning": ("!", "yellow"), "fault": ("✗", "bold red")}


def doctor(ctx: typer.Context, as_json: AsJson = False, data: Data = None) -> None:
    """Check settings, archive, models and Discord token, with the fix for each fault.

    Exits 0 when all that asking needs is in order, 1 otherwise. A missing Discord token is only a warning.
    """
    from rich.text import Text

    from bot.terminal import Terminal, one_line

    found: list[Finding] = []
    terminal = Terminal()
    with leaving_at_once(), terminal.waiting("Looking"):
        for finding in _findings(ctx, data):
            found.append(finding)
            if as_json:
                continue
            terminal.hush()
            mark, style = MARKS[finding.state]
            head = Text.assemble((finding.what, "bold"), "  ", one_line(finding.said))
            terminal.block(head, Text(f"{mark} ", style))
            if finding.fix:
                terminal.block(Text(one_line(finding.fix)), Text("  → ", "cyan"))
            terminal.say("Looking")
    if as_json:
        write_json({"fine": _fine(found), "checks": [finding.as_json() for finding in found]})
    raise typer.Exit(0 if _fine(found) else 1)


def _fine(found: list[Finding]) -> bool:
    return all(finding.state != "fault" for finding in found)


def _findings(ctx: typer.Context, data: Data) -> Iterator[Finding]:
    from bot.cli._checks import Finding, examine
    from bot.settings import SettingsError

    try:
        settings = _open.open_settings(ctx, data)
    except SettingsError as error:
        for line in str(error).splitlines():
            yield Finding("fault", "Settings", line)
        return
    yield from examine(settings)
