"""What went wrong, told to the asker in a sentence and to the log in full."""

from __future__ import annotations

import logging
import secrets
from typing import Any

import discord
from discord import app_commands

from bot.discord_app.card import notice_card
from bot.discord_app.faces import UNREACHED, Face, SlashFace
from index.errors import DatelineError

log = logging.getLogger(__name__)

_TOO_LATE = 10062
"""Discord's code for an interaction that was not acknowledged within 3 seconds."""


def explain(error: BaseException) -> str:
    """What the asker is told. An error that no one foresaw is logged under a reference, which is told too."""
    error = getattr(error, "original", error)
    match error:
        case DatelineError():
            log.info("told the asker: %s", error)
            return str(error)
        case app_commands.CommandNotFound() | app_commands.CommandSignatureMismatch():
            log.warning("an outdated command was used: %s", error)
            return "This command has changed. Restart Discord (Ctrl+R) and try again."
        case app_commands.CheckFailure():
            return "You may not use this command here. Ask someone who manages this server."
        case discord.Forbidden():
            log.warning("Discord forbids: %s", error)
            return (
                "I may not write here. Someone who manages this server can allow me View Channel, "
                "Send Messages and Read Message History."
            )
    reference = secrets.token_hex(3)
    log.error("unforeseen error %s", reference, exc_info=error)
    return (
        "Something went wrong, and there is no answer. Ask again; "
        f"if it goes on, whoever runs this bot finds it in the log under {reference}."
    )


async def tell(face: Face, error: Exception) -> None:
    """Tells the asker; logs where even that fails. Never raises UNREACHED."""
    if isinstance(error, discord.NotFound) and error.code == _TOO_LATE:
        log.warning("a command came too late to be answered (3 seconds); is this machine overloaded?")
        return
    try:
        await face.fail(notice_card(explain(error)))
    except UNREACHED as unreachable:
        log.warning("the asker can't be reached (%s) to be told of: %s", unreachable, error)


class Tree(app_commands.CommandTree[Any]):
    """Commands whose errors reach the asker alone."""

    async def on_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /
    ) -> None:
        original = getattr(error, "original", error)
        await tell(SlashFace(interaction), original)
