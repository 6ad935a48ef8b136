"""robots.txt, as RFC 9309 has it: who may fetch what, and how often."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import time
from typing import TYPE_CHECKING

from ingest.web.errors import WebError
from ingest.web.state import RobotsState, WebState

if TYPE_CHECKING:
    from protego import Protego
    from yarl import URL

ROBOT = "dateline"
"""The name by which a robots.txt addresses us."""
MAX_BYTES = 500 * 1024
"""What is read of a robots.txt; RFC 9309 asks for as much."""
_FRESH = 24 * 3600.0
_STALE = 30 * 24 * 3600.0
"""Seconds for which an older copy serves while there is no newer one."""
_AGAIN = 300.0
"""Seconds before a robots.txt that can't be had is asked for again."""

Fetch = Callable[["URL"], Awaitable[tuple[int, bytes]]]
"""Gives a robots.txt's status and its first MAX_BYTES, redirects followed; WebError where it can't be had."""


@dataclass(slots=True)
class _Site:
    rules: Protego | None
    """None: all is allowed."""
    until: float
    fault: str | None = None
    """Why nothing may be fetched, as the file can't be had."""


class Robots:
    """The rules of the sites met, fetched once a day."""

    def __init__(self, fetch: Fetch, state: WebState) -> None:
        self._fetch = fetch
        self._state = state
        self._sites: dict[str, _Site] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def delay(self, url: URL) -> float:
        """Seconds that the site wants between two requests. WebError where `url` may not be fetched."""
        origin = str(url.origin())
        async with self._locks.setdefault(origin, asyncio.Lock()):
            site = self._sites.get(origin)
            if site is None or site.until < time():
                site = self._sites[origin] = await self._look_up(origin, url)
        if site.fault is not None:
            raise WebError(site.fault, passing=True)
        if site.rules is None:
            return 0.0
        if not site.rules.can_fetch(str(url), ROBOT):
            raise WebError(f"robots.txt of {url.host} forbids it")
        rate = site.rules.request_rate(ROBOT)
        return max(site.rules.crawl_delay(ROBOT) or 0.0, rate.seconds / rate.requests if rate else 0.0)

    async def _look_up(self, origin: str, url: URL) -> _Site:
        now = time()
        kept = self._state.robots(origin)
        if kept is not None and 0 <= now - kept.fetched < _FRESH:
            return _of(kept, kept.fetched + _FRESH)
        try:
            status, body = await self._fetch(url.origin() / "robots.txt")
            # Too many requests is no leave to go on.
            fault = f"answered {status}" if status >= 500 or status == 429 else None
        except WebError as error:
            # A private address is refused for what it is, whichever page of it was asked for.
            if not error.passing:
                raise
            status, body, fault = 0, b"", str(error)
        if fault is None:
            fresh = RobotsState(body if status < 400 else b"", status, now)
            self._state.put_robots(origin, fresh)
            return _of(fresh, now + _FRESH)
        if kept is not None and 0 <= now - kept.fetched < _STALE:
            return _of(kept, now + _AGAIN)
        fault = f"robots.txt of {url.host} can't be had ({fault}); until it can, nothing is fetched there"
        return _Site(None, now + _AGAIN, fault)


def _of(kept: RobotsState, until: float) -> _Site:
    if not kept.body.strip():
        return _Site(None, until)
    from protego import Protego

    # A byte order mark would hide the first line from the parser.
    return _Site(Protego.parse(kept.body.decode("utf-8-sig", "replace")), until)
