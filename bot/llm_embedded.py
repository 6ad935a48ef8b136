"""A GGUF model inside this process, through xllamacpp, as a LlamaIndex LLM."""

from __future__ import annotations

import os
import queue
import secrets
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    CompletionResponse,
    CompletionResponseGen,
    LLMMetadata,
    MessageRole,
)
from llama_index.core.llms import CustomLLM
from pydantic import PrivateAttr

from index.errors import ModelError

_servers: list[Any] = []
"""Kept until the process ends: a Server that is collected joins a thread that may never stop."""

CONTEXT = 4096  # tokens; a prompt here is a dozen sentences, under 1,000


@dataclass(frozen=True, slots=True)
class Spent:
    """What a prompt cost, in tokens."""

    kept: int
    """Of the prompt's beginning, evaluated for an earlier prompt that began alike."""
    read: int
    """Of the rest of the prompt."""
    written: int
    seconds: float
    """Of reading and writing."""


class EmbeddedLLM(CustomLLM):
    """Answers one prompt at a time; callers in other threads wait their turn inside llama.cpp.

    The beginning that a prompt shares with the one before it is not evaluated again.
    """

    path: str
    max_tokens: int = 96
    _server: Any = PrivateAttr()
    _spent: Spent | None = PrivateAttr(default=None)

    @classmethod
    def load(cls, path: Path) -> EmbeddedLLM:
        """Load a GGUF file.

        Raises:
            ModelError: the file is no model that llama.cpp can run.
        """
        import xllamacpp

        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.n_ctx = CONTEXT
        params.n_parallel = 1
        # llama.cpp's threads wait for one another by spinning. With as many as there are cores, beside one
        # busy process a draft came at 1-5 tokens a second; with half as many, at 74 (docs/decisions.md).
        threads = max(1, min(8, (os.cpu_count() or 2) // 2))
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
        params.warmup = False
        params.verbosity = -1
        # xllamacpp opens a port on loopback beside its in-process calls. Nobody else may use it.
        params.api_keys = [secrets.token_urlsafe(32)]
        try:
            server = xllamacpp.Server(params)
        except RuntimeError as error:
            raise ModelError(
                f"{path} could not be loaded as a GGUF model: {error} "
                "Set LLM_MODEL to another file, or leave it empty for the model that ships with Dateline."
            ) from error
        _servers.append(server)
        llm = cls(path=str(path))
        llm._server = server
        return llm

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(
            context_window=CONTEXT,
            num_output=self.max_tokens,
            model_name=Path(self.path).name,
            is_chat_model=True,
        )

    @property
    def spent(self) -> Spent | None:
        """By the prompt last answered to its end; one that was left counts for nothing."""
        return self._spent

    def prime(self, messages: Sequence[ChatMessage]) -> None:
        """Evaluate what prompts will begin with, so that the first is as quick as the others."""
        for _ in self._tokens(messages, 1):
            pass

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        return CompletionResponse(text="".join(self._tokens([_user(prompt)])))

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        def responses() -> Iterator[CompletionResponse]:
            text = ""
            for token in self._tokens([_user(prompt)]):
                text += token
                yield CompletionResponse(text=text, delta=token)

        return responses()

    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        return _response("".join(self._tokens(messages)), None)

    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> Iterator[ChatResponse]:
        def responses() -> Iterator[ChatResponse]:
            text = ""
            for token in self._tokens(messages):
                text += token
                yield _response(text, token)

        return responses()

    def _tokens(self, messages: Sequence[ChatMessage], most: int | None = None) -> Iterator[str]:
        """Tokens as they come. Leaving the iterator early stops the model at its next token."""
        request = {
            "messages": [{"role": m.role.value, "content": m.content or ""} for m in messages],
            "max_tokens": most or self.max_tokens,
            "temperature": 0,
            "stream": True,
            "cache_prompt": True,
        }
        tokens: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
        left = threading.Event()

        def receive(chunk: dict[str, Any]) -> bool:
            if "error" in chunk:
                tokens.put(ModelError(f"The embedded model failed: {chunk['error'].get('message')}"))
                return True
            if told := chunk.get("timings"):
                self._spent = _spent(told)
            for choice in chunk.get("choices", ()):
                if content := choice.get("delta", {}).get("content"):
                    tokens.put(content)
            return left.is_set()

        def work() -> None:
            try:
                self._server.handle_chat_completions(request, receive)
            except (RuntimeError, ValueError) as error:
                tokens.put(ModelError(f"The embedded model failed: {error}"))
            finally:
                tokens.put(None)

        # No daemon: llama.cpp must not be in the middle of a token when the interpreter goes.
        worker = threading.Thread(target=work, name="embedded-llm")
        worker.start()
        try:
            while (token := tokens.get()) is not None:
                if isinstance(token, Exception):
                    raise token
                yield token
        finally:
            left.set()
            worker.join()


def _spent(timings: dict[str, Any]) -> Spent:
    """From llama.cpp's own count."""
    return Spent(
        kept=int(timings.get("cache_n", 0)),
        read=int(timings.get("prompt_n", 0)),
        written=int(timings.get("predicted_n", 0)),
        seconds=(timings.get("prompt_ms", 0.0) + timings.get("predicted_ms", 0.0)) / 1000,
    )


def _user(prompt: str) -> ChatMessage:
    return ChatMessage(role=MessageRole.USER, content=prompt)


def _response(text: str, delta: str | None) -> ChatResponse:
    return ChatResponse(message=ChatMessage(role=MessageRole.ASSISTANT, content=text), delta=delta)
