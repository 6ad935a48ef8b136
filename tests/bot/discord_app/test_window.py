from __future__ import annotations

from datetime import date

import pytest

from bot.discord_app.window import WindowError, parse_window
from index.article import Window


@pytest.mark.parametrize(
    ("since", "until", "window"),
    [
        (None, None, Window()),
        ("", "  ", Window()),
        ("2024-04-05", "2024-04-05", Window(date(2024, 4, 5), date(2024, 4, 5))),
        ("2024-02", "2024-02", Window(date(2024, 2, 1), date(2024, 2, 29))),
        ("2023", "2023", Window(date(2023, 1, 1), date(2023, 12, 31))),
        (" 2024-4-5 ", None, Window(date(2024, 4, 5), None)),
    ],
)
def test_days_months_and_years_make_a_window(since: str, until: str, window: Window) -> None:
    assert parse_window(since, until) == window


@pytest.mark.parametrize("typed", ["yesterday", "2024-13", "2024-02-30", "05.04.2024", "0000", "2024-00-01"])
def test_what_is_no_date_is_said_with_the_way_to_write_one(typed: str) -> None:
    with pytest.raises(WindowError, match=r"until: .*2024-04-05, 2024-04 or 2024"):
        parse_window(None, typed)


def test_an_end_before_its_start_is_refused() -> None:
    with pytest.raises(WindowError, match="after"):
        parse_window("2024-05", "2024-04")
