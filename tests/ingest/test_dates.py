from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ingest import dates

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("16 November 2023 14:05", "2023-11-16T14:05"),
        ("Nov 17, 2023", "2023-11-17"),
        ("Nov. 16, 2023, 9:00 a.m. ET", "2023-11-16T09:00"),
        ("17.11.2023", "2023-11-17"),
        ("17.11.2023 14:05", "2023-11-17T14:05"),
        ("16.11.23 10:10", "2023-11-16T10:10"),
        ("2023-11-16", "2023-11-16"),
        ("2023-11-16T14:05:00+04:00", "2023-11-16T14:05:00+04:00"),
        ("2023-11-16T14:05:00.000Z", "2023-11-16T14:05:00+00:00"),
        ("2023/11/16", "2023-11-16"),
        ("Thu, 16 Nov 2023 14:05:00 +0400", "2023-11-16T14:05:00+04:00"),
        ("Thu Nov 16 14:05:00 2023", "2023-11-16T14:05"),
        ("Thursday, November 16th, 2023 at 2:05 PM EST", "2023-11-16T14:05-05:00"),
        ("9:15 PM EST, Thu November 16, 2023", "2023-11-16T21:15-05:00"),
        ("16 November 2023 14:05 (UTC+04:00)", "2023-11-16T14:05+04:00"),
        ("16 Nov 2023 at 14:05 (GMT+4)", "2023-11-16T14:05+04:00"),
        ("14:05, 16 noyabr 2023", "2023-11-16T14:05"),
        ("5 aprel 2024, 21:15", "2024-04-05T21:15"),
        ("16 Kasım 2023 Perşembe", "2023-11-16"),
        ("11 Ocak 2024 10:05", "2024-01-11T10:05"),
        ("1 Şub 2024", "2024-02-01"),
        ("17 апреля 2024 г., 16:20", "2024-04-17T16:20"),
        ("13 դեկտեմբերի, 2023", "2023-12-13"),
        ("16 de noviembre de 2023", "2023-11-16"),
        ("13/04/2024", "2024-04-13"),
        ("04/13/2024", "2024-04-13"),
        ("20231116", "2023-11-16"),
        ("20231116T140500Z", "2023-11-16T14:05:00+00:00"),
        (1700143500, "2023-11-16T14:05+00:00"),
        (1700143500123, "2023-11-16T14:05+00:00"),
        (date(2023, 11, 16), "2023-11-16"),
        (datetime(2023, 11, 16, 14, 5, tzinfo=UTC), "2023-11-16T14:05+00:00"),
        ("2023-11-16 00:00:00", "2023-11-16"),
        ("6 March 1847", "1847-03-06"),
        ("16-Nov-23", "2023-11-16"),
        ("16-Nov-23 14:05", "2023-11-16T14:05"),
        ("16-NOV-71", "1971-11-16"),
        ("16-Nov-2023", "2023-11-16"),
        ("2023年11月16日", "2023-11-16"),
        ("2023年11月16日 14:05", "2023-11-16T14:05"),
        ("２０２３年１１月１６日", "2023-11-16"),
        ("2023년 11월 16일 14:05", "2023-11-16T14:05"),
        ("16 نوفمبر 2023", "2023-11-16"),
        ("16 تشرين الثاني 2023", "2023-11-16"),
        ("16 كانون الأول، 2023", "2023-12-16"),
        ("16 نوفمبر/تشرين الثاني 2023 - 14:05 GMT", "2023-11-16T14:05+00:00"),
        ("3 آب 2023", "2023-08-03"),
        ("١٦ نوفمبر ٢٠٢٣ الساعة ٢:٠٥ م", "2023-11-16T14:05"),
        ("16 نوفمبر 2023، 9:05 صباحًا", "2023-11-16T09:05"),
        ("٢٠٢٣-١١-١٦", "2023-11-16"),
        ("2023 թ. նոյեմբերի 16", "2023-11-16"),
        ("2023 թվականի նոյեմբերի 16, 14:05", "2023-11-16T14:05"),
    ],
)
def test_a_date_keeps_the_precision_and_zone_that_its_source_gives(written: object, iso: str) -> None:
    assert dates.parse(written, now=NOW) == iso


@pytest.mark.parametrize(
    "written",
    [
        *("03/04/2024", "yesterday", "2 hours ago", "Monday", "May 2023", "2023", "2023-11", "Nov 16"),
        *("31.02.2024", "", None, True, 0, 42, 20.5, float("nan"), "the 16 people 2023", "x" * 500),
        *("2024-05-03", "1699-12-31", "9999-12-31"),
    ],
)
def test_what_cannot_be_known_stays_unknown(written: object) -> None:
    assert dates.parse(written, now=NOW) is None


@pytest.mark.parametrize(
    "written",
    [
        *("1970-01-01T00:00:00Z", "1970-01-01 00:00:00", "1970-01-01T00:00:00.000+00:00", "19700101T000000Z"),
        *("Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T04:00:00+04:00", "1969-12-31T19:00:00-05:00"),
        *("1900-01-01T00:00:00", "1899-12-30 00:00:00", datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_program_s_zero_is_no_date(written: object) -> None:
    assert dates.parse(written, now=NOW) is None


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("1970-01-01", "1970-01-01"),
        ("1 January 1970", "1970-01-01"),
        ("1970-01-01T06:30:00Z", "1970-01-01T06:30:00+00:00"),
        ("1900-01-01", "1900-01-01"),
        ("1970-01-02T00:00:00Z", "1970-01-02T00:00:00+00:00"),
        (date(1970, 1, 1), "1970-01-01"),
    ],
)
def test_an_article_may_be_of_a_calendar_s_first_day(written: object, iso: str) -> None:
    assert dates.parse(written, now=NOW) == iso


def test_a_year_before_a_month_in_a_sentence_begins_no_date() -> None:
    assert dates.in_line("In 2023 November 16 people died", now=NOW) == []


def test_tomorrow_is_possible_and_the_day_after_is_not() -> None:
    assert dates.parse("2024-05-02", now=NOW) == "2024-05-02"
    assert dates.parse("2024-05-03", now=NOW) is None


def test_a_source_shows_by_one_date_how_it_writes_the_others() -> None:
    assert dates.day_first(["03/04/2024", "25/04/2024"]) is True
    assert dates.day_first(["03/04/2024", "04/25/2024"]) is False
    assert dates.day_first(["25/04/2024", "04/25/2024"]) is None
    assert dates.parse("03/04/2024", day_first=True, now=NOW) == "2024-04-03"
    assert dates.parse("03/04/2024", day_first=False, now=NOW) == "2024-03-04"


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2023/11/16/slug", "2023-11-16"),
        ("https://a.example/world/2023/nov/16/slug", "2023-11-16"),
        ("https://a.example/caucasus/20231116/slug", "2023-11-16"),
        ("https://a.example/kafkasya/slug-16112023", "2023-11-16"),
        ("https://a.example/2023-11-16-slug.html", "2023-11-16"),
        ("https://a.example/politics/2023/11/slug", None),
        ("https://a.example/article/12345678", None),
        ("https://a.example/2023/13/45/slug", None),
        (None, None),
    ],
)
def test_an_address_may_hold_the_day(url: str | None, day: str | None) -> None:
    assert dates.from_url(url, now=NOW) == day


class TestADateline:
    def test_takes_its_year_from_the_address_or_the_modification(self) -> None:
        text = "BAKU, Nov 16 (MWS) - Azerbaijan has turned down an offer."
        assert dates.from_dateline(text, near=["2023-11"], now=NOW) == "2023-11-16"
        assert dates.from_dateline(text, near=["2023-11-18T10:00"], now=NOW) == "2023-11-16"

    def test_of_december_read_in_january_is_of_the_year_before(self) -> None:
        assert dates.from_dateline("YEREVAN, Dec 30 (AA) -", near=["2024-01-02"], now=NOW) == "2023-12-30"

    def test_without_a_year_anywhere_stays_unknown(self) -> None:
        text = "BAKU, Nov 16 (MWS) - Azerbaijan has turned down an offer."
        assert dates.from_dateline(text, now=NOW) is None
        assert dates.from_dateline(text, near=["2024-04-02"], now=NOW) is None

    def test_may_give_the_year_itself(self) -> None:
        assert dates.from_dateline("Bakü, 16 Kasım 2023 (AA) - Azerbaycan", now=NOW) == "2023-11-16"

    @pytest.mark.parametrize(
        "text", ["On Thursday 16 people died - all of them miners.", "She was born in May 2001 - a Tuesday."]
    )
    def test_is_not_seen_in_an_ordinary_sentence(self, text: str) -> None:
        assert dates.from_dateline(text, near=["2024-04-02"], now=NOW) is None

    def test_alone_on_a_line_is_known_for_one(self) -> None:
        assert dates.is_dateline("Baku, November 16, AZERTAC")
        assert not dates.is_dateline("Baku has 16 ministers")


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("2023-11-16", "2023-11-17", True),
        ("2023-11-17", "2023-11-16T10:00", False),
        ("2023-11-16", "2023-11-16T10:00", None),
        ("2023-11-16T10:00+04:00", "2023-11-16T07:00+00:00", True),
        ("2023-11-16T10:00", "2023-11-16T07:00+00:00", None),
        (None, "2023-11-16", None),
    ],
)
def test_which_of_two_dates_is_earlier_is_said_only_where_it_can_be_told(
    a: str | None, b: str, expected: bool | None
) -> None:
    assert dates.precedes(a, b) is expected
