"""An embedding server that speaks OpenAI's protocol: TEI, vLLM, Ollama, llama.cpp, OpenAI's own."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from index.config import IndexConfig
from index.embedding.files import BUNDLED_MODEL, find_model
from index.embedding.tokens import TokenCounter
from index.errors import ModelError, SearchIndexError
from index.vectors import Vectors

if TYPE_CHECKING:
    from index.embedder import Prompts

Floats = NDArray[np.float32]
_BATCH = 32
"""Texts in a request: what TEI allows a client unless it is told otherwise."""
_AT_A_TIME = 4
"""Requests under way together."""
_SECONDS = 60.0
_SECONDS_TO_CONNECT = 5.0
_TRIES = {"passage": 6, "query": 2}
"""A run can wait for a server that is starting; a question can't."""
_LONGEST_WAIT = {"passage": 20.0, "query": 1.0}
_FIRST_WAIT = 0.5
_TOO_MUCH = {400, 413, 422}
"""What servers answer to too many texts, or to one that is too long."""
_SHORTEST = 200
"""Characters to which a text is shortened, half by half, at the least."""


class _Busy(Exception):  # noqa: N818 - told apart only to try again
    """The server wants to be asked again: after `seconds`, when it says so."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class _TooMuch(Exception):  # noqa: N818 - told apart only to ask for less
    pass


class ServerEmbedder:
    """A `index.embedder.Embedder`. Thread-safe. Nothing is asked of the server until a vector is wanted."""

    precision = "server"

    def __init__(self, config: IndexConfig, identity: str, prompts: Prompts) -> None:
        import httpx

        assert config.embedding_base_url is not None
        self.identity = identity
        self._limit = config.embedding_max_tokens
        self._url = config.embedding_base_url.rstrip("/").removesuffix("/embeddings") + "/embeddings"
        self._model = config.embedding_model
        self._data = config.data
        self._prompts = prompts
        key = config.embedding_api_key
        self._client = httpx.Client(
            timeout=httpx.Timeout(_SECONDS, connect=_SECONDS_TO_CONNECT),
            headers={"Authorization": f"Bearer {key}"} if key else {},
        )
        self._lock = threading.Lock()
        self._tokens: TokenCounter | None = None
        self._dim: int | None = None
        self._workers = ThreadPoolExecutor(_AT_A_TIME, thread_name_prefix="embed")

    @property
    def dim(self) -> int:
        """As the vectors kept so far, or else as the server's first answer."""
        if self._dim is None:
            try:
                with closing(Vectors(self._data, self.identity)) as vectors:
                    self._dim = vectors.dim
            except SearchIndexError:
                self._embed(["How long is a vector?"], "passage")
        assert self._dim is not None
        return self._dim

    @property
    def max_tokens(self) -> int:
        return self._limit - self._counter().of_prompt(self._prompts.passage)

    def encode(self, texts: list[str], kind: Literal["query", "passage"]) -> Floats:
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        prompt = self._prompts.before(kind)
        cut = self._counter().cut
        wanted = [cut(prompt + text, self._limit) for text in texts]
        batches = [wanted[at : at + _BATCH] for at in range(0, len(wanted), _BATCH)]
        if len(batches) == 1:
            return self._embed(batches[0], kind)
        return np.concatenate(list(self._workers.map(lambda batch: self._embed(batch, kind), batches)))

    def count_tokens(self, texts: list[str]) -> list[int]:
        """By the bundled model's tokenizer, as the server's is out of reach."""
        return self._counter()(texts)

    def _counter(self) -> TokenCounter:
        with self._lock:
            if self._tokens is None:
                self._tokens = TokenCounter(find_model(BUNDLED_MODEL) / "tokenizer.json")
            return self._tokens

    def _embed(self, texts: Sequence[str], kind: str) -> Floats:
        """One batch; in halves when the server finds it too large, and a text shortened when that is."""
        try:
            return self._vectors(self._ask(list(texts), kind), len(texts))
        except _TooMuch as error:
            if len(texts) > 1:
                middle = len(texts) // 2
                return np.concatenate([self._embed(texts[:middle], kind), self._embed(texts[middle:], kind)])
            if len(texts[0]) <= _SHORTEST:
                raise self._fault(f"it refuses even a short text: {error}") from error
            return self._embed([texts[0][: max(_SHORTEST, len(texts[0]) // 2)]], kind)

    def _ask(self, texts: list[str], kind: str) -> Any:
        """What the server answers, after as many tries as `kind` is worth. ModelError, _TooMuch."""
        from tenacity import (
            RetryCallState,
            Retrying,
            retry_if_exception_type,
            stop_after_attempt,
            wait_random_exponential,
        )

        longest = _LONGEST_WAIT[kind]
        growing = wait_random_exponential(_FIRST_WAIT, max=longest)

        def wait(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            told = error.seconds if isinstance(error, _Busy) else None
            return growing(state) if told is None else min(told, longest)

        tries = Retrying(
            stop=stop_after_attempt(_TRIES[kind]),
            wait=wait,
            retry=retry_if_exception_type(_Busy),
            reraise=True,
        )
        try:
            return tries(self._post, texts)
        except _Busy as error:
            raise self._fault(str(error)) from error

    def _post(self, texts: list[str]) -> Any:
        import httpx

        try:
            answer = self._client.post(self._url, json={"model": self._model, "input": texts})
        except httpx.TimeoutException as error:
            raise _Busy(f"it doesn't answer within {_SECONDS:.0f} s") from error
        except httpx.TransportError as error:
            raise _Busy(f"it can't be reached ({error})") from error
        except httpx.InvalidURL as error:
            raise self._fault(f"its address is wrong ({error})") from error
        if answer.status_code == 429 or answer.status_code >= 500:
            raise _Busy(f"it answers {answer.status_code} {_said(answer)}", _retry_after(answer))
        if answer.status_code in _TOO_MUCH:
            raise _TooMuch(f"{answer.status_code} {_said(answer)}")
        if answer.status_code in (401, 403):
            raise self._fault(f"it answers {answer.status_code}, as it wants another EMBEDDING_API_KEY")
        if answer.status_code != 200:
            raise self._fault(f"it answers {answer.status_code} {_said(answer)}")
        try:
            return answer.json()
        except ValueError as error:
            raise self._fault("what it answers is no JSON") from error

    def _vectors(self, answer: Any, count: int) -> Floats:
        try:
            found = sorted(answer["data"], key=lambda item: int(item["index"]))
            places = [int(item["index"]) for item in found]
            rows = np.array([item["embedding"] for item in found], dtype=np.float32)
        except (KeyError, TypeError, ValueError) as error:
            raise self._fault("what it answers are no vectors") from error
        if places != list(range(count)) or rows.ndim != 2 or not rows.shape[1]:
            raise self._fault(f"it answers {len(places)} vectors to {count} texts")
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        if not np.isfinite(rows).all() or not (lengths > 0).all():
            raise self._fault("some of its vectors are no directions (zeros, or not numbers)")
        with self._lock:
            self._dim = self._dim or int(rows.shape[1])
        if rows.shape[1] != self._dim:
            raise self._fault(f"its vectors have {rows.shape[1]} numbers, and the archive's {self._dim}")
        return np.asarray(rows / lengths, dtype=np.float32)

    def _fault(self, what: str) -> ModelError:
        return ModelError(
            f"The embedding server at {urlsplit(self._url).hostname} gives no vectors of "
            f"{self._model!r}: {what}. See to it, or to EMBEDDING_BASE_URL and EMBEDDING_MODEL, and run "
            "`dateline ingest` again."
        )


def _said(answer: Any) -> str:
    """The beginning of what a server says about a fault, on one line."""
    return " ".join(answer.text.split())[:200]


def _retry_after(answer: Any) -> float | None:
    try:
        return max(0.0, float(answer.headers.get("retry-after", "")))
    except ValueError:
        return None
