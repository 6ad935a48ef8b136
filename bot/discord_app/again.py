"""Asking again without what was understood of a question: the buttons on a card, and what they remember."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from discord import ui

from bot.answer.types import Question
from bot.discord_app.errors import tell
from bot.discord_app.faces import Interaction, SlashFace
from bot.discord_app.ways import WAYS
from index.errors import DatelineError

if TYPE_CHECKING:
    from bot.discord_app.client import DatelineClient

T = TypeVar("T")

MESSAGES = 1000
"""Answers that can be asked again; the oldest are forgotten first."""


class ForgottenError(DatelineError):
    """The question of an old card is no longer known."""


class Cards(Generic[T]):
    """What belongs to each card, by the ids of its messages; bounded, in this process only."""

    def __init__(self, messages: int = MESSAGES) -> None:
        self._cards: OrderedDict[int, T] = OrderedDict()
        self._messages = messages

    def remember(self, messages: Iterable[int], card: T) -> None:
        for message in messages:
            self._cards[message] = card
            self._cards.move_to_end(message)
        while len(self._cards) > self._messages:
            self._cards.popitem(last=False)

    def get(self, message: int) -> T | None:
        return self._cards.get(message)


class Asked:
    """What each card answers."""

    def __init__(self, messages: int = MESSAGES) -> None:
        self._cards: Cards[tuple[Question, bool]] = Cards(messages)

    def remember(self, messages: Iterable[int], question: Question, *, private: bool) -> None:
        self._cards.remember(messages, (question, private))

    def question(self, message: int, way: str) -> tuple[Question, bool]:
        """The question of a card, less what the button takes back, and whether it was a private one.

        Raises ForgottenError.
        """
        if (card := self._cards.get(message)) is None:
            raise ForgottenError(
                "That question is too long ago for me to ask it again. Type it anew, please."
            )
        question, private = card
        back = dict.fromkeys((*question.taken_back, *WAYS[way][0]))
        return replace(question, taken_back=tuple(back)), private


async def ask_from(
    interaction: Interaction, find: Callable[[DatelineClient, int], tuple[Question, bool]]
) -> None:
    """Answer a press of a button with the question that it stands for.

    Args:
        find: the question of the card whose message it is, and whether that card was a private one; raises
            ForgottenError.
    """
    client: DatelineClient = interaction.client
    assert interaction.message is not None
    try:
        question, private = find(client, interaction.message.id)
    except ForgottenError as error:
        await tell(SlashFace(interaction, private=True), error)
        return

    async def make() -> Question:
        return question

    await client.converse(SlashFace(interaction, private=private), question.text, make, follow=not private)


class Again(ui.DynamicItem[ui.Button[Any]], template=rf"dateline:again:(?P<way>{'|'.join(WAYS)})"):
    """The button, recognised by its id alone: on a card from before the bot was started it says that the
    question is forgotten, rather than nothing."""

    def __init__(self, way: str, item: ui.Button[Any]) -> None:
        super().__init__(item)
        self.way = way

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> Again:
        assert isinstance(item, ui.Button)
        return cls(match["way"], item)

    async def callback(self, interaction: Interaction) -> None:
        await ask_from(interaction, lambda client, message: client.asked.question(message, self.way))
