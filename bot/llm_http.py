"""The line to a language model's server: it ends when a draft's time is over, whatever keeps it open."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx

MOST = 2 * 1024 * 1024
"""Bytes of one response; a draft in small pieces takes some 300 kB."""


class _Bounded(httpx.SyncByteStream):
    """A response's body, with an end: in time and in length."""

    def __init__(self, stream: httpx.SyncByteStream, until: float) -> None:
        self._stream = stream
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


class _Transport(httpx.HTTPTransport):
    def __init__(self, timeout: float) -> None:
        super().__init__()
        self._timeout = timeout

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        until = time.monotonic() + self._timeout
        response = super().handle_request(request)
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _Bounded(response.stream, until)
        return response


def client(timeout: float) -> httpx.Client:
    """For one model's server. It follows no redirect: question, evidence and key are for the server set up.

    Args:
        timeout: seconds, for one response from its request to its end.
    """
    return httpx.Client(transport=_Transport(timeout), timeout=timeout, follow_redirects=False)
