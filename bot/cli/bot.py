"""dateline bot: the Discord face."""

from __future__ import annotations

import typer

from bot.cli import _open
from bot.cli._options import Data


def bot(ctx: typer.Context, data: Data = None) -> None:
    """Answer on Discord until stopped, by Ctrl-C or SIGTERM."""
    settings = _open.open_settings(ctx, data)
    from bot.discord_app import run

    run(settings)
