"""/ask, through the real client and command tree."""

from __future__ import annotations

import asyncio
import time
from datetime import date
from typing import Any

import discord
import pytest
import simcord

from bot.answer.types import Claim
from bot.discord_app import asking
from bot.discord_app.client import DatelineClient
from index.article import Window
from index.errors import LedgerError

from .scripted import (
    PUBLISHERS,
    QUOTE,
    ScriptedAnswerer,
    Stage,
    answer,
    citation,
    no_answer,
    text_of,
    urls_of,
)

WHY = "why did Baku refuse Washington talks?"


async def test_the_card_shows_the_answer_with_its_sources(stage: Stage) -> None:
    result = await stage.reader.slash(stage.channel, "ask", question=WHY)
    card = text_of(result.response)
    assert card.startswith(f"### {WHY}\nBaku called Washington's position biased. [1]\n")
    assert f"> {QUOTE}" in card
    assert "**[1] Caspian Wire** · 16 Nov 2023" in card
    assert "Searched 41 articles" in card
    assert urls_of(result.response) == [citation().link]
    assert result.response.flags.components_v2
    assert not result.ephemeral


async def test_what_the_archive_does_not_hold_is_said(stage: Stage) -> None:
    stage.answerer.script = lambda question: no_answer(question.text)
    result = await stage.reader.slash(stage.channel, "ask", question="who won the 2022 World Cup?")
    said = text_of(result.response)
    assert "The archive holds nothing on this between 16 Nov 2023 and 19 Apr 2024." in said


async def test_a_slow_answer_is_acknowledged_at_once_and_the_loop_stays_free(stage: Stage) -> None:
    stage.answerer.gate.clear()
    began = time.monotonic()
    under_way = asyncio.create_task(stage.reader.slash(stage.channel, "ask", question=WHY))
    await stage.until(lambda: bool(stage.shown()))
    assert time.monotonic() - began < 1
    assert stage.shown()[0].startswith(f"### {WHY}\n-# ")
    await stage.until(lambda: stage.answerer.asked != [])
    assert stage.answerer.threads != ["MainThread"]
    longest = 0.0
    for _ in range(30):
        before = time.monotonic()
        await asyncio.sleep(0.01)
        longest = max(longest, time.monotonic() - before)
    assert longest < 0.2
    await stage.until(lambda: "Reading 6 passages" in stage.shown()[0])
    stage.answerer.gate.set()
    result = await under_way
    assert "biased. [1]" in text_of(result.response)
    assert len(stage.shown()) == 1


async def test_a_private_answer_is_seen_by_its_asker_alone_from_the_first_status(stage: Stage) -> None:
    bob = stage.member("bob")
    stage.answerer.gate.clear()
    under_way = asyncio.create_task(stage.reader.slash(stage.channel, "ask", question=WHY, private=True))
    await stage.until(lambda: stage.answerer.asked != [])
    assert stage.channel.history(viewer=bob) == []
    assert len(stage.channel.history(viewer=stage.reader)) == 1
    stage.answerer.gate.set()
    result = await under_way
    assert result.ephemeral
    assert result.response.ephemeral
    assert stage.channel.history(viewer=bob) == []


async def test_since_until_and_publisher_reach_the_answerer(stage: Stage) -> None:
    await stage.reader.slash(
        stage.channel, "ask", question=WHY, since="2023-11", until="2024", publisher="YEDDİ QANDIL xəbər"
    )
    (asked,) = stage.answerer.asked
    assert asked.window == Window(date(2023, 11, 1), date(2024, 12, 31))
    assert asked.publishers == ("Yeddi Qandil Xəbər",)


async def test_publishers_are_offered_while_typing(stage: Stage) -> None:
    offered = await stage.reader.autocomplete(stage.channel, "ask", "publisher", "xƏb", question=WHY)
    assert [choice["value"] for choice in offered] == ["Yeddi Qandil Xəbər"]
    everything = await stage.reader.autocomplete(stage.channel, "ask", "publisher", "", question=WHY)
    assert [choice["value"] for choice in everything] == [
        "Caspian Wire",
        "Ararat Dispatch",
        "Yeddi Qandil Xəbər",
    ]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"since": "last week"}, "Write it as 2024-04-05, 2024-04 or 2024"),
        ({"since": "2024-05", "until": "2024-04"}, "Swap the two"),
        ({"publisher": "Caspan Wire"}, "Did you mean Caspian Wire"),
    ],
)
async def test_a_wrong_option_is_told_to_the_asker_alone(
    stage: Stage, options: dict[str, Any], told: str
) -> None:
    bob = stage.member("bob")
    await stage.reader.slash(stage.channel, "ask", question=WHY, **options)
    assert stage.channel.history(viewer=bob) == []
    (message,) = stage.channel.history(viewer=stage.reader)
    assert told in text_of(message)
    assert stage.answerer.asked == []


@pytest.mark.parametrize("private", [False, True])
async def test_an_error_with_a_way_out_reaches_the_asker_alone(stage: Stage, private: bool) -> None:
    bob = stage.member("bob")
    stage.answerer.script = lambda question: LedgerError("The archive is empty: run `dateline ingest PATH`.")
    await stage.reader.slash(stage.channel, "ask", question=WHY, private=private)
    assert stage.channel.history(viewer=bob) == []
    (message,) = stage.channel.history(viewer=stage.reader)
    assert "dateline ingest PATH" in text_of(message)


async def test_an_unforeseen_error_is_logged_under_the_reference_that_the_asker_is_told(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.answerer.script = lambda question: ZeroDivisionError("secret detail")
    await stage.reader.slash(stage.channel, "ask", question=WHY)
    (message,) = stage.channel.history(viewer=stage.reader)
    told = text_of(message)
    assert "secret detail" not in told
    reference = told.split()[-1].rstrip(".")
    (record,) = [r for r in caplog.records if reference in r.getMessage()]
    assert record.exc_info
    assert record.exc_info[0] is ZeroDivisionError


async def test_those_who_wait_are_told_how_many_are_before_them(stage: Stage) -> None:
    stage.answerer.gate.clear()
    people = [stage.member(f"reader{n}") for n in range(3)]
    for n, person in enumerate(people):
        # An actor's send() would wait for the answer.
        stage.env.backend.create_message(stage.channel.id, person.id, f"{stage.mention} question {n}")
    await stage.until(lambda: len(stage.shown()) == 3)
    await stage.until(lambda: "1 question before you" in stage.shown()[1])
    await stage.until(lambda: "2 questions before you" in stage.shown()[2])
    assert len(stage.answerer.asked) == 1
    stage.answerer.gate.set()
    await stage.env.settle()
    assert all("biased. [1]" in card for card in stage.shown())
    assert [q.text for q in stage.answerer.asked] == ["question 0", "question 1", "question 2"]


async def test_sources_that_do_not_fit_go_on_in_further_messages(stage: Stage) -> None:
    made = answer(
        claims=tuple(Claim(f"Claim {n}.", (n,)) for n in range(1, 31)),
        citations=tuple(citation(n, quote=f"Quote {n}. " + "word " * 120) for n in range(1, 31)),
    )
    stage.answerer.script = lambda question: made
    result = await stage.reader.slash(stage.channel, "ask", question=WHY, private=True)
    messages = [result.response, *result.followups]
    assert len(messages) > 1
    assert all(message.ephemeral for message in messages)
    card = "\n".join(map(text_of, messages))
    assert all(f"> Quote {n}." in card for n in range(1, 31))


async def test_hostile_text_pings_nobody(stage: Stage) -> None:
    boss = stage.member("boss")
    attack = f"@everyone {boss.mention} <@&{stage.guild.id}> [x](https://evil.example)"
    made = answer(
        attack,
        claims=(Claim(attack, (1,)),),
        citations=(citation(quote=attack, title=attack, publisher=attack),),
    )
    stage.answerer.script = lambda question: made
    await stage.reader.slash(stage.channel, "ask", question=attack)
    (message,) = stage.channel.history()
    assert not message.mention_everyone
    assert message.mentions == []
    assert message.role_mentions == []


async def test_a_link_that_discord_refuses_costs_the_button_and_not_the_answer(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "PACE", 60)  # so that the card is the first edit
    stage.env.inject_error(
        "PATCH", "/webhooks/*/messages/@original", status=400, code=50035, message="Not a well formed URL."
    )
    result = await stage.reader.slash(stage.channel, "ask", question=WHY)
    assert "biased. [1]" in text_of(result.response)
    assert urls_of(result.response) == []


async def test_an_answer_later_than_the_interaction_lives_comes_as_a_direct_message(stage: Stage) -> None:
    stage.env.inject_error("PATCH", "/webhooks/*/messages/@original", status=404, code=10015, times=None)
    await stage.reader.slash(stage.channel, "ask", question=WHY)
    (sent,) = stage.reader.user.dm_channel.history()
    assert "biased. [1]" in text_of(sent)


async def test_commands_are_registered_in_one_server_when_it_is_set(answerer: ScriptedAnswerer) -> None:
    client = DatelineClient(answerer=answerer, publishers=lambda: PUBLISHERS, guild=4242)
    env = simcord.Env(client, approved_intents=discord.Intents.default())
    try:
        env.create_guild("Newsroom", id=4242)
        await env.start()
        channel = env.guild.create_text_channel("news")
        alice = env.guild.add_member(env.create_user("alice"))
        assert alice.available_commands(channel) == ("ask", "timeline")
        elsewhere = env.create_guild("Elsewhere")
        bob = elsewhere.add_member(env.create_user("bob"))
        assert bob.available_commands(elsewhere.create_text_channel("x")) == ()
    finally:
        await env.shutdown()


async def test_the_models_are_loaded_before_the_first_question(stage: Stage) -> None:
    await stage.until(stage.answerer.warmed.is_set)
    assert stage.answerer.asked == []


def test_no_privileged_intent_is_asked_for(answerer: ScriptedAnswerer) -> None:
    intents = DatelineClient(answerer=answerer, publishers=list).intents
    assert not (intents.message_content or intents.members or intents.presences)
