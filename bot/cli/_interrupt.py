"""Ctrl-C while native libraries load or work."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType


@contextlib.contextmanager
def leaving_at_once() -> Iterator[None]:
    """Within the block, Ctrl-C ends the process there and then, with exit status 130.

    For commands that only read. To unwind instead would tear down llama.cpp while it loads or writes,
    which can hang for good or abort the process (seen with xllamacpp 2026.10).
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _leave(_number: int, _frame: FrameType | None) -> None:
    with contextlib.suppress(OSError, RuntimeError, ValueError):  # whatever was being written
        sys.stdout.flush()
        if os.isatty(2):
            os.write(2, b"\r\x1b[2K\x1b[?25h")  # the status line away, the cursor back
    os._exit(130)
