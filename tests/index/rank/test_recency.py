"""How much a passage's day speaks for it."""

from __future__ import annotations

from datetime import date

import numpy as np

from index.article import Window
from index.rank.recency import about_the_moment, ages, hinted, newness

TODAY = date(2024, 5, 1)
NOW = (TODAY - date(1970, 1, 1)).days


def test_ages_are_days_before_the_moment_and_unknown_without_a_date() -> None:
    found = ages([NOW, NOW - 3, NOW + 2, None], TODAY)
    assert found[:3].tolist() == [0, 3, 0]
    assert np.isnan(found[3])
    assert np.isnan(ages([NOW], None)).all()


def test_newer_counts_for_more_and_less_so_the_older_both_are() -> None:
    steps = np.diff(newness(np.array([0.0, 7.0, 14.0, 21.0])))
    assert (steps < 0).all()
    assert (np.diff(steps) > 0).all()


def test_a_question_whose_best_candidates_are_of_these_days_is_about_the_moment() -> None:
    relevance = np.array([3.0, 2.0, 0.0, 0.0])
    now, then = np.array([1.0, 4.0, 900.0, 900.0]), np.array([900.0, 800.0, 1.0, 2.0])
    assert about_the_moment(relevance, now, recent=False) == 1.0
    assert about_the_moment(relevance, then, recent=False) < 0.1
    assert about_the_moment(relevance, then, recent=True) == 0.5
    assert about_the_moment(relevance, np.full(4, np.nan), recent=True) == 0.0


def test_a_hint_of_time_leans_and_fades() -> None:
    window = Window(date(2024, 4, 1), date(2024, 4, 10))
    first = (date(2024, 4, 1) - date(1970, 1, 1)).days
    inside, before, long_before, after, undated = hinted(
        [first + 4, first - 7, first - 300, first + 16, None], window
    )
    assert (inside, undated) == (1.0, 0.0)
    assert 0 < long_before < before == after < 1
    assert hinted([first], Window()).tolist() == [0.0]
