"""What can't be the answer although nearly all of the question stands there."""

from __future__ import annotations

import pytest

from bot.answer import grammar
from bot.answer.belied import belied
from bot.answer.evidence import Sentence
from bot.answer.question import understand
from bot.answer.terms import keys
from bot.answer.types import Question

from .hits import a_hit

FOUR = "Four Armenian servicemen were killed on Tuesday when Azerbaijani forces opened fire near the village."


def sentence(text: str) -> Sentence:
    hit = a_hit(text, title="A post under fire", published="2024-02-13")
    found = Sentence(hit, 0, len(text), text, (0, 0), keys(text), keys(hit.title), keys("13 February 2024"))
    found.doc = grammar.parse([text])[0]
    return found


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("How many Azerbaijani soldiers were killed near the village?", FOUR, True),
        ("How many Armenian soldiers were killed near the village?", FOUR, False),
        ("How many soldiers were killed near the village?", FOUR, False),
        (
            "How many Azerbaijani soldiers were freed?",
            "Yerevan freed two Azerbaijani servicemen, and Baku 32 Armenian servicemen.",
            False,
        ),
        ("How many people died in the 2022 fire?", "Twelve people died in the fire.", True),
        ("How many people died in the 2024 fire?", "Twelve people died in the fire.", False),
        ("Who won in 2022?", "Varga, who had lost in 2022, won on Sunday.", False),
    ],
)
def test_another_year_or_another_partys_count_is_no_answer(question: str, text: str, expected: bool) -> None:
    assert belied(understand(Question(question)), sentence(text)) is expected
