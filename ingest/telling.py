"""Telling how far a run is, ten times a second at most while it reads."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from ingest.batches import Batches
from ingest.report import Progress, Report, Stage

Tell = Callable[[Progress], None]
TELL_EVERY = 0.1
"""Seconds between two reports of progress."""


class Telling:
    def __init__(self, progress: Tell | None, report: Report, batches: Batches, started: float) -> None:
        self._progress, self._report, self._batches, self._started = progress, report, batches, started
        self._reading: tuple[int | None, str, int] = None, "", 0
        """What was told of reading last: total, origin, bytes done."""
        self._told = 0.0

    def reading(self, total: int | None, current: str, done: int, *, force: bool = False) -> None:
        """`done` of `total` bytes, or of whatever is counted; `current` is what is being read."""
        self._reading = total, current, done
        now = monotonic()
        if self._progress is None or (not force and now - self._told < TELL_EVERY):
            return
        self._told = now
        seconds = now - self._started
        articles = self._report.articles + self._batches.waiting
        left = seconds * (total - done) / done if total and done else None
        rate = articles / seconds if seconds else 0.0
        self._progress(Progress("reading", done, total, articles, seconds, rate, left, current, self._failed))

    def still_reading(self) -> None:
        """The same as last."""
        self.reading(*self._reading)

    @property
    def _failed(self) -> int:
        return self._report.counts["failed"] + self._batches.failed

    def passages(self, stage: Stage, done: int, total: int | None, began: float) -> None:
        """Of embedding and what comes after, which began at `began`."""
        if self._progress is None:
            return
        now = monotonic()
        rate = done / (now - began) if now > began else 0.0
        left = (total - done) / rate if rate and total is not None else None
        articles = self._report.articles
        self._progress(
            Progress(stage, done, total, articles, now - self._started, rate, left, failed=self._failed)
        )
