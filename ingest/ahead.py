"""Reading a run's records: in this process at first, in others once a run turns out to be long."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from index.ledger import SourceSeen
from ingest import language
from ingest.config import IngestConfig
from ingest.passages import Cutter
from ingest.raw import Record
from ingest.reading import Read, read
from ingest.stopping import Limit, TookTooLong
from ingest.workers import Task, Workers, cores, took_too_long

ALONE_SECONDS = 1.5
"""What this process reads by itself before others are started; it reads on until they have come up."""


@dataclass(slots=True)
class Ahead:
    """A record that is read and not yet in a batch."""

    record: Record
    seen: SourceSeen | None
    file: str = ""
    """Origin of the file that it is from."""
    bytes: int = 0
    """Of it, on its way through another process."""
    task: Task | None = None
    result: Read | None = None


class Reading:
    """To be used by one thread, and closed."""

    def __init__(self, config: IngestConfig, cutter: Cutter, limit: Limit) -> None:
        self._config, self._cutter, self._limit = config, cutter, limit
        self._workers: Workers | None = None
        self._alone = 0.0
        """Seconds spent reading in this process."""
        self.count = config.workers or cores()
        """Processes that read, once they do."""

    def close(self) -> None:
        """Ends the other processes."""
        if self._workers is not None:
            self._workers.close()
            self._workers = None

    def begin(self, record: Record, seen: SourceSeen | None, file: str) -> Ahead:
        ahead = Ahead(record, seen, file)
        if self._workers is None and self._alone >= ALONE_SECONDS:
            self._workers = Workers(self.count, self._config.index, self._config.record_seconds)
        if self._workers is not None and self._workers.is_up:
            ahead.task = self._workers.submit(record, file)
            ahead.bytes = len(ahead.task.payload)
        else:
            ahead.result = self._here(record, file)
        return ahead

    def is_done(self, ahead: Ahead, seconds: float) -> bool:
        """Whether it has been read by then; its `result` is there from now on."""
        task = ahead.task
        if ahead.result is None and task is not None:
            assert self._workers is not None
            if not task.is_done and not (seconds and self._workers.wait(task, seconds)):
                return False
            ahead.result = self._here(ahead.record, ahead.file) if task.is_here else task.result
        return True

    def _here(self, record: Record, file: str) -> Read:
        began = monotonic()
        if not self._alone:
            language.prepare()
        try:
            with self._limit.on():
                return read(record.read, file, self._cutter)
        except TookTooLong:
            self._limit.off()
            return Read(reason=took_too_long(self._config.record_seconds))
        finally:
            self._alone += monotonic() - began
