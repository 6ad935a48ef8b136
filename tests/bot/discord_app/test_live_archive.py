"""The real Answerer over a real archive that grows while the bot runs."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import discord
import pytest
import simcord

from bot.answer.answer import Answerer
from bot.discord_app import client as client_module
from bot.discord_app.cited import Cited
from bot.discord_app.client import DatelineClient
from bot.discord_app.withdrawn import WITHDRAWN
from bot.llm import LLMConfig
from index.article import NewPassage
from index.config import IndexConfig
from index.embed import embed_missing
from index.ledger import Writer
from index.search import Index
from ingest.forget import find, forget

from .scripted import text_of, urls_of


def print_article(config: IndexConfig, name: str, title: str, text: str) -> None:
    """Puts an article into the archive as an ingest run does: the ledger first, vectors after."""
    with Writer(config.data) as writer:
        with writer.batch(writer.start_run([name])) as batch:
            batch.add_version(
                article_key=name,
                url=f"https://caspiancourier.example/{name}",
                origin=f"/archive/{name}.txt",
                title=title,
                text=text,
                publisher="Caspian Courier",
                author=None,
                language="en",
                published="2023-11-16",
                modified=None,
                raw_hash=name,
                cleaner=1,
                reason="first",
                passages=[NewPassage(0, len(text), f"{title}\n2023-11-16\n{text}")],
            )
        embed_missing(writer, config)


@pytest.fixture
def config(tmp_path: Path) -> IndexConfig:
    config = IndexConfig(data=tmp_path / "data")
    print_article(
        config,
        "harvest",
        "Grape harvest ends early in Shamakhi",
        "The grape harvest in Shamakhi ended two weeks early. Growers blamed a dry summer.",
    )
    return config


@pytest.fixture
def answerer(config: IndexConfig) -> Iterator[Answerer]:
    answerer = Answerer(Index.open(config), LLMConfig(kind="none"))
    answerer.warm()  # simcord gives a bot 5 seconds to start, and this one loads its models then
    yield answerer
    answerer.close()


async def test_an_article_ingested_while_the_bot_runs_is_answered_from_without_a_restart(
    config: IndexConfig, answerer: Answerer
) -> None:
    question = "Why did Baku refuse the Washington talks?"
    client = DatelineClient(answerer=answerer, publishers=answerer.index.ledger.publishers)
    async with simcord.run(client, approved_intents=discord.Intents.default(), settle_timeout=120) as env:
        channel = env.create_guild().create_text_channel("news")
        alice = env.guild.add_member(env.create_user("alice"))
        before = await alice.slash(channel, "ask", question=question)
        assert "The archive holds nothing on this" in text_of(before.response)
        assert "Searched 1 article" in text_of(before.response)
        quote = "Baku refused the talks in Washington because it considered the American position biased."
        print_article(
            config,
            "refusal",
            "Baku refuses Washington talks",
            f"{quote} No new date was set for the ministers.",
        )
        after = await alice.slash(channel, "ask", question=question)
        card = text_of(after.response)
        assert f"> {quote}" in card
        assert "**[1] Caspian Courier** · 16 Nov 2023\n-# Baku refuses Washington talks" in card
        assert "Searched 2 articles" in card
        assert urls_of(after.response)[0].startswith("https://caspiancourier.example/refusal#:~:text=")
        offered = await alice.autocomplete(channel, "ask", "publisher", "casp", question=question)
        assert [choice["name"] for choice in offered] == ["Caspian Courier"]


async def test_an_article_forgotten_while_the_bot_runs_goes_from_its_answers(
    config: IndexConfig, answerer: Answerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # simcord waits for what is due before its time-out, and this would be due again and again.
    monkeypatch.setattr(client_module, "LOOK_EVERY", 1000.0)
    quote = "Growers blamed a dry summer."
    cited = Cited(config.data, answerer.index.ledger)
    client = DatelineClient(answerer=answerer, publishers=answerer.index.ledger.publishers, cited=cited)
    async with simcord.run(client, approved_intents=discord.Intents.default(), settle_timeout=120) as env:
        channel = env.create_guild().create_text_channel("news")
        alice = env.guild.add_member(env.create_user("alice"))
        asked = await alice.slash(channel, "ask", question="What did growers blame for the early harvest?")
        assert quote in text_of(asked.response)
        with Writer(config.data) as writer:
            forget(writer, [find(writer, "https://caspiancourier.example/harvest")])
        await env.advance_time(client_module.LOOK_EVERY)
        for _ in range(500):
            if WITHDRAWN in text_of(channel.last_message):
                break
            await asyncio.sleep(0.01)
        assert quote not in text_of(channel.last_message)
        assert urls_of(channel.last_message) == []
        again = await alice.slash(channel, "ask", question="What did growers blame for the early harvest?")
        assert quote not in text_of(again.response)
    cited.close()


SERVING = """
    import asyncio
    from bot.discord_app import run
    from bot.discord_app.client import DatelineClient
    from bot.settings import Settings

    async def login(self, token):
        print("token", token, flush=True)

    async def connect(self, *, reconnect=True):
        await self.setup_warm()
        while not self.is_closed():
            await asyncio.sleep(0.01)

    async def setup_warm(self):
        await self._warm()
        print("warm", flush=True)

    # Discord itself is cut off: login and gateway are what a test can't have.
    DatelineClient.login, DatelineClient.connect, DatelineClient.setup_warm = login, connect, setup_warm
    run(Settings(_env_file=None, DATELINE_DATA={data!r}, LLM="none", DISCORD_TOKEN="t0ken"))
    print("ended", flush=True)
"""


def test_the_whole_bot_ends_cleanly_on_sigterm(config: IndexConfig, tmp_path: Path) -> None:
    script = tmp_path / "serving.py"
    script.write_text(textwrap.dedent(SERVING).format(data=str(config.data)))
    process = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert [process.stdout.readline().strip() for _ in range(2)] == ["token t0ken", "warm"]
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 0
    assert rest == "ended\n"
