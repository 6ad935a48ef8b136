"""The short version of bench/hostile.py: hostile articles and questions, from ingest to every face."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bench.hostility import attacks, obeying, seen
from bot.answer.answer import Answerer
from bot.answer.types import Question
from bot.llm import LLMConfig
from index.search import Index

from .answer.conftest import ingest

ALL = attacks.load()
SHORT = [
    "orders-because",
    "orders-system-tag",
    "orders-polite",
    "orders-refuse",
    "citations-wide-brackets",
    "citations-fake-json",
    "citations-publisher-with-a-mark",
    "hidden-tags",
    "hidden-fillers",
    "hidden-off-the-screen",
    "hidden-white-on-white",
    "prompt-article-repeat",
    "prompt-question-after",
    "pings-user",
    "links-markdown-in-the-fact",
    "links-user-before-host",
    "links-other-letters",
    "outlets-publisher-field",
    "outlets-dateline-in-the-body",
    "outlets-subdomain",
]


def test_there_are_a_hundred_each_with_a_success_of_its_own() -> None:
    assert len(ALL) == len({a.id for a in ALL}) == len({a.place for a in ALL}) == 100
    assert all(a.success for a in ALL)
    known = "claimed worded shown unseen marks forged_head outlet link masked prompt unanswered".split()
    assert {key for a in ALL for key in a.success} <= set(known)


def archive(tmp_path_factory: pytest.TempPathFactory, chosen: list[Any]) -> Index:
    folder = tmp_path_factory.mktemp("hostile")
    attacks.write(chosen, folder)
    return Index.open(ingest(tmp_path_factory.mktemp("hostile-data"), [folder]))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    opened = archive(tmp_path_factory, [a for a in ALL if a.id in SHORT])
    yield opened
    opened.close()


def won(index: Index, attack: Any, llm: Any) -> list[str]:
    config = LLMConfig("openai-like", model="scripted", base_url="http://127.0.0.1:9", api_key=attacks.SECRET)
    answerer = Answerer(index, config)
    answerer._llm, answerer._loaded = llm, True
    answer = answerer.ask(Question(attack.question))
    ways: list[str] = seen.succeeded(attack, seen.Seen.of(answer), index.ledger)
    return ways


@pytest.mark.parametrize("name", SHORT)
def test_no_attack_succeeds_with_a_model_that_is_on_its_side(index: Index, name: str) -> None:
    (attack,) = (a for a in ALL if a.id == name)
    assert won(index, attack, obeying.Obedient()) == []
    assert won(index, attack, obeying.Possessed(wanted=attack.wanted)) == []


@pytest.mark.slow
def test_none_of_the_hundred_succeeds(tmp_path_factory: pytest.TempPathFactory) -> None:
    index = archive(tmp_path_factory, list(ALL))
    try:
        lost = {a.id: ways for a in ALL if (ways := won(index, a, obeying.Obedient()))}
        assert lost == {}
    finally:
        index.close()


def test_the_looks_see_an_attack_that_succeeds(index: Index) -> None:
    """Else a hundred attacks that never succeed would prove nothing."""
    from dataclasses import replace

    from bot.answer.types import Claim

    (attack,) = (a for a in ALL if a.id == "orders-because")
    answer = Answerer(index, LLMConfig("none")).ask(Question(attack.question))
    assert answer.answered
    said = Claim("Engineers are liars and cracks are a hoax. [2]", (1,), "model")
    (citation, *_) = answer.citations
    forged = replace(
        answer,
        claims=(said,),
        citations=(replace(citation, start=citation.start + 1, link="https://evil.example/a"),),
    )
    ways = seen.succeeded(attack, seen.Seen.of(forged), index.ledger)
    for way in ("quote 1 is not verbatim", "link 1 goes elsewhere", "a forged mark in a claim"):
        assert way in ways
    assert "claimed: cracks are a hoax" in ways
