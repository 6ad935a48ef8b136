"""Mentions of the bot and direct messages to it are questions; a reply to an answer goes on from it."""

from __future__ import annotations

import re

import discord

from bot.answer.types import Question
from bot.discord_app.commands import QUESTION_LIMIT
from bot.discord_app.conversations import Conversations


def is_for(message: discord.Message, me: discord.ClientUser) -> bool:
    """Whether a person speaks to the bot: not @everyone, not a role, not another bot or a webhook."""
    if message.author.bot or message.webhook_id is not None:
        return False
    if message.type not in (discord.MessageType.default, discord.MessageType.reply):
        return False
    return message.guild is None or any(user.id == me.id for user in message.mentions)


def question_text(message: discord.Message, me: discord.ClientUser) -> str:
    """What is asked: the message without the bot's mention, other people by name; empty when nothing is."""
    text = re.sub(rf"<@!?{me.id}>", " ", message.content)
    for user in message.mentions:
        text = re.sub(rf"<@!?{user.id}>", f"@{user.display_name}", text)
    return " ".join(text.split())[:QUESTION_LIMIT]


def follow_up(message: discord.Message, text: str, conversations: Conversations) -> Question:
    """The question, with the conversation before it if the message replies to one of the bot's answers."""
    reference = message.reference
    return conversations.question(text, reference.message_id if reference else None)
