"""The Discord face: a slash command, mentions, and cards that show answers with their sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings


def run(settings: Settings) -> None:
    """Runs the bot until SIGTERM or SIGINT, then returns; raises DatelineError when it can't start."""
    from bot.discord_app.service import serve

    serve(settings)
