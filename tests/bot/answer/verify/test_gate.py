from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bot.answer.evidence import Sentence, gather, mark
from bot.answer.question import understand
from bot.answer.types import Question
from bot.answer.verify import Supported, supported
from bot.answer.verify.judge import Judge
from bot.answer.write import Drafted
from bot.llm import LLMConfig
from index.article import Hit, Version
from index.errors import ModelError

FROZE = "Armenia froze its membership of the alliance in February and recalled its envoy to Minsk."
CLOSED = "Georgia closed the mountain road to Vladikavkaz after the heavy rain of Monday night."
BLAMED = "The blast in the harbour was blamed on a faulty valve by the ministry's engineers."


def evidence(*texts: str) -> list[Sentence]:
    text = "\n".join(texts)
    version = Version(
        "a@1", "a", 1, text, "News", None, None, "en", "2023-11-16", None, "2023-11-16", "first", "-", 1
    )
    hit = Hit(1, "a", "a@1", 0, len(text), text, "News", None, None, "en", "2023-11-16", None, "/a.txt", 1.0)
    found = gather([hit], {"a@1": version})
    mark(understand(Question("What happened?")), found, np.zeros(len(found)))
    return found


def shown(
    draft: str, *texts: str, judge: Judge | None = None, question: str = "What happened?"
) -> Supported | None:
    asked = understand(Question(question))
    return supported(Drafted(draft, (1,)), asked, evidence(*texts), None, judge)


@dataclass
class Scripted(Judge):
    """Says what it is told to, and keeps what it was asked."""

    answer: str

    def __post_init__(self) -> None:
        super().__init__(LLMConfig("openai-like", model="scripted"))
        self.asked: list[Sequence[Any]] = []

        def chat(messages: Sequence[Any]) -> Any:
            self.asked.append(messages)
            if self.answer == "fail":
                raise ConnectionError("refused")
            return SimpleNamespace(message=SimpleNamespace(content=self.answer))

        self._llm = SimpleNamespace(chat=chat)  # type: ignore[assignment]


def test_a_sentence_of_two_claims_may_rest_on_two_sentences() -> None:
    found = shown(
        "Armenia froze its membership of the alliance in February, and Georgia closed the mountain road.",
        FROZE,
        CLOSED,
    )
    assert found is not None
    assert [s.text for s in found.sources] == [FROZE, CLOSED]
    assert not found.repaired


def test_a_claim_that_nothing_carries_is_cut_out() -> None:
    found = shown("Armenia froze its membership of the alliance in February and bombed the moon.", FROZE)
    assert found == Supported(
        "Armenia froze its membership of the alliance in February.", found.sources if found else (), True
    )
    assert found is not None
    assert [s.text for s in found.sources] == [FROZE]


@pytest.mark.parametrize(
    "draft",
    [
        "Georgia froze its membership of the alliance in February and bombed the moon.",
        "Armenia, which froze its membership in February, bombed the moon.",
        "Armenia bombed the moon and recalled its envoy to Minsk.",
        "Armenia froze its membership of the alliance in March and recalled its envoy to Minsk.",
    ],
)
def test_nothing_is_left_where_the_main_claim_falls(draft: str) -> None:
    assert shown(draft, FROZE) is None


def test_a_sentence_that_the_grammar_takes_apart_wrongly_is_not_shown() -> None:
    # "in February and Georgia", it reads.
    draft = "Armenia froze its membership of the alliance in February and Georgia closed the mountain road."
    assert shown(draft, FROZE, CLOSED) is None


def test_what_two_doers_did_is_not_mixed() -> None:
    assert (
        shown("Georgia froze its membership of the alliance and closed the mountain road.", FROZE, CLOSED)
        is None
    )


def test_a_judge_lets_through_what_is_likely_and_nothing_speaks_against() -> None:
    paraphrase = "Engineers of the ministry say a faulty valve caused the blast in the harbour."
    assert shown(paraphrase, BLAMED) is None
    judge = Scripted("Yes.")
    found = shown(paraphrase, BLAMED, judge=judge)
    if found is None:  # then it was too unlikely to be worth asking about
        assert not judge.asked
    else:
        assert BLAMED in judge.asked[0][1].content


@pytest.mark.parametrize("answer", ["No.", "It depends.", ""])
def test_a_judge_that_does_not_say_yes_lets_nothing_through(answer: str) -> None:
    assert (
        shown("A faulty valve caused the harbour blast, engineers say.", BLAMED, judge=Scripted(answer))
        is None
    )


@pytest.mark.parametrize(
    "draft",
    [
        "Armenia froze its membership of the alliance in May and recalled its envoy to Minsk.",
        "Armenia froze its membership of the alliance in February and recalled its envoy to Baku.",
        "Armenia never froze its membership of the alliance.",
    ],
)
def test_a_judge_outweighs_no_check_to_the_letter(draft: str) -> None:
    judge = Scripted("yes")
    found = shown(draft, FROZE, judge=judge)
    assert found is None or found.repaired
    assert not judge.asked


def test_a_judge_that_fails_says_how_to_do_without() -> None:
    with pytest.raises(ModelError, match="JUDGE=none"):
        Scripted("fail").says("Rain fell.", [CLOSED])
