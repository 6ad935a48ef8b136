from __future__ import annotations

import pytest

from bot.answer.question import completed, made_whole, unclear
from bot.answer.types import Question

TALKS = (
    "why did Baku refuse Washington talks?",
    "The ministry called the position of James O'Brien biased. [1]",
)
MINSK = ("Did Pashinyan attend the CSTO summit in Minsk?", "No: Nikol Pashinyan stayed away. [1]")
MUNICH = (
    "Who hosted the Munich meeting of Pashinyan and Aliyev?",
    "German Chancellor Olaf Scholz met them. [1]",
)
THANKS = ("What did Stoltenberg thank Armenia for?", "For KFOR. [1]")


@pytest.mark.parametrize(
    ("before", "text", "whole"),
    [
        (TALKS, "and what did Yerevan say?", "What did Yerevan say about the Washington talks?"),
        (TALKS, "when?", "When did Baku refuse Washington talks?"),
        (TALKS, "What about Yerevan?", "Why did Yerevan refuse the Washington talks?"),
        (TALKS, "and the Geneva talks?", "Why did Baku refuse the Geneva talks?"),
        (TALKS, "what did he say?", "What did James O'Brien say about the Washington talks?"),
        (TALKS, "did they accept it later?", "Did Baku accept the Washington talks later?"),
        (TALKS, "and in March?", "Why did Baku refuse Washington talks in March?"),
        (MINSK, "why?", "Why did Pashinyan not attend the CSTO summit in Minsk?"),
        (MINSK, "who hosted it?", "Who hosted the CSTO summit in Minsk?"),
        (MINSK, "and Aliyev?", "Did Aliyev attend the CSTO summit in Minsk?"),
        (MINSK, "and in St Petersburg?", "Did Pashinyan attend the CSTO summit in St Petersburg?"),
        (MUNICH, "and the Berlin talks?", "Who hosted the Berlin talks?"),
        (THANKS, "and Azerbaijan?", "What did Stoltenberg thank Azerbaijan for?"),
        (THANKS, "what did he call on Russia to do?", "What did Stoltenberg call on Russia to do?"),
        (("What happened in April 2024?", "Much."), "and in March?", "What happened in March 2024?"),
    ],
)
def test_what_a_follow_up_leaves_out_is_put_in_by_name(
    before: tuple[str, str], text: str, whole: str
) -> None:
    question = Question(text, history=(before,))
    assert completed(question).text == whole
    assert made_whole(question) == Question(whole)


def test_a_follow_up_of_a_follow_up_goes_back_to_the_first() -> None:
    history = (TALKS, ("What about Yerevan?", ""))
    assert (
        completed(Question("when?", history=history)).text == "When did Yerevan refuse the Washington talks?"
    )


def test_of_several_people_none_is_guessed() -> None:
    question = Question("What did he say?", history=(MUNICH,))
    found = unclear(question)
    assert found is not None
    assert found.word.lower() == "he"
    assert found.candidates == ("What did Pashinyan say?", "What did Aliyev say?")


def test_a_name_answers_who_was_meant() -> None:
    asked_back = ("What did he say about Kosovo?", "")
    whole = completed(Question("Stoltenberg", history=(asked_back,))).text
    assert whole == "What did Stoltenberg say about Kosovo?"


@pytest.mark.parametrize(
    "text",
    [
        "Who won the elections held in Georgia in October?",
        "Did Erdogan say that he would come to Baku?",
        "How long did it take to count the votes in Georgia?",
    ],
)
def test_a_whole_question_takes_nothing_from_the_conversation(text: str) -> None:
    assert made_whole(Question(text, history=(TALKS,))).text == text
    assert completed(Question(text, history=(TALKS,))).text == text


def test_another_language_is_searched_for_with_what_came_before() -> None:
    question = Question("а Ереван?", history=(("Почему Баку отказался от переговоров?", ""),))
    assert completed(question).text == "Почему Баку отказался от переговоров? а Ереван?"
    assert made_whole(question) == question
