"""Pages made to break a reader: read, or refused by a sentence, and no crash."""

from __future__ import annotations

import pytest

from ingest.clean import clean
from ingest.raw import NotAnArticle, ReadError
from ingest.readers import html

PARAGRAPHS = (
    "<p>The minister said on Thursday that the talks in the port would not take place next week.</p>"
    "<p>Her colleague abroad had not been told, officials said. No other day was named for them to meet.</p>"
    "<p>Fishermen on the quay shrugged. They had seen three such conferences come and go, one said.</p>"
)
FIRST = "The minister said on Thursday"


def text(markup: str | bytes) -> str | None:
    """The article's text; None where the page is refused."""
    data = markup.encode() if isinstance(markup, str) else markup
    try:
        return clean(html.read("/page.html", "hash", data)).text
    except (NotAnArticle, ReadError) as reason:
        assert str(reason)
        return None


# More of each than a page has, few enough for seconds.
AROUND = {
    "300 boxes deep": "<div>" * 300 + "{}",
    "2,000 boxes deep": "<div>" * 2000 + "{}",
    "zeros": "\0\0{}" + "\0" * 20_000,
    "an endless class": "<div class='" + "related " * 50_000 + "'>{}</div>",
    "a style sheet of open comments": "<style>" + "/*" * 100_000 + "</style>{}",
    "a style sheet of open rules": "<style>" + "a{{" * 100_000 + "</style>{}",
    "a style sheet of nested rules": "<style>" + "@media x{{" * 50_000 + "</style>{}",
    "a style sheet without rules": "<style>" + "a " * 100_000 + "</style>{}",
    "JSON-LD of brackets": "<script type='application/ld+json'>" + "[" * 100_000 + "</script>{}",
    "much JSON-LD": "<script type='application/ld+json'>{{\"@type\": \"Article\"}}</script>" * 3000 + "{}",
    "many headings": "<h1>Head line here</h1>" * 5000 + "{}",
    "many attributes": "<div " + " ".join(f"a{n}=b" for n in range(20_000)) + ">{}</div>",
    "white space": "<p>" + " \n" * 500_000 + "</p>{}",
    "many tags": "<meta name=author content='a b'>" * 20_000 + "{}",
}  # fmt: skip


@pytest.mark.parametrize("around", AROUND.values(), ids=AROUND)
def test_the_article_is_still_found(around: str) -> None:
    found = text(f"<html><body>{around.format(PARAGRAPHS)}</body></html>")
    assert found is not None
    assert FIRST in found


ENDLESS = {
    "100,000 boxes deep": "<div>" * 100_000 + PARAGRAPHS,
    "100,000 stresses deep": "<b>" * 100_000 + PARAGRAPHS,
    "nested tables": "<table><tr><td>" * 2000 + PARAGRAPHS,
    "nested lists": "<ul><li>" * 20_000 + PARAGRAPHS,
    "one line": "<p>" + "word " * 300_000,
    "one word": "x" * 2_000_000,
    "entities": "<p>" + "&amp;&lt;&#1234;&bogus;" * 50_000,
    "open tags": "<" * 200_000,
    "open comments": "<!--" * 50_000 + PARAGRAPHS,
    "open links": "<p><a href='" * 20_000,
    "breaks": "<div>" + "text<br><br>" * 10_000,
    "a wide table": "<table>" + ("<tr>" + "<td>1</td>" * 50 + "</tr>") * 400 + "</table>",
    "hidden boxes": "<div hidden>" * 20_000 + PARAGRAPHS,
    "links": "<a href=/x>link text here</a> " * 10_000,
    "dates": "<time>16 Nov 2023</time>" * 5000,
}


@pytest.mark.parametrize("body", ENDLESS.values(), ids=ENDLESS)
def test_a_page_of_one_thing_is_read_or_refused(body: str) -> None:
    found = text(f"<html><body>{body}</body></html>")
    assert found is None or found.strip()


@pytest.mark.parametrize(
    "broken",
    [
        b"<html><body>" + PARAGRAPHS.encode()[:200] + b"\xff\xfe\xc3\x28" + PARAGRAPHS.encode() + b"</body>",
        b"\xef\xbb\xbf<html><meta charset=utf-16><body>" + PARAGRAPHS.encode(),
        b"<html><meta charset=no-such-charset><body>" + PARAGRAPHS.encode(),
        b"<html><meta charset=utf-8><body>"
        + "<p>Министр сообщила, что переговоров не будет.</p>".encode("cp1251") * 4,
        PARAGRAPHS.encode("utf-16")[:-1],
        b"<html>" + bytes(range(128, 256)) * 50,
        "<html><body>\ud800\udfff".encode("utf-8", "surrogatepass") + PARAGRAPHS.encode(),
    ],
)
def test_broken_encodings_are_read_or_refused(broken: bytes) -> None:
    found = text(broken)
    assert found is None or "\0" not in found
