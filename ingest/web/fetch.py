"""Fetching one address: vetted at each hop, within the site's rules, in bounded time and size."""

from __future__ import annotations

import asyncio
import logging
import random
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from time import time
from types import TracebackType
from typing import TYPE_CHECKING, Any

import aiohttp

from ingest.web.address import parse, refusal
from ingest.web.body import ENCODINGS, Body, too_large
from ingest.web.charset import as_utf8
from ingest.web.errors import WebError
from ingest.web.pace import Pace
from ingest.web.reasons import seconds_of, worded
from ingest.web.resolve import Vetting
from ingest.web.robots import MAX_BYTES as ROBOTS_BYTES
from ingest.web.robots import Robots

if TYPE_CHECKING:
    import socket

    from yarl import URL

    from ingest.config import WebConfig
    from ingest.web.state import WebState

_MOVED = frozenset((301, 302, 303, 307, 308))
_PASSING = frozenset((408, 425, 429, 500, 502, 503, 504))
_AT_ONCE = frozenset((429, 502, 503, 504))
_NO_TEXT = ("image/", "audio/", "video/", "font/")
_LONGEST_WAIT = 60.0
"""Seconds; a server that asks for more is left alone for this run."""
_LONGEST_REST = 24 * 3600.0
"""Seconds that a host is left alone for at its wish."""
_ACCEPT = (
    "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/xml;q=0.9, "
    "text/xml;q=0.9, application/json;q=0.8, application/pdf;q=0.8, text/plain;q=0.7, */*;q=0.1"
)


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask it by later: has this changed since?"""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What an address sent; `data` is None where it has not changed since."""

    url: str
    """Where it came from, after redirects."""
    data: bytes | None
    """Unpacked; text in another encoding that only the header names has been turned into UTF-8."""
    media_type: str
    validators: Validators


class Client:
    """Fetches addresses; to be used as an asynchronous context."""

    def __init__(self, config: WebConfig, state: WebState) -> None:
        self._config = config
        self._state = state
        self._pace = Pace(config.parallel, self._rest)
        self._robots = Robots(self._robots_txt, state)
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> Client:
        quiet = min(self._config.timeout, 20.0)
        for name in ("client", "internal"):  # they warn of each odd cookie
            logging.getLogger(f"aiohttp.{name}").setLevel(logging.ERROR)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0,
                resolver=Vetting(self._config.allow),
                socket_factory=self._socket,
                ssl=_trust(),
                ttl_dns_cache=300,
            ),
            timeout=aiohttp.ClientTimeout(total=self._config.timeout, sock_connect=quiet, sock_read=quiet),
            headers={
                "User-Agent": user_agent(self._config.contact),
                "Accept": _ACCEPT,
                "Accept-Encoding": ENCODINGS,
            },
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def get(self, address: str, validators: Validators | None = None) -> Page:
        """What the address sends, after a few tries. WebError with the reason where there is nothing."""
        for attempt in range(1, self._config.attempts + 1):
            try:
                return await self._follow(parse(address), validators or Validators())
            except WebError as error:
                if attempt == self._config.attempts or not error.at_once:
                    raise
                if error.again_in is not None and error.again_in > _LONGEST_WAIT:
                    raise
                backoff = self._config.backoff * 2 ** (attempt - 1) * random.uniform(0.75, 1.25)
                await asyncio.sleep(max(error.again_in or 0.0, backoff))
        raise AssertionError("unreachable")

    async def _follow(self, url: URL, validators: Validators) -> Page:
        # Cookies live for this chain of redirects only, and go to those who set them only.
        cookies = aiohttp.CookieJar()
        for _hop in range(self._config.redirects + 1):
            self._refuse_literal(url)
            pause = max(self._config.delay, await self._robots.delay(url))
            async with self._pace.turn(url.raw_host or "", pause):
                found = await self._ask(url, validators, cookies, self._config.max_bytes)
            if isinstance(found, Page):
                return found
            url = found
        raise WebError(f"redirected more than {self._config.redirects} times")

    async def _ask(
        self, url: URL, validators: Validators, cookies: aiohttp.CookieJar, max_bytes: int
    ) -> Page | URL:
        headers: dict[str, str] = {}
        if validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
        try:
            async with self._session.get(
                url, headers=headers, cookies=cookies.filter_cookies(url), allow_redirects=False
            ) as response:
                cookies.update_cookies(response.cookies, url)
                if response.status in _MOVED:
                    return _target(url, response.headers)
                given = Validators(
                    _sendable(response.headers.get("ETag")), _sendable(response.headers.get("Last-Modified"))
                )
                if response.status == HTTPStatus.NOT_MODIFIED and headers:
                    return Page(str(url), None, "", given)
                self._refuse_status(url, response)
                media_type = response.content_type.lower()
                if media_type.startswith(_NO_TEXT):
                    raise WebError(f"no article but {media_type}")
                if (response.content_length or 0) > max_bytes:
                    raise WebError(too_large(max_bytes))
                data = await _read(response, max_bytes)
                return Page(str(url), as_utf8(data, media_type, response.charset), media_type, given)
        except WebError:
            raise
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise worded(error, self._config.timeout) from error

    def _refuse_status(self, url: URL, response: aiohttp.ClientResponse) -> None:
        status = response.status
        if status == HTTPStatus.OK or (200 < status < 300 and status not in (204, 205, 206)):
            return
        again_in = seconds_of(response.headers.get("Retry-After"))
        if status in (429, 503) and again_in:
            host, rest = url.raw_host or "", min(again_in, _LONGEST_REST)
            self._pace.pause(host, rest)
            self._state.put_host(host, time() + rest)
        gone = {404: ": no such page", 410: ": the page is gone", 401: ": a login is needed"}
        asks = f", and asks to come back in {again_in:,.0f} s" if again_in else ""
        raise WebError(
            f"answered {status}{gone.get(status, asks)}",
            passing=status in _PASSING,
            at_once=status in _AT_ONCE,
            status=status,
            again_in=again_in,
        )

    def _rest(self, host: str) -> float:
        """Seconds that a host asked for in an earlier run, as far as they aren't over."""
        rest = self._state.host(host) - time()
        return rest if rest <= _LONGEST_REST else 0.0  # else the clock was set back

    async def _robots_txt(self, url: URL) -> tuple[int, bytes]:
        """Without the pause after it: robots.txt and the first page may follow one another."""
        for _hop in range(6):
            self._refuse_literal(url)
            try:
                async with self._session.get(url, allow_redirects=False) as response:
                    if response.status not in _MOVED:
                        body = await _read(response, ROBOTS_BYTES, cut=True) if response.ok else b""
                        return response.status, body
                    url = _target(url, response.headers)
            except WebError:
                raise
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
                raise worded(error, self._config.timeout) from error
        return 404, b""  # RFC 9309: after five redirects there is none

    def _refuse_literal(self, url: URL) -> None:
        """The client resolves names only; an IP address in the address itself is vetted here."""
        host = url.raw_host or ""
        if ":" in host or host.replace(".", "").isdigit():
            reason = refusal(host, self._config.allow)
            if reason is not None:
                raise WebError(reason)

    def _socket(self, info: Any) -> socket.socket:
        """The last look, at the very address that is about to be connected to."""
        import socket

        family, kind, protocol, _name, address = info
        reason = refusal(str(address[0]), self._config.allow)
        if reason is not None:
            raise OSError(reason)
        return socket.socket(family, kind, protocol)


def user_agent(contact: str | None) -> str:
    """`dateline/0.1.0 (+desk@courier.example)`."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        name = f"dateline/{version('dateline')}"
    except PackageNotFoundError:
        name = "dateline"
    return f"{name} (+{contact})" if contact else name


async def _read(response: aiohttp.ClientResponse, max_bytes: int, *, cut: bool = False) -> bytes:
    body = Body(response.headers.get("Content-Encoding", ""), max_bytes)
    async for chunk in response.content.iter_any():
        try:
            body.add(chunk)
        except WebError:
            if cut:
                return body.so_far(max_bytes)
            raise
    return body.whole()


def _sendable(header: str | None) -> str | None:
    """A validator that can be sent back as it is."""
    return header if header and header.isascii() and header.isprintable() and len(header) <= 500 else None


def _target(url: URL, headers: Mapping[str, str]) -> URL:
    to = headers.get("Location") or headers.get("URI")
    if not to:
        raise WebError("redirected, but not said where to")
    from yarl import URL

    try:
        joined = url.join(URL(to))
    except ValueError as error:
        raise WebError(f"redirected to what is no address: {to[:100]}") from error
    try:
        return parse(str(joined))
    except WebError as error:
        raise WebError(f"redirected to {str(joined)[:200]}: {error}") from error


def _trust() -> ssl.SSLContext:
    """The system's certificates, and certifi's where the system has none."""
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        import certifi

        context.load_verify_locations(certifi.where())
    return context
