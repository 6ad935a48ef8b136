"""A language model provider on loopback that behaves, or doesn't, as a test tells it to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

DRAFT = (
    "The ministry called the position of the United States one-sided and biased, and said it could cost "
    "Washington its role as a mediator. [1]"
)

STATUSES: dict[str, tuple[int, dict[str, str], Any]] = {
    "500": (500, {}, {"error": {"message": "out of memory"}}),
    "401": (
        401,
        {},
        {"type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"}},
    ),
    "429": (
        429,
        {"Retry-After": "60"},
        {"type": "error", "error": {"type": "rate_limit_error", "message": "too many requests"}},
    ),
    "redirect": (302, {"Location": "$HERE/login"}, {}),
    "elsewhere": (307, {"Location": "$ELSEWHERE"}, {}),
}
"""Mode -> status, headers, and the body as JSON."""
BODIES = {
    "html": ("text/html", b"<html><body><h1>Welcome to nginx!</h1></body></html>" * 9),
    "not json": ("text/event-stream", b"event: message_start\ndata: {oops\n\n"),
    "empty": ("text/event-stream", b""),
    "a list": ("text/event-stream", b"event: message_start\ndata: [1, 2, 3]\n\n"),
    "binary": ("application/octet-stream", bytes(range(256)) * 40),
}
"""Mode -> content type and body."""
SAYINGS = {
    "nonsense": "Flurb zint the quonk of 77 marbles, glibly. [1] Vex nor wub. [9]",
    "wrong": "Armenia sank a ferry near Washington on Friday. [1]",
    "declines": "I'm sorry, but as a language model I can't help with that.",
    "a form": '{"answer": "The ministry called it biased.", "citations": [1]}',
    "marks alone": "[1] [2] [3]",
    "half a sentence": "The ministry called the position of the United States one-sided and",
}
"""Mode -> what is drafted, in the right format."""


class Provider(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.mode = "fine"
        self.elsewhere = ""
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
        elif mode in STATUSES:
            status, headers, said = STATUSES[mode]
            headers = {
                name: value.replace("$HERE", self.server.address).replace("$ELSEWHERE", self.server.elsewhere)
                for name, value in headers.items()
            }
            self._send(status, "application/json", json.dumps(said).encode(), headers)
        elif mode in BODIES:
            self._send(200, *BODIES[mode])
        elif mode == "one answer":  # that streaming was asked for is overlooked
            whole = {"id": "c1", "object": "chat.completion", "created": 1700000000, "model": "m"}
            message = {"role": "assistant", "content": DRAFT}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            self._send(200, "application/json", json.dumps({**whole, "choices": [choice]}).encode())
        else:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            if mode == "torn":
                self.send_header("Content-Length", "100000")
            self.end_headers()
            speaks = _Anthropic if self.path.endswith("/messages") else _OpenAI
            speaks(self._write, self.server.closing).say(mode)

    def do_GET(self) -> None:  # where a redirect leads
        self._send(200, "text/html", b"<html><body>Please sign in.</body></html>")

    def _send(self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _write(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()


class _Dialect:
    """What is written in each mode, in either protocol."""

    def __init__(self, write: Callable[[bytes], None], closing: threading.Event) -> None:
        self.write = write
        self.closing = closing

    def begin(self) -> None: ...
    def text(self, words: str) -> None: ...
    def odd(self, mode: str) -> None: ...
    def end(self) -> None: ...

    def say(self, mode: str) -> None:
        if mode == "silent":  # the line is kept alive, and nothing is ever said
            while not self.closing.wait(0.1):
                self.write(b": keep-alive\n\n")
        elif mode == "endless line":
            while not self.closing.is_set():
                self.write(b"data: " + b"x" * 65536)
        elif mode == "bad utf-8":
            self.write(b'event: message_start\ndata: {"type": "\xff\xfe\xc3\x28"}\n\n')
        elif mode in ("no choices", "tool calls", "reasoning", "error event", "null"):
            self.begin()
            self.odd(mode)
            self.end()
        else:
            self.begin()
            if mode == "endless":
                while not self.closing.is_set():
                    self.text("biased and ")
                    time.sleep(0.001)
            elif mode == "dribble":
                while not self.closing.wait(0.1):
                    self.text("a")
            words = SAYINGS.get(mode, DRAFT).split(" ")
            for n, word in enumerate(words):
                if mode in ("cut off", "torn") and n == 5:
                    return
                self.text(word + " ")
            self.end()


class _OpenAI(_Dialect):
    def begin(self) -> None:
        self._chunk({"role": "assistant", "content": ""})

    def text(self, words: str) -> None:
        self._chunk({"content": words})

    def end(self) -> None:
        self._chunk({}, "stop")
        self.write(b"data: [DONE]\n\n")

    def odd(self, mode: str) -> None:
        if mode == "no choices":
            self.write(b'data: {"id": "c1", "object": "chat.completion.chunk", "model": "m"}\n\n')
        elif mode == "tool calls":
            call = {"index": 0, "id": "t1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
            self._chunk({"tool_calls": [call]}, "tool_calls")
        elif mode == "reasoning":
            self._chunk({"reasoning_content": DRAFT, "reasoning": DRAFT})
        elif mode == "null":
            self._chunk({"content": None})
        else:
            self.write(b'data: {"error": {"message": "overloaded", "code": 529}}\n\n')

    def _chunk(self, delta: dict[str, Any], reason: str | None = None) -> None:
        chunk = {
            "id": "c1",
            "object": "chat.completion.chunk",
            "created": 1700000000,
            "model": "m",
            "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
        }
        self.write(f"data: {json.dumps(chunk)}\n\n".encode())


class _Anthropic(_Dialect):
    usage: ClassVar = {"input_tokens": 9, "output_tokens": 9}

    def begin(self) -> None:
        message = {"id": "m1", "type": "message", "role": "assistant", "model": "m", "content": []}
        self._event("message_start", message={**message, "stop_reason": None, "usage": self.usage})
        self._event("content_block_start", index=0, content_block={"type": "text", "text": ""})

    def text(self, words: str) -> None:
        self._event("content_block_delta", index=0, delta={"type": "text_delta", "text": words})

    def end(self) -> None:
        self._event("content_block_stop", index=0)
        self._event(
            "message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage=self.usage
        )
        self._event("message_stop")

    def odd(self, mode: str) -> None:
        if mode == "no choices":
            self._event("content_block_delta", index=0)
        elif mode == "tool calls":
            tool = {"type": "tool_use", "id": "t1", "name": "f", "input": {}}
            self._event("content_block_start", index=1, content_block=tool)
            self._event(
                "content_block_delta", index=1, delta={"type": "input_json_delta", "partial_json": "{}"}
            )
            self._event("content_block_stop", index=1)
        elif mode == "reasoning":
            self._event(
                "content_block_start",
                index=1,
                content_block={"type": "thinking", "thinking": "", "signature": ""},
            )
            self._event("content_block_delta", index=1, delta={"type": "thinking_delta", "thinking": DRAFT})
            self._event("content_block_stop", index=1)
        elif mode == "null":
            self._event("content_block_delta", index=0, delta={"type": "text_delta", "text": None})
        else:
            self._event("error", error={"type": "overloaded_error", "message": "overloaded"})

    def _event(self, kind: str, **data: Any) -> None:
        self.write(f"event: {kind}\ndata: {json.dumps({'type': kind, **data})}\n\n".encode())
