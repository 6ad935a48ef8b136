"""How the bot ends, and how it doesn't begin."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import discord
import pytest
import simcord

from bot.discord_app import run
from bot.discord_app.client import DatelineClient
from bot.discord_app.service import TokenError, run_until_signal
from bot.settings import Settings
from index.errors import DatelineError

from .scripted import ScriptedAnswerer, Stage, text_of


async def test_closing_tells_those_who_wait_and_those_in_line(stage: Stage) -> None:
    stage.answerer.gate.clear()
    for text in ("one", "two"):
        stage.env.backend.create_message(stage.channel.id, stage.reader.id, f"{stage.mention} {text}")
    await stage.until(lambda: len(stage.shown()) == 2 and len(stage.answerer.asked) == 1)
    stage.answerer.gate.set()
    await stage.client.close()
    assert all("Ask again in a minute" in shown for shown in stage.shown())
    assert stage.client.worked_off
    assert stage.client.is_closed()


@pytest.mark.parametrize("token", [None, "", "  "])
def test_without_a_token_it_says_exactly_that(token: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)
    with pytest.raises(TokenError, match=r"^DISCORD_TOKEN is not set\."):
        run(Settings(_env_file=None, discord_token=token))


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (discord.LoginFailure("Improper token has been passed."), "Discord refused DISCORD_TOKEN"),
        (OSError("Name or service not known"), "Can't reach Discord"),
    ],
)
async def test_a_refused_token_and_a_dead_network_are_told_apart(
    answerer: ScriptedAnswerer, monkeypatch: pytest.MonkeyPatch, failure: Exception, told: str
) -> None:
    async def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(discord.http.HTTPClient, "static_login", fail)
    with pytest.raises(DatelineError, match=told):
        await run_until_signal(DatelineClient(answerer=answerer, publishers=list), "token")


@pytest.mark.parametrize(("guild", "told"), [(None, "invite it again"), (4242, "DISCORD_GUILD=4242")])
async def test_a_missing_scope_is_told_with_the_way_out(
    answerer: ScriptedAnswerer, guild: int | None, told: str
) -> None:
    client = DatelineClient(answerer=answerer, publishers=list, guild=guild)
    env = simcord.Env(client)
    env.inject_error("PUT", "/applications/*", status=403, code=50001, message="Missing Access")
    with pytest.raises(DatelineError, match=told):
        await env.start()


async def test_a_bot_without_a_server_logs_how_to_invite_it(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await stage.client.on_ready()
    assert "invite" not in caplog.text
    stage.client._connection._guilds.clear()
    await stage.client.on_ready()
    assert "scope=bot+applications.commands" in caplog.text
    assert "permissions=274877975552" in caplog.text


CONNECTED = """
    import asyncio, sys, time
    import discord
    from bot.answer.types import Question, Status
    from bot.discord_app.client import DatelineClient
    from bot.discord_app.service import run_until_signal

    class Answerer:
        def stream(self, question):
            print("answering", flush=True)
            yield Status("Reading")
            time.sleep({seconds})
            yield Status("Read")
        def warm(self): pass
        def close(self): pass

    class Client(DatelineClient):
        # Discord itself is cut off: login and gateway are what a test can't have.
        async def login(self, token): pass
        async def connect(self, *, reconnect=True):
            asking = asyncio.create_task(self._ask())
            print("connected", flush=True)
            while not self.is_closed():
                await asyncio.sleep(0.01)
            await asking
        async def _ask(self):
            try:
                async for event in self._desk.stream(Question("why?")):
                    pass
            except Exception as error:
                print(type(error).__name__, flush=True)

    client = Client(answerer=Answerer(), publishers=list)
    asyncio.run(run_until_signal(client, "token"))
    print("worked off", client.worked_off, flush=True)
"""


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_in_the_middle_of_an_answer(sent: signal.Signals, tmp_path: Path) -> None:
    script = tmp_path / "bot_process.py"
    script.write_text(textwrap.dedent(CONNECTED).format(seconds=0.5))
    process = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=os.environ)
    assert process.stdout is not None
    try:
        seen = {process.stdout.readline().strip(), process.stdout.readline().strip()}
        assert seen == {"connected", "answering"}
        process.send_signal(sent)
        rest, _ = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 0
    assert rest.splitlines() == ["StoppingError", "worked off True"]


async def test_a_command_that_discord_no_longer_knows_is_told_how_to_get_it_again(stage: Stage) -> None:
    stage.client.tree.remove_command("ask")
    result = await stage.reader.slash(stage.channel, "ask", question="why?")
    assert result.ephemeral
    assert "Restart Discord" in text_of(result.response)
