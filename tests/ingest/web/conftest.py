"""A site on loopback that misbehaves as told, under names of its own, and what fetches from it."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from index.config import IndexConfig
from ingest.config import IngestConfig, WebConfig
from ingest.web import resolve
from ingest.web.errors import WebError
from ingest.web.fetch import Client, Page, Validators
from ingest.web.state import WebState


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]


@dataclass
class Reply:
    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Misbehaviour = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


class Site:
    """An HTTP server in a thread of its own. `pages` is path -> what is sent; an awaitable function writes
    what it likes to the connection."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.pages: dict[str, Reply | str | Misbehaviour] = {}
        self.requests: list[Request] = []
        self._tls = tls
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        assert self._ready.wait(5)

    def url(self, path: str, host: str = "courier.example") -> str:
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(5)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=self._tls)
        self.port: int = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in self._tasks:
            task.cancel()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            first = await reader.read(1)
            if first == b"\x16":  # a TLS hello, where none is spoken
                writer.write(wire(Reply("plain HTTP, please", 400)))
                return
            while True:
                head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                first = b""
                line, *lines = head.strip().split("\r\n")
                method, path, _ = line.split(" ")
                headers = {k.lower(): v.strip() for k, v in (one.split(":", 1) for one in lines)}
                request = Request(method, path, headers)
                self.requests.append(request)
                page = self.pages.get(path, Reply("not here", 404))
                if callable(page):
                    await page(request, writer)
                    return
                writer.write(wire(page if isinstance(page, Reply) else Reply(page)))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()


def wire(reply: Reply) -> bytes:
    body = reply.body.encode() if isinstance(reply.body, str) else reply.body
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body)), **reply.headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {reply.status} Said\r\n{lines}\r\n".encode("latin-1") + body


def gzipped(body: str | bytes) -> Reply:
    data = gzip.compress(body.encode() if isinstance(body, str) else body)
    return Reply(data, headers={"Content-Encoding": "gzip"})


PARAGRAPHS = """
<p>BAKU, Nov 16 - Azerbaijan will not attend talks in Washington, the foreign ministry said on Thursday,
citing remarks by a senior United States official that it called one-sided and unacceptable.</p>
<p>The meeting had been planned for Monday, between the foreign ministers of Azerbaijan and Armenia, who
have spoken twice this year. Yerevan said that it was still ready to send its own delegation.</p>
<p>A ministry spokesman, {name}, told reporters that a date for new talks would be looked for once
Washington had, in his words, made good what it had said before the committee.</p>
"""


def article(title: str, name: str = "Aykhan Hajizade", head: str = "", published: str | None = None) -> str:
    dated = f'<meta property="article:published_time" content="{published}">' if published else ""
    return (
        f"<!doctype html><html><head><title>{title}</title>{head}{dated}</head>"
        f"<body><article><h1>{title}</h1>{PARAGRAPHS.format(name=name)}</article></body></html>"
    )


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What the name servers say; a name that isn't in it is unknown to them."""
    known = {f"{name}.example": ["127.0.0.1"] for name in ("courier", "mirror", "kura", "ararat")}

    async def lookup(host: str) -> list[str]:
        if host not in known:
            raise WebError(f"no host {host} is known")
        return known[host]

    monkeypatch.setattr(resolve, "lookup", lookup)
    return known


@pytest.fixture
def site(names: dict[str, list[str]]) -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


WEB = WebConfig(
    delay=0.0,
    backoff=0.01,
    timeout=5.0,
    max_bytes=1024 * 1024,
    allow=("127.0.0.1/32",),
    contact="desk@x.example",
)


@pytest.fixture
def config(tmp_path: Path) -> IngestConfig:
    return IngestConfig(IndexConfig(tmp_path / "data"), embed=False, web=WEB)


def fetched(tmp_path: Path, url: str, validators: Validators | None = None, **changes: object) -> Page:
    """What a client of its own fetches from `url`; raises WebError as the client does."""

    async def get() -> Page:
        state = WebState(tmp_path / "web")
        try:
            async with Client(replace(WEB, **changes), state) as client:  # type: ignore[arg-type]
                return await client.get(url, validators)
        finally:
            state.close()

    return asyncio.run(get())


def story(title: str, name: str) -> str:
    """An article's HTML of enough words to be a whole one, and its own."""
    return PARAGRAPHS.format(name=name) + (
        f"<p>{title}: that was how {name} began, before a room of reporters from {name}'s own town, some of "
        f"whom had walked there from the station in the rain and were not, {name} said later, easily put "
        "off with a sentence or two about dates and delegations.</p>"
    )


def rss(*items: str, head: str = "") -> Reply:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Caspian Courier</title>'
        f"<link>https://courier.example/</link>{head}{''.join(items)}</channel></rss>"
    )
    return Reply(body, headers={"Content-Type": "application/rss+xml"})


def item(link: str, title: str, more: str = "", day: str = "Thu, 16 Nov 2023 10:00:00 +0400") -> str:
    return (
        f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid>"
        f"<pubDate>{day}</pubDate><description>In short.</description>{more}</item>"
    )


def sitemap(*urls: str, root: str = "urlset", entry: str = "url") -> Reply:
    """Of whole `<url>` contents."""
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    news = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    inner = "".join(f"<{entry}>{url}</{entry}>" for url in urls)
    return Reply(
        f'<?xml version="1.0" encoding="UTF-8"?><{root} {space} {news}>{inner}</{root}>',
        headers={"Content-Type": "application/xml"},
    )
