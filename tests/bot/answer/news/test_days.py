from __future__ import annotations

from datetime import date

import pytest

from bot.answer import grammar
from bot.answer.news.days import days

THURSDAY = date(2023, 11, 16)


def read(sentence: str, published: date = THURSDAY, language: str = "en") -> dict[str, str]:
    doc = grammar.parse([sentence])[0] if language == "en" else None
    found = days(sentence, 0, len(sentence), published, language, doc)
    assert all(sentence[d.start : d.end] == d.text for d in found)
    return {d.text: d.shown for d in found}


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("The ministry said so on Thursday.", {"Thursday": "16 Nov 2023"}),
        ("The talks ended on Tuesday evening.", {"Tuesday evening": "14 Nov 2023"}),
        ("The ministers will meet on Friday in Washington.", {"Friday": "17 Nov 2023"}),
        ("The vote was planned for Monday.", {"Monday": "20 Nov 2023"}),
        ("He told Congress Wednesday that nothing had changed.", {"Wednesday": "15 Nov 2023"}),
        ("They met last Thursday.", {"last Thursday": "9 Nov 2023"}),
        ("The talks were held last week.", {"last week": "6 – 12 Nov 2023"}),
        ("It was the third strike this week.", {"this week": "13 – 19 Nov 2023"}),
        ("He left yesterday and returns tomorrow.", {"yesterday": "15 Nov 2023", "tomorrow": "17 Nov 2023"}),
        ("He arrived on the 5th.", {"the 5th": "5 Nov 2023"}),
        ("The summit will open on the 5th.", {"the 5th": "5 Dec 2023"}),
        ("Another round is expected next month.", {"next month": "1 – 31 Dec 2023"}),
    ],
)
def test_a_day_counted_from_the_day_of_publication_is_given_its_date(
    sentence: str, named: dict[str, str]
) -> None:
    assert read(sentence) == named


@pytest.mark.parametrize(
    "sentence",
    [
        "The talks were held on Friday, 10 November.",
        "Shops were full on Black Friday.",
        "He wrote in the Sunday Times of his time there.",
        "The market opens every Monday.",
        "On 19 September 2023 the border was closed.",
        "They expect growth in the next month or so.",
        "The minister spoke of a new era.",
    ],
)
def test_what_is_no_day_or_has_its_date_gets_none(sentence: str) -> None:
    assert read(sentence) == {}


def test_today_in_somebodys_mouth_is_left_alone() -> None:
    assert read("“Today we are ready,” he said on Monday.") == {"Monday": "13 Nov 2023"}


def test_a_date_without_a_year_is_told_only_where_its_year_is_another() -> None:
    december = date(2023, 12, 20)
    assert read("The vote is due on 5 January.", december) == {"5 January": "5 Jan 2024"}
    assert read("The vote is due on 22 December.", december) == {}


def test_the_day_before_counts_from_the_day_that_the_article_named_last() -> None:
    text = "The service struck the post on the morning of 13 February. Fire had been opened the day before."
    start = text.index("Fire")
    (day,) = days(text, start, len(text), date(2024, 2, 15))
    assert (day.text, day.shown) == ("the day before", "12 Feb 2024")
    assert text[day.start : day.end] == day.text


@pytest.mark.parametrize(
    ("language", "sentence", "named"),
    [
        ("ru", "Вчера в Баку заявили об этом.", {"Вчера": "15 Nov 2023"}),
        ("ru", "Переговоры состоятся в пятницу.", {"в пятницу": "17 Nov 2023"}),
        ("tr", "Bakanlar geçen hafta bir araya geldi.", {"geçen hafta": "6 – 12 Nov 2023"}),
        ("az", "Nazir dünən Bakıda olub.", {"dünən": "15 Nov 2023"}),
        ("hy", "Նախարարը երեկ Երևանում էր։", {"երեկ": "15 Nov 2023"}),
    ],
)
def test_other_languages_count_days_too(language: str, sentence: str, named: dict[str, str]) -> None:
    assert read(sentence, language=language) == named
