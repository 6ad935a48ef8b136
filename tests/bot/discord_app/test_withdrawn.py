"""An article that is withdrawn goes from the answers that show it; Discord is simulated."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import date
from pathlib import Path

import discord
import pytest
import simcord

from bot.answer.news.types import Dated
from bot.answer.types import Claim
from bot.discord_app import asking
from bot.discord_app.card import CHANGED
from bot.discord_app.cited import FILE, Cited, Shown
from bot.discord_app.client import LOOK_EVERY, DatelineClient
from bot.discord_app.withdrawn import UNSUPPORTED, WITHDRAWN
from index.article import Window
from index.query import Understood

from .scripted import (
    PUBLISHERS,
    QUOTE,
    ScriptedAnswerer,
    Stage,
    answer,
    citation,
    components_of,
    hit,
    no_answer,
    text_of,
    urls_of,
)


class Archive:
    """What the ledger says of withdrawn versions."""

    def __init__(self) -> None:
        self.gone: dict[str, str] = {}
        self.changed: dict[str, str] = {}
        self.commits = 0

    def sequence(self) -> int:
        return self.commits

    def withdrawn_versions(self, versions: Iterable[str]) -> dict[str, str]:
        return {version: self.gone[version] for version in versions if version in self.gone}

    def changed_versions(self, versions: Iterable[str]) -> dict[str, str]:
        return {version: self.changed[version] for version in versions if version in self.changed}

    def change(self, *versions: str) -> None:
        self.changed |= dict.fromkeys(versions, "2026-11-24")
        self.commits += 1

    def withdraw(self, *versions: str) -> None:
        self.gone |= dict.fromkeys(versions, "2026-11-24T10:00:00+00:00")
        self.commits += 1


@pytest.fixture
def archive() -> Archive:
    return Archive()


@pytest.fixture
def cited(tmp_path: Path, archive: Archive) -> Cited:
    return Cited(tmp_path, archive)


@pytest.fixture
async def stage(cited: Cited, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    monkeypatch.setattr(asking, "PACE", 0)
    answerer = ScriptedAnswerer()
    client = DatelineClient(answerer=answerer, publishers=lambda: PUBLISHERS, cited=cited)
    env = simcord.Env(client, approved_intents=discord.Intents.default(), settle_timeout=15)
    await env.start()
    try:
        yield Stage(env, answerer)
    finally:
        await env.shutdown()
        cited.close()


async def looked(stage: Stage, condition: Callable[[], bool]) -> None:
    """Lets the bot look for what has been withdrawn, and waits for what it does then."""
    await stage.env.advance_time(LOOK_EVERY)
    await stage.until(condition)


OTHER = "Another outlet said that the talks would be held in spring."
TWO = answer(
    claims=(
        Claim("Baku called Washington's position biased.", (1,)),
        Claim("Talks are to be held in spring.", (2,)),
        Claim("Both were said on one day.", (1, 2)),
    ),
    citations=(
        citation(1),
        citation(
            2,
            publisher="Ararat Dispatch",
            quote=OTHER,
            title="Spring",
            url="https://araratdispatch.example/s",
            link="https://araratdispatch.example/s",
        ),
    ),
)


async def test_a_citation_says_withdrawn_and_the_others_stay(stage: Stage, archive: Archive) -> None:
    stage.answerer.script = lambda _: TWO
    result = await stage.reader.slash(stage.channel, "ask", question="why?")
    assert QUOTE in text_of(result.response)
    before = urls_of(result.response)
    archive.withdraw("a1@1")
    await looked(stage, lambda: WITHDRAWN in stage.shown()[-1])
    (shown,) = stage.shown()
    assert QUOTE not in shown
    assert "Caspian Wire" not in shown
    assert "biased" not in shown
    assert f"*{UNSUPPORTED}* [1]\nTalks are to be held in spring. [2]\n*{UNSUPPORTED}* [1][2]" in shown
    assert f"**[1]** {WITHDRAWN}" in shown
    assert f"> {OTHER}" in shown
    assert "**[2] Ararat Dispatch**" in shown
    assert "Searched 41 articles" in shown
    assert urls_of(stage.channel.last_message) == before[1:]


async def test_an_event_leaves_a_timeline_with_its_article(stage: Stage, archive: Archive) -> None:
    day = Window(date(2023, 11, 16), date(2023, 11, 16))
    events = tuple(Dated(n, day, "published", "", 1, ("Caspian Wire",)) for n in (0, 1))
    claims = (Claim(QUOTE, (1,)), Claim(OTHER, (2,)))
    cited = (citation(1), citation(2, quote=OTHER))
    stage.answerer.script = lambda _: answer(claims=claims, citations=cited, timeline=events)
    await stage.reader.slash(stage.channel, "timeline", subject="Baku talks")
    archive.withdraw("a1@1")
    await looked(stage, lambda: WITHDRAWN in stage.shown()[-1])
    (shown,) = stage.shown()
    assert QUOTE not in shown
    assert f"**[1]** {WITHDRAWN}" in shown
    assert f"> {OTHER}" in shown


async def test_the_buttons_of_what_was_understood_stay(stage: Stage, archive: Archive) -> None:
    time = Understood("time", "last week", 0, 9, "20 Oct – 3 Nov 2023")
    stage.answerer.script = lambda _: answer(understood=(time,))
    await stage.reader.slash(stage.channel, "ask", question="last week?")
    archive.withdraw("a1@1")
    await looked(stage, lambda: WITHDRAWN in stage.shown()[-1])
    buttons = [c for c in components_of(stage.channel.last_message) if c.get("custom_id")]
    assert [(b["label"], b["custom_id"]) for b in buttons] == [
        ("Search all times", "dateline:again:time"),
        ("Right", "dateline:verdict:right"),
        ("Wrong", "dateline:verdict:wrong"),
    ]


async def test_a_reply_to_a_mention_is_withdrawn_and_no_longer_gone_on_from(
    stage: Stage, archive: Archive
) -> None:
    await stage.reader.send(stage.channel, f"{stage.mention} why did Baku refuse?")
    first = stage.channel.last_message
    archive.withdraw("a1@1")
    await looked(stage, lambda: WITHDRAWN in stage.shown()[0])
    await stage.reader.send(stage.channel, f"{stage.mention} and when?", reply_to=first)
    assert stage.answerer.asked[-1].history == ()


async def test_all_messages_of_a_long_answer_and_all_parts_of_a_quote(stage: Stage, archive: Archive) -> None:
    long = "The qorvexum spokesman went on and on about it. " * 60
    stage.answerer.script = lambda _: answer(
        citations=(
            citation(1, quote=long),
            citation(2, quote=OTHER),
            citation(3, version="a1@1", quote=long),
        ),
        claims=(Claim("Two. " * 300, (2,)), Claim("One.", (1,))),
    )
    await stage.reader.slash(stage.channel, "ask", question="why?")
    assert len(stage.shown()) > 1
    archive.withdraw("a1@1")
    await looked(stage, lambda: "qorvexum" not in "".join(stage.shown()))
    shown = "\n".join(stage.shown())
    assert f"**[1]** {WITHDRAWN}" in shown
    assert f"**[3]** {WITHDRAWN}" in shown
    assert OTHER in shown
    assert shown.count("Two. Two.") > 0


async def test_the_nearest_passages_of_a_question_without_an_answer(stage: Stage, archive: Archive) -> None:
    stage.answerer.script = lambda _: no_answer(
        nearest=(hit(), hit(version="a8@1", text="Heavy rain closed the road.", publisher="Rain Post"))
    )
    await stage.reader.slash(stage.channel, "ask", question="who won?")
    archive.withdraw("a9@1")
    await looked(stage, lambda: WITHDRAWN in stage.shown()[-1])
    assert "The cup was played elsewhere" not in stage.shown()[-1]
    assert "> Heavy rain closed the road." in stage.shown()[-1]


async def test_answers_of_a_bot_that_was_started_anew(
    cited: Cited, archive: Archive, stage: Stage, tmp_path: Path
) -> None:
    await stage.reader.slash(stage.channel, "ask", question="why?")
    again = Cited(tmp_path, archive)
    assert again.due() == []
    archive.withdraw("a1@1")
    (shown,) = again.due()
    assert shown == Shown(stage.channel.id, stage.channel.last_message.id, frozenset({1}))
    again.done(shown)
    assert again.due() == []
    again.close()


async def test_a_message_that_was_deleted_is_let_be(stage: Stage, archive: Archive, cited: Cited) -> None:
    await stage.reader.slash(stage.channel, "ask", question="why?")
    cited.remember(stage.channel.id, [12345], answer())
    archive.withdraw("a1@1")
    await looked(stage, lambda: WITHDRAWN in stage.shown()[-1])
    await looked(stage, lambda: cited.due() == [])


class TestAnArticleThatItsPublisherHasChanged:
    async def test_is_said_to_be_changed_and_its_quote_stays(self, stage: Stage, archive: Archive) -> None:
        stage.answerer.script = lambda _: TWO
        result = await stage.reader.slash(stage.channel, "ask", question="why?")
        before, buttons = text_of(result.response), urls_of(result.response)
        archive.change("a2@1")
        await looked(stage, lambda: CHANGED in stage.shown()[-1])
        (shown,) = stage.shown()
        assert shown == before.replace(f"> {OTHER}", f"-# {CHANGED}\n> {OTHER}")
        assert urls_of(stage.channel.last_message) == buttons

    async def test_is_said_once_and_again_after_a_restart_is_not(
        self, stage: Stage, archive: Archive, cited: Cited, tmp_path: Path
    ) -> None:
        await stage.reader.slash(stage.channel, "ask", question="why?")
        archive.change("a1@1")
        await looked(stage, lambda: CHANGED in stage.shown()[-1])
        await looked(stage, lambda: cited.due() == [])
        archive.commits += 1
        again = Cited(tmp_path, archive)
        assert again.due() == []
        again.close()
        assert stage.shown()[-1].count(CHANGED) == 1

    async def test_can_be_withdrawn_later(self, stage: Stage, archive: Archive) -> None:
        await stage.reader.slash(stage.channel, "ask", question="why?")
        archive.change("a1@1")
        await looked(stage, lambda: CHANGED in stage.shown()[-1])
        archive.withdraw("a1@1")
        await looked(stage, lambda: WITHDRAWN in stage.shown()[-1])
        assert CHANGED not in stage.shown()[-1]
        assert QUOTE not in stage.shown()[-1]

    async def test_is_gone_on_from_as_before(self, stage: Stage, archive: Archive) -> None:
        await stage.reader.send(stage.channel, f"{stage.mention} why did Baku refuse?")
        first = stage.channel.last_message
        archive.change("a1@1")
        await looked(stage, lambda: CHANGED in stage.shown()[0])
        await stage.reader.send(stage.channel, f"{stage.mention} and when?", reply_to=first)
        assert stage.answerer.asked[-1].history

    async def test_among_the_nearest_passages(self, stage: Stage, archive: Archive) -> None:
        stage.answerer.script = lambda _: no_answer(
            nearest=(hit(), hit(version="a8@1", text="Heavy rain closed the road.", publisher="Rain Post"))
        )
        await stage.reader.slash(stage.channel, "ask", question="who won?")
        archive.change("a8@1")
        await looked(stage, lambda: CHANGED in stage.shown()[-1])
        assert f"-# {CHANGED}\n> Heavy rain closed the road." in stage.shown()[-1]
        assert stage.shown()[-1].count(CHANGED) == 1

    async def test_is_told_in_an_answer_that_cites_its_old_wording(self, stage: Stage) -> None:
        stage.answerer.script = lambda _: answer(citations=(citation(1, changed="2024-02-03"),))
        await stage.reader.slash(stage.channel, "ask", question="why?")
        assert f"-# {CHANGED}\n> {QUOTE}" in stage.shown()[-1]

    async def test_a_full_message_keeps_all_its_words(self, stage: Stage, archive: Archive) -> None:
        quotes = ["x " * 480 + str(n) for n in range(1, 5)]
        stage.answerer.script = lambda _: answer(
            claims=(Claim("All.", (1, 2, 3, 4)),),
            citations=tuple(citation(n, quote=quote) for n, quote in enumerate(quotes, 1)),
        )
        await stage.reader.slash(stage.channel, "ask", question="why?")
        before = stage.shown()
        archive.change("a1@1", "a2@1", "a3@1", "a4@1")
        await looked(stage, lambda: CHANGED in "".join(stage.shown()))
        after = stage.shown()
        assert [each.replace(f"-# {CHANGED}\n", "") for each in after] == before


class TestWhatIsKept:
    def test_is_numbers_and_ids_only(self, tmp_path: Path, cited: Cited) -> None:
        cited.remember(7, [8, 9], TWO)
        cited.close()
        content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert b"a1@1" in content
        for word in (b"Baku", b"biased", b"Caspian", b"why"):
            assert word not in content

    def test_is_bounded(self, tmp_path: Path, cited: Cited, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bot.discord_app.cited.MESSAGES", 3)
        for message in range(10):
            cited.remember(7, [message], TWO)
        with sqlite3.connect(tmp_path / FILE) as db:
            kept = [row[0] for row in db.execute("SELECT DISTINCT message FROM cited ORDER BY message")]
        assert kept == [7, 8, 9]

    def test_is_lost_at_the_end_where_the_folder_can_not_be_written(self, archive: Archive) -> None:
        cited = Cited(Path("/nowhere/at/all"), archive)
        cited.remember(7, [8], TWO)
        archive.withdraw("a2@1")
        assert cited.due() == [Shown(7, 8, frozenset({2}))]
        cited.close()
