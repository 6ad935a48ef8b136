"""All that addresses lead to, as records: pages, the entries of feeds, the pages of sitemaps.

The fetching runs in a thread of its own, many hosts at once; the records are made in the caller's.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from ingest.config import IngestConfig
from ingest.raw import Record, unreadable
from ingest.readers import Readers
from ingest.web import page as pages
from ingest.web.page import Fetched

if TYPE_CHECKING:
    from index.ledger.rows import SourceSeen
    from ingest.web.fetch import Validators

_TICK = 0.2
"""Seconds after which the caller gets a word at the latest."""
_HELD = 16
"""Pages fetched and not read yet, at most, beside one a host."""


@dataclass(slots=True)
class FeedResult:
    """What became of a watched feed or sitemap."""

    fault: str | None = None
    again_in: float | None = None
    ttl: float | None = None
    """Seconds for which the feed itself says that it need not be asked again."""
    listed: int = 0
    """Entries seen; 0 too where it has not changed."""
    fresh: int = 0
    """Of these, those that were not known."""
    validators: Validators | None = None
    """To ask by the next time, once all that it brought is in."""
    is_pending: bool = False
    """Whether something that it lists is to be tried again."""
    has_more: bool = False
    """Whether it lists more than is fetched in one round."""
    is_whole: bool = False
    """Whether all that it lists was looked through; False where it has not changed."""


@dataclass(slots=True)
class Gathering:
    """One gathering. `done` of `found` addresses have been dealt with so far."""

    addresses: list[str]
    config: IngestConfig
    readers: Readers
    watching: bool = False
    """Known pages are left out rather than given as unchanged, and feeds' faults are in `feeds` only."""
    feeds: dict[str, FeedResult] = field(default_factory=dict)
    done: int = 0
    found: int = 0
    current: str = ""
    """The address being fetched."""
    _out: queue.Queue[Record | Fetched | BaseException | None] = field(
        default_factory=lambda: queue.Queue(_HELD)
    )
    _loop: asyncio.AbstractEventLoop | None = None
    _task: asyncio.Task[None] | None = None
    _closed: threading.Event = field(default_factory=threading.Event)

    def records(self) -> Generator[Record | None]:
        """Records as they come, None at least a few times a second."""
        thread = threading.Thread(target=self._run, name="dateline-web", daemon=True)
        thread.start()
        try:
            while True:
                try:
                    item = self._out.get(timeout=_TICK)
                except queue.Empty:
                    yield None
                    continue
                if item is None:
                    return
                if isinstance(item, BaseException):
                    raise item
                if isinstance(item, Record):
                    yield item
                else:
                    yield from pages.records(self.readers, item)
        finally:
            self.close()
            thread.join(timeout=5)

    def close(self) -> None:
        """Ends the fetching; what is under way is dropped."""
        self._closed.set()
        if self._loop is not None and self._task is not None:
            try:
                self._loop.call_soon_threadsafe(self._task.cancel)
            except RuntimeError:
                return  # it has ended by itself

    def _run(self) -> None:
        end: BaseException | None = None
        try:
            asyncio.run(self._main())
        except asyncio.CancelledError:
            pass
        except BaseException as error:  # noqa: BLE001 - it is raised in the caller's thread
            end = error
        while not self._closed.is_set():
            try:
                self._out.put(end, timeout=_TICK)
                return
            except queue.Full:
                continue

    async def _main(self) -> None:
        from ingest.web.crawl import Crawl

        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        if self._closed.is_set():
            return
        async with Crawl(self) as crawl:
            await crawl.run()

    async def give(self, item: Record | Fetched) -> None:
        """Hands over, waiting while the caller has enough to do."""
        while True:
            try:
                self._out.put_nowait(item)
                return
            except queue.Full:
                await asyncio.sleep(0.02)


def unchanged(origin: str, seen: SourceSeen) -> Record:
    """A record that a run passes over, as it is known."""
    reason = "had not changed when it was asked for, and is no longer known; run it again to fetch it whole"
    return Record(origin, seen.raw_hash, partial(unreadable, reason))


def failed(origin: str, reason: str) -> Record:
    return Record(origin, "", partial(unreadable, reason))
