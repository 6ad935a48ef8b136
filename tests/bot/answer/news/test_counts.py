from __future__ import annotations

import pytest

from bot.answer import grammar
from bot.answer.news.counts import counts


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("Four soldiers were killed and 1,200 people fled.", [4, 1200]),
        ("No one was wounded.", []),
        ("No soldiers were killed.", []),
        ("One was wounded; the other said no.", [1]),
    ],
)
def test_what_is_counted_and_what_counts_nobody(sentence: str, values: list[float]) -> None:
    assert [c.value for c in counts(sentence, None, "en", grammar.parse([sentence])[0])] == values


@pytest.mark.parametrize(
    ("sentence", "language", "value", "written"),
    [
        ("Saldırıda 1.500 kişi öldü.", "tr", 1500, "1.500"),
        ("Погибли 12 500 человек.", "ru", 12500, "12 500"),
        ("1,5 faiz artıb.", "az", 1.5, "1,5"),
    ],
)
def test_numbers_are_read_as_the_language_writes_them(
    sentence: str, language: str, value: float, written: str
) -> None:
    (count,) = counts(sentence, None, language, None)
    assert count.value == value
    assert sentence[count.start : count.end] == written
