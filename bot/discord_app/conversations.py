"""Which of the bot's messages answered what, so that a reply to one is a follow-up."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace

from bot.answer.types import Answer, Question

MESSAGES = 1000
"""Messages remembered; the oldest are forgotten first, and a reply to one is then a new question."""
TURNS = 6
"""Pairs of question and answer that a follow-up carries."""


class Conversations:
    """Bounded memory, in this process only."""

    def __init__(self, messages: int = MESSAGES, turns: int = TURNS) -> None:
        self._questions: OrderedDict[int, Question] = OrderedDict()
        self._messages = messages
        self._turns = turns

    def remember(self, messages: Iterable[int], question: Question, answer: Answer) -> None:
        """A reply to any of these messages goes on from this answer."""
        history = (*question.history, (question.text, answer.text))[-self._turns :]
        for message in messages:
            self._questions[message] = replace(question, history=history)
            self._questions.move_to_end(message)
        while len(self._questions) > self._messages:
            self._questions.popitem(last=False)

    def drop(self, message: int) -> None:
        """A reply to this message is a new question from now on."""
        self._questions.pop(message, None)

    def question(self, text: str, reply_to: int | None) -> Question:
        """The question in its conversation: its history, and the window and publishers first asked for."""
        earlier = self._questions.get(reply_to) if reply_to is not None else None
        return replace(earlier, text=text) if earlier else Question(text)
