"""The line to a language model's server: it ends when a draft's time is over, whatever keeps it open."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx

MOST = 2 * 1024 * 1024
"""Bytes of one response; a draft in small pieces takes some 300 kB."""


class _Bounded(httpx.SyncByteStream):
    """A response's body, with an end: in time and in length. It takes its line along when it is closed."""

    def __init__(self, stream: httpx.SyncByteStream, line: httpx.HTTPTransport, until: float) -> None:
        self._stream = stream
        self._line = line
        self._until = until

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self._stream:
            size += len(chunk)
            if size > MOST:
                raise httpx.ReadError(f"the response is longer than {MOST // 1024**2} MB")
            if time.monotonic() > self._until:
                raise httpx.ReadTimeout("the response takes too long")
            yield chunk

    def close(self) -> None:
        self._stream.close()
        self._line.close()


class _Transport(httpx.BaseTransport):
    """A line of its own for each request.

    A provider's client that trips over a response leaves it open, and Python closes it whenever it next
    collects garbage. With the lines in one pool, that can be while the same thread holds the pool's lock,
    for another request: it would wait for itself, and all later requests for it. Drafts are too far apart
    for a line to be kept open between them anyway.
    """

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._trust = httpx.create_ssl_context()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        until = time.monotonic() + self._timeout
        line = httpx.HTTPTransport(verify=self._trust)
        try:
            response = line.handle_request(request)
        except BaseException:
            line.close()
            raise
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _Bounded(response.stream, line, until)
        return response


def client(timeout: float) -> httpx.Client:
    """For one model's server. It follows no redirect: question, evidence and key are for the server set up.

    Args:
        timeout: seconds, for one response from its request to its end.
    """
    return httpx.Client(transport=_Transport(timeout), timeout=timeout, follow_redirects=False)
