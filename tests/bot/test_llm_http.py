"""The line to a model's server, beside what its client leaves behind."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from httpcore import ConnectionPool

from bot.llm_http import client

from .answer.provider import serving


def _read(line: httpx.Client, address: str) -> Iterator[bytes]:
    """As the providers' clients do: a response is closed when its reader is."""
    with line.stream("POST", f"{address}/v1/chat/completions", json={}) as response:
        yield from response.iter_raw()


def test_a_response_that_was_left_open_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    assign = ConnectionPool._assign_requests_to_connections

    def collecting(pool: ConnectionPool) -> Any:
        gc.collect()  # at the worst moment: the pool's lock is held
        return assign(pool)

    monkeypatch.setattr(ConnectionPool, "_assign_requests_to_connections", collecting)
    line = client(10.0)  # never closed: that, too, would wait
    with serving() as provider:
        reader: list[Any] = [_read(line, provider.address)]
        next(reader[0])
        reader.append(reader)  # only a collection ends it
        gc.disable()
        try:
            del reader
            asking = threading.Thread(target=lambda: list(_read(line, provider.address)), daemon=True)
            asking.start()
            asking.join(5)
            assert not asking.is_alive(), "it waits for itself"
        finally:
            gc.enable()
        assert len(provider.asked) == 2
