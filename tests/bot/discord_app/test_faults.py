"""The bot before a language model's server that fails; the archive is real, Discord is simulated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import discord
import pytest
import simcord

from bot.answer.answer import Answerer
from bot.discord_app.client import DatelineClient
from bot.llm import LLMConfig
from index.search import Index

from ..answer.archive import SCRAPE
from ..answer.conftest import ingest
from ..answer.provider import Provider, serving
from .scripted import text_of

QUESTION = "why did Baku refuse Washington talks?"
QUOTE = "> The ministry called the position of the United States one-sided and biased"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with serving() as served:
        yield served


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder: Path = tmp_path_factory.mktemp("faults")
    (folder / "scrape.txt").write_text(SCRAPE, encoding="utf-8")
    opened = Index.open(ingest(tmp_path_factory.mktemp("faults-data"), [folder]))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("kind", "mode", "remark"),
    [
        ("openai-like", "slow", "did not finish within 1 second"),
        ("openai-like", "tool calls", "wrote nothing"),
        ("openai-like", "wrong", "was not borne out by the sources"),
        ("anthropic", "429", "too many requests"),
        ("anthropic", "half a sentence", "broke off in the middle of a sentence"),
    ],
)
async def test_an_asker_gets_the_articles_words_and_the_reason(
    index: Index, provider: Provider, kind: str, mode: str, remark: str
) -> None:
    provider.mode = mode
    address = f"{provider.address}/v1" if kind == "openai-like" else provider.address
    config = LLMConfig(kind, "test-model", address, "sk-secret", timeout=1.0)  # type: ignore[arg-type]
    answerer = Answerer(index, config)
    answerer.warm()
    client = DatelineClient(answerer=answerer, publishers=index.ledger.publishers)
    async with simcord.run(client, approved_intents=discord.Intents.default(), settle_timeout=60) as env:
        channel = env.create_guild().create_text_channel("news")
        alice = env.guild.add_member(env.create_user("alice"))
        card = text_of((await alice.slash(channel, "ask", question=QUESTION)).response)
    assert "-# In the articles' own words" in card
    assert QUOTE in card
    (said,) = (line for line in card.split("\n") if remark in line)
    assert said.startswith("-# ")
    assert said.lower().endswith("these are the articles' own words.")
    assert "Worded by" not in card
    assert "sk-secret" not in card
