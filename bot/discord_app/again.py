"""Asking again without what was understood of a question: the buttons on a card, and what they remember."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from discord import ui

from bot.answer.types import Question
from bot.discord_app.errors import tell
from bot.discord_app.faces import Interaction, SlashFace
from bot.discord_app.ways import WAYS
from index.errors import DatelineError

if TYPE_CHECKING:
    from bot.discord_app.client import DatelineClient

MESSAGES = 1000
"""Answers that can be asked again; the oldest are forgotten first."""


class ForgottenError(DatelineError):
    """The question of an old card is no longer known."""


class Asked:
    """What each card answers, by the ids of its messages; bounded, in this process only."""

    def __init__(self, messages: int = MESSAGES) -> None:
        self._questions: OrderedDict[int, tuple[Question, bool]] = OrderedDict()
        self._messages = messages

    def remember(self, messages: Iterable[int], question: Question, *, private: bool) -> None:
        for message in messages:
            self._questions[message] = question, private
            self._questions.move_to_end(message)
        while len(self._questions) > self._messages:
            self._questions.popitem(last=False)

    def question(self, message: int, way: str) -> tuple[Question, bool]:
        """The question of a card, less what the button takes back, and whether it was a private one.

        Raises ForgottenError.
        """
        if message not in self._questions:
            raise ForgottenError(
                "That question is too long ago for me to ask it again. Type it anew, please."
            )
        question, private = self._questions[message]
        back = dict.fromkeys((*question.taken_back, *WAYS[way][0]))
        return replace(question, taken_back=tuple(back)), private


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
        client: DatelineClient = interaction.client
        assert interaction.message is not None
        try:
            question, private = client.asked.question(interaction.message.id, self.way)
        except ForgottenError as error:
            await tell(SlashFace(interaction, private=True), error)
            return

        async def make() -> Question:
            return question

        await client.converse(
            SlashFace(interaction, private=private), question.text, make, follow=not private
        )
