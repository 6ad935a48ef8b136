"""What an unclear question may mean: a button for each choice, and what a press asks."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from discord import ui

from bot.answer.types import Question
from bot.discord_app.again import MESSAGES, ForgottenError
from bot.discord_app.errors import tell
from bot.discord_app.faces import Interaction, SlashFace

if TYPE_CHECKING:
    from bot.discord_app.client import DatelineClient


class Offered:
    """The choices of each card that asks back, by the ids of its messages; bounded, in this process only."""

    def __init__(self, messages: int = MESSAGES) -> None:
        self._offers: OrderedDict[int, tuple[Question, tuple[str, ...], bool]] = OrderedDict()
        self._messages = messages

    def remember(
        self, messages: Iterable[int], question: Question, choices: Sequence[str], *, private: bool
    ) -> None:
        for message in messages:
            self._offers[message] = question, tuple(choices), private
            self._offers.move_to_end(message)
        while len(self._offers) > self._messages:
            self._offers.popitem(last=False)

    def question(self, message: int, number: int) -> tuple[Question, bool]:
        """The question that a button asks, counted from 1, and whether the card was a private one.

        Raises ForgottenError.
        """
        question, choices, private = self._offers.get(message, (None, (), False))
        if question is None or not 0 < number <= len(choices):
            raise ForgottenError(
                "That question is too long ago for me to know the choices. Type it anew, please."
            )
        return replace(question, text=choices[number - 1], history=()), private


class Choice(ui.DynamicItem[ui.Button[Any]], template=r"dateline:choice:(?P<number>[1-9])"):
    """The button, recognised by its id alone."""

    def __init__(self, number: int, item: ui.Button[Any]) -> None:
        super().__init__(item)
        self.number = number

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> Choice:
        assert isinstance(item, ui.Button)
        return cls(int(match["number"]), item)

    async def callback(self, interaction: Interaction) -> None:
        client: DatelineClient = interaction.client
        assert interaction.message is not None
        try:
            question, private = client.offered.question(interaction.message.id, self.number)
        except ForgottenError as error:
            await tell(SlashFace(interaction, private=True), error)
            return

        async def make() -> Question:
            return question

        await client.converse(
            SlashFace(interaction, private=private), question.text, make, follow=not private
        )
