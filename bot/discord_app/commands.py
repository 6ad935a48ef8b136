"""/ask and /timeline"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from discord import app_commands

from bot.answer.types import Question
from bot.discord_app.errors import tell
from bot.discord_app.faces import Interaction, SlashFace
from bot.discord_app.window import WindowError, parse_window
from index.errors import DatelineError
from index.text import fold

if TYPE_CHECKING:
    from bot.discord_app.client import DatelineClient

log = logging.getLogger(__name__)

Publishers = Callable[[], Sequence[tuple[str, int]]]
"""Names of the archive's publishers with their number of articles; blocking."""

QUESTION_LIMIT = 500
CHOICES, CHOICE_LIMIT = 25, 100
"""Discord's limits for autocompletion: choices, and characters in one."""
FRESH = 30.0
"""Seconds that a list of publishers serves; it is asked for at every key stroke."""


class PublisherError(DatelineError):
    """No such publisher in the archive; names the nearest."""


class PublisherList:
    """The archive's publishers, most articles first, read off the event loop."""

    def __init__(self, read: Publishers) -> None:
        self._read = read
        self._names: list[str] = []
        self._until = 0.0
        self._lock = asyncio.Lock()

    async def names(self) -> list[str]:
        async with self._lock:
            if time.monotonic() >= self._until:
                counted = await asyncio.to_thread(self._read)
                self._names = [name for name, _ in sorted(counted, key=lambda pair: -pair[1])]
                self._until = time.monotonic() + FRESH
            return self._names

    async def matching(self, typed: str) -> list[str]:
        """Names that hold what is typed, those that begin with it first."""
        wanted = fold(typed.strip())
        held = [name for name in await self.names() if wanted in fold(name) and len(name) <= CHOICE_LIMIT]
        return sorted(held, key=lambda name: not fold(name).startswith(wanted))[:CHOICES]

    async def exact(self, typed: str) -> str:
        """The archive's own spelling of a name; raises PublisherError."""
        names = {fold(name): name for name in await self.names()}
        wanted = fold(typed.strip())
        if wanted in names:
            return names[wanted]
        near = [names[n] for n in get_close_matches(wanted, names, n=3, cutoff=0.5)]
        hint = f" Did you mean {' or '.join(near)}?" if near else " Pick one from the list as you type."
        raise PublisherError(f"The archive has no publisher called “{typed}”.{hint}")


async def _asked(
    client: DatelineClient,
    interaction: Interaction,
    question: Question,
    since: str | None,
    until: str | None,
    publisher: str | None,
    *,
    private: bool,
) -> None:
    """Answer what a command asks, narrowed as its options say."""
    face = SlashFace(interaction, private=private)
    try:
        window = parse_window(since, until)
    except WindowError as error:
        await tell(face, error)
        return

    async def make() -> Question:
        publishers = (await client.publishers.exact(publisher),) if publisher else ()
        return replace(question, window=window, publishers=publishers)

    await client.converse(face, question.text, make, follow=not private)


def add_commands(client: DatelineClient) -> None:
    """Puts /ask and /timeline on the client's command tree."""

    @client.tree.command(name="ask", description="Ask the archive; the answer comes with its sources")
    @app_commands.describe(
        question="In your own words",
        since="Nothing published before this day: 2024-04-05, 2024-04 or 2024",
        until="Nothing published after this day: 2024-04-05, 2024-04 or 2024",
        publisher="One outlet only",
        private="Only you see the answer",
    )
    async def ask(
        interaction: Interaction,
        question: app_commands.Range[str, 1, QUESTION_LIMIT],
        since: str | None = None,
        until: str | None = None,
        publisher: str | None = None,
        private: bool = False,
    ) -> None:
        await _asked(client, interaction, Question(question), since, until, publisher, private=private)

    @client.tree.command(name="timeline", description="What happened, day by day, each event with its quote")
    @app_commands.describe(
        subject="In a few words, such as: Baku Washington talks",
        since="Nothing that happened before this day: 2024-04-05, 2024-04 or 2024",
        until="Nothing that happened after this day: 2024-04-05, 2024-04 or 2024",
        publisher="One outlet only",
        private="Only you see it",
    )
    async def timeline(
        interaction: Interaction,
        subject: app_commands.Range[str, 1, QUESTION_LIMIT],
        since: str | None = None,
        until: str | None = None,
        publisher: str | None = None,
        private: bool = False,
    ) -> None:
        await _asked(
            client, interaction, Question(subject, timeline=True), since, until, publisher, private=private
        )

    @ask.autocomplete("publisher")
    @timeline.autocomplete("publisher")
    async def publisher_choices(_: Interaction, current: str) -> list[app_commands.Choice[str]]:
        try:
            names = await client.publishers.matching(current)
        except DatelineError as error:
            log.warning("no publishers to choose from: %s", error)
            return []
        return [app_commands.Choice(name=name, value=name) for name in names]
