"""Watching feeds: looking at each when it is due, and taking in what is new.

What is new is fetched without the writer, which is held only while there is something to write down.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep, time

from index.errors import BusyError, DatelineError, LedgerError
from index.ledger import Ledger
from ingest import job
from ingest.clean import CLEANER
from ingest.config import IngestConfig
from ingest.raw import Record
from ingest.readers import Readers
from ingest.report import Report
from ingest.stopping import Stop, stopping
from ingest.web.feedlist import FeedListError, read_list
from ingest.web.gather import FeedResult, Gathering
from ingest.web.state import FeedState, WebState

EVERY = 15 * 60.0
"""Seconds between two looks at a feed, to begin with."""
_BATCH = 100
"""Articles that are waited for before they are written."""
_BATCH_SECONDS = 30.0
_LONGEST = 6 * 3600.0
"""Seconds between two looks at a feed that is down, or that brings nothing."""
_PAUSE = 2.0
"""Seconds between two looks at what is due."""
_STEP = 0.2
_BUSY = 5.0
"""Seconds between two tries to get the writer."""
_NAMED = 20
"""Articles named after each write."""

Say = Callable[[str], None]


class Watch:
    """Looks at the feeds of `file` until it is told to stop, or once.

    `say` gets a plain line of whatever happens. FeedListError where the list can't be read at the start; what
    goes wrong later is said, and the watch goes on.
    """

    def __init__(
        self, file: Path, config: IngestConfig, say: Say, *, every: float = EVERY, once: bool = False
    ) -> None:
        self._file = file
        self._config = config
        self._say = say
        self._every = every
        self._once = once
        self._stop = Stop()
        self._read_at: tuple[int, int] | None = None
        self._feeds: list[str] = []
        self._trouble = ""
        self._failed = 0
        self._done = 0

    def run(self) -> int:
        """Exit status: 0; of one look, 3 where something failed and 1 where everything did."""
        with stopping() as self._stop:
            self._read_list(is_first=True)
            while not self._stop.reason:
                self._look()
                if self._once:
                    break
                self._sleep(_PAUSE)
        if self._stop.reason:
            self._say(f"stopped: {self._stop.reason}")
        return 0 if not self._failed else 3 if self._done else 1

    def _look(self) -> None:
        """One look at what is due. A disk that is full, or gone for a while, is said once and waited for."""
        try:
            self._read_list()
            due = self._due()
            if due:
                self._round(due)
        except (sqlite3.Error, OSError) as error:
            if str(error) != self._trouble:
                self._say(f"{self._config.index.data} can't be written to, and is tried again: {error}")
            self._trouble = str(error)
            self._failed += 1
        else:
            self._trouble = ""

    # --- when ---

    def _read_list(self, *, is_first: bool = False) -> None:
        """Reads the list again when its file has changed; keeps the old one where it can't be read."""
        try:
            found = self._file.stat()
            stamp = (found.st_mtime_ns, found.st_size)
        except OSError:
            stamp = (0, 0)
        if stamp == self._read_at:
            return
        self._read_at = stamp
        try:
            feeds, other = read_list(self._file)
        except FeedListError as error:
            if is_first:
                raise
            self._say(f"{error} The {_feeds(len(self._feeds))} of before are watched on.")
            return
        for line in other:
            self._say(f"{self._file.name}: not an address, passed over: {line}")
        if not is_first:
            self._say(f"{self._file.name} has changed: {_feeds(len(feeds))}")
        self._feeds = feeds

    def _due(self) -> list[str]:
        """The feeds to look at now. For one look that is all of them, but those that are down and were tried
        a while ago."""
        now = time()
        with closing(self._state()) as state:
            known = {feed: state.feed(feed) or FeedState() for feed in self._feeds}
        waits = {
            feed: kept.due
            for feed, kept in known.items()
            if kept.due > now and (not self._once or kept.failures)
        }
        if self._once and waits:
            self._say(f"{_feeds(len(waits))} that failed before not asked again yet")
        return [feed for feed in self._feeds if feed not in waits]

    def _state(self) -> WebState:
        try:
            with Ledger(self._config.index.data) as ledger:
                identity = ledger.identity
        except LedgerError:
            identity = ""
        return WebState(self._config.index.data, identity)

    def _sleep(self, seconds: float) -> None:
        until = monotonic() + seconds
        while not self._stop.reason and monotonic() < until:
            sleep(_STEP)

    # --- one look ---

    def _round(self, due: list[str]) -> None:
        gathering = Gathering(due, self._config, Readers(self._config.max_file_bytes), watching=True)
        is_written = True
        batch: list[Record] = []
        began = monotonic()
        try:
            with closing(gathering.records()) as records:
                for record in records:
                    if self._stop.reason:
                        return
                    if record is not None:
                        began = began if batch else monotonic()
                        batch.append(record)
                    if len(batch) >= _BATCH or (batch and monotonic() - began > _BATCH_SECONDS):
                        is_written = self._write(batch) and is_written
                        batch = []
            if batch:
                is_written = self._write(batch) and is_written
        except Exception as error:  # noqa: BLE001 - a watch goes on, whatever one look brings
            self._say(f"this look failed, the next may not: {type(error).__name__}: {error}")
            self._failed += 1
            is_written = False
        if self._stop.reason:
            return
        with closing(self._state()) as state:
            for feed, result in gathering.feeds.items():
                self._note(state, feed, result, is_written)

    def _write(self, batch: list[Record]) -> bool:
        """Takes in what was fetched; whether that went through. Waits for another process that writes."""
        is_told = False
        while not self._stop.reason:
            try:
                report = job.run([str(self._file)], self._config, fetched=batch)
                break
            except BusyError as error:
                if not is_told:
                    self._say(f"{len(batch)} fetched and waiting: {error}")
                is_told = True
                self._sleep(_BUSY)
            except DatelineError as error:
                self._say(f"{len(batch)} fetched and not taken in, to be fetched again: {error}")
                self._failed += 1
                return False
        else:
            return False
        self._tell(report)
        if report.stopped:
            self._stop.reason = report.stopped
            return False
        with closing(self._state()) as state:
            state.settle(page for record in batch if record.raw_hash for page in _pages(record.origin))
        return True

    def _tell(self, report: Report) -> None:
        titles = self._titles([entry.article for entry in (*report.new, *report.changed) if entry.article])
        for outcome in ("new", "changed", "failed"):
            entries = getattr(report, outcome)
            for entry in entries[:_NAMED]:
                said = titles.get(entry.article or "", "") or entry.origin
                reason = f": {entry.reason}" if outcome == "failed" else ""
                self._say(f"{outcome}: {said}{reason}")
            if len(entries) > _NAMED:
                self._say(f"{outcome}: {report.counts[outcome] - _NAMED:,} more")
        self._failed += report.counts["failed"]
        self._done += report.articles - report.counts["failed"]

    def _titles(self, articles: list[str]) -> dict[str, str]:
        """`Baku says no (Caspian Courier)`, by article."""
        found: dict[str, str] = {}
        try:
            with Ledger(self._config.index.data) as ledger:
                for article in articles[: 2 * _NAMED]:
                    versions = ledger.versions(article)
                    if versions:
                        by = f" ({versions[-1].publisher})" if versions[-1].publisher else ""
                        found[article] = f"{versions[-1].title}{by}"
        except LedgerError:
            pass  # the addresses will do
        return found

    def _note(self, state: WebState, feed: str, result: FeedResult, is_written: bool) -> None:
        before = state.feed(feed) or FeedState()
        now = time()
        if result.fault is not None:
            self._failed += 1
            failures = before.failures + 1
            wait = max(result.again_in or 0.0, min(_LONGEST, self._every * 2 ** min(failures - 1, 10)))
            if failures == 1:
                self._say(f"down: {feed}: {result.fault}")
            state.put_feed(
                feed,
                FeedState(interval=before.interval, due=now + _jittered(wait), failures=failures),
            )
            return
        self._done += 1
        if before.failures:
            self._say(f"back: {feed}, after {before.failures} looks")
        interval = self._interval(before, result)
        is_settled = is_written and not result.is_pending
        given = result.validators
        if not result.is_whole:  # it has not changed since the last whole look
            etag, modified, read = before.etag, before.last_modified, before.read
        elif is_settled and given is not None:
            etag, modified, read = given.etag, given.last_modified, now
        else:
            etag, modified, read = None, None, 0.0
        wait = 60.0 if result.has_more else interval
        state.put_feed(feed, FeedState(etag, modified, CLEANER, read, interval, now + _jittered(wait)))

    def _interval(self, before: FeedState, result: FeedResult) -> float:
        """Shorter while a feed brings something, longer while it doesn't; never against its own wish."""
        interval = before.interval or self._every
        interval *= 0.75 if result.fresh else 1.25
        interval = min(max(interval, self._every / 3), self._every * 8, _LONGEST)
        return max(interval, min(result.ttl or 0.0, 24 * 3600.0))


def _pages(origin: str) -> set[str]:
    """The address of a record's page, which may hold several."""
    return {origin, origin.partition("#")[0], origin.partition("!/")[0]}


def _jittered(seconds: float) -> float:
    """So that many watchers, and many feeds, don't ask all at the same moment."""
    return seconds * random.uniform(0.9, 1.1)


def _feeds(n: int) -> str:
    return f"{n:,} feed{'' if n == 1 else 's'}"
