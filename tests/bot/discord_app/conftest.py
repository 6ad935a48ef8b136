"""A bot with a scripted Answerer, driven through simcord: discord.py itself is real, Discord is simulated."""

from __future__ import annotations

from collections.abc import AsyncIterator

import discord
import pytest
import simcord
from discord import app_commands

from bot.discord_app import asking
from bot.discord_app.client import DatelineClient

from .scripted import PUBLISHERS, ScriptedAnswerer, Stage

MODAL = 9
"""Discord's number for a form shown in response; it is no message."""


@pytest.fixture
def answerer() -> ScriptedAnswerer:
    return ScriptedAnswerer()


@pytest.fixture
async def env(answerer: ScriptedAnswerer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[simcord.Env]:
    # simcord's clock stands still while an answer is under way, so a status doesn't wait for its turn here.
    monkeypatch.setattr(asking, "PACE", 0)
    client = DatelineClient(answerer=answerer, publishers=lambda: PUBLISHERS)
    # No privileged intent is approved: the text of messages that don't concern the bot arrives empty.
    env = simcord.Env(client, approved_intents=discord.Intents.default(), settle_timeout=15)
    await env.start()
    try:
        yield env
    finally:
        answerer.gate.set()
        await env.shutdown()
        sent = [r.json for r in env.http_requests if "components" in str(r.json)]
        bodies = [json.get("data", json) for json in sent if json.get("type") != MODAL]
        assert all(body["allowed_mentions"]["parse"] == [] for body in bodies), "a message could ping"
        assert not any(body["allowed_mentions"].get("replied_user") for body in bodies)
        assert [e for e in env.errors if not isinstance(e, app_commands.CommandNotFound)] == []


@pytest.fixture
def stage(env: simcord.Env, answerer: ScriptedAnswerer) -> Stage:
    return Stage(env, answerer)
