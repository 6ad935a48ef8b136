"""What was understood is shown on the card, and a button asks again without it; Discord is simulated."""

from __future__ import annotations

from typing import Any

import pytest

from bot.answer.types import Answer, Question
from bot.answer.understood import SOURCES
from bot.discord_app.again import MESSAGES, Asked, ForgottenError
from index.query import Understood

from .scripted import Stage, answer, components_of, no_answer, text_of

ASKED = "what did CNN report last week?"
TIME = Understood("time", "last week", 20, 29, "20 Oct – 3 Nov 2023")
OUTLET = Understood("publisher", "CNN", 9, 12, "CNN")
ALL_TIMES, ALL_OUTLETS = "dateline:again:time", "dateline:again:source"


def understanding(question: Question) -> Answer:
    """An answer that says what was understood, less what is taken back."""
    kept = tuple(each for each in (OUTLET, TIME) if each.kind not in question.taken_back)
    return answer(question.text, understood=kept)


def buttons_of(message: Any) -> list[str]:
    ids = [c["custom_id"] for c in components_of(message) if c.get("custom_id")]
    return [id_ for id_ in ids if id_.startswith("dateline:again:")]


async def test_the_card_shows_what_was_understood_and_a_button_for_each_way_out(stage: Stage) -> None:
    stage.answerer.script = understanding
    result = await stage.reader.slash(stage.channel, "ask", question=ASKED)
    assert "-# Understood: CNN; 20 Oct – 3 Nov 2023" in text_of(result.response)
    assert buttons_of(result.response) == [ALL_TIMES, ALL_OUTLETS]


async def test_a_question_of_which_nothing_was_understood_has_no_button(stage: Stage) -> None:
    result = await stage.reader.slash(stage.channel, "ask", question="why?")
    assert "Understood" not in text_of(result.response)
    assert buttons_of(result.response) == []


async def test_a_button_asks_again_without_what_it_takes_back(stage: Stage) -> None:
    stage.answerer.script = understanding
    result = await stage.reader.slash(stage.channel, "ask", question=ASKED)
    again = await stage.reader.click(result.response, custom_id=ALL_TIMES)
    assert [q.taken_back for q in stage.answerer.asked] == [(), ("time",)]
    assert stage.answerer.asked[1].text == ASKED
    assert "-# Understood: CNN\n" in text_of(again.response) + "\n"
    assert buttons_of(again.response) == [ALL_OUTLETS]
    assert len(stage.shown()) == 2
    last = await stage.reader.click(again.response, custom_id=ALL_OUTLETS)
    assert stage.answerer.asked[2].taken_back == ("time", *SOURCES)
    assert buttons_of(last.response) == []


async def test_anybody_may_press_and_a_reply_goes_on_from_the_new_answer(stage: Stage) -> None:
    stage.answerer.script = understanding
    await stage.reader.send(stage.channel, f"{stage.mention} {ASKED}")
    bob = stage.member("bob")
    again = await bob.click(stage.channel.last_message, custom_id=ALL_OUTLETS)
    await bob.send(stage.channel, f"{stage.mention} and when?", reply_to=again.response)
    assert stage.answerer.asked[-1].history[-1][0] == ASKED
    assert stage.answerer.asked[-1].taken_back == SOURCES


async def test_a_private_answer_is_asked_again_in_private(stage: Stage) -> None:
    stage.answerer.script = understanding
    result = await stage.reader.slash(stage.channel, "ask", question=ASKED, private=True)
    again = await stage.reader.click(result.response, custom_id=ALL_TIMES)
    assert again.ephemeral
    assert stage.answerer.asked[-1].taken_back == ("time",)


async def test_a_card_from_before_a_restart_says_that_its_question_is_forgotten(stage: Stage) -> None:
    stage.answerer.script = understanding
    result = await stage.reader.slash(stage.channel, "ask", question=ASKED)
    stage.client.asked = Asked()
    again = await stage.reader.click(result.response, custom_id=ALL_TIMES)
    assert again.ephemeral
    assert "too long ago" in text_of(again.response)
    assert len(stage.answerer.asked) == 1


async def test_what_left_nothing_to_be_found_is_said(stage: Stage) -> None:
    stage.answerer.script = lambda q: no_answer(q.text, understood=(), taken_back=(TIME,))
    result = await stage.reader.slash(stage.channel, "ask", question=ASKED)
    said = "-# Nothing was found for 20 Oct – 3 Nov 2023: this was looked for without."
    assert said in text_of(result.response)


def test_the_oldest_questions_are_forgotten_first() -> None:
    asked = Asked(messages=2)
    for n in range(3):
        asked.remember([n], Question(f"q{n}"), private=False)
    assert asked.question(1, "time")[0].text == "q1"
    with pytest.raises(ForgottenError):
        asked.question(0, "time")
    assert MESSAGES > 100
