"""An embedding server, and all that one can do wrong; on loopback."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.config import IndexConfig
from index.embed import embed_missing
from index.embedder import load_embedder, model_identity, tokenizer_of
from index.embedding import server as module
from index.errors import ModelError
from index.ledger import Writer
from index.query import parse
from index.search import Index
from index.vectors import Vectors
from ingest.passages import Cutter
from tests.index.conftest import Archive, Seeded, numbered

DIM = 32
Answer = tuple[int, Any] | tuple[int, Any, dict[str, str]]


class Server:
    """Answers by `behave`, given the texts and the number of the request; notes what it was sent."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.behave: Callable[[list[str], int], Answer] = lambda texts, _: (200, vectors(texts))
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                number = len(outer.requests)
                outer.requests.append(asked | {"path": self.path})
                outer.headers.append(dict(self.headers))
                status, body, *more = outer.behave(asked["input"], number)
                content = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in (more[0] if more else {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def vectors(texts: list[str], dim: int = DIM, *, scale: float = 3.0) -> dict[str, Any]:
    """As OpenAI answers, last first: the index says which is whose."""
    rows = Seeded().encode(texts, "passage")[:, :dim] * scale
    items = [{"object": "embedding", "index": n, "embedding": row.tolist()} for n, row in enumerate(rows)]
    return {"object": "list", "data": items[::-1], "model": "served", "usage": {"total_tokens": 1}}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(module, "_FIRST_WAIT", 0.01)
    monkeypatch.setattr(module, "_LONGEST_WAIT", {"passage": 0.05, "query": 0.02})
    server = Server()
    yield server
    server.close()


@pytest.fixture
def config(server: Server, tmp_path: Path) -> IndexConfig:
    return IndexConfig(tmp_path / "data", "served", embedding_base_url=server.url)


def test_texts_become_unit_vectors_in_their_order(server: Server, config: IndexConfig) -> None:
    embedder = load_embedder(replace(config, embedding_api_key="s3cret"))
    assert server.requests == [], "asked before a vector was wanted"
    texts = [f"passage number {n}" for n in range(100)]
    rows = embedder.encode(texts, "passage")
    assert np.allclose(rows, Seeded().encode(texts, "passage"), atol=1e-5)
    assert embedder.dim == DIM
    assert embedder.encode([], "passage").shape == (0, DIM)
    assert embedder.precision == "server"
    assert {r["path"] for r in server.requests} == {"/v1/embeddings"}
    assert {r["model"] for r in server.requests} == {"served"}
    assert max(len(r["input"]) for r in server.requests) == 32
    assert {h["Authorization"] for h in server.headers} == {"Bearer s3cret"}
    assert "s3cret" not in repr(config), "the key is shown"


def test_the_identity_is_the_models_name_and_its_prompt(config: IndexConfig) -> None:
    elsewhere = replace(config, embedding_base_url="http://192.0.2.1/other/embeddings")
    assert model_identity(config) == model_identity(elsewhere) == "server-served"
    prompted = replace(config, embedding_passage_prompt="passage:")
    assert model_identity(prompted) == "server-served-passage"


def test_prompts_are_put_before_and_long_texts_cut(server: Server, config: IndexConfig) -> None:
    config = replace(
        config, embedding_query_prompt="query:", embedding_passage_prompt="passage:", embedding_max_tokens=32
    )
    embedder = load_embedder(config)
    embedder.encode(["why?"], "query")
    embedder.encode(["word " * 100], "passage")
    assert [r["input"] for r in server.requests] == [["query: why?"], ["passage: " + "word " * 27 + "word"]]
    assert embedder.count_tokens([server.requests[1]["input"][0]]) == [32]


def test_passages_are_cut_for_the_server_by_the_bundled_tokenizer(config: IndexConfig) -> None:
    tokenizer, limit = tokenizer_of(replace(config, embedding_max_tokens=40))
    assert tokenizer is not None and limit == 40
    cutter = Cutter.for_model(replace(config, embedding_max_tokens=40))
    passages = cutter.cut("The council met and talked of roads. " * 20, "A title", "2023-11-16")
    assert len(passages) > 4
    assert max(load_embedder(config).count_tokens([p.embed for p in passages])) <= 40


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again(server: Server, config: IndexConfig, status: int) -> None:
    server.behave = lambda texts, n: (
        (status, "busy", {"Retry-After": "0"}) if n < 3 else (200, vectors(texts))
    )
    assert load_embedder(config).encode(["a passage"], "passage").shape == (1, DIM)
    assert len(server.requests) == 4


def test_a_server_that_stays_busy_is_given_up_sooner_for_a_question(
    server: Server, config: IndexConfig
) -> None:
    server.behave = lambda texts, n: (500, b"out of memory\nsorry")
    embedder = load_embedder(replace(config, embedding_api_key="s3cret"))
    with pytest.raises(ModelError, match=r"500 out of memory sorry.*EMBEDDING_BASE_URL") as caught:
        embedder.encode(["a passage"], "passage")
    assert "s3cret" not in str(caught.value)
    assert len(server.requests) == 6
    with pytest.raises(ModelError):
        embedder.encode(["a question"], "query")
    assert len(server.requests) == 8


def test_a_slow_server_is_given_up(
    server: Server, config: IndexConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SECONDS", 0.2)

    def slow(texts: list[str], number: int) -> Answer:
        time.sleep(0.6 if number == 0 else 0)
        return 200, vectors(texts)

    server.behave = slow
    assert load_embedder(config).encode(["a passage"], "passage").shape == (1, DIM)
    server.behave = lambda texts, n: (time.sleep(0.6), (200, vectors(texts)))[1]
    with pytest.raises(ModelError, match="doesn't answer within"):
        load_embedder(config).encode(["a question"], "query")


def test_a_server_that_is_down_is_a_plain_error(server: Server, config: IndexConfig) -> None:
    server.close()
    with pytest.raises(ModelError, match=r"127\.0\.0\.1 gives no vectors of 'served': it can't be reached"):
        load_embedder(config).encode(["a question"], "query")


def test_a_wrong_key_is_not_tried_again(server: Server, config: IndexConfig) -> None:
    server.behave = lambda texts, n: (401, {"error": "no"})
    with pytest.raises(ModelError, match="EMBEDDING_API_KEY"):
        load_embedder(config).encode(["a passage"], "passage")
    assert len(server.requests) == 1


def test_a_wrong_model_is_a_plain_error(server: Server, config: IndexConfig) -> None:
    server.behave = lambda texts, n: (404, {"error": "model 'served' not found"})
    with pytest.raises(ModelError, match=r"404 .*not found"):
        load_embedder(config).encode(["a passage"], "passage")


def test_too_many_texts_are_halved_and_too_long_ones_shortened(server: Server, config: IndexConfig) -> None:
    def strict(texts: list[str], number: int) -> Answer:
        if len(texts) > 5:
            return 422, {"error": "batch size > 5"}
        if max(map(len, texts)) > 500:
            return 413, {"error": "inputs must have less than 100 tokens"}
        return 200, vectors(texts)

    server.behave = strict
    texts = [f"passage {n}" for n in range(20)] + ["x" * 1200]
    rows = load_embedder(config).encode(texts, "passage")
    assert np.allclose(rows[:20], Seeded().encode(texts[:20], "passage"), atol=1e-5)
    assert np.allclose(rows[20:], Seeded().encode(["x" * 300], "passage"), atol=1e-5)
    server.behave = lambda texts, n: (400, {"error": "I take nothing"})
    with pytest.raises(ModelError, match=r"even a short text: 400 .*I take nothing"):
        load_embedder(config).encode(["short", "texts"], "passage")


NOT_VECTORS: list[Any] = [
    b"<html>Welcome to the router</html>",
    [],
    {"data": None},
    {"data": []},
    {"data": [{"index": 0}]},
    {"data": [{"index": 0, "embedding": "AAAA"}]},
    {"data": [{"index": 0, "embedding": []}]},
    {"data": [{"index": 0, "embedding": [0.0, 0.0]}]},
    {"data": [{"index": 1, "embedding": [1.0, 0.0]}]},
    b'{"data": [{"index": 0, "embedding": [NaN, 1.0]}]}',
    {"data": [{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": [1.0]}]},
]


@pytest.mark.parametrize("body", NOT_VECTORS, ids=range(len(NOT_VECTORS)))
def test_an_answer_that_holds_no_vectors_is_a_plain_error(
    server: Server, config: IndexConfig, body: Any
) -> None:
    server.behave = lambda texts, n: (200, body)
    with pytest.raises(ModelError, match="gives no vectors of 'served'"):
        load_embedder(config).encode(["a passage"], "passage")


def test_vectors_of_another_length_are_not_mixed_with_those_kept(server: Server, config: IndexConfig) -> None:
    embedder = load_embedder(config)
    embedder.encode(["a passage"], "passage")
    server.behave = lambda texts, n: (200, vectors(texts, dim=16))
    with pytest.raises(ModelError, match="have 16 numbers, and the archive's 32"):
        embedder.encode(["a passage"], "passage")
    with closing(Vectors(config.data, embedder.identity, DIM, create=True)):
        pass
    with pytest.raises(ModelError, match="have 16 numbers, and the archive's 32"):
        again = load_embedder(config)
        assert again.dim == DIM, "known from the vectors kept, without asking"
        again.encode(["a question"], "query")


def test_an_archive_is_embedded_and_searched_through_the_server(server: Server, config: IndexConfig) -> None:
    archive = Archive(config.data, Seeded())
    archive.add(*numbered(0, 150))
    assert embed_missing(archive.writer, config) == 150
    assert embed_missing(archive.writer, config) == 0
    archive.writer.close()
    with Index.open(config) as index:
        hits = index.search(parse("The council met and the word was marker7."), limit=3)
        assert hits.degraded is None or "no base" in hits.degraded.lower(), hits.degraded
        server.behave = lambda texts, n: (503, "down")
        degraded = index.search(parse("which word was marker7?"), limit=3)
        assert "marker7" in degraded.hits[0].text
        assert degraded.degraded is not None and "gives no vectors" in degraded.degraded


def test_a_server_that_fails_half_way_keeps_what_came(server: Server, config: IndexConfig) -> None:
    archive = Archive(config.data, Seeded())
    archive.add(*numbered(0, 300))
    server.behave = lambda texts, n: (200, vectors(texts)) if n < 6 else (500, "gone")
    with pytest.raises(ModelError):
        embed_missing(archive.writer, config)
    server.behave = lambda texts, n: (200, vectors(texts))
    left = embed_missing(archive.writer, config)
    assert 0 < left < 300
    archive.writer.close()
    with Writer(config.data) as writer, closing(Vectors(config.data, "server-served")) as kept:
        assert kept.count() == writer.stats()["passages"] == 300
