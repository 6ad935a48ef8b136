from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index.config import IndexConfig
from ingest.clean import clean
from ingest.config import IngestConfig
from ingest.job import run
from ingest.raw import NotAnArticle, RawArticle, ReadError, Record

Reading = Callable[..., list[Record]]
Outcomes = Callable[..., list[RawArticle | str]]

NITF = """<inlineXML contenttype="application/nitf+xml"><nitf xmlns="http://iptc.org/std/NITF/2006-10-18/">
<body><body.head><hedline><hl1>Ferry fares rise in Baku</hl1></hedline>
<byline>By Leyla Hasanova</byline></body.head>
<body.content><p>BAKU, Nov 16 (MWS) - Fares rise by a tenth from January, the council decided.</p>
<p>Nobody else objected.</p></body.content></body></nitf></inlineXML>"""
XHTML = """<inlineXML contenttype="application/xhtml+xml" xml:lang="fr"><html xmlns="http://www.w3.org/1999/xhtml">
<head><title>Fares</title></head><body><h1>Ferry fares rise</h1><p>Le prix monte de <b>dix</b> pour cent.</p>
<figure><figcaption>Le port</figcaption></figure></body></html></inlineXML>"""
PLAIN = """<inlineData contenttype="text/plain">Fares rise &lt;again&gt; in January.

Nobody objected.</inlineData>"""


def news_item(
    content: str = NITF, *, version: int = 1, status: str = "usable", kind: str = "text", more: str = "",
    created: str = "2023-11-16T09:30:00+04:00", guid: str = "urn:newsml:mws.example:20231116:FERRY",
) -> str:  # fmt: skip
    first = "<firstCreated>2023-11-16T09:30:00+04:00</firstCreated>"
    return f"""<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="{guid}" version="{version}"
  standard="NewsML-G2" standardversion="2.35" conformance="power" xml:lang="en-GB">
 <catalogRef href="http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_32.xml"/>
 <rightsInfo><copyrightHolder uri="http://mws.example/"><name>MWS Ltd</name></copyrightHolder></rightsInfo>
 <itemMeta><itemClass qcode="ninat:{kind}"/>
  <provider qcode="nprov:MWS"><name>Mountain Wire Service</name></provider>
  <versionCreated>{created}</versionCreated>{first if version > 1 else ""}{more}
  <pubStatus qcode="stat:{status}"/></itemMeta>
 <contentMeta><contentCreated>2023-11-16T09:30:00+04:00</contentCreated>
  <creator><name>Leyla Hasanova</name></creator><language tag="en-GB"/>
  <headline>
    Ferry fares rise</headline></contentMeta>
 <contentSet>{content}</contentSet>
</newsItem>"""


def only(found: list[RawArticle | str]) -> RawArticle:
    assert len(found) == 1
    assert isinstance(found[0], RawArticle), found
    return found[0]


def test_an_item_with_nitf_in_it(outcomes_of: Outcomes) -> None:
    article = only(outcomes_of(f'<?xml version="1.0" encoding="UTF-8"?>\n{news_item()}'))
    assert article.text == (
        "BAKU, Nov 16 (MWS) - Fares rise by a tenth from January, the council decided.\n\n"
        "Nobody else objected."
    )
    assert (article.title, article.publisher) == ("Ferry fares rise", "Mountain Wire Service")
    assert (article.author, article.language) == ("Leyla Hasanova", "en")
    assert (article.published, article.modified) == ("2023-11-16T09:30:00+04:00", None)
    assert article.identifier == "urn:newsml:mws.example:20231116:FERRY"
    assert clean(article).text == article.text


def test_an_item_with_xhtml_or_plain_text_in_it(outcomes_of: Outcomes) -> None:
    assert only(outcomes_of(news_item(XHTML))).text == "Le prix monte de dix pour cent."
    assert only(outcomes_of(news_item(PLAIN))).text == "Fares rise <again> in January.\n\nNobody objected."
    assert only(outcomes_of(news_item(PLAIN + NITF))).text.startswith("BAKU, Nov 16")


def test_a_dateline_stands_before_the_text_once(outcomes_of: Outcomes) -> None:
    dated = "<dateline>BAKU, Nov 16 (MWS)</dateline>"
    with_line = news_item(XHTML).replace("<headline>", f"{dated}<headline>")
    assert only(outcomes_of(with_line)).text == "BAKU, Nov 16 (MWS)\n\nLe prix monte de dix pour cent."
    assert only(outcomes_of(news_item().replace("<headline>", f"{dated}<headline>"))).text.count("BAKU") == 1


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (news_item(status="canceled"), "NotAnArticle: canceled by its publisher"),
        (news_item(status="withheld"), "NotAnArticle: withheld by its publisher"),
        (news_item(kind="picture"), "NotAnArticle: a picture, not a text"),
        (news_item(""), "NotAnArticle: a news item without a text"),
        (
            news_item("<inlineXML><sports-content/></inlineXML>"),
            "NotAnArticle: it holds <sports-content>, and no text",
        ),
        (news_item('<remoteContent href="a.txt"/>'), "NotAnArticle: its text is kept elsewhere"),
        (
            news_item(more="<embargoed>2999-01-01T00:00:00Z</embargoed>"),
            "ReadError: embargoed until 2999-01-01T00:00+00:00: ingest it again then",
        ),
        (
            news_item(more="<embargoed/>"),
            "ReadError: embargoed, and until when isn't said: ingest it again once it is lifted in the file",
        ),
        (news_item()[:-12], "ReadError: cut off: the file ends within it"),
    ],
)
def test_what_is_no_text_for_readers_says_why(outcomes_of: Outcomes, item: str, reason: str) -> None:
    assert outcomes_of(item) == [reason]


def test_an_embargo_that_is_over_is_none(outcomes_of: Outcomes) -> None:
    assert only(outcomes_of(news_item(more="<embargoed>2023-11-16T12:00:00Z</embargoed>")))


def test_a_news_message_is_its_items_and_a_broken_one_fails_alone(
    records_of: Reading, outcomes_of: Outcomes
) -> None:
    items = [
        news_item(guid="urn:newsml:a"),
        "<newsItem guid='b'>" + "<b>" * 300,
        news_item(PLAIN, guid="urn:newsml:c"),
    ]
    message = f"""<nar:newsMessage xmlns:nar="http://iptc.org/std/nar/2006-10-01/"
        xmlns="http://iptc.org/std/nar/2006-10-01/"><nar:header/><nar:itemSet>
        <packageItem guid="p"><groupSet/></packageItem>{"".join(items)}</nar:itemSet></nar:newsMessage>"""
    first, second, third = outcomes_of(message)
    assert isinstance(first, RawArticle)
    assert isinstance(third, RawArticle)
    assert [first.identifier, third.identifier] == ["urn:newsml:a", "urn:newsml:c"]
    assert str(second).startswith("ReadError")
    assert [record.origin.rpartition("#")[2] for record in records_of(message)] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("root", "reason"),
    [
        ("conceptItem", "a concept"),
        ("knowledgeItem", "a list of concepts"),
        ("planningItem", "a plan for coverage"),
        ("catalogItem", "a catalogue"),
        ("packageItem", "a package"),
    ],
)
def test_other_items_of_the_standard_are_named(records_of: Reading, root: str, reason: str) -> None:
    with pytest.raises(NotAnArticle, match=reason):
        records_of(f'<{root} xmlns="http://iptc.org/std/nar/2006-10-01/" guid="x"></{root}>')


def test_entities_of_its_own_are_refused(records_of: Reading) -> None:
    with pytest.raises(ReadError, match="entities of its own"):
        records_of(f'<!DOCTYPE newsItem [<!ENTITY a "b">]>{news_item()}')


def test_a_correction_in_another_file_is_a_version_of_the_same_article(tmp_path: Path) -> None:
    folder = tmp_path / "wire"
    folder.mkdir()
    (folder / "1.xml").write_text(news_item(), encoding="utf-8")
    corrected = news_item(version=2, created="2023-11-18T08:00:00+04:00").replace("a tenth", "a fifth")
    (folder / "2.xml").write_text(corrected, encoding="utf-8")
    report = run([str(folder)], IngestConfig(IndexConfig(tmp_path / "data"), embed=False))
    assert (report.counts["new"], report.counts["changed"]) == (1, 1)
