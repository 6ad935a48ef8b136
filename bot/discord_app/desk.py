"""The desk where questions queue: answering is blocking work, done off the event loop, a few at a time.

Askers take turns, whatever number of questions each of them has: who asks ten at once holds up another by
one or two, and is never held up by more than one question of each.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncGenerator, Hashable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Protocol

from bot.answer.types import Answer, Event, Question
from index.errors import DatelineError

log = logging.getLogger(__name__)

AT_ONCE = 1
"""Questions answered at the same time; the rest wait in line."""
LINE_LIMIT = 40
"""Questions at the desk, those under way included; beyond it an asker is asked to come back."""
OWN_LIMIT = 10
"""Of one asker, so that the line isn't full of theirs when others come."""
GRACE = 8.0
"""Seconds that answers under way are given to stop when the bot does."""

STOPPING = "Dateline is being restarted. Ask again in a minute."


class Answers(Protocol):
    """What the bot needs of `bot.answer.answer.Answerer`; called from worker threads."""

    def stream(self, question: Question) -> Iterator[Event]: ...
    def warm(self) -> None: ...
    def close(self) -> None: ...


class BusyError(DatelineError):
    """Too many questions wait, of all askers or of this one."""


class StoppingError(DatelineError):
    """The bot is being stopped."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Before an answer is begun: how many questions are ahead, those under way included. It grows when
    somebody else comes whose turn is before this asker's next but one."""

    ahead: int
    own: int = 0
    """Of these, the asker's own."""


@dataclass(eq=False, slots=True)
class _Ticket:
    asker: Hashable
    begun: bool = False
    events: asyncio.Queue[Event | Exception | None] = field(default_factory=asyncio.Queue)
    """None when the answerer has nothing more to say."""
    dropped: threading.Event = field(default_factory=threading.Event)
    """Nobody listens any more: the worker stops at its next event."""


class Desk:
    """A line of questions before an Answerer. Belongs to one event loop."""

    def __init__(
        self,
        answerer: Answers,
        *,
        at_once: int = AT_ONCE,
        line_limit: int = LINE_LIMIT,
        own_limit: int = OWN_LIMIT,
    ) -> None:
        self._answerer = answerer
        self._at_once = at_once
        self._line_limit = line_limit
        self._own_limit = own_limit
        self._line: list[_Ticket] = []
        """Those under way, then those that wait, in the order in which they came."""
        self._turns: list[Hashable] = []
        """Askers with a question that waits and none under way: whose turn is next comes first."""
        self._moved = asyncio.Event()
        self._stopping = False

    async def stream(
        self, question: Question, asker: Hashable = None
    ) -> AsyncGenerator[Waiting | Event, None]:
        """Waiting as often as the line moves, then what the Answerer yields; its exceptions are raised here.

        Raises BusyError when the line is full and StoppingError when the bot stops meanwhile.
        """
        self._check_open()
        self._check_room(asker)
        ticket = _Ticket(asker)
        self._line.append(ticket)
        self._take_turn(asker)
        self._wake()
        told = None
        try:
            while (waiting := self._waiting(ticket)).ahead >= self._at_once:
                if waiting != told:
                    yield waiting
                told = waiting
                await self._moved.wait()
                self._check_open()
            ticket.begun = True
            if asker in self._turns:
                self._turns.remove(asker)
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
            if not ticket.begun:
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

    def _waiting(self, ticket: _Ticket) -> Waiting:
        before = self._order()
        before = before[: before.index(ticket)]
        own = sum(other.asker == ticket.asker for other in before) if ticket.asker is not None else 0
        return Waiting(len(before), own)

    def _order(self) -> list[_Ticket]:
        """The questions as they will be served when nobody else comes."""
        rest: dict[Hashable, list[_Ticket]] = {asker: [] for asker in self._turns}
        for ticket in self._line:
            if not ticket.begun:
                rest.setdefault(ticket.asker, []).append(ticket)
        rounds = zip_longest(*rest.values())
        return [t for t in self._line if t.begun] + [t for turn in rounds for t in turn if t is not None]

    def _take_turn(self, asker: Hashable) -> None:
        """Behind all others, if one of the asker's questions waits and none is under way: whose answer has
        just ended comes after those who came meanwhile."""
        own = [ticket.begun for ticket in self._line if ticket.asker == asker]
        if own and not any(own):
            if asker not in self._turns:
                self._turns.append(asker)
        elif asker in self._turns:
            self._turns.remove(asker)

    def _check_room(self, asker: Hashable) -> None:
        own = sum(ticket.asker == asker for ticket in self._line)
        if asker is not None and own >= self._own_limit:
            raise BusyError(
                f"{own} questions of yours are waiting already. Ask again when some are answered."
            )
        if len(self._line) >= self._line_limit:
            raise BusyError(f"{len(self._line)} questions are waiting already. Ask again in a minute.")

    def _leave(self, ticket: _Ticket) -> None:
        self._line.remove(ticket)
        self._take_turn(ticket.asker)
        self._wake()

    def _wake(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    def _check_open(self) -> None:
        if self._stopping:
            raise StoppingError(STOPPING)
