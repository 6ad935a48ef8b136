"""What English names of times mean to someone who asks on a given day."""

from __future__ import annotations

from datetime import date

import pytest

from index.when import read

FRIDAY = date(2023, 11, 3)
SATURDAY = date(2024, 4, 20)
MONDAY = date(2024, 4, 22)


def named(text: str, moment: date = FRIDAY) -> list[tuple[str, str, str]]:
    """Each time: its days as they bound, `since..until` in ISO, and its sense."""
    return [
        (text[time.start : time.end], f"{time.window.since or ''}..{time.window.until or ''}", time.sense)
        for time in read(text, moment)
    ]


def days(text: str, moment: date = FRIDAY) -> list[str]:
    return [found for _, found, _ in named(text, moment)]


@pytest.mark.parametrize(
    ("text", "moment", "expected"),
    [
        ("Who dropped out last weekend?", FRIDAY, "2023-10-28..2023-10-29"),
        ("Who dropped out last weekend?", MONDAY, "2024-04-20..2024-04-21"),
        ("What happened over the weekend?", MONDAY, "2024-04-20..2024-04-21"),
        ("Which films opened this weekend?", SATURDAY, "2024-04-20..2024-04-21"),
        ("What happened this week?", FRIDAY, "2023-10-30..2023-11-03"),
        ("What happened last week?", FRIDAY, "2023-10-23..2023-10-29"),
        ("What happened yesterday?", FRIDAY, "2023-11-02..2023-11-02"),
        ("Who resigned on Friday?", SATURDAY, "2024-04-19..2024-04-19"),
        ("Who resigned on Friday?", FRIDAY, "2023-11-03..2023-11-03"),
        ("Who resigned last Friday?", FRIDAY, "2023-10-27..2023-10-27"),
        ("Who won Tuesday's Republican primary?", FRIDAY, "2023-10-31..2023-10-31"),
        ("what did macron say last friday", SATURDAY, "2024-04-19..2024-04-19"),
        ("What fell two weeks ago?", FRIDAY, "2023-10-17..2023-10-23"),
        ("What fell three days ago?", FRIDAY, "2023-10-31..2023-10-31"),
        ("What fell three months ago?", FRIDAY, "2023-08-01..2023-08-31"),
        ("How many died in the last 24 hours?", SATURDAY, "2024-04-19..2024-04-20"),
        ("What fell in the past three months?", FRIDAY, "2023-08-03..2023-11-03"),
        ("What rose last month?", date(2024, 1, 5), "2023-12-01..2023-12-31"),
        ("Who won last year?", FRIDAY, "2022-01-01..2022-12-31"),
        ("What was banned late last year?", FRIDAY, "2022-09-01..2022-12-31"),
        ("in March 2024", FRIDAY, "2024-03-01..2024-03-31"),
        ("In Nov. 2023", SATURDAY, "2023-11-01..2023-11-30"),
        ("who resigned in march", SATURDAY, "2024-03-01..2024-03-31"),
        ("What happened in August?", date(2023, 12, 22), "2023-08-01..2023-08-31"),
        ("in early 2023", FRIDAY, "2023-01-01..2023-05-02"),
        ("in the summer of 2019", FRIDAY, "2019-06-01..2019-08-31"),
        ("What burned last summer?", SATURDAY, "2023-06-01..2023-08-31"),
        ("Q1 2024", FRIDAY, "2024-01-01..2024-03-31"),
        ("the fourth quarter of 2023", FRIDAY, "2023-10-01..2023-12-31"),
        ("in the first half of 2023", FRIDAY, "2023-01-01..2023-06-30"),
        ("on 5 April 2021", FRIDAY, "2021-04-05..2021-04-05"),
        ("on the 5th of April", SATURDAY, "2024-04-05..2024-04-05"),
        ("on Sunday, Jan. 7, 2024", SATURDAY, "2024-01-07..2024-01-07"),
        ("on April 5-7", SATURDAY, "2024-04-05..2024-04-07"),
        ("on October 1st", date(2023, 12, 31), "2023-10-01..2023-10-01"),
        ("on 29 February", SATURDAY, "2024-02-29..2024-02-29"),
        ("on 2023-11-24", SATURDAY, "2023-11-24..2023-11-24"),
        ("(published at '2023-10-04T22:42:00+00:00')", SATURDAY, "2023-10-04..2023-10-04"),
        ("in late March", SATURDAY, "2024-03-21..2024-03-31"),
        ("in November and December 2023", SATURDAY, "2023-11-01..2023-12-31"),
        ("in the first week of March", SATURDAY, "2024-03-01..2024-03-07"),
        ("in the last two months of 2023", SATURDAY, "2023-11-01..2023-12-31"),
        ("in the week of 5 March", SATURDAY, "2024-03-04..2024-03-10"),
        ("in the week ending 5 April", SATURDAY, "2024-03-30..2024-04-05"),
        ("in April of last year", SATURDAY, "2023-04-01..2023-04-30"),
        ("in the winter of 2022-23", SATURDAY, "2022-12-01..2023-02-28"),
        ("over the past year", SATURDAY, "2023-04-21..2024-04-20"),
        ("on 4/15/2024", SATURDAY, "2024-04-15..2024-04-15"),
        ("on 11/16/23", SATURDAY, "2023-11-16..2023-11-16"),
        ("in Q1/2024", SATURDAY, "2024-01-01..2024-03-31"),
        ("in 2023Q4", SATURDAY, "2023-10-01..2023-12-31"),
        ("What was said two Thursdays ago?", FRIDAY, "2023-10-26..2023-10-26"),
        ("What was said two Fridays ago?", FRIDAY, "2023-10-20..2023-10-20"),
        ("WHAT HAPPENED ON MAY 5?", FRIDAY, "2023-05-05..2023-05-05"),
        ("who resigned on 5 march", SATURDAY, "2024-03-05..2024-03-05"),
        ("WHAT HAPPENED LAST WEEK", FRIDAY, "2023-10-23..2023-10-29"),
        ("What Happened Last Week In Baku", FRIDAY, "2023-10-23..2023-10-29"),
        ("What Happened Yesterday In Baku?", FRIDAY, "2023-11-02..2023-11-02"),
        ("What Did İlham Aliyev Say In March?", SATURDAY, "2024-03-01..2024-03-31"),
        ("what did he say after the elections in March?", SATURDAY, "2024-03-01.."),
        ("what did he say before the earthquake in February 2023?", SATURDAY, "..2023-02-28"),
        ("before Christmas", SATURDAY, "..2023-12-24"),
        ("between 3 March and 5 April 2021", FRIDAY, "2021-03-03..2021-04-05"),
        ("between January and March 2023", FRIDAY, "2023-01-01..2023-03-31"),
        ("between November 9, 2023, and December 21, 2023", SATURDAY, "2023-11-09..2023-12-21"),
        ("from last November until this January", SATURDAY, "2023-11-01..2024-01-31"),
        ("between Monday and Thursday", SATURDAY, "2024-04-15..2024-04-18"),
        ("from 1905 to 1913", FRIDAY, "1905-01-01..1913-12-31"),
        ("between 2022 and now", FRIDAY, "2022-01-01..2023-11-03"),
        ("What happened from January until now?", SATURDAY, "2024-01-01..2024-04-20"),
        ("What did he say on the 14th?", SATURDAY, "2024-04-14..2024-04-14"),
        ("What did he say on the 31st in Baku?", SATURDAY, "2024-03-31..2024-03-31"),
        ("on the 5th of last month", SATURDAY, "2024-03-05..2024-03-05"),
        ("What fell on Saturday the 6th?", SATURDAY, "2024-04-06..2024-04-06"),
        ("the first Monday in April", SATURDAY, "2024-04-01..2024-04-01"),
        ("the last Friday of March 2023", SATURDAY, "2023-03-31..2023-03-31"),
        ("the last weekend of March", SATURDAY, "2024-03-30..2024-03-31"),
        ("half a year ago", SATURDAY, "2023-10-01..2023-10-31"),
        ("the week before last", SATURDAY, "2024-04-01..2024-04-07"),
        ("the month before last", SATURDAY, "2024-02-01..2024-02-29"),
        ("this time last year", SATURDAY, "2023-04-06..2023-05-06"),
        ("What happened this winter?", SATURDAY, "2023-12-01..2024-02-29"),
        ("in the year 2022", SATURDAY, "2022-01-01..2022-12-31"),
        ("2022", SATURDAY, "2022-01-01..2022-12-31"),
        ("March", SATURDAY, "2024-03-01..2024-03-31"),
        ("what changed since November?", FRIDAY, "2023-11-01.."),
        ("Since Monday, what was decided?", SATURDAY, "2024-04-15.."),
        ("after 5 April", SATURDAY, "2024-04-05.."),
        ("before 5 April", SATURDAY, "..2024-04-04"),
        ("until the end of 2023", SATURDAY, "..2023-12-31"),
        ("what was said before the Brussels meeting on 5 April?", SATURDAY, "..2024-04-04"),
        ("what was said after the report by The Age on October 22, 2023?", SATURDAY, "2023-10-22.."),
    ],
)
def test_times_are_resolved_against_the_moment_of_asking(text: str, moment: date, expected: str) -> None:
    assert days(text, moment) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "What did May say about Brexit?",
        "How did confidence in May collapse?",
        "What did the Sunday Times say?",
        "Who led the March on Washington?",
        "Who wrote 1984?",
        "Is George Orwell's 1984 a novel?",
        "Who wrote '1984'?",
        "Who stars in Friday Night Lights?",
        "What sold during Black Friday sales?",
        "What does the Good Friday Agreement say?",
        "What did the Friday agreement say?",
        "What did USA Today report?",
        "Since prices rose, why did demand fall?",
        "Why has inflation risen since the war began?",
        "What has changed since?",
        "How did the fall of Kabul begin?",
        "Who won gold at the Winter Olympics?",
        "Who scored in the second half?",
        "How many homes burned in 2000 homes?",
        "Which of the last five presidents lied?",
        "Who will be the next president?",
        "What is on 31 April?",
        'Who played in "Monday Night Football"?',
        "What was Ruby Tuesday's profit?",
        "Who paid $2024 for it?",
        "Which hit 1990s show is back?",
        "Who sat under the Christmas tree?",
        "Who wrote the first half of the book?",
        "What does the ruling on the 14th Amendment say?",
        "What was said on the 20th anniversary?",
        "Who wrote the last days of Pompeii?",
        "What was said on 5/4/23?",
        "Which of these may 5 people do?",
        "Who plays in friday night lights?",
        "WHAT DID MAY SAY ABOUT BREXIT?",
        "WHAT DID WILL SMITH SAY?",
        "Who Led The March On Washington?",
        "WHAT DID USA TODAY REPORT?",
        "WHAT DID THE SUNDAY TIMES SAY?",
        "What Happened During The Winter Olympics?",
        "WHAT HAPPENED ON MAY DAY?",
    ],
)
def test_words_that_only_look_like_times_are_none(text: str) -> None:
    assert named(text, SATURDAY) == []


@pytest.mark.parametrize(
    ("text", "moment", "sense"),
    [
        ("the report published on 5 April", SATURDAY, "published"),
        ("their November 6, 2023, article", SATURDAY, "published"),
        ("What happened on 5 April?", SATURDAY, "event"),
        ("What happened this week?", SATURDAY, "present"),
        ("Which nation won the 2023 Booker Prize?", SATURDAY, "hint"),
        ("When was the last one before the 2024 eclipse?", SATURDAY, "hint"),
        ("Which song from 1988 won?", SATURDAY, "hint"),
        ("Who led the January 6, 2021, attack?", SATURDAY, "hint"),
        ("What has sunk in the past twenty-odd years? 10 years ago it was dry.", SATURDAY, "hint"),
        ("Who will win the 2024 election?", FRIDAY, "ahead"),
        ("What will captivate millions on May 8?", SATURDAY, "ahead"),
        ("What happens on 3 May?", SATURDAY, "ahead"),
        ("What will happen next week?", SATURDAY, "ahead"),
        ("the latest on Karabakh", SATURDAY, "recent"),
        ("What has happened in the last hours?", SATURDAY, "recent"),
        ("How has trade grown in recent years?", SATURDAY, "hint"),
        ("Who plays this coming Sunday?", SATURDAY, "ahead"),
    ],
)
def test_what_a_time_says_of_when_the_answer_was_published(text: str, moment: date, sense: str) -> None:
    assert [found for _, _, found in named(text, moment)] == [sense]


def test_a_day_without_a_year_takes_the_year_that_its_company_names() -> None:
    assert days("Was the report of October 28 like that of 30 October 2021?", SATURDAY) == [
        "2021-10-28..2021-10-28",
        "2021-10-30..2021-10-30",
    ]


def test_a_day_without_a_year_is_of_its_companys_year_though_that_is_long_past() -> None:
    assert days("the events of 5 April 2021 and 3 March", SATURDAY) == [
        "2021-04-05..2021-04-05",
        "2021-03-03..2021-03-03",
    ]


def test_an_expression_is_told_with_the_word_that_bounds_it_by_its_place_in_the_text() -> None:
    text = "İstanbul’da what changed since November?"
    (time,) = read(text, FRIDAY)
    assert text[time.start : time.end] == "since November"
