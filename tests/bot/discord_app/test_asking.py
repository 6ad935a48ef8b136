"""One question from asker to answer, on a real clock."""

from __future__ import annotations

import asyncio
import time

import pytest
from discord import ui
from simcord.components import walk_components

from bot.answer.types import Claim, Question
from bot.discord_app import asking
from bot.discord_app.asking import Asking
from bot.discord_app.desk import Desk

from .scripted import ScriptedAnswerer, answer


class RecordingFace:
    def __init__(self, slowness: float = 0.0) -> None:
        self.shown: list[tuple[float, str]] = []
        self.slowness = slowness

    async def show(self, view: ui.LayoutView) -> int:
        began = time.monotonic()
        await asyncio.sleep(self.slowness)
        texts = [c["content"] for c in walk_components(view.to_components()) if c["type"] == 10]
        self.shown.append((began, "\n".join(texts)))
        return len(self.shown)

    more = show

    async def fail(self, view: ui.LayoutView) -> None:
        await self.show(view)


async def make() -> Question:
    return Question("why?")


async def test_a_quick_answer_is_shown_without_statuses_in_between(answerer: ScriptedAnswerer) -> None:
    face = RecordingFace()
    await Asking(Desk(answerer), face, "why?").run(make)
    assert len(face.shown) == 2


async def test_statuses_come_at_a_gentle_pace_and_the_newest_is_shown(
    answerer: ScriptedAnswerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "PACE", 0.1)
    face = RecordingFace()
    answerer.gate.clear()
    running = asyncio.create_task(Asking(Desk(answerer), face, "why?").run(make))
    await asyncio.sleep(0.35)
    assert [text.split("\n")[-1] for _, text in face.shown] == [
        "-# Looking through the archive …",
        "-# Reading 6 passages",
    ]
    answerer.script = lambda question: answer(claims=tuple(Claim(f"Claim {n}.", (1,)) for n in range(50)))
    answerer.gate.set()
    await running
    assert len(face.shown) <= 4
    times = [at for at, _ in face.shown[:2]]
    assert times[1] - times[0] >= 0.1


async def test_a_slow_status_never_arrives_after_the_card(
    answerer: ScriptedAnswerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "PACE", 0.0)
    face = RecordingFace(slowness=0.1)
    answerer.gate.clear()
    running = asyncio.create_task(Asking(Desk(answerer), face, "why?").run(make))
    await asyncio.sleep(0.15)
    answerer.gate.set()
    await running
    await asyncio.sleep(0.2)
    assert "Searched 41 articles" in face.shown[-1][1]
