"""What an unclear question may mean: a button for each choice, and what a press asks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from discord import ui

from bot.answer.types import Question
from bot.discord_app.again import MESSAGES, Cards, ForgottenError, ask_from
from bot.discord_app.faces import Interaction


class Offered:
    """The choices of each card that asks back."""

    def __init__(self, messages: int = MESSAGES) -> None:
        self._cards: Cards[tuple[Question, tuple[str, ...], bool]] = Cards(messages)

    def remember(
        self, messages: Iterable[int], question: Question, choices: Sequence[str], *, private: bool
    ) -> None:
        self._cards.remember(messages, (question, tuple(choices), private))

    def question(self, message: int, number: int) -> tuple[Question, bool]:
        """The question that a button asks, counted from 1, and whether the card was a private one.

        Raises ForgottenError.
        """
        question, choices, private = self._cards.get(message) or (None, (), False)
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
        await ask_from(interaction, lambda client, message: client.offered.question(message, self.number))
