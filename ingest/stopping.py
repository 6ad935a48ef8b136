"""SIGINT and SIGTERM as a wish to end, granted where a run can be left."""

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
