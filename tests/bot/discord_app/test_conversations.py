from __future__ import annotations

from bot.answer.types import Question
from bot.discord_app.conversations import Conversations

from .scripted import answer


def test_only_the_last_turns_are_carried() -> None:
    memory = Conversations(turns=2)
    for n in range(5):
        memory.remember([n], memory.question(f"q{n}", n - 1), answer())
    assert [text for text, _ in memory.question("q5", 4).history] == ["q3", "q4"]


def test_the_oldest_messages_are_forgotten_first() -> None:
    memory = Conversations(messages=2)
    for n in (1, 2, 3):
        memory.remember([n], Question(f"q{n}"), answer())
    assert memory.question("more", 1).history == ()
    assert memory.question("more", 2).history != ()


def test_every_message_of_a_long_answer_can_be_replied_to() -> None:
    memory = Conversations()
    memory.remember([1, 2], Question("q"), answer())
    assert memory.question("more", 1) == memory.question("more", 2) != Question("more")
