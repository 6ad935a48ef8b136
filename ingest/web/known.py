"""What the archive and the state beside it know of a page: whether it must be asked for, and how."""

from __future__ import annotations

from dataclasses import replace
from time import time
from typing import TYPE_CHECKING, Literal

from ingest.clean import CLEANER
from ingest.raw import raw_hash
from ingest.web.errors import WebError
from ingest.web.fetch import Page, Validators
from ingest.web.state import FeedState, PageState, WebState

if TYPE_CHECKING:
    from index.ledger import Ledger
    from index.ledger.rows import SourceSeen

DAY = 24 * 3600.0
_LOOKED_AGAIN = 7 * DAY
"""How long a page that a feed lists is looked at again, once a day, though the feed says nothing new."""
_TRIES = 6
"""Failures in a row after which a watched page is given up, until its feed says something new of it."""

Standing = Literal["wanted", "known", "waiting", "given up"]


class Known:
    """The ledger decides what is in the archive; the state only what need not be asked for again."""

    def __init__(self, state: WebState, ledger: Ledger | None) -> None:
        self._state = state
        self._ledger = ledger

    def source(self, origin: str) -> SourceSeen | None:
        return self._ledger.source(origin) if self._ledger is not None else None

    def standing(self, address: str, stamp: str, *, watching: bool) -> Standing:
        """Of a page of which its feed says `stamp`; failures hold up a watch only."""
        now, state = time(), self._state.page(address)
        if state is None or state.stamp != stamp:
            return "wanted"
        if state.failures:
            if not watching:
                return "wanted"
            return "given up" if state.failures >= _TRIES else "waiting" if state.due > now else "wanted"
        is_due = state.first > now - _LOOKED_AGAIN and state.checked < now - DAY
        is_known = self._is_committed(address, state) or (watching and bool(state.settled))
        return "known" if is_known and not is_due else "wanted"

    def is_settled(self, origin: str, digest: str) -> bool:
        """Of a text that a feed brings itself: whether a run was given it as it is."""
        seen, state = self.source(origin), self._state.page(origin)
        if seen is not None and seen.cleaner == CLEANER and seen.raw_hash == digest:
            return True
        return state is not None and bool(state.settled) and state.raw_hash == digest

    def validators(self, address: str) -> Validators | None:
        """To ask whether a page has changed; only where the archive holds it as it was."""
        state = self._state.page(address)
        if state is None or not self._is_committed(address, state):
            return None
        return Validators(state.etag, state.last_modified)

    def note_text(self, origin: str, digest: str) -> None:
        self._state.put_page(origin, PageState(raw_hash=digest, first=time(), checked=time()))

    def note(self, address: str, page: Page, stamp: str) -> None:
        """A page was fetched, or had not changed."""
        now, before = time(), self._state.page(address)
        given = page.validators
        if page.data is None and before is not None:
            etag, modified = given.etag or before.etag, given.last_modified or before.last_modified
            kept = replace(before, etag=etag, last_modified=modified, checked=now, failures=0, due=0.0)
            self._state.put_page(address, replace(kept, stamp=stamp or before.stamp))
            return
        first = before.first if before and before.first else now
        stamp = stamp or (before.stamp if before else "")
        digest = raw_hash(page.data or b"")
        self._state.put_page(
            address, PageState(given.etag, given.last_modified, digest, stamp, first=first, checked=now)
        )

    def note_failure(self, address: str, stamp: str, error: WebError) -> tuple[bool, bool]:
        """Whether the page will be tried again, and whether this failure is news."""
        before = self._state.page(address) or PageState()
        failures = before.failures + 1 if before.stamp == stamp else 1
        is_news = failures == 1
        if not error.passing:
            failures = _TRIES
        wait = max(error.again_in or 0.0, min(DAY, 900.0 * 4 ** (failures - 1)))
        self._state.put_page(address, replace(before, stamp=stamp, failures=failures, due=time() + wait))
        return failures < _TRIES, is_news or failures == _TRIES

    def _is_committed(self, address: str, state: PageState) -> bool:
        seen = self.source(address)
        return seen is not None and seen.cleaner == CLEANER and seen.raw_hash == state.raw_hash


def of_feed(state: FeedState | None) -> Validators | None:
    """Once a day a feed is read whole, so that its pages are looked at again."""
    if state is None or state.cleaner != CLEANER or state.read < time() - DAY:
        return None
    return Validators(state.etag, state.last_modified)
