from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest

from ingest.clean import clean
from ingest.raw import RawArticle, Record
from ingest.readers import recognise
from ingest.readers.reader import Head
from ingest.readers.reuters import unwrapped

Reading = Callable[..., list[Record]]
Outcomes = Callable[..., list[RawArticle | str]]


def item(text: str, *, number: int = 1, date: str = "26-FEB-1987 15:01:01.79") -> str:
    return f"""<REUTERS TOPICS="YES" LEWISSPLIT="TRAIN" CGISPLIT="TRAINING-SET" OLDID="5544" NEWID="{number}">
<DATE>{date}</DATE>
<TOPICS><D>ferry</D></TOPICS>
<UNKNOWN>
&#5;&#5;&#5;C T
&#22;&#22;&#1;f0704&#31;reute
u f BC-FERRY   02-26 0105</UNKNOWN>
{text}
</REUTERS>
"""


STORY = """<TEXT>&#2;
<TITLE>HARBOUR &lt;HBR> RAISES FERRY FARES</TITLE>
<AUTHOR>    By Leyla Hasanova, Reuters</AUTHOR>
<DATELINE>    BAKU, Feb 26 - </DATELINE><BODY>Harbour Co &lt;HBR> said it would raise
its ferry fares by a tenth from next month, citing the price of
marine fuel, which rose 12 pct in the quarter.
    The council of the city must agree, a spokesman said.
 FARE           OLD      NEW
 Adults        2.70     3.00
 Children      0.90     1.00
    He gave no date &amp; no reason.
 Reuter
&#3;</BODY></TEXT>"""
BULLETIN = """<TEXT TYPE="BRIEF">&#2;
******<TITLE>HARBOUR CO SAYS FERRY FARES TO RISE 10 PCT
</TITLE>Blah blah blah.
&#3;

</TEXT>"""
RAW = """<TEXT TYPE="UNPROC">&#2;
BAKU FERRY INDEX AT 1530

 205.81 OFF 1.67
&#3;

</TEXT>"""
EMPTY = """<TEXT TYPE="UNPROC">&#2;
&#3;

</TEXT>"""
HEAD = '<!DOCTYPE lewis SYSTEM "lewis.dtd">\n'


def test_a_story_is_what_was_sent_paragraph_by_paragraph(outcomes_of: Outcomes) -> None:
    (only,) = outcomes_of(HEAD + item(STORY))
    assert isinstance(only, RawArticle)
    assert only.text == (
        "BAKU, Feb 26 - Harbour Co <HBR> said it would raise its ferry fares by a tenth from next month,"
        " citing the price of marine fuel, which rose 12 pct in the quarter.\n\n"
        "The council of the city must agree, a spokesman said.\n"
        "FARE OLD NEW\nAdults 2.70 3.00\nChildren 0.90 1.00\n\n"
        "He gave no date & no reason."
    )
    assert (only.title, only.author) == ("HARBOUR <HBR> RAISES FERRY FARES", "Leyla Hasanova")
    assert (only.publisher, only.language, only.identifier) == ("Reuters", "en", "1")
    assert only.published == "1987-02-26T15:01:01"
    assert clean(only).text == only.text


def test_a_bulletin_s_headline_is_its_text(outcomes_of: Outcomes) -> None:
    (only,) = outcomes_of(HEAD + item(BULLETIN))
    assert isinstance(only, RawArticle)
    assert only.text == only.title == "HARBOUR CO SAYS FERRY FARES TO RISE 10 PCT"
    assert clean(only).text == only.text


def test_an_item_without_parts_keeps_its_lines(outcomes_of: Outcomes) -> None:
    (only,) = outcomes_of(HEAD + item(RAW))
    assert isinstance(only, RawArticle)
    assert only.text == "BAKU FERRY INDEX AT 1530\n\n205.81 OFF 1.67"
    assert only.title == "BAKU FERRY INDEX AT 1530"
    assert clean(only).text == only.text


@pytest.mark.parametrize(
    ("stated", "date"),
    [
        (" 5-MAR-1987 09:07:54.17", "1987-03-05T09:07:54"),
        ("26-MAR-1987 00:00:00.00&#9;&#9;&#9;RM", "1987-03-26T00:00:00"),
        ("31-MAR-1987 605:12:19.12", "1987-03-31"),
        ("31-FEB-1987 05:12:19.12", None),
        ("", None),
    ],
)
def test_dates_to_the_second_or_to_the_day(outcomes_of: Outcomes, stated: str, date: str | None) -> None:
    (only,) = outcomes_of(HEAD + item(STORY, date=stated))
    assert isinstance(only, RawArticle)
    assert only.published == date


def test_control_characters_and_sign_offs_go(outcomes_of: Outcomes) -> None:
    text = STORY.replace("citing", "ci&#127;ting&#5;&#30;").replace(" Reuter\n", " REUTER...\r\n")
    (only,) = outcomes_of(HEAD + item(text))
    assert isinstance(only, RawArticle)
    assert "next month, citing the price" in only.text
    assert only.text.endswith("no reason.")


def test_many_items_packed_or_not_and_one_cut_off(records_of: Reading, outcomes_of: Outcomes) -> None:
    data = HEAD + "".join(item(STORY, number=n) for n in range(1, 40)) + item(EMPTY, number=40)
    found = records_of(gzip.compress(data.encode("latin-1")), "reut.sgm.gz")
    assert [record.origin.rpartition("#")[2] for record in found] == [str(n) for n in range(1, 41)]
    assert len({record.raw_hash for record in found}) == 40
    assert outcomes_of(data)[-1] == "NotAnArticle: no article text found"
    cut = outcomes_of(data[:-40])
    assert isinstance(cut[-2], RawArticle)
    assert cut[-1] == "ReadError: cut off: the file ends within it"


def test_it_is_known_by_its_first_element() -> None:
    for start in (HEAD + item(STORY), item(BULLETIN)):
        assert recognise(Head(start.encode(), "file.txt")).FORMAT == "Reuters SGML"


def test_short_lines_at_the_margin_stay_lines() -> None:
    assert unwrapped("SOYBEAN OIL\nCORRECTED REPETITION\n MAY7  1552H 1550L") == [
        "SOYBEAN OIL\nCORRECTED REPETITION\nMAY7 1552H 1550L"
    ]
