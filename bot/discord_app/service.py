"""Runs the bot as a process: opens the archive, connects, and ends cleanly on a signal."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.discord_app.cited import Cited
from bot.discord_app.client import DatelineClient
from bot.feedback import Feedback
from index.errors import DatelineError

if TYPE_CHECKING:
    from bot.settings import Settings

log = logging.getLogger(__name__)

HOW_TO = "https://discord.com/developers/applications"
CLOSING = 5.0
"""Seconds for the connection to end after it was closed."""


class TokenError(DatelineError):
    """DISCORD_TOKEN is missing or refused."""


def token_of(settings: Settings) -> str:
    """The token; raises TokenError when there is none."""
    token = settings.discord_token.get_secret_value().strip() if settings.discord_token else ""
    if not token:
        raise TokenError(
            f"DISCORD_TOKEN is not set. Make a bot at {HOW_TO} (Bot, Reset Token) and put its token "
            "into .env as DISCORD_TOKEN=…; the README tells how, step by step."
        )
    return token


def serve(settings: Settings) -> None:
    """Runs until SIGTERM or SIGINT. Raises DatelineError when there is no token, archive or connection."""
    token = token_of(settings)

    from bot.answer.answer import Answerer
    from index.search import Index

    discord.utils.setup_logging(level=logging.INFO)
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # this bot doesn't speak
    index = Index.open(settings.index_config())
    answerer = Answerer(index, settings.llm_config(), settings.judge_config())
    cited = Cited(settings.data, index.ledger)
    feedback = Feedback(settings.data)
    client = DatelineClient(
        answerer=answerer,
        publishers=index.ledger.publishers,
        guild=settings.discord_guild,
        cited=cited,
        feedback=feedback,
    )
    try:
        asyncio.run(run_until_signal(client, token))
    finally:
        cited.close()
        feedback.close()
        if client.worked_off:
            answerer.close()
    if not client.worked_off:
        # A thread still works on an answer that nobody waits for. Closing what it uses could crash it, and so
        # could the interpreter's own exit; nothing of ours is left to write.
        log.warning("left an answer unfinished")
        logging.shutdown()
        os._exit(0)


async def run_until_signal(client: DatelineClient, token: str) -> None:
    """Connects and stays connected until SIGTERM or SIGINT; raises DatelineError when Discord refuses."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C is a KeyboardInterrupt there
            loop.add_signal_handler(name, stop.set)
    running = asyncio.create_task(client.start(token), name="discord")
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not stop.is_set():
            await running
            return
        log.info("stopping")
        await client.close()
        await asyncio.wait({running}, timeout=CLOSING)
    except discord.LoginFailure as error:
        raise TokenError(
            f"Discord refused DISCORD_TOKEN ({error}). Copy it again from {HOW_TO} (Bot, Reset Token)."
        ) from error
    except (discord.HTTPException, discord.GatewayNotFound, aiohttp.ClientError, OSError) as error:
        raise DatelineError(f"Can't reach Discord: {error}. Check the network, then start again.") from error
    finally:
        stopping.cancel()
        running.cancel()
        await client.close()
