"""Right and wrong, pressed on an answer; Discord is simulated."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from bot.answer.types import Answer, Question
from bot.discord_app.client import DatelineClient
from bot.discord_app.verdict import CHANGED, THANKS
from bot.feedback import Feedback

from .scripted import PUBLISHERS, ScriptedAnswerer, Stage, answer, components_of, no_answer, text_of

RIGHT, WRONG = "dateline:verdict:right", "dateline:verdict:wrong"


def buttons_of(message: Any) -> list[str]:
    return [c["custom_id"] for c in components_of(message) if c.get("custom_id")]


async def asked(stage: Stage, **options: Any) -> Any:
    return (await stage.reader.slash(stage.channel, "ask", question="why?", **options)).response


async def test_anybody_may_say_that_an_answer_is_right_and_is_thanked_alone(stage: Stage) -> None:
    message = await asked(stage)
    assert buttons_of(message) == [RIGHT, WRONG]
    for name in ("bob", "carol"):
        pressed = await stage.member(name).click(message, custom_id=RIGHT)
        assert text_of(pressed.response) == THANKS
        assert pressed.response.flags.ephemeral
    (judged,) = stage.client.feedback.judged()
    assert (judged.question, judged.right, judged.wrong) == ("why?", 2, 0)
    assert len(stage.shown()) == 1


async def test_who_says_wrong_may_say_what_would_be_right(stage: Stage) -> None:
    message = await asked(stage)
    pressed = await stage.reader.click(message, custom_id=WRONG)
    assert pressed.modal is not None
    assert pressed.modal["title"] == "What would be right?"
    (judged,) = stage.client.feedback.judged()
    assert (judged.wrong, judged.words) == (1, ()), "noted, whether or not more is told"
    words, article = (c["custom_id"] for c in simcord_fields(pressed.modal))
    told = await stage.reader.submit_modal(pressed, {words: "20 November", article: "Baku calls off"})
    assert text_of(told.response) == THANKS
    assert told.response.flags.ephemeral
    (judged,) = stage.client.feedback.judged()
    assert (judged.wrong, judged.words, judged.articles) == (1, ("20 November",), ("Baku calls off",))


def simcord_fields(modal: dict[str, Any]) -> list[dict[str, Any]]:
    return [label["component"] for label in modal["components"]]


async def test_a_second_press_changes_the_verdict(stage: Stage) -> None:
    message = await asked(stage)
    await stage.reader.click(message, custom_id=WRONG)
    pressed = await stage.reader.click(message, custom_id=RIGHT)
    assert text_of(pressed.response) == CHANGED
    (judged,) = stage.client.feedback.judged()
    assert (judged.right, judged.wrong) == (1, 0)


async def test_silence_can_be_right_too(stage: Stage) -> None:
    stage.answerer.script = lambda question: no_answer(question.text)
    await stage.reader.click(await asked(stage), custom_id=RIGHT)
    assert stage.client.feedback.judged()[0].as_line()["answerable"] is False


async def test_a_private_answer_can_be_judged_by_its_asker(stage: Stage) -> None:
    await stage.reader.click(await asked(stage, private=True), custom_id=RIGHT)
    assert [judged.right for judged in stage.client.feedback.judged()] == [1]


async def test_a_follow_up_is_kept_as_the_whole_question_that_it_was_taken_for(stage: Stage) -> None:
    def whole(question: Question) -> Answer:
        return replace(answer(question.text), read_as="what did Yerevan say about the talks?")

    stage.answerer.script = whole
    await stage.reader.click(await asked(stage), custom_id=RIGHT)
    assert stage.client.feedback.judged()[0].question == "what did Yerevan say about the talks?"


async def test_an_answer_that_asks_back_or_of_an_empty_archive_has_no_such_buttons(stage: Stage) -> None:
    coverage = replace(answer().coverage, articles=0)
    stage.answerer.script = lambda question: no_answer(question.text, coverage=coverage, nearest=())
    assert buttons_of(await asked(stage)) == []


async def test_the_buttons_of_an_answer_from_before_a_restart_still_work(tmp_path: Path) -> None:
    kept = Feedback(tmp_path)
    client = DatelineClient(answerer=ScriptedAnswerer(), publishers=lambda: PUBLISHERS, feedback=kept)
    async with simcord.run(client, approved_intents=discord.Intents.default(), settle_timeout=15) as env:
        channel = env.create_guild().create_text_channel("news")
        alice = env.guild.add_member(env.create_user("alice"))
        message = (await alice.slash(channel, "ask", question="why?")).response
        client.feedback.close()
        client.feedback = Feedback(tmp_path)  # as a new process opens it; the view was never registered
        pressed = await alice.click(message, custom_id=RIGHT)
        assert text_of(pressed.response) == THANKS
        client.feedback = Feedback(tmp_path / "elsewhere")
        pressed = await alice.click(message, custom_id=RIGHT)
        assert "too long ago" in text_of(pressed.response)
        assert pressed.response.flags.ephemeral
    assert len(Feedback(tmp_path).judged()) == 1


@pytest.mark.parametrize("pressed", [RIGHT, WRONG])
async def test_what_a_person_thinks_is_shown_to_nobody(stage: Stage, pressed: str) -> None:
    message = await asked(stage)
    before = text_of(message)
    await stage.reader.click(message, custom_id=pressed)
    assert [text_of(m) for m in stage.channel.history() if m.author.id == stage.client.user.id] == [before]  # type: ignore[union-attr]
