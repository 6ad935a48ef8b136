from __future__ import annotations

import pytest

from bot.answer.news.opinion import is_analysis, is_guess, standing


@pytest.mark.parametrize(
    ("title", "text", "url"),
    [
        ("Analysis: why Baku walked away", "", None),
        ("Why Baku walked away", "ANALYSIS The official reason is short.", None),
        ("Why Baku walked away", "", "https://paper.example/opinion/2023/baku"),
    ],
)
def test_a_piece_says_that_it_is_analysis_in_its_title_at_its_head_or_in_its_address(
    title: str, text: str, url: str | None
) -> None:
    assert is_analysis(title, text, url)


def test_a_report_about_an_opinion_is_none() -> None:
    assert not is_analysis(
        "Court publishes opinion on border", "The court gave its opinion.", "https://a.example/b"
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Observers think that Baku wanted to answer the Senate.",
        "It may have wanted to please Moscow.",
        "Perhaps the format mattered more.",
    ],
)
def test_a_guess_is_told_from_what_was_stated(sentence: str) -> None:
    assert is_guess(sentence)
    assert standing(sentence, in_analysis=False, is_somebodys_word=True) == "analysis"


def test_what_somebody_is_quoted_as_saying_is_a_report_even_in_an_analysis() -> None:
    quoted = "The ministry says that the position is one-sided."
    assert standing(quoted, in_analysis=True, is_somebodys_word=True) == "reported"
    assert standing("Moscow gains room.", in_analysis=True, is_somebodys_word=False) == "analysis"
