"""Mentions, direct messages and follow-ups, without the message_content intent."""

from __future__ import annotations

import discord
import pytest

from bot.answer.types import Question
from index.errors import LedgerError

from .scripted import Stage, answer, text_of


async def test_a_mention_is_answered_as_a_reply_that_pings_nobody(stage: Stage) -> None:
    asked = await stage.reader.send(stage.channel, f"{stage.mention} why did Baku refuse?")
    assert [q.text for q in stage.answerer.asked] == ["why did Baku refuse?"]
    reply = stage.channel.last_message
    assert "biased. [1]" in text_of(reply)
    assert reply.reference.message_id == asked.id
    assert reply.mentions == []
    assert len(stage.shown()) == 1


async def test_the_mention_may_stand_anywhere_and_people_are_named(stage: Stage) -> None:
    bob = stage.member("bob")
    await stage.reader.send(stage.channel, f"what did {bob.mention} write, {stage.mention}?")
    assert [q.text for q in stage.answerer.asked] == ["what did @bob write, ?"]


async def test_an_empty_mention_gets_help(stage: Stage) -> None:
    await stage.reader.send(stage.channel, f" {stage.mention} ")
    assert stage.answerer.asked == []
    (shown,) = stage.shown()
    assert "Ask the archive: </ask:" in shown


async def test_messages_that_do_not_concern_the_bot_are_let_be(stage: Stage) -> None:
    other_bot = stage.guild.add_member(stage.env.create_user("robot", bot=True))
    await other_bot.send(stage.channel, f"{stage.mention} hello")
    await stage.reader.send(stage.channel, "why did Baku refuse?")
    await stage.reader.send(stage.channel, "@everyone why did Baku refuse?")
    assert stage.answerer.asked == []
    assert stage.shown() == []


async def test_a_direct_message_needs_no_mention(stage: Stage) -> None:
    await stage.reader.send_dm("why did Baku refuse?")
    assert [q.text for q in stage.answerer.asked] == ["why did Baku refuse?"]


async def test_a_reply_to_an_answer_goes_on_from_it(stage: Stage) -> None:
    await stage.reader.send(stage.channel, f"{stage.mention} why did Baku refuse?")
    first = stage.channel.last_message
    bob = stage.member("bob")
    await bob.send(stage.channel, f"{stage.mention} and when?", reply_to=first)
    second = stage.channel.last_message
    await stage.reader.send(stage.channel, f"{stage.mention} who said so?", reply_to=second)
    said = answer().text
    assert [q.history for q in stage.answerer.asked] == [
        (),
        (("why did Baku refuse?", said),),
        (("why did Baku refuse?", said), ("and when?", said)),
    ]


async def test_a_new_mention_starts_afresh(stage: Stage) -> None:
    await stage.reader.send(stage.channel, f"{stage.mention} why did Baku refuse?")
    await stage.reader.send(stage.channel, f"{stage.mention} and when?")
    assert stage.answerer.asked[1] == Question("and when?")


async def test_a_follow_up_to_a_command_keeps_its_window(stage: Stage) -> None:
    result = await stage.reader.slash(
        stage.channel, "ask", question="why?", since="2024", publisher="Caspian Wire"
    )
    await stage.reader.send(stage.channel, f"{stage.mention} and when?", reply_to=result.response)
    first, second = stage.answerer.asked
    assert second.history == (("why?", answer().text),)
    assert (second.window, second.publishers) == (first.window, ("Caspian Wire",))


async def test_an_error_is_told_in_the_reply(stage: Stage) -> None:
    stage.answerer.script = lambda question: LedgerError("The archive is empty: run `dateline ingest PATH`.")
    await stage.reader.send(stage.channel, f"{stage.mention} why?")
    (shown,) = stage.shown()
    assert "dateline ingest PATH" in shown


async def test_where_the_bot_may_not_write_the_asker_is_answered_by_direct_message(stage: Stage) -> None:
    denied = discord.PermissionOverwrite(send_messages=False)
    quiet = stage.guild.create_text_channel("read-only", overwrites={stage.client.user: denied})
    await stage.reader.send(quiet, f"{stage.mention} why did Baku refuse?")
    (sent,) = stage.reader.user.dm_channel.history()
    assert "biased. [1]" in text_of(sent)


async def test_an_asker_who_can_not_be_reached_at_all_is_only_logged(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.env.inject_error("POST", "/channels/*/messages", status=403, code=50013, times=None)
    await stage.reader.send(stage.channel, f"{stage.mention} why did Baku refuse?")
    assert stage.shown() == []
    assert "can't be reached" in caplog.text


async def test_a_question_deleted_meanwhile_is_answered_all_the_same(stage: Stage) -> None:
    stage.answerer.gate.clear()
    message = stage.env.backend.create_message(
        stage.channel.id, stage.reader.id, f"{stage.mention} why did Baku refuse?"
    )
    await stage.until(lambda: stage.answerer.asked != [])
    stage.env.backend.delete_message(stage.channel.id, message.id)
    stage.answerer.gate.set()
    await stage.env.settle()
    assert "biased. [1]" in stage.shown()[0]


async def test_where_the_bot_may_not_read_history_it_answers_without_a_reply_mark(stage: Stage) -> None:
    denied = discord.PermissionOverwrite(read_message_history=False)
    channel = stage.guild.create_text_channel("no-history", overwrites={stage.client.user: denied})
    await stage.reader.send(channel, f"{stage.mention} why did Baku refuse?")
    assert "biased. [1]" in text_of(channel.last_message)
