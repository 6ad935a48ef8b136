"""A language model provider on loopback that behaves, or doesn't, as a test tells it to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DRAFT = (
    "The ministry called the position of the United States one-sided and biased, and said it could cost "
    "Washington its role as a mediator. [1]"
)


class Provider(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.mode = "fine"
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        """Path, headers and body of each request."""
        self.closing = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is what some tests are about."""


@contextmanager
def serving() -> Iterator[Provider]:
    provider = Provider()
    thread = threading.Thread(target=provider.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.closing.set()
        provider.shutdown()
        provider.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Provider

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class's name for it
        pass

    def do_POST(self) -> None:  # the base class's name for it
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, dict(self.headers), body))
        mode = self.server.mode
        if mode == "slow":
            self.server.closing.wait(20)
        elif mode == "500":
            self._send(500, "application/json", b'{"error": {"message": "out of memory"}}')
        elif mode == "401":
            message = {
                "type": "error",
                "error": {"type": "authentication_error", "message": "invalid x-api-key"},
            }
            self._send(401, "application/json", json.dumps(message).encode())
        elif mode == "html":
            self._send(200, "text/html", b"<html><body><h1>Welcome to nginx!</h1></body></html>" * 9)
        elif mode == "not json":
            self._send(200, "text/event-stream", b"data: {oops\n\n")
        elif mode == "empty":
            self._send(200, "text/event-stream", b"")
        else:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            if mode == "torn":
                self.send_header("Content-Length", "100000")
            self.end_headers()
            self._anthropic() if self.path.endswith("/messages") else self._openai(mode)

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _write(self, text: str) -> None:
        self.wfile.write(text.encode())
        self.wfile.flush()

    def _openai(self, mode: str) -> None:
        if mode == "silent":  # the line is kept alive, and nothing is ever said
            while not self.server.closing.wait(0.1):
                self._write(": keep-alive\n\n")
            return
        if mode == "endless":
            while not self.server.closing.is_set():
                self._chunk({"content": "biased and "})
                time.sleep(0.001)
            return
        if mode == "dribble":
            while not self.server.closing.wait(0.1):
                self._chunk({"content": "a"})
            return
        self._chunk({"role": "assistant", "content": ""})
        for n, word in enumerate(DRAFT.split(" ")):
            if mode in ("cut off", "torn") and n == 5:
                return
            self._chunk({"content": word + " "})
        self._chunk({}, "stop")
        self._write("data: [DONE]\n\n")

    def _chunk(self, delta: dict[str, str], reason: str | None = None) -> None:
        chunk = {
            "id": "c1",
            "object": "chat.completion.chunk",
            "created": 1700000000,
            "model": "m",
            "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
        }
        self._write(f"data: {json.dumps(chunk)}\n\n")

    def _anthropic(self) -> None:
        usage = {"input_tokens": 9, "output_tokens": 9}
        message = {"id": "m1", "type": "message", "role": "assistant", "model": "m", "content": []}
        self._event("message_start", message={**message, "stop_reason": None, "usage": usage})
        self._event("content_block_start", index=0, content_block={"type": "text", "text": ""})
        for word in DRAFT.split(" "):
            self._event("content_block_delta", index=0, delta={"type": "text_delta", "text": word + " "})
        self._event("content_block_stop", index=0)
        self._event("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage=usage)
        self._event("message_stop")

    def _event(self, kind: str, **data: Any) -> None:
        self._write(f"event: {kind}\ndata: {json.dumps({'type': kind, **data})}\n\n")
