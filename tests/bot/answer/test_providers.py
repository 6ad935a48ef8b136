"""Providers over the network, for real but for the network: what they do wrong must not reach the asker."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.answer.answer import Answerer
from bot.answer.types import Answer, Question, Status
from bot.llm import LLMConfig
from index.search import Index

from .provider import DRAFT, Provider, serving

SAMPLE = Question("why did Baku refuse Washington talks?")
TIMEOUT = 1.0
KEY = "sk-very-secret"


@pytest.fixture(scope="module")
def server() -> Iterator[Provider]:
    with serving() as provider:
        yield provider


@pytest.fixture
def provider(server: Provider) -> Provider:
    # On a busy machine a draft may be given up before its request is sent: the next test must not count it.
    for thread in threading.enumerate():
        if thread.name == "draft":
            thread.join(10)
    server.mode = "fine"
    server.asked.clear()
    return server


@pytest.fixture(scope="module")
def openai(index: Index, server: Provider) -> Answerer:
    answerer = Answerer(
        index, LLMConfig("openai-like", "test-model", f"{server.address}/v1", KEY, timeout=TIMEOUT)
    )
    answerer.ask(SAMPLE)  # the client's modules are imported at the first question
    return answerer


@pytest.fixture(scope="module")
def anthropic(index: Index, server: Provider) -> Answerer:
    answerer = Answerer(
        index, LLMConfig("anthropic", "claude-haiku-4-5", server.address, KEY, timeout=TIMEOUT)
    )
    answerer.ask(SAMPLE)
    return answerer


def drafted(answerer: Answerer) -> tuple[Answer, float]:
    """The answer, and how many seconds it took once the sentences were chosen."""
    start = 0.0
    for event in answerer.stream(SAMPLE):
        if isinstance(event, Status):
            start = time.monotonic()
        if isinstance(event, Answer):
            return event, time.monotonic() - start
    raise AssertionError


def patient(answerer: Answerer) -> Answerer:
    """The same, where the draft is to come however busy the machine is."""
    return Answerer(answerer.index, replace(answerer.config, timeout=20.0))


def assert_verbatim(answer: Answer) -> str:
    """That the articles answered in their own words, and why; the remark."""
    assert answer.answered
    assert {c.origin for c in answer.claims} == {"evidence"}
    assert {c.text for c in answer.claims} == {c.quote for c in answer.citations}
    assert "biased" in answer.text
    assert answer.degraded is not None
    assert answer.degraded.lower().endswith("these are the articles' own words.")
    assert KEY not in answer.degraded
    assert "\n" not in answer.degraded
    assert "<html" not in answer.degraded
    assert len(answer.degraded) < 300
    return answer.degraded


def assert_drafted(answer: Answer, name: str) -> None:
    (claim,) = (c for c in answer.claims if c.origin == "model")
    assert f"{claim.text} [1]" == DRAFT
    assert claim.citations
    assert answer.model == name
    assert answer.degraded is None


def test_a_server_that_speaks_openai_drafts_the_answer(openai: Answerer, provider: Provider) -> None:
    assert_drafted(patient(openai).ask(SAMPLE), "test-model")
    path, headers, body = provider.asked[-1]  # a client on a busy machine may have asked twice
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert body["model"] == "test-model"
    assert body["stream"] is True
    assert SAMPLE.text in body["messages"][-1]["content"]


FAULTS = {
    "slow": "did not finish within 1 second",
    "silent": "did not finish within 1 second",
    "dribble": "did not finish within 1 second",
    "cut off": "broke off in the middle of a sentence",
    "torn": "broke off",
    "half a sentence": "broke off in the middle of a sentence",
    "500": "reported a fault of its own, 500 (out of memory)",
    "401": "refused the key (invalid x-api-key)",
    "429": "takes no more requests for now (too many requests; try again in 60 s)",
    "redirect": "has moved to another address",
    "html": "wrote nothing",
    "binary": "answered in a form that can't be read",
    "one answer": "wrote nothing",
    "not json": "answered in a form that can't be read",
    "a list": "answered in a form that can't be read",
    "bad utf-8": "answered in a form that can't be read",
    "no choices": "answered in a form that can't be read",
    "null": "wrote nothing",
    "tool calls": "wrote nothing",
    "reasoning": "wrote nothing",
    "error event": "overloaded",
    "empty": "wrote nothing",
    "endless": "broke off in the middle of a sentence",
    "endless line": "test-model",
    "nonsense": "was not borne out by the sources",
    "wrong": "was not borne out by the sources",
    "declines": "was not borne out by the sources",
    "a form": "was not borne out by the sources",
    "marks alone": "was not borne out by the sources",
}
"""What a provider does, and what the remark to the asker says of it."""


@pytest.mark.parametrize(("mode", "remark"), FAULTS.items())
def test_a_provider_that_fails_gives_way_to_the_articles_words_in_time(
    openai: Answerer, provider: Provider, mode: str, remark: str
) -> None:
    provider.mode = mode
    answer, seconds = drafted(openai)
    assert remark in assert_verbatim(answer)
    assert seconds < TIMEOUT + 2
    assert len(provider.asked) == 1, "asked once: the asker waits"


@pytest.mark.slow
@pytest.mark.parametrize("mode", FAULTS)
def test_so_it_is_with_anthropics_protocol(anthropic: Answerer, provider: Provider, mode: str) -> None:
    provider.mode = mode
    answer, seconds = drafted(anthropic)
    assert_verbatim(answer)
    assert seconds < TIMEOUT + 2
    assert len(provider.asked) == 1


@pytest.mark.parametrize("mode", ["silent", "endless line", "dribble"])
def test_a_line_that_is_kept_open_is_let_go_of(openai: Answerer, provider: Provider, mode: str) -> None:
    provider.mode = mode
    drafted(openai)
    for _ in range(100):
        if not any(thread.name == "draft" for thread in threading.enumerate()):
            return
        time.sleep(0.1)
    raise AssertionError("a thread goes on reading what nobody waits for")


def test_neither_key_nor_question_follows_a_redirect(openai: Answerer, provider: Provider) -> None:
    with serving() as other:
        provider.mode = "elsewhere"
        provider.elsewhere = f"{other.address}/v1/chat/completions"
        assert "has moved to another address" in assert_verbatim(drafted(openai)[0])
        assert other.asked == []


def test_a_provider_that_is_down_gives_way_to_the_articles_words(index: Index) -> None:
    with serving() as gone:
        address = gone.address
    answerer = Answerer(index, LLMConfig("openai-like", "test-model", f"{address}/v1", KEY, timeout=TIMEOUT))
    answerer.warm()
    answer, seconds = drafted(answerer)
    assert "The language model test-model could not be reached." in assert_verbatim(answer)
    assert seconds < TIMEOUT + 2


def test_a_provider_that_comes_back_is_used_again(openai: Answerer, provider: Provider) -> None:
    provider.mode = "500"
    assert drafted(openai)[0].degraded
    provider.mode = "fine"
    assert_drafted(patient(openai).ask(SAMPLE), "test-model")


def test_anthropic_drafts_the_answer(anthropic: Answerer, provider: Provider) -> None:
    assert_drafted(patient(anthropic).ask(SAMPLE), "claude-haiku-4-5")
    path, headers, body = provider.asked[-1]  # a client on a busy machine may have asked twice
    assert path == "/v1/messages"
    assert {name.lower(): value for name, value in headers.items()}["x-api-key"] == KEY
    assert body["model"] == "claude-haiku-4-5"
    assert body["stream"] is True


def test_a_model_that_llama_index_does_not_know_is_asked(index: Index, provider: Provider) -> None:
    config = LLMConfig("anthropic", "claude-of-tomorrow", provider.address, KEY, timeout=20.0)
    assert_drafted(Answerer(index, config).ask(SAMPLE), "claude-of-tomorrow")
    assert provider.asked[-1][2]["model"] == "claude-of-tomorrow"


def test_a_key_that_anthropic_refuses_is_told(anthropic: Answerer, provider: Provider) -> None:
    provider.mode = "401"
    answer, seconds = drafted(anthropic)
    assert "invalid x-api-key" in assert_verbatim(answer)
    assert seconds < TIMEOUT + 2
    assert len(provider.asked) == 1
