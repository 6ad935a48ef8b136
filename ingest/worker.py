"""A process that reads records for a run. It holds nothing: whenever it ends, the one record is lost that it
was on, and the run names it.

Started by `ingest.workers` with a socket; ends when that closes.
"""

from __future__ import annotations

import gc
import pickle
import resource
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from index.config import IndexConfig
from ingest.passages import Cutter
from ingest.raw import RawArticle
from ingest.reading import Read, read

MEMORY = 1024**3
"""Bytes of data; a record that takes more fails with MemoryError."""


def main(descriptor: int) -> None:
    # Wishes to end are the run's to hear.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    _limit_memory()
    connection: Connection[Any, Any] = Connection(descriptor)
    with suppress(EOFError, OSError):  # the run has ended, or was killed
        config, seconds = connection.recv()
        answer = _answer_with(config)
        # Libraries and models come up with the first article; that is no record's time.
        answer(pickle.dumps((_warming, "")))
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)  # what a record takes is all let go of, most of it without cycles
        connection.send(True)
        while True:
            for payload in connection.recv():
                # What Python can't interrupt, the kernel does: SIGALRM ends this process.
                signal.setitimer(signal.ITIMER_REAL, seconds)
                answered = answer(payload)
                signal.setitimer(signal.ITIMER_REAL, 0)
                connection.send(answered)


def _answer_with(config: IndexConfig) -> Callable[[bytes], Read | None]:
    cutter = Cutter.for_model(config)

    def answer(payload: bytes) -> Read | None:
        """None where the record can't be had in this process."""
        try:
            source, file = pickle.loads(payload)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - a reader that only the other process can import
            return None
        return read(source, file, cutter)

    return answer


def _warming() -> RawArticle:
    return RawArticle("", "", "March 9, 2023\n\n" + "The minister said so on Thursday. " * 5)


def _limit_memory() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    limit = MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (limit, most))
