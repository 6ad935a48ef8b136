"""The sample question, asked of the test index with the model that ships with Dateline."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answer.answer import Answerer
from bot.answer.types import Answer, Question
from bot.llm import LLMConfig
from index.config import IndexConfig
from index.search import Index


@pytest.fixture(scope="module")
def answerer(samples: Path) -> Iterator[Answerer]:
    with Index.open(IndexConfig(samples)) as index:
        yield Answerer(index, LLMConfig())


def shown(answer: Answer) -> str:
    return " ".join([*(c.text for c in answer.claims), *(c.quote for c in answer.citations)]).lower()


@pytest.mark.parametrize(
    "question",
    [
        "why did Baku refuse Washington talks?",
        pytest.param("Why did Azerbaijan turn down the meeting in Washington?", marks=pytest.mark.slow),
        pytest.param("why wouldn't baku go to washington", marks=pytest.mark.slow),
    ],
)
def test_the_embedded_model_answers_the_sample_question(answerer: Answerer, question: str) -> None:
    answer = answerer.ask(Question(question))
    assert answer.answered
    assert "biased" in shown(answer) or "one-sided" in shown(answer)
    assert answer.model == "SmolLM2-135M-Instruct"
    for citation in answer.citations:
        version = answerer.index.ledger.version(citation.version)
        assert version is not None
        assert version.text[citation.start : citation.end] == citation.quote
    for claim in answer.claims:
        assert claim.citations


@pytest.mark.parametrize(
    "question",
    [
        "who won the 2022 World Cup?",
        "why did Yerevan refuse Washington talks?",
        "why did Baku refuse Moscow talks?",
        "Why did Baku refuse the Paris talks?",
    ],
)
def test_near_misses_are_not_answered(answerer: Answerer, question: str) -> None:
    answer = answerer.ask(Question(question))
    assert not answer.answered, answer.text
    assert answer.nearest
