"""A web page: its article by trafilatura, its metadata from where pages put them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from index.article import day_number
from index.text import words
from ingest import dates, publisher
from ingest.chrome import classify
from ingest.clean import NO_TEXT, language_of
from ingest.encoding import decode
from ingest.raw import NotAnArticle, RawArticle, Record
from ingest.raw import raw_hash as hash_of
from ingest.readers import blocks, metadata
from ingest.readers.reader import Document, Head

FORMAT = "HTML"
_PAGE = re.compile(r"<(?:!doctype html|html|head|body)\b", re.I)
_FRAGMENT = re.compile(r"<(?:article|div|p|section|main|h1|table|!--)\b|<!--", re.I)

_EDGE_LINES = 12
"""Lines at a page's head and foot where its site may be named."""


def recognises(head: Head) -> bool:
    start = head.text[:4000]
    return start.startswith("<") and bool(_PAGE.search(start) or _FRAGMENT.match(start))


def records(document: Document) -> Iterator[Record]:
    data = document.data()
    digest = hash_of(data)
    yield Record(document.origin, digest, partial(read, document.origin, digest, data))


def read(origin: str, raw_hash: str, data: bytes) -> RawArticle:
    """NotAnArticle where the page has no text that reads like an article's."""
    return from_text(origin, raw_hash, decode(data))


def from_text(origin: str, raw_hash: str, html: str) -> RawArticle:
    from lxml import etree

    try:
        root = blocks.parse(html)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise NotAnArticle(f"{NO_TEXT}: {error}") from error
    page = metadata.read(root)
    blocks.remove_hidden(root)
    _flatten_layout(root)
    everything = blocks.text_of(root)
    body = _body(root, page)
    article = RawArticle(
        origin,
        raw_hash,
        body or everything,
        title=page.title,
        publisher=page.publisher or _publisher(everything, page.url),
        author=page.author if page.author != page.publisher else None,
        published=page.published,
        modified=page.modified,
        # Templates say `lang="en"` of any article.
        language=language_of(body or everything, letters=100) or page.language,
        url=page.url,
        extracted=body is not None,
    )
    if body is None and not _reads_like_article(everything):
        raise NotAnArticle(NO_TEXT)
    if article.published is None:
        article = replace(article, published=_date_in_text(everything, article) or _found_date(root))
    return article


def _body(root: Any, page: metadata.Page) -> str | None:
    """The article's text; None where none is found and the whole page must be looked through."""
    import trafilatura

    options: dict[str, Any] = {"include_comments": False, "include_tables": True, "favor_precision": False}
    found = trafilatura.bare_extraction(root, with_metadata=False, **options)
    body = (found.text or "").strip() if found is not None else ""
    stated = _stated_body(page)
    # JSON-LD often has a summary for a body; sometimes it has what a paywall or a script kept from the page.
    if stated and len(words(stated)) > 1.5 * len(words(body)) and len(words(stated)) >= 80:
        return stated
    return body if len(words(body)) >= 10 else None


def _stated_body(page: metadata.Page) -> str | None:
    if not page.body:
        return None
    if re.search(r"<(?:p|br|div)\b", page.body):
        root = blocks.parse(f"<div>{page.body}</div>")
        blocks.remove_hidden(root)
        return blocks.text_of(root)
    import html

    return html.unescape(page.body)


def _flatten_layout(root: Any) -> None:
    """Tables that lay out a page, as old ones do, become blocks; tables of figures stay."""
    for table in list(root.iter("table")):
        cells = [cell for cell in table.iter("td") if len(cell.text_content()) > 250]
        if not cells and next(table.iterancestors("table"), None) is None and len(list(table.iter("a"))) < 3:
            continue
        if not cells and len(list(table.iter("tr"))) > 2:
            continue
        for part in [table, *table.iter("tbody", "tr", "td")]:
            part.tag = "div"
    for br in list(root.iter("br")):
        following = br.getnext()
        if following is not None and following.tag == "br" and not (br.tail or "").strip():
            _split_at(br)


def _split_at(br: Any) -> None:
    """`text<br><br>text`: the text between such breaks becomes a paragraph of its own."""
    second = br.getnext()
    parent = br.getparent()
    if parent is None or second is None:
        return
    import lxml.html

    paragraph = lxml.html.Element("p")
    paragraph.text = second.tail
    second.tail = None
    following = second.getnext()
    parent.replace(second, paragraph)
    parent.remove(br) if not br.tail else None
    while following is not None and following.tag not in (
        "br",
        "p",
        "div",
        "table",
        "h1",
        "h2",
        "h3",
        "ul",
        "ol",
    ):
        after = following.getnext()
        paragraph.append(following)
        following = after


def _reads_like_article(text: str) -> bool:
    lines = [classify(line) for line in text.split("\n")]
    story = [line for line in lines if line.kind == "story" and not line.weak]
    return len(story) >= 2 and sum(len(line.words) for line in story) >= 50


def _publisher(text: str, url: str | None) -> str | None:
    lines = [classify(line) for line in text.split("\n") if line.strip()]
    return publisher.from_page(lines[:_EDGE_LINES], lines[-_EDGE_LINES:], url)


def _found_date(root: Any) -> str | None:
    """What htmldate finds in the markup; not what it guesses from any year on the page. After all else:
    of six news pages with a date in their address it contradicted four, by up to three years."""
    from datetime import UTC, datetime, timedelta

    from htmldate import find_date

    latest = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%d")
    found = find_date(
        root, extensive_search=False, original_date=True, min_date="1990-01-01", max_date=latest
    )
    return dates.parse(found)


def _date_in_text(text: str, article: RawArticle) -> str | None:
    """The date line by the headline, and the address's day where the two are further apart than a day."""
    line, address = _date_line(text, article), dates.from_url(article.url)
    if line is None or address is None:
        return line or address
    days = abs((day_number(line) or 0) - (day_number(address) or 0))
    return line if days <= 1 else address


def _date_line(text: str, article: RawArticle) -> str | None:
    """A date on a line of its own, labelled, or between the headline and the story's first lines.

    Elsewhere stand the day on which the page was saved, and the days of other articles.
    """
    day_first = dates.writes_day_first(article.language)
    lines = [classify(line, day_first=day_first) for line in text.split("\n") if line.strip()]
    title = words(article.title or "")
    begins = words(article.text[:200])[:6]
    top = max((i for i, line in enumerate(lines) if title and line.words == title), default=None)
    body = next((i for i, line in enumerate(lines) if begins and line.words[: len(begins)] == begins), None)
    first = top if top is not None else body
    for i, line in enumerate(lines):
        last = body + 2 if body is not None and first is not None and body >= first else (first or 0) + 6
        is_beside = first is not None and first - 5 <= i <= last
        if line.kind == "date" and (is_beside or line.says_when):
            published = [iso for kind, iso in line.dates if kind == "published"]
            if published:
                return published[0]
    return None
