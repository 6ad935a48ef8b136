"""Right or wrong: the buttons on an answer, and what a person who says wrong may tell."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import TYPE_CHECKING, Any

from discord import ui

from bot.discord_app.card import GREY, notice_card
from bot.discord_app.errors import tell
from bot.discord_app.faces import Interaction, SlashFace
from index.errors import DatelineError

if TYPE_CHECKING:
    from bot.discord_app.client import DatelineClient

log = logging.getLogger(__name__)

THANKS = "Thank you. It is noted, without your name."
CHANGED = "Thank you. Your verdict is changed."
WORDS_LIMIT, ARTICLE_LIMIT = 200, 300


class Verdict(ui.DynamicItem[ui.Button[Any]], template=r"dateline:verdict:(?P<verdict>right|wrong)"):
    """The button, recognised by its id alone, whenever the card was sent. Anybody may press it."""

    def __init__(self, verdict: str, item: ui.Button[Any]) -> None:
        super().__init__(item)
        self.verdict = verdict

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> Verdict:
        assert isinstance(item, ui.Button)
        return cls(match["verdict"], item)

    async def callback(self, interaction: Interaction) -> None:
        client: DatelineClient = interaction.client
        assert interaction.message is not None
        is_right = self.verdict == "right"
        try:
            answer = await asyncio.to_thread(client.feedback.answer_of, interaction.message.id)
            changed = await asyncio.to_thread(
                client.feedback.judge, answer, interaction.user.id, is_right=is_right
            )
        except DatelineError as error:
            await tell(SlashFace(interaction, private=True), error)
            return
        if is_right:
            await _thank(interaction, CHANGED if changed else THANKS)
        else:
            await interaction.response.send_modal(WhatWouldBeRight(answer))


class WhatWouldBeRight(ui.Modal, title="What would be right?"):
    """Shown once "wrong" is noted: whoever closes it has said that much."""

    words: ui.Label[Any] = ui.Label(
        text="Words of the right answer",
        description="A name, a number or a few words that must stand in it. Leave empty if you don't know.",
        component=ui.TextInput(required=False, max_length=WORDS_LIMIT),
    )
    article: ui.Label[Any] = ui.Label(
        text="Where it stands",
        description="An article's address or title, if you know one.",
        component=ui.TextInput(required=False, max_length=ARTICLE_LIMIT),
    )

    def __init__(self, answer: int) -> None:
        super().__init__()
        self.answer = answer

    async def on_submit(self, interaction: Interaction, /) -> None:
        client: DatelineClient = interaction.client
        try:
            await asyncio.to_thread(
                client.feedback.judge,
                self.answer,
                interaction.user.id,
                is_right=False,
                words=_typed(self.words),
                article=_typed(self.article),
            )
        except DatelineError as error:
            await tell(SlashFace(interaction, private=True), error)
            return
        await _thank(interaction, THANKS)


async def _thank(interaction: Interaction, text: str) -> None:
    await interaction.response.send_message(view=notice_card(text, GREY), ephemeral=True)


def _typed(label: ui.Label[Any]) -> str:
    field = label.component
    assert isinstance(field, ui.TextInput)
    return field.value
