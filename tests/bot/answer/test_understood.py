"""An answer says what its question was understood to ask, and is asked of that alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.answer.answer import Answerer
from bot.answer.types import Question
from bot.answer.understood import SOURCES, bare, can_be_taken_back, given_up, quoted, read_as
from bot.llm import LLMConfig
from index.aliases import Aliases
from index.article import Window
from index.known import Known
from index.query import Understood, parse
from index.search import Index
from index.who import names_of

from .archive import SCRAPE
from .conftest import ingest

SAMPLE = "why did Baku refuse Washington talks"
NEXT_DAY = date(2023, 11, 17)
TIME = Understood("time", "last week", 0, 9, "3 – 17 Nov 2023")
OUTLET = Understood("publisher", "the NYT", 10, 17, "The New York Times")
LEFT_OUT = Understood("publisher", "other than CNN", 17, 31, "without CNN", leaves_out=True)
HINT = Understood("time", "this week", 0, 9, "10 – 17 Nov 2023", leans=True)


def test_a_time_narrows_the_answer_and_its_coverage(answerer: Answerer) -> None:
    answer = answerer.ask(Question(f"{SAMPLE} on Thursday?", as_of=NEXT_DAY))
    assert answer.answered
    assert [(each.words, each.shown) for each in answer.understood] == [("Thursday", "15 – 17 Nov 2023")]
    assert answer.coverage.window == Window(date(2023, 11, 15), NEXT_DAY)
    assert answer.coverage.articles < answerer.ask(Question(f"{SAMPLE}?", as_of=NEXT_DAY)).coverage.articles
    assert answer.as_json()["understood"] == [each.as_json() for each in answer.understood]


def test_what_is_taken_back_is_not_understood(answerer: Answerer) -> None:
    answer = answerer.ask(Question(f"{SAMPLE} on Thursday?", as_of=NEXT_DAY, taken_back=("time",)))
    assert (answer.understood, answer.coverage.window) == ((), Window())


def test_a_follow_up_is_asked_of_the_time_of_what_it_leans_on(answerer: Answerer) -> None:
    before = (f"{SAMPLE} on Thursday?", "It called the position biased. [1]")
    answer = answerer.ask(Question("and what did Armenia say?", as_of=NEXT_DAY, history=(before,)))
    assert [each.words for each in answer.understood] == ["Thursday"]


def test_what_left_nothing_is_looked_for_without_but_another_time_is_no_answer(answerer: Answerer) -> None:
    answer = answerer.ask(Question(f"{SAMPLE} in March 2019?", as_of=NEXT_DAY))
    assert not answer.answered
    assert answer.nearest
    assert [each.words for each in answer.taken_back] == ["March 2019"]
    assert answer.understood == ()
    assert answer.coverage.window == Window()
    assert answer.coverage.articles > 0


def test_a_users_names_are_known_when_an_answer_is_judged(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SCRAPE, encoding="utf-8")
    config = ingest(tmp_path / "data", [tmp_path / "a.txt"])
    question = Question("why did Flameland refuse Washington talks?")
    with Index.open(config) as index:
        answerer = Answerer(index, LLMConfig("none"))
        assert not answerer.ask(question).answered
        (tmp_path / "data" / "aliases.toml").write_text('[[group]]\nnames = ["Baku", "Flameland"]\n', "utf-8")
        assert answerer.ask(question).answered


def test_what_was_understood_is_said_once_and_with_its_words_where_they_are_others() -> None:
    assert read_as([TIME, OUTLET, TIME]) == ["3 – 17 Nov 2023", "The New York Times"]
    assert read_as([HINT]) == ["preferably 10 – 17 Nov 2023"]
    assert quoted([TIME, OUTLET, Understood("publisher", "the Wire", 0, 8, "Wire")]) == [
        "3 – 17 Nov 2023 (“last week”)",
        "The New York Times (“the NYT”)",
        "Wire",
    ]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("why did Baku refuse talks on Thursday?", "why did Baku refuse talks?"),
        ("Last week, why did Baku refuse talks?", "why did Baku refuse talks?"),
        ("According to CNN, who won the vote last Friday?", "who won the vote?"),
        ("what did CNN report about Gaza last weekend?", "what did CNN report about Gaza?"),
        ("who won the 2023 Booker Prize?", "who won the 2023 Booker Prize?"),
        ("What happened yesterday?", "What happened yesterday?"),
    ],
)
def test_the_words_that_chose_what_is_searched_are_not_looked_for_in_the_answer(
    question: str, expected: str
) -> None:
    known = Known(names_of(["CNN"]), Aliases.shipped())
    query = parse(question, as_of=NEXT_DAY, known=known)
    assert query.understood
    assert bare(query.text, query.understood) == expected


def test_what_was_given_up_is_a_sentence_or_nothing() -> None:
    assert given_up([]) == ""
    assert given_up([TIME, OUTLET]) == (
        "Nothing was found for 3 – 17 Nov 2023, The New York Times: this was looked for without."
    )
    assert given_up([LEFT_OUT]) == "Nothing was found without CNN: all outlets were searched."


def test_who_is_left_out_is_no_word_of_the_question_even_as_its_subject() -> None:
    assert bare("What did outlets other than CNN say about the wheat harvest?", [LEFT_OUT]) == (
        "What did outlets say about the wheat harvest?"
    )


@pytest.mark.parametrize(
    ("understood", "groups"),
    [((), ()), ((TIME,), (("time",),)), ((OUTLET, HINT), (("time",), SOURCES)), ((OUTLET,), (SOURCES,))],
)
def test_only_what_was_understood_can_be_taken_back(
    answerer: Answerer, understood: tuple[Understood, ...], groups: tuple[tuple[str, ...], ...]
) -> None:
    from dataclasses import replace

    answer = replace(answerer.ask(Question("wheat?")), understood=understood)
    assert can_be_taken_back(answer) == groups
