"""SIGINT and SIGTERM as a wish to end, granted where a run can be left; SIGALRM where work takes too long."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class Stop:
    """Why the run is to end; None while it isn't."""

    reason: str | None = None


class TookTooLong(BaseException):
    """Raised in the midst of whatever takes longer than it may; no library's `except Exception` takes it."""


@contextmanager
def stopping() -> Iterator[Stop]:
    """Takes SIGINT and SIGTERM for a wish to end; a second one ends the process as ever."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before: dict[int, Any] = {}

    def wish(number: int, _frame: FrameType | None) -> None:
        stop.reason = f"{signal.Signals(number).name} received"
        signal.signal(number, before[number])

    for number in (int(signal.SIGINT), int(signal.SIGTERM)):
        before[number] = signal.signal(number, wish)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Limit:
    """A limit on time for pieces of work in this process, where it runs in the main thread: elsewhere,
    and inside of a library that doesn't return to Python, there is none.

    with Limit(60) as limit:
        with limit.on(): ...    # TookTooLong
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._is_on = False
        self._before: Any = None
        self._works = False

    def __enter__(self) -> Limit:
        # Somebody else's alarm is left alone.
        self._works = threading.current_thread() is threading.main_thread() and (
            signal.getitimer(signal.ITIMER_REAL)[0] == 0
        )
        if self._works:
            self._before = signal.signal(signal.SIGALRM, self._ring)
        return self

    def __exit__(self, *_: object) -> None:
        if self._works:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before)

    def _ring(self, _number: int, _frame: FrameType | None) -> None:
        if self._is_on:
            raise TookTooLong

    def off(self) -> None:
        """To be called where a TookTooLong is caught."""
        self._is_on = False
        if self._works:
            signal.setitimer(signal.ITIMER_REAL, 0)

    @contextmanager
    def on(self) -> Iterator[None]:
        if not self._works:
            yield
            return
        self._is_on = True
        # Again each second, should something have taken the first.
        signal.setitimer(signal.ITIMER_REAL, self.seconds, 1)
        try:
            yield
        finally:
            self.off()
