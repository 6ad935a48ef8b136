"""One question from asker to answer: wait in line, show how it goes, show the card."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import discord

from bot.answer.types import Answer, CheckedClaim, Citation, Claim, Question, Status
from bot.discord_app.card import answer_card, progress_card
from bot.discord_app.desk import Desk, Waiting
from bot.discord_app.faces import UNREACHED, Face

log = logging.getLogger(__name__)

PACE = 1.2
"""Seconds between two edits of a message; Discord takes about five in five seconds."""


@dataclass(slots=True)
class Asking:
    """Takes one question through; `run` once."""

    desk: Desk
    face: Face
    text: str
    """The question as typed; shown at once, before anything else is known."""
    asker: int | None = None
    """Id of who asks: askers take turns."""
    _status: str = "Looking through the archive …"
    _claims: list[Claim] = field(default_factory=list)
    _citations: dict[int, Citation] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _drawing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def run(self, make: Callable[[], Awaitable[Question]]) -> tuple[Question, Answer, list[int]]:
        """Acknowledges, makes the question, answers it; returns also the ids of the messages shown.

        Raises what `make` and the Answerer raise, BusyError and StoppingError, and UNREACHED.
        """
        await self.face.show(self._card())
        question = await make()
        painter = asyncio.create_task(self._paint(), name="status")
        try:
            answer = await self._listen(question)
        finally:
            async with self._drawing:  # a status on its way out arrives before what follows
                painter.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await painter
        return question, answer, await self._show(answer)

    async def _listen(self, question: Question) -> Answer:
        async with contextlib.aclosing(self.desk.stream(question, self.asker)) as events:
            async for event in events:
                match event:
                    case Answer():
                        return event
                    case Waiting():
                        self._status = before_you(event)
                    case Status(text):
                        self._status = text
                    case CheckedClaim(claim, citations):
                        self._claims.append(claim)
                        self._citations.update((c.n, c) for c in citations)
                self._changed.set()
        raise RuntimeError("the Answerer ended without an Answer")

    async def _paint(self) -> None:
        """Shows the newest state, at a gentle pace; states in between are skipped."""
        while True:
            await asyncio.sleep(PACE)
            await self._changed.wait()
            async with self._drawing:
                self._changed.clear()
                try:
                    await self.face.show(self._card())
                except UNREACHED:
                    log.warning("a status could not be shown", exc_info=True)

    def _card(self) -> discord.ui.LayoutView:
        citations = [self._citations[n] for n in sorted(self._citations)]
        return progress_card(self.text, self._status, self._claims, citations)

    async def _show(self, answer: Answer) -> list[int]:
        first, *rest = answer_card(answer)
        try:
            messages = [await self.face.show(first)]
        except discord.HTTPException as error:
            if error.status != 400:
                raise
            log.exception("Discord refused a card; shown again without its link buttons")
            first, *rest = answer_card(answer, links=False)
            messages = [await self.face.show(first)]
        return messages + [await self.face.more(view) for view in rest]


def before_you(waiting: Waiting) -> str:
    """What an asker is told of the line."""
    questions = "question" if waiting.ahead == 1 else "questions"
    if not waiting.own:
        return f"{waiting.ahead} {questions} before you …"
    if waiting.own == waiting.ahead:
        return f"{waiting.ahead} {questions} of yours before this one …"
    return f"{waiting.ahead} {questions} before this one, {waiting.own} of them yours …"
