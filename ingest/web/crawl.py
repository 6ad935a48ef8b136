"""The fetching side of a gathering: what is asked for, in which order, and what is left as it is."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING

from index.errors import LedgerError
from ingest.raw import NotAnArticle, ReadError, Record, no_article
from ingest.web import listed
from ingest.web.address import parse
from ingest.web.body import unzipped
from ingest.web.errors import WebError
from ingest.web.fetch import Client, Page
from ingest.web.gather import FeedResult, Gathering, failed, unchanged
from ingest.web.known import DAY, Known, of_feed
from ingest.web.page import Fetched, Hint
from ingest.web.state import WebState

if TYPE_CHECKING:
    from index.ledger import Ledger
    from ingest.readers.feed import Entry, Feed
    from ingest.readers.sitemap import Listed

_DEPTH = 3
_SITEMAPS = 200
"""Sitemaps that one index may lead to."""
_AT_ONCE = 50
"""Pages fetched of one watched feed in one round, so that a slow host doesn't hold up the others' feeds."""


class _Source:
    """An address that was named, and what it may still bring."""

    def __init__(self, address: str, result: FeedResult) -> None:
        self.address = address
        self.result = result
        self.sitemaps: set[str] = set()
        self.pages = 0
        self.fetched = 0
        self.read = 0.0
        """When all that it lists was last looked through, in seconds since 1970."""
        self.left_out = 0


class Crawl:
    """One gathering's requests. A host's are made one after another, by a task of its own."""

    def __init__(self, gathering: Gathering) -> None:
        self._g = gathering
        self._config = gathering.config.web
        self._hosts: dict[str, deque[tuple[str, Callable[[], Awaitable[None]]]]] = {}
        self._busy: set[str] = set()
        self._seen: set[str] = set()

    async def __aenter__(self) -> Crawl:
        from index.ledger import Ledger

        data = self._g.config.index.data
        self._ledger: Ledger | None = None
        with suppress(LedgerError):  # nothing is in yet
            self._ledger = Ledger(data)
        self._state = WebState(data, self._ledger.identity if self._ledger else "")
        self._known = Known(self._state, self._ledger)
        self._client = Client(self._config, self._state)
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.__aexit__(kind, error, trace)
        self._state.close()
        if self._ledger is not None:
            self._ledger.close()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as self._group:
            for address in self._g.addresses:
                source = _Source(address, self._g.feeds.setdefault(address, FeedResult()))
                self._later(address, partial(self._named, source))

    def _later(self, address: str, work: Callable[[], Awaitable[None]]) -> None:
        try:
            host = parse(address).host or ""
        except WebError:
            host = ""
        self._g.found += 1
        self._hosts.setdefault(host, deque()).append((address, work))
        if host not in self._busy:
            self._busy.add(host)
            self._group.create_task(self._drain(host))

    async def _drain(self, host: str) -> None:
        waiting = self._hosts[host]
        while waiting:
            address, work = waiting.popleft()
            self._g.current = address
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - one address never stops the others
                said = " ".join(f"{type(error).__name__}: {error}".split())
                await self._g.give(failed(address, f"can't be fetched: {said[:300]}"))
            self._g.done += 1
        self._busy.discard(host)

    # --- what the user named ---

    async def _named(self, source: _Source) -> None:
        address = source.address
        feed = self._state.feed(address) if self._g.watching else None
        validators = of_feed(feed) if self._g.watching else self._known.validators(address)
        source.read = feed.read if feed else 0.0
        self._seen.add(address)
        try:
            page = await self._client.get(address, validators)
            await self._open(source, page)
        except (WebError, ReadError, NotAnArticle) as error:
            await self._fail(source, error)

    async def _fail(self, source: _Source, error: Exception) -> None:
        source.result.fault = str(error)
        source.result.again_in = getattr(error, "again_in", None)
        if not self._g.watching:
            await self._g.give(failed(source.address, str(error)))

    async def _open(self, source: _Source, page: Page) -> None:
        from ingest.readers import feed as feeds
        from ingest.readers import sitemap as sitemaps
        from ingest.readers.reader import HEAD_BYTES, Head

        address = source.address
        if page.data is None:
            self._known.note(address, page, "")
            await self._unchanged(address)
            return
        data = await asyncio.to_thread(unzipped, page.data, self._config.max_bytes)
        head = Head(data[:HEAD_BYTES], page.url.rpartition("/")[2].lower())
        if feeds.recognises(head):
            found = await asyncio.to_thread(feeds.read_feed, data, page.url)
            await self._feed(source, found)
        elif sitemaps.recognises(head):
            await self._sitemap(source, address, data, 1)
        elif self._g.watching:
            raise WebError("neither a feed nor a sitemap")
        else:
            self._known.note(address, page, "")
            await self._g.give(Fetched(address, page.url, page.data, Hint(), is_named=True))
            return
        source.result.is_whole = True
        source.result.validators = page.validators

    # --- feeds ---

    async def _feed(self, source: _Source, feed: Feed) -> None:
        result = source.result
        result.ttl = feed.ttl_minutes * 60.0 if feed.ttl_minutes else None
        for entry in feed.entries[: self._config.max_pages]:
            if not listed.is_wanted(entry.updated or entry.published, self._config.since):
                continue
            result.listed += 1
            if listed.has_full_text(entry) or not entry.url:
                await self._entry(source, entry)
            else:
                await self._page(source, entry.url, listed.hint_of(entry), listed.stamp_of(entry))
        await self._remark(source, len(feed.entries) - self._config.max_pages)
        if feed.fault is not None:
            await self._outstanding(source, source.address, feed.fault)

    async def _entry(self, source: _Source, entry: Entry) -> None:
        """An article that the feed brings itself."""
        from ingest.readers import feed as feeds

        origin = listed.entry_origin(source.address, entry)
        if origin in self._seen:
            return
        self._seen.add(origin)
        html = entry.content_html or entry.summary_html or ""
        record = Record(origin, entry.raw_hash, partial(feeds.article, origin, entry, html))
        if self._g.watching and self._known.is_settled(origin, entry.raw_hash):
            return
        source.result.fresh += self._known.source(origin) is None
        self._known.note_text(origin, entry.raw_hash)
        await self._g.give(record)

    # --- sitemaps ---

    async def _sitemap(self, source: _Source, address: str, data: bytes, depth: int) -> None:
        from ingest.readers import sitemap as sitemaps

        source.sitemaps.add(address)
        left = self._config.max_pages - source.pages
        since = self._config.since
        found = await asyncio.to_thread(
            lambda: listed.newest(sitemaps.listed(data), max(left, _SITEMAPS), since)
        )
        children = [item for item in found.items if item.is_sitemap]
        items = [item for item in found.items if not item.is_sitemap][:left]
        source.pages += len(items)
        source.left_out += found.found - len(children) - len(items)
        source.result.listed += len(items)
        for item in items:
            stamp = f"{item.lastmod or ''} {item.title or ''}".strip()
            await self._page(source, item.url, listed.hint_of(item), stamp)
        if found.fault is not None:
            await self._outstanding(source, address, found.fault)
        await self._children(source, children, depth)
        if depth == 1:
            await self._remark(source, source.left_out)

    async def _children(self, source: _Source, children: list[Listed], depth: int) -> None:
        """Sitemaps named by an index, newest first, one after another: none is fetched once there are pages
        enough."""
        for child in children:
            if child.url in source.sitemaps or _is_old(child, source.read):
                continue
            if source.pages >= self._config.max_pages or len(source.sitemaps) >= _SITEMAPS:
                source.left_out += 1
                continue
            if depth >= _DEPTH:
                await self._g.give(failed(child.url, "a sitemap within sitemaps within sitemaps"))
                continue
            source.sitemaps.add(child.url)
            try:
                page = await self._client.get(child.url)
                data = await asyncio.to_thread(unzipped, page.data or b"", self._config.max_bytes)
                await self._sitemap(source, child.url, data, depth + 1)
            except (WebError, ReadError, NotAnArticle) as error:
                await self._outstanding(source, child.url, str(error))

    async def _outstanding(self, source: _Source, address: str, reason: str) -> None:
        """Part of what a source lists couldn't be had."""
        source.result.is_pending = True
        if not self._g.watching:
            await self._g.give(failed(address, reason))

    async def _remark(self, source: _Source, left_out: int) -> None:
        if left_out <= 0 or self._g.watching:
            return
        n = self._config.max_pages
        reason = f"lists {left_out:,} more than the newest {n:,}, which were looked at (WEB_MAX_PAGES)"
        await self._g.give(Record(source.address, "", partial(no_article, reason)))

    # --- pages ---

    async def _page(self, source: _Source, address: str, hint: Hint, stamp: str) -> None:
        """A page that a feed or sitemap lists: fetched, unless it is known as it stands."""
        if address in self._seen:
            return
        self._seen.add(address)
        standing = self._known.standing(address, stamp, watching=self._g.watching)
        if standing == "known":
            await self._unchanged(address)
        elif standing == "waiting":
            source.result.is_pending = True
        elif standing == "wanted" and self._g.watching and source.fetched >= _AT_ONCE:
            source.result.is_pending = source.result.has_more = True
            self._seen.discard(address)
        elif standing == "wanted":
            source.fetched += 1
            source.result.fresh += self._known.source(address) is None
            self._later(address, partial(self._fetch, source, address, hint, stamp))

    async def _fetch(self, source: _Source, address: str, hint: Hint, stamp: str) -> None:
        try:
            page = await self._client.get(address, self._known.validators(address))
        except WebError as error:
            is_tried_again, is_news = self._known.note_failure(address, stamp, error)
            source.result.is_pending |= is_tried_again
            if is_news or not self._g.watching:
                await self._g.give(failed(address, str(error)))
            return
        self._known.note(address, page, stamp)
        if page.data is None:
            await self._unchanged(address)
        else:
            await self._g.give(Fetched(address, page.url, page.data, hint, is_named=False))

    async def _unchanged(self, address: str) -> None:
        seen = self._known.source(address)
        if seen is not None and not self._g.watching:
            await self._g.give(unchanged(address, seen))


def _is_old(child: Listed, read: float) -> bool:
    """Whether a sitemap has not changed since its index was last looked through, by more than a day."""
    if not read or not child.lastmod:
        return False
    return child.lastmod[:10] < date.fromtimestamp(read - DAY).isoformat()
