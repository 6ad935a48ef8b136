from __future__ import annotations

import pytest

from bot.answer import grammar
from bot.answer.candidates import Candidate, candidates, sought, votes
from bot.answer.question import understand
from bot.answer.terms import keys
from bot.answer.types import Question


@pytest.mark.parametrize(
    ("question", "type_"),
    [
        ("Which country suspended all football league fixtures?", "country"),
        ("The outgoing president of which African nation put off the vote?", "country"),
        ("Which company is planning to label what machines wrote?", "organisation"),
        ("Joe Brown hosted a screening of which upcoming film?", "work"),
        ("Who won the chess title?", "person"),
        ("Where did the fourth debate take place?", "place"),
        ("What percentage of sales came from fresh produce?", "share"),
        ("How many workers were rescued?", "number"),
        ("What is the name of the storm that battered Britain?", "name"),
        ("The country banned the sale of what?", "thing"),
    ],
)
def test_the_kind_of_thing_asked_for_is_told_by_the_word_that_names_it(question: str, type_: str) -> None:
    assert sought(question).type == type_


def of(question: str, sentence: str) -> dict[str, float]:
    doc = grammar.parse([sentence])[0]
    return {c.text: c.fit for c in candidates(understand(Question(question)), doc, sought(question))}


def test_what_the_question_names_itself_is_no_candidate() -> None:
    found = of(
        "Who will lead the French cabinet after Elisabeth Borne?", "Gabriel Attal replaced Elisabeth Borne."
    )
    assert any("Attal" in text for text in found)
    assert not any("Borne" in text for text in found)


def test_a_final_score_is_a_candidate_where_one_is_asked_for() -> None:
    found = of(
        "What was the final score against Delaware?", "Pierce led them to an 84-82 win against Delaware."
    )
    assert found["84-82"] == 1.0


def test_a_story_votes_once_however_often_it_is_printed() -> None:
    one = Candidate("Mike Pence", keys("Mike Pence"), 1.0)
    other = Candidate("Tim Scott", keys("Tim Scott"), 1.0)
    won = votes([("a", 0.5, [one]), ("a", 0.4, [one]), ("b", 0.3, [other]), ("c", 0.3, [other])])
    assert won[one.keys] == pytest.approx(0.5)
    assert won[other.keys] == pytest.approx(0.6)


def test_a_surname_speaks_for_the_whole_name() -> None:
    whole = Candidate("Mike Pence", keys("Mike Pence"), 1.0)
    short = Candidate("Pence", keys("Pence"), 1.0)
    won = votes([("a", 0.5, [whole]), ("b", 0.25, [short])])
    assert won[whole.keys] == won[short.keys] == pytest.approx(0.75)
