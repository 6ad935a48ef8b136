"""One request at a time to a host, and a pause between two."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic

from ingest.web.errors import WebError

LONGEST_WAIT = 900.0
"""Seconds; a host that asks for more is left alone."""


class Pace:
    """Hosts' turns. `slots` are the requests under way at once, over all hosts; `rest` tells the seconds for
    which a host is to be left alone to begin with."""

    def __init__(self, slots: int, rest: Callable[[str], float]) -> None:
        self._rest = rest
        self._slots = asyncio.Semaphore(slots)
        self._locks: dict[str, asyncio.Lock] = {}
        self._next: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, host: str, delay: float) -> AsyncIterator[None]:
        """Held while a request runs; the next to the same host begins `delay` seconds after this one at
        the earliest. WebError where that wait would be a quarter of an hour."""
        async with self._locks.setdefault(host, asyncio.Lock()):
            if host not in self._next:
                self._next[host] = monotonic() + self._rest(host)
            wait = self._next[host] - monotonic()
            if wait > LONGEST_WAIT:
                raise WebError(
                    f"{host} asks for {wait:,.0f} s before the next request", passing=True, again_in=wait
                )
            if wait > 0:
                await asyncio.sleep(wait)
            async with self._slots:
                self._next[host] = monotonic() + delay
                yield

    def pause(self, host: str, seconds: float) -> None:
        """Nothing to this host for so long: it said that it has too much to do."""
        self._next[host] = max(self._next.get(host, 0.0), monotonic() + seconds)
