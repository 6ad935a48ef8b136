from __future__ import annotations

from collections.abc import Callable

import pytest

from ingest.clean import clean
from ingest.raw import RawArticle, ReadError, Record

Reading = Callable[..., list[Record]]
Outcomes = Callable[..., list[RawArticle | str]]

NITF = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE nitf PUBLIC "-//IPTC//DTD NITF 3.4//EN" "http://nowhere.example/nitf-3-4.dtd">
<nitf>
 <head>
  <title>ferry</title>
  <docdata management-status="usable">
   <doc-id id-string="mws-20231116-ferry" regsrc="MWS"/>
   <del-list><from-src src-name="somebody" level-number="1"/></del-list>
   <date.issue norm="20231116T053000Z"/>
   <date.release norm="20231116T060000Z"/>
   <doc.copyright year="2023" holder="Mountain Wire Service"/>
  </docdata>
 </head>
 <body>
  <body.head>
   <hedline><hl1>Ferry fares <em>rise</em></hl1><hl2>Council splits</hl2></hedline>
   <byline>By <person>Leyla Hasanova</person><byttl>Staff writer</byttl></byline>
   <distributor>MWS</distributor>
   <dateline><location>BAKU</location>, <story.date>Nov. 16</story.date></dateline>
   <abstract><p>Fares rise.</p></abstract>
  </body.head>
  <body.content>
   <p>Fares rise by a tenth,   the council
      decided by <num>12</num> votes to 9.</p>
   <media media-type="image"><media-caption><p>The ferry in port</p></media-caption></media>
   <hl2>What it costs</hl2>
   <ul><li>Adults: 3 manats</li><li>Children: 1 manat</li></ul>
   <table><tr><th>Year</th><th>Fare</th></tr><tr><td>2022</td><td>2.70</td></tr></table>
   <block><p>Smith & Sons objected.<fn>A footnote</fn> Nobody else did.</p></block>
   <bq><block><p>“It is the fuel.”</p></block></bq>
  </body.content>
  <body.end><tagline>Mail the desk</tagline></body.end>
 </body>
</nitf>
"""


def only(found: list[RawArticle | str]) -> RawArticle:
    assert len(found) == 1
    assert isinstance(found[0], RawArticle), found
    return found[0]


def test_an_article_is_read_with_its_document_data(outcomes_of: Outcomes) -> None:
    article = only(outcomes_of(NITF))
    assert [line for line in article.text.split("\n") if line] == [
        "BAKU, Nov. 16",
        "Fares rise by a tenth, the council decided by 12 votes to 9.",
        "What it costs",
        "Adults: 3 manats",
        "Children: 1 manat",
        "Year | Fare",
        "2022 | 2.70",
        "Smith & Sons objected. Nobody else did.",
        "“It is the fuel.”",
    ]
    assert (article.title, article.publisher) == ("Ferry fares rise", "Mountain Wire Service")
    assert (article.author, article.published) == ("Leyla Hasanova", "2023-11-16T05:30:00+00:00")
    assert article.identifier == "mws-20231116-ferry"
    assert clean(article).text == article.text


@pytest.mark.parametrize(
    ("byline", "author"),
    [
        ("<byline>By Leyla Hasanova, <byttl>Staff Reporter</byttl></byline>", "Leyla Hasanova"),
        ("<byline>LEYLA HASANOVA</byline>", "LEYLA HASANOVA"),
        (
            "<byline><person>A. Aliyev</person> and <person>B. Babayev</person></byline>",
            "A. Aliyev, B. Babayev",
        ),
        ("<byline><byttl>Mountain Wire</byttl></byline>", None),
        ("", None),
    ],
)
def test_who_wrote_it_without_their_titles(outcomes_of: Outcomes, byline: str, author: str | None) -> None:
    start, end = NITF.index("<byline>"), NITF.index("<distributor>")
    assert only(outcomes_of(NITF[:start] + byline + NITF[end:])).author == author


def test_a_newspaper_s_page_data_and_a_body_given_twice(outcomes_of: Outcomes) -> None:
    data = """<nitf><head><title>Old news</title><docdata><doc-id id-string="1"/></docdata>
    <pubdata date.publication="19870101T000000" name="The Harbour Gazette" ex-ref="http://gazette.example/1"/></head>
    <body><body.head><hedline><hl1>Old news</hl1></hedline></body.head><body.content>
    <block class="lead_paragraph"><p>LEAD: It began.</p></block>
    <block class="full_text"><p>LEAD: It began.</p><p>It ended.</p></block></body.content></body></nitf>"""
    article = only(outcomes_of(data))
    assert article.text == "LEAD: It began.\n\nIt ended."
    assert (article.publisher, article.published) == ("The Harbour Gazette", "1987-01-01")
    assert article.url == "http://gazette.example/1"


@pytest.mark.parametrize(
    ("old", "new", "outcome"),
    [
        ('status="usable"', 'status="canceled"', "NotAnArticle: canceled by its publisher"),
        ('status="usable"', 'status="withheld"', "NotAnArticle: withheld by its publisher"),
        ("20231116T060000Z", "29991116T060000Z", "ReadError: embargoed until 2999-11-16T06:00+00:00"),
        ("</body>\n</nitf>", "", "ReadError: cut off: the file ends within it"),
    ],
)
def test_what_may_not_be_shown_is_not_taken(outcomes_of: Outcomes, old: str, new: str, outcome: str) -> None:
    (found,) = outcomes_of(NITF.replace(old, new))
    assert str(found).startswith(outcome)


@pytest.mark.parametrize(
    ("release", "outcome"),
    [
        (
            "",
            "ReadError: embargoed, and until when isn't said: ingest it again once it is lifted in the file",
        ),
        (
            '<date.release norm="when it is over"/>',
            "ReadError: embargoed until a time that can't be read ('when it is over')",
        ),
    ],
)
def test_what_is_called_embargoed_is_not_taken_without_a_time_that_has_passed(
    outcomes_of: Outcomes, release: str, outcome: str
) -> None:
    embargoed = NITF.replace('status="usable"', 'status="embargoed"')
    assert only(outcomes_of(embargoed))
    assert outcomes_of(embargoed.replace('<date.release norm="20231116T060000Z"/>', release)) == [outcome]
    assert only(outcomes_of(NITF.replace("20231116T060000Z", "when it is over")))


def test_entities_of_its_own_are_refused(records_of: Reading) -> None:
    data = NITF.replace('nitf-3-4.dtd">', 'nitf-3-4.dtd" [<!ENTITY x SYSTEM "file:///etc/passwd">]>')
    with pytest.raises(ReadError, match="entities of its own"):
        records_of(data)


def test_an_article_without_a_body_has_no_text(outcomes_of: Outcomes) -> None:
    assert outcomes_of("<nitf><head><title>Nothing</title></head><body><body.content/></body></nitf>") == [
        "NotAnArticle: no article text found"
    ]
