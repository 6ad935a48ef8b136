"""The desk where questions queue: answering is blocking work, done off the event loop, a few at a time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from bot.answer.types import Answer, Event, Question
from index.errors import DatelineError

log = logging.getLogger(__name__)

AT_ONCE = 1
"""Questions answered at the same time; the rest wait in line."""
LINE_LIMIT = 20
"""Questions at the desk, those under way included; beyond it an asker is asked to come back."""
GRACE = 8.0
"""Seconds that answers under way are given to stop when the bot does."""

STOPPING = "Dateline is being restarted. Ask again in a minute."


class Answers(Protocol):
    """What the bot needs of `bot.answer.answer.Answerer`; called from worker threads."""

    def stream(self, question: Question) -> Iterator[Event]: ...
    def warm(self) -> None: ...
    def close(self) -> None: ...


class BusyError(DatelineError):
    """Too many questions wait."""


class StoppingError(DatelineError):
    """The bot is being stopped."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Before an answer is begun: how many questions are ahead in line."""

    ahead: int


@dataclass(eq=False, slots=True)
class _Ticket:
    events: asyncio.Queue[Event | Exception | None] = field(default_factory=asyncio.Queue)
    """None when the answerer has nothing more to say."""
    dropped: threading.Event = field(default_factory=threading.Event)
    """Nobody listens any more: the worker stops at its next event."""


class Desk:
    """A line of questions before an Answerer. Belongs to one event loop."""

    def __init__(self, answerer: Answers, *, at_once: int = AT_ONCE, line_limit: int = LINE_LIMIT) -> None:
        self._answerer = answerer
        self._at_once = at_once
        self._line_limit = line_limit
        self._line: list[_Ticket] = []
        self._moved = asyncio.Event()
        self._stopping = False

    async def stream(self, question: Question) -> AsyncGenerator[Waiting | Event, None]:
        """Waiting as often as the line moves, then what the Answerer yields; its exceptions are raised here.

        Raises BusyError when the line is full and StoppingError when the bot stops meanwhile.
        """
        self._check_open()
        if len(self._line) >= self._line_limit:
            raise BusyError(f"{len(self._line)} questions are waiting already. Ask again in a minute.")
        ticket = _Ticket()
        self._line.append(ticket)
        begun = False
        try:
            while (ahead := self._line.index(ticket)) >= self._at_once:
                yield Waiting(ahead)
                await self._moved.wait()
                self._check_open()
            begun = True
            loop = asyncio.get_running_loop()
            # A daemon thread, not an executor's: the interpreter waits for those at exit, and a language
            # model that doesn't return must not keep the bot from stopping.
            threading.Thread(
                target=self._work, args=(question, ticket, loop), name="answer", daemon=True
            ).start()
            while (event := await ticket.events.get()) is not None:
                if isinstance(event, Exception):
                    raise event
                yield event
        finally:
            ticket.dropped.set()
            if not begun:
                self._leave(ticket)

    def _work(self, question: Question, ticket: _Ticket, loop: asyncio.AbstractEventLoop) -> None:
        """In a worker thread. The ticket holds its place until this ends, whoever listens."""

        def post(event: Event | Exception | None) -> None:
            loop.call_soon_threadsafe(ticket.events.put_nowait, event)

        def answer() -> None:
            for event in self._answerer.stream(question):
                if ticket.dropped.is_set():
                    return
                post(event)
                if isinstance(event, Answer):
                    return

        try:
            try:
                answer()
            except Exception as error:  # noqa: BLE001 - raised again where the asker waits
                post(error)
            post(None)
            loop.call_soon_threadsafe(self._leave, ticket)
        except RuntimeError:
            log.warning("an answer ended after the bot had stopped")

    async def close(self, grace: float = GRACE) -> bool:
        """Ends every conversation with StoppingError; True when all work has ended within `grace` seconds."""
        self._stopping = True
        for ticket in self._line:
            ticket.dropped.set()
            ticket.events.put_nowait(StoppingError(STOPPING))
        self._wake()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + grace
        while self._line and (left := deadline - loop.time()) > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), left)
        return not self._line

    def _leave(self, ticket: _Ticket) -> None:
        self._line.remove(ticket)
        self._wake()

    def _wake(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    def _check_open(self) -> None:
        if self._stopping:
            raise StoppingError(STOPPING)
