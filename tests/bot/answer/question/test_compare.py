from __future__ import annotations

import pytest

from bot.answer.question import changed, comparison, kind_of, unclear
from bot.answer.question.compare import Comparison
from bot.answer.types import Question
from index import who
from index.aliases import Aliases
from index.known import Known

KNOWN = Known(who.names_of(["CNN", "Corridor Ledger", "Caspian Courier"]), Aliases.shipped())


@pytest.mark.parametrize(
    ("text", "topic", "outlets"),
    [
        (
            "How did CNN and the Corridor Ledger differ on why Baku refused the talks?",
            "Why Baku refused the talks?",
            ["CNN", "Corridor Ledger"],
        ),
        (
            "Do CNN, the Corridor Ledger and the Caspian Courier agree on the number of wounded?",
            "How many wounded?",
            ["CNN", "Corridor Ledger", "Caspian Courier"],
        ),
        (
            "How many were wounded at Nerkin Hand, and do the outlets agree?",
            "How many were wounded at Nerkin Hand?",
            [],
        ),
        ("What did different papers say about the vote?", "What is told about the vote?", []),
    ],
)
def test_what_is_compared_and_between_whom_is_read(text: str, topic: str, outlets: list[str]) -> None:
    found = comparison(text, KNOWN)
    assert isinstance(found, Comparison)
    assert found.topic == topic
    assert [each.shown for each in found.outlets] == outlets


@pytest.mark.parametrize(
    "text",
    [
        "Did Aliyev and Pashinyan agree on a treaty?",
        "What did CNN say about the vote?",
        "How did Baku and Paris differ?",
    ],
)
def test_a_question_about_parties_is_no_comparison_of_outlets(text: str) -> None:
    assert comparison(text, KNOWN) is None


@pytest.mark.parametrize(
    ("text", "what", "topic"),
    [
        ("What changed in the PACE article?", "article", "PACE"),
        ("Was the report on Nerkin Hand corrected?", "article", "Nerkin Hand"),
        ("what has changed since November?", "world", "since November"),
        ("What has changed in Armenia since 9 March 2024?", "world", "in Armenia since 9 March 2024"),
    ],
)
def test_what_changed_is_asked_of_an_article_or_of_the_world(text: str, what: str, topic: str) -> None:
    found = changed(text)
    assert found is not None
    assert (found.what, found.topic) == (what, topic)


@pytest.mark.parametrize("text", ["What did Baku change in its law?", "Why did Aliyev change his mind?"])
def test_a_change_that_somebody_made_is_an_ordinary_question(text: str) -> None:
    assert changed(text) is None


def test_a_clause_before_it_hides_no_question_for_yes_or_no() -> None:
    assert kind_of("After the report of 3 May, did Apple change its mind?", "en") == "yesno"
    assert kind_of("When he resigned, did Baku object?", "en") == "yesno"
    assert kind_of("On what date, in May, was it signed?", "en") == "when"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("what about the talks?", "thing"),
        ("Who hosted the meeting?", "thing"),
        ("What did he say?", "pronoun"),
        ("When will they sign it?", "pronoun"),
        ("why?", "nothing"),
    ],
)
def test_what_is_left_open_is_noticed(text: str, what: str) -> None:
    found = unclear(Question(text))
    assert found is not None
    assert found.what == what


@pytest.mark.parametrize(
    "text",
    [
        "why did Baku refuse Washington talks?",
        "Who hosted the Munich meeting?",
        "Which party lost its majority?",
        "One tree fell in Boston. Where did this happen?",
        "How long did it take to build the bridge?",
        "Is it true that Armenia left the CSTO?",
        "Did Erdogan say he would come?",
    ],
)
def test_a_clear_question_is_not_asked_back(text: str) -> None:
    assert unclear(Question(text)) is None
