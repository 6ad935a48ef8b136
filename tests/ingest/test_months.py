from __future__ import annotations

import pytest

from ingest.months import month_number


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("January", 1), ("SEPT", 9), ("sep", 9), ("May", 5), ("März", 3), ("février", 2), ("FÉVR", 2),
        ("agosto", 8), ("março", 3), ("Kasım", 11), ("KASIM", 11), ("Şubat", 2), ("İyun", 6), ("noyabr", 11),
        ("ноября", 11), ("нояб", 11), ("мая", 5),
        ("листопада", 11), ("նոյեմբերի", 11), ("մայիս", 5), ("ნოემბერი", 11),
        ("نوفمبر", 11), ("تشرين الثاني", 11), ("كانون الثاني", 1), ("أبريل", 4), ("ابريل", 4), ("آب", 8),
    ],
)  # fmt: skip
def test_a_month_is_known_by_its_names(name: str, number: int) -> None:
    assert month_number(name) == number


@pytest.mark.parametrize("name", ["the", "million", "Monday", "nine", "junta", "marathon", ""])
def test_another_word_is_no_month(name: str) -> None:
    assert month_number(name) is None
