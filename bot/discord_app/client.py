"""The bot: a discord.Client that answers /ask and mentions from an Answerer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import discord

from bot.answer.types import Question
from bot.discord_app.again import Again, Asked
from bot.discord_app.asking import Asking
from bot.discord_app.card import help_card
from bot.discord_app.choices import Choice, Offered
from bot.discord_app.cited import Cited, Shown
from bot.discord_app.commands import PublisherList, Publishers, add_commands
from bot.discord_app.conversations import Conversations
from bot.discord_app.desk import AT_ONCE, GRACE, Answers, Desk
from bot.discord_app.errors import Tree, tell
from bot.discord_app.faces import SILENT, UNREACHED, Face, MentionFace
from bot.discord_app.mentions import follow_up, is_for, question_text
from bot.discord_app.verdict import Verdict
from bot.discord_app.withdrawn import marked, without
from bot.feedback import Feedback
from index.errors import DatelineError

log = logging.getLogger(__name__)

PERMISSIONS = discord.Permissions(
    view_channel=True, send_messages=True, send_messages_in_threads=True, read_message_history=True
)
"""What an invitation asks for."""
LOOK_EVERY = 20.0
"""Seconds between two looks for articles that have been withdrawn."""
FAREWELL = 3.0
"""Seconds for telling askers that the bot is being stopped."""


def intents() -> discord.Intents:
    """Nothing privileged: Discord gives a bot the text of messages that mention it without that."""
    return discord.Intents(guilds=True, guild_messages=True, dm_messages=True)


class DatelineClient(discord.Client):
    """Answers questions from `answerer`, whose methods are called in worker threads.

    Commands are registered with the server `guild` alone (at once) when it is given, else everywhere. With
    `cited`, an article that is withdrawn is taken out of the answers that show it. What people say of answers
    is kept in `feedback`, without it in this process only. The answerer belongs to
    the caller, who closes it once `close` has returned and `worked_off` is true.
    """

    def __init__(
        self,
        *,
        answerer: Answers,
        publishers: Publishers,
        guild: int | None = None,
        cited: Cited | None = None,
        feedback: Feedback | None = None,
        at_once: int = AT_ONCE,
        **options: Any,
    ) -> None:
        options.setdefault("activity", discord.CustomActivity("Ask the archive: /ask"))
        super().__init__(
            intents=intents(), allowed_mentions=discord.AllowedMentions.none(), max_messages=None, **options
        )
        self.tree = Tree(self)
        self.publishers = PublisherList(publishers)
        self.worked_off = True
        self._answerer = answerer
        self._guild = discord.Object(guild) if guild is not None else None
        self._desk = Desk(answerer, at_once=at_once)
        self._conversations = Conversations()
        self.asked = Asked()
        self.offered = Offered()
        self.add_dynamic_items(Again, Verdict, Choice)
        self._cited = cited
        self.feedback = feedback or Feedback(None)
        self._under_way: set[asyncio.Task[Any]] = set()
        self._warming: asyncio.Task[None] | None = None
        self._withdrawing: asyncio.Task[None] | None = None
        self._ask_mention = "`/ask`"
        add_commands(self)

    async def setup_hook(self) -> None:
        """Registers the commands and loads the models while the gateway connects."""
        self._warming = asyncio.create_task(self._warm(), name="warm")
        if self._guild is not None:
            self.tree.copy_global_to(guild=self._guild)
        try:
            commands = await self.tree.sync(guild=self._guild)
        except discord.Forbidden as error:
            raise DatelineError(
                f"Discord doesn't let the bot register /ask in the server DISCORD_GUILD={self._guild.id}: "
                "invite it there with the scopes bot and applications.commands, or unset DISCORD_GUILD."
                if self._guild
                else f"Discord doesn't let the bot register /ask ({error}): invite it again with the scopes "
                "bot and applications.commands."
            ) from error
        self._ask_mention = next((c.mention for c in commands if c.name == "ask"), self._ask_mention)

    async def on_ready(self) -> None:
        if self._cited is not None and self._withdrawing is None:
            self._withdrawing = asyncio.create_task(self._withdraw(self._cited), name="withdraw")
        log.info("%s answers in %d servers", self.user, len(self.guilds))
        if not self.guilds and self.application_id is not None:
            address = discord.utils.oauth_url(
                self.application_id, permissions=PERMISSIONS, scopes=("bot", "applications.commands")
            )
            log.info("invite it to one: %s", address)

    async def on_message(self, message: discord.Message) -> None:
        if self.user is None or not is_for(message, self.user):
            return
        face = MentionFace(message)
        text = question_text(message, self.user)
        if not text:
            try:
                await face.show(help_card(self.user.display_name, self._ask_mention))
            except UNREACHED as error:
                await tell(face, error)
            return

        async def make() -> Question:
            return follow_up(message, text, self._conversations)

        await self.converse(face, text, make)

    async def converse(
        self, face: Face, text: str, make: Callable[[], Awaitable[Question]], *, follow: bool = True
    ) -> None:
        """Answers one question at `face`; with `follow`, replies to the answer go on from it."""
        task = asyncio.current_task()
        assert task is not None
        self._under_way.add(task)
        try:
            question, answer, messages = await Asking(self._desk, face, text, face.asker).run(make)
        except Exception as error:  # noqa: BLE001 - told to the asker, and logged there
            await tell(face, error)
        else:
            self.asked.remember(messages, question, private=not follow)
            if answer.asks_back:
                self.offered.remember(messages, question, answer.asks_back.choices, private=not follow)
            try:
                keep = self.feedback.remember if follow else self.feedback.hold
                await asyncio.to_thread(keep, messages, question, answer)
            except DatelineError as error:
                log.warning("nobody can say whether an answer is right: %s", error)
            if follow:
                self._conversations.remember(messages, question, answer)
                if self._cited is not None and face.channel is not None:
                    await asyncio.to_thread(self._cited.remember, face.channel, messages, answer)
        finally:
            self._under_way.discard(task)

    async def _withdraw(self, cited: Cited) -> None:
        """Takes what has been withdrawn out of the answers that show it, soon after, and says there what has
        been changed."""
        while True:
            try:
                for shown in await asyncio.to_thread(cited.due):
                    if await self._take_out(shown):
                        await asyncio.to_thread(cited.done, shown)
            except DatelineError as error:
                log.warning("what has been withdrawn can't be looked up: %s", error)
            await asyncio.sleep(LOOK_EVERY)

    async def _take_out(self, shown: Shown) -> bool:
        """Whether the message shows no word of the withdrawn articles from now on, or tells of the change."""
        if shown.why == "withdrawn":
            self._conversations.drop(shown.message)
        try:
            message = await self.get_partial_messageable(shown.channel).fetch_message(shown.message)
            view = (without if shown.why == "withdrawn" else marked)(message, shown.numbers)
            if view is not None:
                await message.edit(view=view, allowed_mentions=SILENT)
        except (discord.NotFound, discord.Forbidden) as error:
            log.warning("message %s shows a %s article, out of reach: %s", shown.message, shown.why, error)
        except UNREACHED as error:
            log.warning("a %s article still stands in message %s: %s", shown.why, shown.message, error)
            return False
        return True

    async def _warm(self) -> None:
        try:
            await asyncio.to_thread(self._answerer.warm)
        except DatelineError as error:
            log.warning("the models are not loaded yet: %s", error)
        except Exception:
            log.exception("the models could not be loaded ahead of the first question")

    async def close(self) -> None:
        """Ends what is under way, tells those who wait, and leaves Discord."""
        if self._withdrawing is not None:
            self._withdrawing.cancel()
        if not self.is_closed():
            closing = asyncio.create_task(self._desk.close(GRACE))
            await asyncio.sleep(0)
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=FAREWELL)
            self.worked_off = await closing
        await super().close()
