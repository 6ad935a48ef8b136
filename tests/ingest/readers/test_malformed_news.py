"""Broken files of the XML, SGML and JSON news formats: an article, or a reason why there is none."""

from __future__ import annotations

import io
import json
import random

import pytest

from ingest.clean import clean
from ingest.raw import NotAnArticle, ReadError
from ingest.readers import Readers

SEEDS = {
    "rss": """<?xml version='1.0'?><rss version='2.0' xmlns:c='c'><channel><title>A</title>
<item><title>B &amp; C</title><link>https://a.example/1</link>
<pubDate>Thu, 16 Nov 2023 09:30:00 +0400</pubDate>
<c:encoded><![CDATA[<p>He came.</p><ul><li>x</li></ul>]]></c:encoded></item>
<item><title>D</title></item></channel></rss>""",
    "atom": """<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://a.example/'><title>A</title>
<entry><id>i</id><title type='html'>B</title><link href='/1' rel='alternate'/>
<updated>2024-02-01T10:00:00Z</updated><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>
<p>He came.</p></div></content></entry></feed>""",
    "wxr": """<rss xmlns:wp='http://wordpress.org/export/1.2/' xmlns:content='c'><channel><item>
<title>T</title><content:encoded><![CDATA[Old\n\n[caption a='b']x[/caption] new [sic]]]></content:encoded>
<wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item></channel></rss>""",
    "sitemap": """<urlset xmlns:news='n'><url><loc>https://a.example/1</loc>
<news:news><news:title>T</news:title></news:news></url></urlset>""",
    "nitf": """<!DOCTYPE nitf SYSTEM 'x.dtd'><nitf>
<head><docdata><date.issue norm='20231116T053000Z'/></docdata></head>
<body><body.head><hedline><hl1>H</hl1></hedline><byline>By A B</byline></body.head>
<body.content><p>He came.</p><table><tr><td>1</td><td>2</td></tr></table></body.content></body></nitf>""",
    "newsml-g2": """<newsMessage xmlns='http://iptc.org/std/nar/2006-10-01/'><itemSet>
<newsItem guid='urn:x:abcdef'><itemMeta><versionCreated>2018-11-21T16:25:32-05:00</versionCreated></itemMeta>
<contentMeta><headline>H</headline></contentMeta>
<contentSet><inlineXML><html><body><p>He came.</p></body></html></inlineXML></contentSet>
</newsItem></itemSet></newsMessage>""",
    "reuters": """<!DOCTYPE lewis SYSTEM 'lewis.dtd'>
<REUTERS NEWID="1">
<DATE>26-FEB-1987 15:01:01.79</DATE>
<TEXT>&#2;
<TITLE>A &lt;B></TITLE>
<DATELINE>    BAKU, Feb 26 - </DATELINE><BODY>He came.
 Reuter
&#3;</BODY></TEXT>
</REUTERS>
""",
    "ninjs": json.dumps(
        {"uri": "u", "pubstatus": "usable", "versioncreated": "2023-11-16", "body_text": "He came."}
    ),
}
PIECES = [
    *(
        b"<",
        b">",
        b"&",
        b'"',
        b"'",
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"-->",
        b"</item>",
        b"<item>",
        b"\0",
        b"\xff\xfe",
    ),
    *(
        b"&#x0;",
        b"&#xD800;",
        b"&lol;",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
        b"<a:00>",
        b"xmlns='&#xD800;'",
        b"http://[",
    ),
    *(
        b"<p>" * 300,
        b"x" * 3000,
        b"[" * 3000,
        b"{",
        b"null",
        b"9" * 400,
        b"\xed\xa0\x80",
        b"\x1b",
        b"</TEXT>",
    ),
]
ENCODINGS = ["utf-16", "utf-16-be", "utf-32", "cp1252", "utf-7", "cp500"]


def mutated(rng: random.Random, seed: bytes) -> bytes:
    data = bytearray(seed)
    for _ in range(rng.choice((1, 1, 2, 6))):
        at, kind = rng.randrange(len(data) + 1), rng.randrange(6)
        if kind == 0:
            data = data[:at]
        elif kind == 1:
            data[at:at] = rng.choice(PIECES)
        elif kind == 2:
            del data[at : at + rng.choice((1, 3, 30))]
        elif kind == 3:
            data[at:at] = data[at // 2 : at]
        elif kind == 4:
            data = bytearray(data.decode("utf-8", "replace").encode(rng.choice(ENCODINGS), "replace"))
        else:
            data = data.replace(rng.choice(PIECES), rng.choice(PIECES), rng.choice((1, 3)))
    return bytes(data) or b" "


@pytest.mark.parametrize("name", SEEDS)
def test_whatever_is_broken_is_named(name: str) -> None:
    rng = random.Random(name)
    readers = Readers(1 << 20)
    for _ in range(80):
        data = mutated(rng, SEEDS[name].encode())
        try:
            for record in readers.of(readers.document(f"/x/{name}", name, io.BytesIO(data))):
                try:
                    assert clean(record.read()).text
                except (NotAnArticle, ReadError) as reason:
                    assert str(reason)
        except (NotAnArticle, ReadError) as reason:
            assert str(reason)


@pytest.mark.parametrize(
    "data",
    [
        "<rss><channel><item><title>T</title><description>" + "<p>" * 100_000,
        "<nitf><body><body.content>" + "<fn>x</fn>y" * 30_000 + "</body.content></body></nitf>",
        "<nitf><body><body.content>" + "<p/>" * 600_000 + "</body.content></body></nitf>",
        '<REUTERS NEWID="1"><TEXT>' + "<TITLE>" * 100_000 + "</TEXT></REUTERS>",
        '<REUTERS NEWID="1"><TEXT>' + " " * 500_000 + "x" + "</TEXT></REUTERS>",
        "<rss>" + "<item " * 100_000,
        "<rss " + "'" * 300_000,
        "<!--" * 100_000,
        "<?xml?><!DOCTYPE x [" + "]  " * 100_000,
        '{"standard":' * 20_000,
        '{"uri":"u","pubstatus":"x","bodies":' + "[" * 100_000,
    ],
)
def test_a_bomb_is_read_in_the_time_of_its_length(data: str) -> None:
    readers = Readers(8 << 20)
    try:
        for record in readers.of(readers.document("/x/bomb", "bomb", io.BytesIO(data.encode()))):
            record.read()
    except (NotAnArticle, ReadError) as reason:
        assert str(reason)
