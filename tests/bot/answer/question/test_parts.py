from __future__ import annotations

import pytest

from bot.answer.question import taken_apart


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "Who replaced Mirzoyan and why did Baku refuse Washington talks?",
            ["Who replaced Mirzoyan?", "Why did Baku refuse Washington talks?"],
        ),
        ("Did Baku and Yerevan both accept?", ["Did Baku accept?", "Did Yerevan accept?"]),
        (
            "Who hosted the Munich meeting and when was it held?",
            ["Who hosted the Munich meeting?", "When was the Munich meeting held?"],
        ),
        (
            "Who replaced Bayramov and when did he resign?",
            ["Who replaced Bayramov?", "When did Bayramov resign?"],
        ),
        (
            "When and where did the Berlin talks take place?",
            ["When did the Berlin talks take place?", "Where did the Berlin talks take place?"],
        ),
        (
            "How many Armenians did Azerbaijan release and how many Azerbaijanis did Armenia release?",
            ["How many Armenians did Azerbaijan release?", "How many Azerbaijanis did Armenia release?"],
        ),
        ("Bakü neden reddetti ve Erivan ne dedi?", ["Bakü neden reddetti?", "Erivan ne dedi?"]),
        ("Почему Баку отказался и что сказал Ереван?", ["Почему Баку отказался?", "Что сказал Ереван?"]),
    ],
)
def test_a_compound_question_is_taken_apart_into_whole_ones(text: str, parts: list[str]) -> None:
    assert [part.text for part in taken_apart(text)] == parts


@pytest.mark.parametrize(
    "text",
    [
        "Did O'Brien explain what he said and why he said it?",
        "Who is the man who led the bank and who resigned in May?",
        "Who founded Apple and is now its chairman?",
        "Why did Baku and Paris fall out?",
        "Which firms have bought gas and have the right to sell it?",
    ],
)
def test_one_question_stays_one(text: str) -> None:
    assert [part.text for part in taken_apart(text)] == [text]


def test_a_part_that_names_nothing_is_asked_with_the_first() -> None:
    first, second = taken_apart("Which country left the EU and why?")
    assert (first.text, second.text) == ("Which country left the EU?", "Why?")
    assert second.whole == "Which country left the EU? Why?"
