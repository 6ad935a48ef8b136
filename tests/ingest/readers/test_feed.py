from __future__ import annotations

import io
import pickle
from collections.abc import Callable

import pytest

from ingest.clean import clean
from ingest.raw import NotAnArticle, RawArticle, ReadError, Record
from ingest.readers import feed, recognise
from ingest.readers.reader import Head

Reading = Callable[..., list[Record]]
Outcomes = Callable[..., list[RawArticle | str]]

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<!-- made by the newsroom's own system -->
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
     xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"
     xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel>
  <title>Kura Valley Observer - World</title>
  <link>https://kuravalleyobserver.example/world</link>
  <description>News &amp; comment</description>
  <language>en-GB</language>
  <sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>
  <item>
    <title>Harbour master &#8216;was warned&#8217; of the storm</title>
    <link>https://kuravalleyobserver.example/2023/11/16/harbour?utm_source=rss</link>
    <guid isPermaLink="false">kvo-1187</guid>
    <pubDate>Thu, 16 Nov 2023 09:30:00 +0400</pubDate>
    <dc:creator><![CDATA[Leyla Hasanova]]></dc:creator>
    <media:content url="https://kuravalleyobserver.example/pier.jpg" medium="image"/>
    <description><![CDATA[The harbour master was told two days ahead.]]></description>
    <content:encoded><![CDATA[<figure><img src="p.jpg"><figcaption>The pier on Tuesday</figcaption></figure>
<p>The harbour master was told two days ahead that the storm would reach the pier, an inquiry heard
on Thursday.</p>
<p>He denied it. &ldquo;Nobody rang&rdquo;, he said.</p><ul><li>Three boats sank</li></ul>
<!-- an advertisement -->]]></content:encoded>
  </item>
  <item>
    <title>Council &lt;b&gt;votes&lt;/b&gt; on ferry fares</title>
    <guid>https://kuravalleyobserver.example/2023/11/15/fares</guid>
    <pubDate>Wed, 15 Nov 2023 18:05:00 GMT</pubDate>
    <author>desk@kuravalleyobserver.example (Orkhan Aliyev)</author>
    <source url="https://caspiancourier.example/rss">Caspian Courier</source>
    <description>Fares rise by a tenth from January, the council decided by 12 votes to 9.</description>
  </item>
  <item><title>Only a headline</title><link>https://kuravalleyobserver.example/x</link></item>
</channel></rss>
"""

ATOM = """<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://ararat-dispatch.example/">
  <title type="html">Ararat &lt;em&gt;Dispatch&lt;/em&gt;</title>
  <link rel="self" href="https://ararat-dispatch.example/feed"/>
  <link href="https://ararat-dispatch.example/"/>
  <updated>2024-02-01T10:00:00Z</updated>
  <entry>
    <id>tag:ararat-dispatch.example,2024:77</id>
    <title type="text">Bread prices &amp; wages</title>
    <link rel="enclosure" href="/77.mp3"/>
    <link rel="alternate" href="/2024/02/bread"/>
    <published>2024-01-31T08:15:00+04:00</published>
    <updated>2024-02-01T09:00:00+04:00</updated>
    <author><name>Anahit Grigoryan</name></author><author><name>Tigran Sahakyan</name></author>
    <summary>Bread went up.</summary>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Bread went up by <b>4 per cent</b> in
      January, bakers said.</p><p>Wages did not.</p></div></content>
  </entry>
  <entry>
    <id>tag:ararat-dispatch.example,2024:78</id>
    <title>Without a date of publication</title>
    <link href="https://ararat-dispatch.example/2024/78"/>
    <updated>2024-02-01T10:00:00Z</updated>
    <content type="html">&lt;p&gt;The mill at Sevan stays shut until spring, he said.&lt;/p&gt;</content>
  </entry>
</feed>
"""

RDF = """<?xml version="1.0" encoding="ISO-8859-1"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/">
 <channel rdf:about="https://cafepress.example/"><title>Caf\u00e9 Press</title><link>https://cafepress.example/</link>
  <items><rdf:Seq><rdf:li resource="https://cafepress.example/1"/></rdf:Seq></items></channel>
 <item rdf:about="https://cafepress.example/1"><title>Une soir\u00e9e</title><link>https://cafepress.example/1</link>
  <description>La soir\u00e9e aura lieu le 3 mars, selon la mairie.</description>
  <dc:date>2004-03-01T12:00:00+01:00</dc:date><dc:language>fr</dc:language></item>
</rdf:RDF>
""".encode("latin-1")


def articles(found: list[RawArticle | str]) -> list[RawArticle]:
    assert all(isinstance(each, RawArticle) for each in found), found
    return [each for each in found if isinstance(each, RawArticle)]


def test_an_rss_entry_is_its_full_text_with_what_the_feed_says_of_it(outcomes_of: Outcomes) -> None:
    first, second, third = outcomes_of(RSS)
    assert isinstance(first, RawArticle)
    assert isinstance(second, RawArticle)
    assert first.text == (
        "The harbour master was told two days ahead that the storm would reach the pier, an inquiry heard on"
        " Thursday.\n\nHe denied it. “Nobody rang”, he said.\n\nThree boats sank"
    )
    assert first.title == "Harbour master ‘was warned’ of the storm"
    assert (first.publisher, first.author, first.language) == ("Kura Valley Observer", "Leyla Hasanova", "en")
    assert (first.published, first.modified) == ("2023-11-16T09:30:00+04:00", None)
    assert first.url == "https://kuravalleyobserver.example/2023/11/16/harbour?utm_source=rss"
    assert first.identifier == "kvo-1187"
    assert clean(first).text.startswith("The harbour master was told")
    assert second.text == "Fares rise by a tenth from January, the council decided by 12 votes to 9."
    assert (second.title, second.publisher) == ("Council votes on ferry fares", "Caspian Courier")
    assert (second.author, second.url) == (
        "Orkhan Aliyev",
        "https://kuravalleyobserver.example/2023/11/15/fares",
    )
    assert third == "NotAnArticle: no article text found: the entry has a headline and an address only"


def test_an_atom_entry_has_its_own_dates_authors_and_address(outcomes_of: Outcomes) -> None:
    first, second = articles(outcomes_of(ATOM))
    assert first.text == "Bread went up by 4 per cent in January, bakers said.\n\nWages did not."
    assert (first.title, first.publisher) == ("Bread prices & wages", "Ararat Dispatch")
    assert (first.published, first.modified) == ("2024-01-31T08:15:00+04:00", "2024-02-01T09:00:00+04:00")
    assert (first.author, first.language) == ("Anahit Grigoryan, Tigran Sahakyan", "en")
    assert first.url == "https://ararat-dispatch.example/2024/02/bread"
    assert (second.published, second.modified) == ("2024-02-01T10:00:00+00:00", None)
    assert second.text == "The mill at Sevan stays shut until spring, he said."


def test_rss_1_in_the_encoding_it_declares(outcomes_of: Outcomes) -> None:
    (only,) = articles(outcomes_of(RDF))
    assert (only.title, only.publisher, only.language) == ("Une soirée", "Café Press", "fr")
    assert only.published == "2004-03-01T12:00:00+01:00"
    assert only.url == "https://cafepress.example/1"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_a_feed_in_two_or_four_bytes_a_character_is_the_same_feed(
    outcomes_of: Outcomes, encoding: str
) -> None:
    found = outcomes_of(RSS.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode(encoding))
    assert [each.title for each in found if isinstance(each, RawArticle)] == [
        "Harbour master ‘was warned’ of the storm",
        "Council votes on ferry fares",
    ]


@pytest.mark.parametrize(
    ("fault", "mended"),
    [
        ("Smith & Sons said 5 < 6", "Smith & Sons said 5 < 6"),
        ("cafe&nbsp;owners &eacute;lus", "cafe owners élus"),
        ("a bell \x07 rang \x0b twice", "a bell rang twice"),
        ("a bell &#7; rang &#x1F; twice", "a bell rang twice"),
        ("he said ]]> and left", "he said ]]> and left"),
        ("an &unheard; of entity", "an &unheard; of entity"),
        ("it cost &#128; 5", "it cost € 5"),
    ],
)
def test_what_is_not_well_formed_is_mended(outcomes_of: Outcomes, fault: str, mended: str) -> None:
    item = "<item><title>One</title><description>On Monday {} in the town.</description></item>"
    first, second = articles(
        outcomes_of(f"<rss><channel>{item.format(fault)}{item.format('it')}</channel></rss>")
    )
    assert " ".join(first.text.split()) == f"On Monday {mended} in the town."
    assert second.text == "On Monday it in the town."


def test_an_entry_in_another_encoding_than_the_feed_s_is_read(outcomes_of: Outcomes) -> None:
    item = "<item><title>{}</title><description>Une soirée à la mairie.</description></item>"
    data = (
        b"<?xml version='1.0' encoding='utf-8'?><rss><channel>"
        + item.format("un").encode()
        + item.format("deux").encode("cp1252")
        + b"</channel></rss>"
    )
    assert [a.text for a in articles(outcomes_of(data))] == ["Une soirée à la mairie."] * 2


def test_a_missing_end_tag_ends_where_the_next_entry_begins(outcomes_of: Outcomes) -> None:
    data = "<rss><channel><item><title>A</title><description>One told <item><title>B</title><description>Two"
    first, second = outcomes_of(f"{data}</description></item></channel></rss>")
    assert isinstance(first, RawArticle)
    assert isinstance(second, RawArticle)
    assert (first.text, second.text) == ("One told", "Two")


def test_a_feed_cut_off_gives_what_is_whole_and_says_so(records_of: Reading, outcomes_of: Outcomes) -> None:
    found = outcomes_of(RSS[: RSS.index("<guid>https")])
    assert isinstance(found[0], RawArticle)
    assert found[1:] == ["ReadError: cut off: the file ends within it"]
    found = outcomes_of(RSS[: RSS.index("<item><title>Only")])
    assert found[2:] == ["ReadError: cut off: the file ends without </rss>"]
    assert len(records_of(RSS)) == 3


def test_comments_and_cdata_hide_tags(outcomes_of: Outcomes) -> None:
    data = (
        "<rss><channel><!-- <item><description>No</description></item> --><item><title>A</title>"
        "<description><![CDATA[<p>He typed &lt;item&gt; and </item> and went on.</p>]]></description></item>"
        "</channel></rss>"
    )
    (only,) = articles(outcomes_of(data))
    assert only.text == "He typed <item> and and went on."


def test_a_feed_without_entries_is_no_article(records_of: Reading) -> None:
    with pytest.raises(NotAnArticle, match="a feed without entries"):
        records_of("<rss version='2.0'><channel><title>Kura Valley Observer</title></channel></rss>")


def test_entities_of_its_own_are_refused_unexpanded(records_of: Reading) -> None:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    item = "<item><title>&a9;</title></item>"
    bomb = f'<!DOCTYPE rss [<!ENTITY a0 "ha">{laughs}]><rss><channel>{item}</channel></rss>'
    outside = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel></channel></rss>'
    for data in (bomb, outside):
        with pytest.raises(ReadError, match="declares entities of its own"):
            records_of(data)


def test_an_entry_too_large_or_too_deep_fails_alone(outcomes_of: Outcomes) -> None:
    item = "<item><title>T</title><description>{}</description></item>"
    large, deep = item.format("x" * 3000), item.format("<b>" * 400)
    found = outcomes_of(
        f"<rss><channel>{large}{deep}{item.format('He came.')}</channel></rss>", max_bytes=2500
    )
    assert found[0] == "ReadError: larger than 0.00238 MiB"
    assert str(found[1]).startswith("ReadError: too large or too deep to be an article")
    assert isinstance(found[2], RawArticle)


def test_a_record_of_a_feed_can_be_read_in_another_process(records_of: Reading) -> None:
    record = records_of(RSS)[0]
    assert pickle.loads(pickle.dumps(record)).read() == record.read()
    assert record.raw_hash != records_of(RSS.replace("two days", "three days"))[0].raw_hash


def test_a_feed_of_any_size_is_read_in_bounded_memory() -> None:
    import tracemalloc

    from ingest.readers import Readers

    class Endless(io.RawIOBase):
        """A feed of 60 MB that is made as it is read."""

        def __init__(self) -> None:
            self.start = b"<rss><channel><title>T</title>"
            self.item = (
                b"<item><title>T</title><description>" + b"It rained. " * 900 + b"</description></item>"
            )
            self.at = 0

        def seekable(self) -> bool:
            return True

        def seek(self, to: int, whence: int = 0) -> int:
            self.at = 60_000_000 if whence == 2 else to
            return self.at

        def tell(self) -> int:
            return self.at

        def read(self, size: int = -1) -> bytes:
            body = self.start if self.at == 0 else b""
            while len(body) < size and self.at + len(body) < 60_000_000:
                body += self.item
            self.at += len(body)
            return body

    reading = Readers(1 << 20)
    tracemalloc.start()
    count = sum(1 for _ in reading.of(reading.document("feed", "feed", Endless())))  # type: ignore[arg-type]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count > 5000
    assert peak < 8_000_000


def test_a_feed_is_listed_for_those_who_fetch_it() -> None:
    found = feed.read_feed(RSS.encode(), "https://kuravalleyobserver.example/rss")
    assert (found.title, found.language, found.ttl_minutes) == ("Kura Valley Observer - World", "en", 15)
    assert found.fault is None
    assert [entry.url for entry in found.entries][2] == "https://kuravalleyobserver.example/x"
    assert found.entries[1].content_html is None
    assert "Fares rise" in (found.entries[1].summary_html or "")
    page = "<p>Fares rise by a tenth from January.</p><p>Nobody liked it.</p>"
    read = feed.article("https://x.example/f", found.entries[1], page)
    assert read.text == "Fares rise by a tenth from January.\n\nNobody liked it."
    assert read.extracted
    cut = feed.read_feed(RSS[: RSS.index("<guid>https")].encode())
    assert len(cut.entries) == 1
    assert cut.fault == "cut off: the file ends within it"
    for broken in (b"<html><body>Not found</body></html>", b"", b"\x00\x01", b"<rss><channel><item>"):
        with pytest.raises(ReadError):
            feed.read_feed(broken)


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        ("<rss version='0.91'>", "feed"),
        ('\ufeff<?xml version="1.0"?>\n<?xml-stylesheet href="a.css"?>\n<!-- x -->\n<rss>', "feed"),
        ("<!DOCTYPE rss PUBLIC '-//Netscape//DTD RSS 0.91//EN' 'http://x.example/rss.dtd'><rss>", "feed"),
        ("<atom:feed xmlns:atom='http://www.w3.org/2005/Atom'>", "feed"),
        (
            "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>",
            "feed",
        ),
        ("<rss xmlns:wp='http://wordpress.org/export/1.2/'>", "WordPress export"),
        ("<?xml version='1.0'?><foo><body>text</body></foo>", "XML"),
        ("<svg xmlns='http://www.w3.org/2000/svg'>", "XML"),
        ("<?xml version='1.0'?><!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml'>", "HTML"),
        ("<Photo> by the harbour master", "text"),
    ],
)
def test_xml_is_known_by_its_root(start: str, kind: str) -> None:
    assert kind == recognise(Head(start.encode(), "file.xml")).FORMAT


def test_xml_of_another_kind_is_named(records_of: Reading) -> None:
    with pytest.raises(NotAnArticle, match=r"XML of no news format \(root <recipe>\)"):
        records_of("<?xml version='1.0'?><recipe><title>Plov</title></recipe>")


def test_a_json_feed_is_read_as_json(outcomes_of: Outcomes) -> None:
    import json

    item = {
        "id": "1",
        "url": "https://a.example/1",
        "title": "Snow in Sevan",
        "date_published": "2024-01-05T08:00:00Z",
        "content_html": "<p>Snow fell on Sevan.</p>",
        "authors": [{"name": "Anahit Grigoryan"}],
    }
    (only,) = articles(
        outcomes_of(
            json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "A", "items": [item]})
        )
    )
    assert (only.text, only.author, only.url) == (
        "Snow fell on Sevan.",
        "Anahit Grigoryan",
        "https://a.example/1",
    )
