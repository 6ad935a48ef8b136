from __future__ import annotations

import io

import pytest
from rich.console import Console

from bot.cli import _coverage
from bot.terminal import Terminal

CALENDAR = [
    ("Ararat Dispatch", "2021-01", 4, "2021-01-30"),
    (None, "2021-01", 1, "2021-01-02"),
    ("Caspian Courier", "2021-02", 8, "2021-02-11"),
    ("Ararat Dispatch", "2021-12", 1, "2021-12-05"),
]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> tuple[Terminal, io.StringIO]:
    monkeypatch.setenv("COLUMNS", "100")
    out = io.StringIO()
    console = Console(file=out, width=100, color_system=None)
    return Terminal(console, console), out


def test_articles_without_an_outlet_count_in_their_month() -> None:
    assert _coverage.by_month(CALENDAR) == {"2021-01": 5, "2021-02": 8, "2021-12": 1}


def test_an_outlet_has_its_months_and_its_newest_day_and_counts_undated_articles() -> None:
    first, second = _coverage.by_outlet(CALENDAR, [("Caspian Courier", 8), ("Ararat Dispatch", 7)])
    assert (first.articles, first.newest) == (8, "2021-02-11")
    assert (second.articles, second.newest) == (7, "2021-12-05")
    assert second.months == {"2021-01": 4, "2021-12": 1}


def test_spellings_of_a_name_are_one_outlet_under_the_commonest() -> None:
    calendar = [("USA TODAY", "2021-01", 4, "2021-01-30"), ("USA Today", "2021-01", 9, "2021-01-09")]
    listed = [("Ararat Dispatch", 10), ("USA Today", 9), ("USA TODAY", 5)]
    first, second = _coverage.by_outlet(calendar, listed)
    assert first == _coverage.Outlet("USA Today", 14, {"2021-01": 13}, "2021-01-30")
    assert second.publisher == "Ararat Dispatch"


def test_gaps_are_the_stretches_of_months_without_an_article_longest_first() -> None:
    months = {"2020-11": 1, "2021-01": 1, "2021-06": 2}
    assert _coverage.gaps(months) == [("2021-02", "2021-05"), ("2020-12", "2020-12")]
    assert _coverage.gaps({"2021-01": 3}) == _coverage.gaps({}) == []


def test_a_long_archive_is_drawn_by_year_and_an_empty_year_shows(
    terminal: tuple[Terminal, io.StringIO],
) -> None:
    _coverage.show_months(terminal[0], {"2001-03": 2, "2001-04": 2, "2009-01": 1}, 10)
    lines = [line.split() for line in terminal[1].getvalue().splitlines()]
    assert len(lines) == 9
    assert (lines[0][0], lines[0][-1]) == ("2001", "4")
    assert lines[1] == ["2002", "0"]


def test_an_outlets_line_shows_when_it_wrote(terminal: tuple[Terminal, io.StringIO]) -> None:
    months = _coverage.by_month(CALENDAR)
    outlets = _coverage.by_outlet(CALENDAR, [("Ararat Dispatch", 5), ("Undated Herald", 2)])
    _coverage.show_outlets(terminal[0], outlets, months, 10)
    first, second = terminal[1].getvalue().splitlines()
    assert first == "Outlets   Ararat Dispatch 5 █          ▂ newest 5 Dec 2021"
    assert second == "          Undated Herald  2 undated"


def test_of_many_outlets_the_rest_is_counted(terminal: tuple[Terminal, io.StringIO]) -> None:
    outlets = _coverage.by_outlet([], [(f"Paper {n}", 30 - n) for n in range(12)])
    _coverage.show_outlets(terminal[0], outlets, {}, 10)
    assert terminal[1].getvalue().splitlines()[-1].strip() == "and 2 outlets more with 39 articles"
