from __future__ import annotations

from bot.answer.news.sources import independent


def test_printings_of_one_story_are_one_source() -> None:
    assert independent([("s1", "Wire"), ("s1", "Courier"), ("s1", "Ledger")]) == 1


def test_articles_of_one_outlet_are_one_source() -> None:
    assert independent([("s1", "Courier"), ("s2", "COURIER"), ("s3", "Dispatch")]) == 2


def test_what_hangs_together_by_a_third_is_one_source() -> None:
    assert independent([("s1", "Wire"), ("s2", "Courier"), ("s2", "Wire")]) == 1


def test_outlets_without_a_name_are_told_apart_by_their_stories() -> None:
    assert independent([("s1", None), ("s2", None)]) == 2
    assert independent([]) == 0
