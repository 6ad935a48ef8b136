from __future__ import annotations

import pytest

from bot.answer.amounts import amounts, bears


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("twenty-three men and three hundred and five women", [23, 305]),
        ("$1.2 billion, or 12.5m a year", [1_200_000_000, 12_500_000]),
        ("more than 100,000 people in 41.3 % of 2 million homes", [100_000, 41.3, 2_000_000]),
        ("a dozen eggs on the third day of the 21st", [12, 3, 21]),
        ("twenty two, one two", [22, 1, 2]),
        ("no number here, only a hundredfold", []),
    ],
)
def test_numbers_are_read_in_digits_and_in_words(text: str, values: list[float]) -> None:
    assert [a.value for a in amounts(text)] == values


def test_a_number_says_where_it_stands() -> None:
    text = "Some İzmir 2,500 left"
    (found,) = amounts(text)
    assert text[found.start : found.end] == "2,500"


@pytest.mark.parametrize(
    ("source", "claim", "borne_out"),
    [
        ("100,000 left", "100,000 left", True),
        ("three died", "3 died", True),
        ("1,198,000 voted", "about 1.2 million voted", True),
        ("41.3 percent", "41 percent", True),
        ("41.3 percent", "about 40 percent", True),
        ("1,040 came", "more than 1,000 came", True),
        ("960 came", "nearly 1,000 came", True),
        ("100,000 left", "120,000 left", False),
        ("960 came", "more than 1,000 came", False),
        ("3,000 came", "more than 1,000 came", False),
        ("up to 20 were hurt", "20 were hurt", False),
        ("in 2019", "in 2020", False),
        ("about 2019", "2018", False),
        ("5 of them", "5 percent of them", False),
        ("the third day", "the fourth day", False),
    ],
)
def test_a_number_bears_out_itself_and_what_rounds_it(source: str, claim: str, borne_out: bool) -> None:
    (mine,), (theirs,) = amounts(claim), amounts(source)
    assert bears(theirs, mine) is borne_out
