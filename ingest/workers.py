"""Processes that read for a run, several records at a time, and are replaced when one ends.

Each is driven by a thread of this process that sends it a few records and waits for their results; so
a result's place tells which record a process was on when it ended. They are started as programs of
their own rather than forked (tantivy and tokenizers have threads) or spawned (which runs the caller's
script again).
"""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from index.config import IndexConfig
from ingest.raw import Record
from ingest.reading import Read

_AT_ONCE = 16
_BYTES_AT_ONCE = 256 * 1024
"""What a process is sent at a time, at most: what it loses is sent again to the next."""


@dataclass(slots=True)
class Task:
    """A record on its way through another process."""

    payload: bytes
    result: Read | None = None
    is_here: bool = False
    """Whether it has come back to be read in this process, as it can't be in another."""

    @property
    def is_done(self) -> bool:
        return self.result is not None or self.is_here


@dataclass(slots=True, eq=False)
class _Process:
    program: subprocess.Popen[bytes]
    connection: Connection[Any, Any]

    def end(self) -> int:
        """Its exit status, negative for a signal."""
        self.connection.close()
        try:
            return self.program.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self.program.kill()
            return self.program.wait()


class Workers:
    """`count` processes that read records. To be used by one thread, and closed."""

    def __init__(self, count: int, config: IndexConfig, seconds: float) -> None:
        """`seconds` is what a record may take."""
        self._config, self._seconds = config, seconds
        self._waiting: deque[Task] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._count = count
        self._is_up = False
        self._processes: set[_Process] = set()
        self._threads = [threading.Thread(target=self._drive, daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    @property
    def is_up(self) -> bool:
        """Whether one of them has come up, or none can: until then, what is submitted waits."""
        return self._is_up

    def submit(self, record: Record, file: str) -> Task:
        """`file` is the origin of the file that the record is from."""
        try:
            task = Task(pickle.dumps((record.read, file), pickle.HIGHEST_PROTOCOL))
        except Exception:  # noqa: BLE001 - a reader that isn't made for it
            return Task(b"", is_here=True)
        with self._changed:
            if self._closed:
                return Task(b"", is_here=True)
            self._waiting.append(task)
            self._changed.notify_all()
        return task

    def wait(self, task: Task, seconds: float) -> bool:
        """Whether the task was done within that time."""
        with self._changed:
            return self._changed.wait_for(lambda: task.is_done, seconds)

    def close(self) -> None:
        """Ends the processes, whatever they are at."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            for process in self._processes:
                process.program.kill()
        for thread in self._threads:
            thread.join()

    # --- each thread ---

    def _drive(self) -> None:
        process: _Process | None = None
        with suppress(Exception):  # tried again with what there is to read
            process = self._start()
        while tasks := self._next():
            while tasks and not self._closed:
                try:
                    if process is None:
                        process = self._start()
                    process.connection.send([task.payload for task in tasks])
                    while tasks:
                        self._finish(tasks[0], process.connection.recv())
                        tasks.popleft()
                except Exception:  # noqa: BLE001 - whatever it is, this process is of no more use
                    if process is None:  # none can be started: this process has to do
                        self._give_back(tasks)
                        return
                    status = self._end(process)
                    process = None
                    if tasks and not self._closed:
                        self._finish(tasks.popleft(), Read(reason=self._why(status)))
        if process is not None:
            self._end(process)

    def _next(self) -> deque[Task] | None:
        """A fair share of what waits; None when there is to be no more."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if self._closed:
                return None
            share = min(_AT_ONCE, -(-len(self._waiting) // self._count))
            tasks: deque[Task] = deque()
            size = 0
            while self._waiting and len(tasks) < share and (not tasks or size < _BYTES_AT_ONCE):
                tasks.append(self._waiting.popleft())
                size += len(tasks[-1].payload)
            return tasks

    def _finish(self, task: Task, result: Read | None) -> None:
        with self._changed:
            task.result, task.is_here, task.payload = result, result is None, b""
            self._changed.notify_all()

    def _give_back(self, tasks: deque[Task]) -> None:
        with self._changed:
            self._closed = self._is_up = True
            for task in (*tasks, *self._waiting):
                task.is_here, task.payload = True, b""
            self._waiting.clear()
            self._changed.notify_all()

    def _start(self) -> _Process:
        """OSError or EOFError where it doesn't come up."""
        ours, theirs = socket.socketpair()
        here = f"import sys; sys.path[:] = {sys.path!r}"
        code = f"{here}; from ingest.worker import main; main({theirs.fileno()})"
        with theirs:
            program = subprocess.Popen(
                [sys.executable, "-P", "-c", code],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                process_group=0,  # out of reach of the terminal's Ctrl-C
                env=os.environ | {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"},
            )
        process = _Process(program, Connection(ours.detach()))
        with self._changed:
            self._processes.add(process)
            if self._closed:
                program.kill()
        try:
            process.connection.send((self._config, self._seconds))
            process.connection.recv()
        except (EOFError, OSError):
            self._end(process)
            raise
        self._is_up = True
        return process

    def _end(self, process: _Process) -> int:
        status = process.end()
        with self._changed:
            self._processes.discard(process)
        return status

    def _why(self, status: int) -> str:
        if status == -signal.SIGALRM:
            return took_too_long(self._seconds)
        if status < 0:
            return f"ended the process that was reading it ({signal.Signals(-status).name})"
        return f"ended the process that was reading it (exit status {status})"


def took_too_long(seconds: float) -> str:
    return f"took longer than {seconds:g} s"


def cores() -> int:
    """Processors that this process may use, by its affinity and its control group."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        if quota != "max":
            count = min(count, max(1, round(int(quota) / int(period))))
    except (OSError, ValueError):
        pass
    return count
