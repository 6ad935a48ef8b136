"""Host names to IP addresses, and only to those that may be fetched from."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from ingest.web.address import refusal
from ingest.web.errors import WebError


class Vetting(AbstractResolver):
    """Gives those of a host's addresses that may be fetched from; it is they that are connected to, so that
    a name which resolves differently a moment later gains nothing."""

    def __init__(self, allow: tuple[str, ...]) -> None:
        self._allow = allow

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        reason: str | None = None
        found: list[ResolveResult] = []
        for ip in await lookup(host):
            refused = refusal(ip, self._allow)
            reason = reason or refused
            if refused is None:
                kind = socket.AF_INET6 if ":" in ip else socket.AF_INET
                found.append(
                    ResolveResult(
                        hostname=host, host=ip, port=port, family=kind, proto=0, flags=socket.AI_NUMERICHOST
                    )
                )
        if not found:
            raise WebError(reason or f"no host {host} is known")
        return found

    async def close(self) -> None:
        pass


async def lookup(host: str) -> list[str]:
    """The IP addresses of a host. WebError where it has none, or the name servers don't say."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(15):
            infos = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            raise WebError(f"the name servers don't answer for {host}", passing=True) from error
        raise WebError(f"no host {host} is known") from error
    except (TimeoutError, OSError, UnicodeError) as error:
        raise WebError(f"the name servers don't answer for {host}", passing=True) from error
    return list(dict.fromkeys(str(info[4][0]) for info in infos))
