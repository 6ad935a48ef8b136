"""An unclear question is asked back with buttons; Discord is simulated."""

from __future__ import annotations

from typing import Any

from bot.answer.types import Answer, AsksBack, Part, Question
from bot.discord_app.choices import Offered
from bot.discord_app.ways import LABEL_LIMIT, choice_actions

from .scripted import Stage, answer, components_of, no_answer, text_of

ASKED = "what about the talks?"
CHOICES = ("What about the Munich talks?", "What about the Berlin talks?")


def unclear(question: Question) -> Answer:
    if question.text == ASKED:
        return no_answer(question.text, asks_back=AsksBack("Which talks are meant?", CHOICES))
    return answer(question.text)


def labels_of(message: Any) -> list[str]:
    offered = "dateline:choice:"
    return [c["label"] for c in components_of(message) if str(c.get("custom_id", "")).startswith(offered)]


async def test_the_choices_are_buttons_and_a_press_asks_the_whole_question(stage: Stage) -> None:
    stage.answerer.script = unclear
    result = await stage.reader.slash(stage.channel, "ask", question=ASKED)
    assert "Which talks are meant?" in text_of(result.response)
    assert "holds no answer" not in text_of(result.response)
    assert labels_of(result.response) == list(CHOICES)
    pressed = await stage.reader.click(result.response, custom_id="dateline:choice:2")
    assert [q.text for q in stage.answerer.asked] == [ASKED, CHOICES[1]]
    assert CHOICES[1] in text_of(pressed.response)


async def test_a_card_from_before_the_bot_was_started_says_that_it_is_forgotten(stage: Stage) -> None:
    stage.answerer.script = unclear
    result = await stage.reader.slash(stage.channel, "ask", question=ASKED)
    stage.client.offered = Offered()
    pressed = await stage.reader.click(result.response, custom_id="dateline:choice:1")
    assert "too long ago" in text_of(pressed.response)
    assert len(stage.answerer.asked) == 1


def test_a_long_choice_is_cut_to_what_discord_takes() -> None:
    (action,) = choice_actions(["Why " + "very " * 40 + "much?"])
    assert len(action.label) == LABEL_LIMIT


async def test_a_part_without_an_answer_is_said_on_the_card(stage: Stage) -> None:
    def compound(question: Question) -> Answer:
        parts = (Part("Who replaced Mirzoyan?", "question", False),)
        return answer(question.text, parts=parts)

    stage.answerer.script = compound
    result = await stage.reader.slash(stage.channel, "ask", question="Who replaced Mirzoyan and why?")
    assert "**Who replaced Mirzoyan?**\nThe archive holds no answer to this part." in text_of(result.response)
