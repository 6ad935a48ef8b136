"""A question of each kind, asked of the test index in the articles' own words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answer.answer import Answerer
from bot.answer.types import Answer, CheckedClaim, Question
from bot.llm import LLMConfig
from index.config import IndexConfig
from index.search import Index

SAMPLE = "why did Baku refuse Washington talks?"


@pytest.fixture(scope="module")
def answerer(samples: Path) -> Iterator[Answerer]:
    with Index.open(IndexConfig(samples)) as index:
        yield Answerer(index, LLMConfig("none"))


def shown(answer: Answer) -> str:
    return " ".join([*(c.text for c in answer.claims), *(c.quote for c in answer.citations)]).lower()


def told(answerer: Answerer, answer: Answer) -> None:
    """Every claim is cited, and every quote is the text at its offsets."""
    for citation in answer.citations:
        version = answerer.index.ledger.version(citation.version)
        assert version is not None
        assert version.text[citation.start : citation.end] == citation.quote
    numbers = {c.n for c in answer.citations}
    for claim in answer.claims:
        assert claim.citations
        assert numbers.issuperset(claim.citations)


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Has Georgia become a candidate for EU membership?", "yes"),
        ("Did PACE ratify the credentials of Azerbaijan's delegation?", "no"),
        ("Did Germany offer to host the foreign ministers?", "yes"),
    ],
)
def test_yes_or_no_is_said_where_a_sentence_decides_it(
    answerer: Answerer, question: str, verdict: str
) -> None:
    answer = answerer.ask(Question(question))
    assert answer.verdict == verdict
    assert answer.text.startswith(f"{verdict.capitalize()}: ")
    told(answerer, answer)


def test_the_sentence_that_decides_is_shown_rather_than_one_under_such_a_headline(answerer: Answerer) -> None:
    answer = answerer.ask(Question("Did Baku refuse the Washington talks?"))
    assert answer.verdict == "yes"
    assert "turned down" in answer.claims[0].text


def test_what_one_did_is_not_shown_of_another(answerer: Answerer) -> None:
    answer = answerer.ask(Question("Did Armenia refuse the Washington talks?"))
    assert not answer.answered


@pytest.mark.parametrize(
    "question",
    [
        "Did Turkey take part in the Munich meeting?",
        "Did Pashinyan sign a peace treaty in Munich?",
        "Did Germany expel two Azerbaijani diplomats?",
    ],
)
def test_neither_yes_nor_no_is_said_of_what_nobody_tells(answerer: Answerer, question: str) -> None:
    assert answerer.ask(Question(question)).verdict is None


def test_outlets_are_put_side_by_side(answerer: Answerer) -> None:
    topic = "why Azerbaijan would not go to Washington"
    question = f"How did the Caspian Courier and the Corridor Ledger differ on {topic}?"
    answer = answerer.ask(Question(question))
    assert [(p.text, p.kind) for p in answer.parts] == [
        ("Caspian Courier", "outlet"),
        ("Corridor Ledger", "outlet"),
    ]
    said = {p.text: " ".join(c.text for c in answer.claims if c.part == p.text) for p in answer.parts}
    assert "biased" in said["Caspian Courier"]
    assert "one-sided" in said["Corridor Ledger"]
    outlets = {c.n: c.publisher for c in answer.citations}
    assert all(outlets[n] == claim.part for claim in answer.claims for n in claim.citations)
    told(answerer, answer)


def test_outlets_that_are_asked_about_a_matter_give_what_they_tell_of_it(answerer: Answerer) -> None:
    question = "Compare how Meridian Wire Service and the Kura Valley Observer reported the Munich meeting."
    answer = answerer.ask(Question(question))
    said = {p.text: " ".join(c.text for c in answer.claims if c.part == p.text) for p in answer.parts}
    assert "at the edge of the Munich Security Conference" in said["Meridian Wire Service"]
    assert "Munich" in said["Kura Valley Observer"]
    told(answerer, answer)


def test_outlets_that_have_nothing_on_it_are_not_made_to_differ(answerer: Answerer) -> None:
    question = "How did the Ararat Dispatch and Yedikandil Haber differ on the floods in Dagestan?"
    answer = answerer.ask(Question(question))
    assert not answer.answered
    assert [p.answered for p in answer.parts] == [False, False]


def test_what_changed_in_an_article_is_told_with_both_wordings(answerer: Answerer) -> None:
    answer = answerer.ask(Question("What changed in the PACE article?"))
    before, after = (answer.citations[n - 1] for n in answer.claims[0].citations)
    assert "86 votes" in before.quote
    assert "76 votes" in after.quote
    assert before.article == after.article
    assert before.version != after.version
    told(answerer, answer)


def test_an_article_of_one_version_is_said_to_be_so(answerer: Answerer) -> None:
    answer = answerer.ask(Question("What changed in the article on Georgia's candidate status?"))
    assert not answer.answered
    assert answer.note is not None
    assert "one wording" in answer.note


def test_what_has_changed_since_a_day_is_told_in_the_order_of_days(answerer: Answerer) -> None:
    answer = answerer.ask(Question("What has changed between Armenia and the CSTO since November 2023?"))
    assert "frozen" in shown(answer)
    days = [c.published for c in answer.citations if c.published]
    assert days
    assert all(day >= "2023-11" for day in days)
    told(answerer, answer)


def test_what_has_changed_in_nothing_named_is_asked_back(answerer: Answerer) -> None:
    answer = answerer.ask(Question("what has changed since November 2023?"))
    assert not answer.answered
    assert answer.asks_back is not None
    assert len(answer.asks_back.choices) > 1


def test_each_part_of_a_compound_question_is_answered_or_said_to_have_none(answerer: Answerer) -> None:
    question = "Who replaced Mirzoyan and why did Baku refuse Washington talks?"
    events = list(answerer.stream(Question(question)))
    answer = events[-1]
    assert isinstance(answer, Answer)
    assert [(p.text, p.answered) for p in answer.parts] == [
        ("Who replaced Mirzoyan?", False),
        ("Why did Baku refuse Washington talks?", True),
    ]
    assert {c.part for c in answer.claims} == {"Why did Baku refuse Washington talks?"}
    assert [e.claim for e in events if isinstance(e, CheckedClaim)] == list(answer.claims)
    told(answerer, answer)


def test_a_follow_up_is_answered_by_its_whole_question(answerer: Answerer) -> None:
    first = answerer.ask(Question(SAMPLE))
    answer = answerer.ask(Question("and what did Yerevan say?", history=((SAMPLE, first.text),)))
    assert answer.question == "and what did Yerevan say?"
    assert answer.read_as == "What did Yerevan say about the Washington talks?"
    assert "ready to take part" in shown(answer)


def test_a_follow_up_about_what_never_was_is_not_answered(answerer: Answerer) -> None:
    answer = answerer.ask(Question("and the Geneva talks?", history=((SAMPLE, "It called them biased."),)))
    assert answer.read_as == "Why did Baku refuse the Geneva talks?"
    assert not answer.answered


def test_who_said_that_is_told_by_the_articles_own_words(answerer: Answerer) -> None:
    first = answerer.ask(Question(SAMPLE))
    answer = answerer.ask(Question("who said that?", history=((SAMPLE, first.text),)))
    assert answer.answered
    assert all(c.speaker for c in answer.claims)
    assert any("Foreign Ministry" in c.speaker for c in answer.claims)
    told(answerer, answer)


@pytest.mark.parametrize(
    ("question", "offered"),
    [
        ("what about the talks?", "What about the Munich talks?"),
        ("What did he say?", "What did Nikol Pashinyan say?"),
    ],
)
def test_an_unclear_question_is_asked_back_with_what_the_archive_has(
    answerer: Answerer, question: str, offered: str
) -> None:
    answer = answerer.ask(Question(question))
    assert not answer.answered
    assert answer.asks_back is not None
    assert offered in answer.asks_back.choices
    assert answer.as_json()["asks_back"] == answer.asks_back.as_json()
    for choice in answer.asks_back.choices:
        assert answerer.ask(Question(choice)).asks_back is None


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Gürcistan AB aday statüsünü ne zaman aldı?", "14 december"),
        ("Кто принимал Алиева и Пашиняна в Мюнхене?", "scholz"),
    ],
)
def test_a_question_in_one_language_is_answered_from_an_article_in_another(
    answerer: Answerer, question: str, expected: str
) -> None:
    answer = answerer.ask(Question(question))
    assert expected in shown(answer)
    assert answer.read_as is not None
    told(answerer, answer)


@pytest.mark.parametrize(
    "question",
    ["Gürcistan NATO üyeliğini ne zaman aldı?", "Почему Ереван отказался от переговоров в Вашингтоне?"],
)
def test_near_misses_in_another_language_are_not_answered(answerer: Answerer, question: str) -> None:
    assert not answerer.ask(Question(question)).answered
