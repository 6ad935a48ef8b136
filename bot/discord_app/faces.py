"""The places where an answer appears: the response to a command, or a reply to a mention."""

from __future__ import annotations

import logging
from typing import Any, Protocol

import aiohttp
import discord
from discord import ui

log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]

SILENT = discord.AllowedMentions.none()
"""The client's default; discord.py leaves it out of an edit that has no content."""
UNREACHED = (discord.HTTPException, aiohttp.ClientError, OSError)
"""What showing a message raises: Discord refuses, or the network fails."""
_EXPIRED = frozenset({10015, 10062, 50027})
"""Discord's codes for unknown webhook, unknown interaction and invalid webhook token."""


class Face(Protocol):
    """Shows messages to one asker; returns the id of the message shown, raises UNREACHED."""

    async def show(self, view: ui.LayoutView) -> int:
        """Puts `view` in the place of what was shown before."""

    async def more(self, view: ui.LayoutView) -> int:
        """Adds a message after it."""

    @property
    def channel(self) -> int | None:
        """Id of the channel in which the messages stand."""

    @property
    def asker(self) -> int:
        """Id of the person who asks."""

    async def fail(self, view: ui.LayoutView) -> None:
        """Tells the asker why there is no answer, alone where Discord allows it."""


class SlashFace:
    """The response to a slash command; the first `show` acknowledges it, which is due within 3 seconds."""

    def __init__(self, interaction: Interaction, *, private: bool = False) -> None:
        self._interaction = interaction
        self._private = private
        self._direct: discord.Message | None = None

    @property
    def asker(self) -> int:
        return self._interaction.user.id

    @property
    def channel(self) -> int | None:
        return self._direct.channel.id if self._direct is not None else self._interaction.channel_id

    async def show(self, view: ui.LayoutView) -> int:
        if self._direct is not None:
            return (await self._direct.edit(view=view, allowed_mentions=SILENT)).id
        response = self._interaction.response
        if not response.is_done():
            sent = await response.send_message(view=view, ephemeral=self._private)
            return sent.message_id or 0
        try:
            return (await self._interaction.edit_original_response(view=view)).id
        except discord.HTTPException as error:
            return await self._instead(view, error)

    async def more(self, view: ui.LayoutView) -> int:
        if self._direct is not None:
            return (await self._direct.channel.send(view=view)).id
        try:
            sent = await self._interaction.followup.send(view=view, ephemeral=self._private, wait=True)
        except discord.HTTPException as error:
            return await self._instead(view, error)
        return sent.id

    async def fail(self, view: ui.LayoutView) -> None:
        response = self._interaction.response
        if not response.is_done():
            await response.send_message(view=view, ephemeral=True)
            return
        if self._direct is not None:
            await self._direct.edit(view=view, allowed_mentions=SILENT)
            return
        try:
            # A message can't become private: the public status goes, and the asker alone is told.
            if not self._private:
                await self._interaction.delete_original_response()
                await self._interaction.followup.send(view=view, ephemeral=True)
            else:
                await self._interaction.edit_original_response(view=view)
        except discord.HTTPException as error:
            await self._instead(view, error)

    async def _instead(self, view: ui.LayoutView, error: discord.HTTPException) -> int:
        """A direct message, when the interaction's 15 minutes are over; raises any other error again."""
        if error.code not in _EXPIRED:
            raise error
        log.info("an answer took longer than its interaction lives: sent as a direct message")
        self._direct = await self._interaction.user.send(view=view)
        return self._direct.id


class MentionFace:
    """A reply to the message that mentions the bot; a direct message where it may not write."""

    def __init__(self, message: discord.Message) -> None:
        self._message = message
        self._shown: discord.Message | None = None

    @property
    def asker(self) -> int:
        return self._message.author.id

    @property
    def channel(self) -> int | None:
        return (self._shown or self._message).channel.id

    async def show(self, view: ui.LayoutView) -> int:
        if self._shown is None:
            self._shown = await self._send(view)
        else:
            self._shown = await self._shown.edit(view=view, allowed_mentions=SILENT)
        return self._shown.id

    async def more(self, view: ui.LayoutView) -> int:
        channel = self._shown.channel if self._shown else self._message.channel
        return (await channel.send(view=view)).id

    async def fail(self, view: ui.LayoutView) -> None:
        await self.show(view)

    async def _send(self, view: ui.LayoutView) -> discord.Message:
        channel = self._message.channel
        reference = self._message.to_reference(fail_if_not_exists=False)
        try:
            return await channel.send(view=view, reference=reference, mention_author=False)
        except discord.Forbidden:
            log.warning("not allowed to reply in channel %s: it needs Read Message History", channel.id)
        try:
            return await channel.send(view=view)
        except discord.Forbidden:
            log.warning(
                "not allowed to write in channel %s: it needs View Channel and Send Messages, in threads "
                "too; answered by direct message",
                channel.id,
            )
        return await self._message.author.send(view=view)
