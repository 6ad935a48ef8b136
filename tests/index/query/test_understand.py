"""What a question is understood to ask: a named window filters, a hint leans, what is given wins."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from index import who
from index.aliases import Aliases
from index.article import Window
from index.known import Known
from index.query import Query, parse, said

FRIDAY = date(2023, 11, 3)
KNOWN = Known(
    who.names_of(
        ["CNN", "The Verge", "The Age"], ["en", "ru"], lambda: {"ada brook": frozenset({"By Ada Brook"})}
    ),
    Aliases.shipped(),
)


def understood(query: Query) -> list[tuple[str, str, bool]]:
    return [(each.words, each.shown, each.leans) for each in query.understood]


def test_a_named_window_filters_from_a_little_before_to_a_while_after() -> None:
    query = parse("Who dropped out last weekend?", as_of=FRIDAY)
    assert query.window == Window(date(2023, 10, 25), FRIDAY)
    assert understood(query) == [("last weekend", "25 Oct – 3 Nov 2023", False)]
    assert query.recent
    month = parse("what was agreed in March 2021?", as_of=FRIDAY).window
    assert month == Window(date(2021, 2, 26), date(2021, 4, 30))
    year = parse("what was agreed in 2021?", as_of=FRIDAY).window
    assert year == Window(date(2020, 12, 29), date(2022, 12, 30))
    assert parse("what was said yesterday?", as_of=FRIDAY).window == Window(date(2023, 11, 1), FRIDAY)


def test_where_an_article_was_published_is_taken_at_its_word() -> None:
    query = parse("the report published on 5 April 2021", as_of=FRIDAY)
    assert query.window == Window(date(2021, 4, 5), date(2021, 4, 5))
    assert parse("what was said before the Brussels meeting on 5 April?", as_of=FRIDAY).window == Window(
        None, date(2023, 4, 4)
    )
    assert parse("what changed since October?", as_of=FRIDAY).window == Window(date(2023, 10, 1), None)


@pytest.mark.parametrize(
    "question",
    [
        "What happened this week?",
        "What did he say today?",
        "Who won the 2023 Booker Prize?",
        "the latest on Baku",
    ],
)
def test_a_hint_only_leans(question: str) -> None:
    query = parse(question, as_of=FRIDAY)
    assert not query.window
    assert query.lean
    assert query.narrows == frozenset()
    assert [each.leans for each in query.understood] == [True]


def test_news_of_the_moment_is_told_from_older_news() -> None:
    for question in (
        "what happened this week?",
        "who resigned yesterday?",
        "the latest on Baku",
        "who is now CEO?",
    ):
        assert parse(question, as_of=FRIDAY).recent, question
    for question in ("what happened in March 2021?", "why did Baku refuse?", "the latest before May 2022"):
        assert not parse(question, as_of=FRIDAY).recent, question


def test_what_is_to_come_is_looked_for_in_what_was_written_lately() -> None:
    query = parse("Who will run in the 2024 election?", as_of=FRIDAY)
    assert (query.window, query.understood) == (Window(), ())
    assert query.lean == Window(FRIDAY - timedelta(30), None)


def test_a_date_that_is_still_to_come_leaves_nothing_out() -> None:
    assert not parse("What is planned for 5 April 2025?", as_of=FRIDAY).window


def test_several_times_are_one_stretch() -> None:
    both = parse(
        "Did the report of 2 October 2022 agree with the report published on 7 October 2022?", as_of=FRIDAY
    )
    assert both.window == Window(date(2022, 10, 2), date(2022, 10, 7))
    assert {each.shown for each in both.understood} == {"2 – 7 Oct 2022"}
    between = parse("what was said after 5 May 2022 and before 1 June 2022?", as_of=FRIDAY)
    assert between.window == Window(date(2022, 5, 5), date(2022, 5, 31))


def test_the_moment_of_asking_is_the_as_of_day_else_today() -> None:
    assert parse("what happened yesterday?", as_of=FRIDAY).moment == FRIDAY
    query = parse("what happened yesterday?")
    assert query.moment is not None
    assert query.window.since == query.moment - timedelta(2)


@pytest.mark.parametrize(
    "question",
    [
        "What was agreed by Thursday?",
        "What must be agreed by Thursday?",
        "Who was to leave by last Friday?",
        "Which villages are to be returned by 5 April 2023?",
        "what had to be signed no later than the 5th of April 2023",
        "the report that was due by the end of March",
        "By April 5, 2023 the troops were to leave",
        "a bridge ready by summer 2022",
        "ready by 2021",
    ],
)
def test_a_deadline_leaves_no_article_out(question: str) -> None:
    query = parse(question, as_of=FRIDAY)
    assert (query.window, query.narrows) == (Window(), frozenset())
    assert query.lean


def test_what_is_to_be_done_by_a_weekday_is_done_by_the_next() -> None:
    assert parse("What must be agreed by Thursday?", as_of=FRIDAY).understood == ()
    (day,) = parse("What was agreed by Thursday?", as_of=FRIDAY).understood
    assert (day.words, day.shown, day.leans) == ("Thursday", "2 Nov 2023", True)


@pytest.mark.parametrize(
    "question",
    [
        "what had been returned by 5 April 2023?",
        "articles published by 5 April 2023",
        "What was known publicly by 5 April 2023?",
    ],
)
def test_what_was_known_by_a_day_was_published_by_it(question: str) -> None:
    assert parse(question, as_of=FRIDAY).window == Window(None, date(2023, 4, 5))


def test_what_is_given_wins_over_what_the_question_names() -> None:
    given = Window(date(2020, 1, 1), None)
    query = parse("what did CNN report last week?", given, FRIDAY, ["The Age"], known=KNOWN)
    assert (query.window, query.publishers, query.understood) == (given, ("The Age",), ())
    only_time = parse("what did CNN report last week?", given, FRIDAY, known=KNOWN)
    assert (only_time.window, only_time.publishers) == (given, ("CNN",))


def test_sources_are_recognised_among_those_known() -> None:
    query = parse(
        "Does the CNN article by Ada Brook agree with Russian-language sources and The Verge report?",
        known=KNOWN,
    )
    assert query.publishers == ("CNN", "The Verge")
    assert query.authors == ("By Ada Brook",)
    assert query.languages == ("ru",)
    assert parse("what did CNN report?").publishers == ()


def test_what_was_understood_can_be_taken_back_by_its_kind() -> None:
    question = "what did CNN report in March 2021?"
    both = parse(question, as_of=FRIDAY, known=KNOWN)
    assert both.narrows == {"time", "publisher"}
    anywhen = parse(question, as_of=FRIDAY, known=KNOWN, taken_back=["time"])
    assert anywhen == both.without(["time"])
    assert (anywhen.window, anywhen.lean, anywhen.publishers) == (Window(), Window(), ("CNN",))
    typed = both.without()
    assert typed == parse(question, as_of=FRIDAY, known=KNOWN, taken_back=("time", "publisher"))
    assert typed == Query(question, as_of=FRIDAY, moment=FRIDAY)


def test_taking_back_leaves_what_was_given() -> None:
    given = Window(date(2020, 1, 1), None)
    query = parse("what did CNN report last week?", given, FRIDAY, known=KNOWN)
    assert query.without().window == given
    named = parse("what did CNN report last week?", None, FRIDAY, ["The Age"], known=KNOWN)
    assert named.without().publishers == ("The Age",)


def test_what_was_understood_is_told_by_its_place_in_the_question() -> None:
    query = parse("  Əliyev:  what did CNN\nreport last week? ", as_of=FRIDAY, known=KNOWN)
    assert [query.text[each.start : each.end] for each in query.understood] == ["CNN", "last week"]
    assert [each.words for each in query.understood] == ["CNN", "last week"]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2023-10-27", "2023-11-03", "27 Oct – 3 Nov 2023"),
        ("2023-11-01", "2023-11-03", "1 – 3 Nov 2023"),
        ("2022-12-30", "2023-01-05", "30 Dec 2022 – 5 Jan 2023"),
        ("2023-11-03", "2023-11-03", "3 Nov 2023"),
        ("2023-01-01", "2023-12-31", "2023"),
        ("2021-01-01", "2023-12-31", "2021 – 2023"),
        ("2023-11-01", None, "since 1 Nov 2023"),
        (None, "2023-11-01", "until 1 Nov 2023"),
    ],
)
def test_a_window_is_said_as_people_write_it(since: str | None, until: str | None, expected: str) -> None:
    window = Window(
        date.fromisoformat(since) if since else None, date.fromisoformat(until) if until else None
    )
    assert said(window) == expected
