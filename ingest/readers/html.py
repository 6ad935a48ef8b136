"""A web page: its article, and what is known of it, from where pages put them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from index.article import day_number
from index.text import words
from ingest import dates, publisher
from ingest.chrome import classify_all
from ingest.clean import NO_TEXT
from ingest.encoding import decode
from ingest.extraction import body, layout, page, refusal
from ingest.extraction.features import Known
from ingest.language import language_of
from ingest.line import Line
from ingest.raw import NotAnArticle, RawArticle, Record
from ingest.raw import raw_hash as hash_of
from ingest.readers import blocks, metadata
from ingest.readers.reader import Document, Head

FORMAT = "HTML"
_PAGE = re.compile(r"<(?:!doctype html|html|head|body)\b", re.I)
_FRAGMENT = re.compile(r"<(?:article|div|p|section|main|h1|table|!--)\b|<!--", re.I)

_LOOKED_AT = 2000
"""Lines of a page among which its date may stand."""
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


@dataclass(frozen=True, slots=True)
class Opened:
    """A page taken apart."""

    root: Any
    """Without what no reader sees."""
    said: metadata.Page
    blocks: page.Page
    known: Known


def open_page(html: str) -> Opened:
    """NotAnArticle where the text holds no element."""
    from lxml import etree

    try:
        root = blocks.parse(html)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise NotAnArticle(f"{NO_TEXT}: {error}") from error
    said = metadata.read(root)
    blocks.remove_hidden(root)
    layout.flatten(root)
    known = Known(body.votes(root), _stated_body(said) or "", said.title or "", said.description or "")
    return Opened(root, said, page.read(root), known)


def from_text(origin: str, raw_hash: str, html: str) -> RawArticle:
    opened = open_page(html)
    said = opened.said
    everything = body.text_of(opened.blocks.blocks, apart=True)
    text = _body(opened)
    article = RawArticle(
        origin,
        raw_hash,
        text or everything,
        title=said.title,
        publisher=said.publisher or _publisher(everything, said.url or metadata.site(opened.root)),
        author=said.author,
        published=said.published,
        modified=said.modified,
        # Templates say `lang="en"` of any article.
        language=language_of(text or everything, letters=100) or said.language,
        url=said.url,
        extracted=text is not None,
    )
    if text is None and not _reads_like_article(everything):
        raise NotAnArticle(NO_TEXT)
    if article.published is None:
        article = replace(article, published=_date_in_text(everything, article))
    return article


def _body(opened: Opened) -> str | None:
    """The article's text; None where none is found and the whole page must be looked through.
    NotAnArticle where the page plainly is none."""
    chosen = body.choose(opened.blocks, opened.known)
    found, stated = body.text_of(chosen), opened.known.stated
    # JSON-LD often has a summary for a body; sometimes it has what a paywall or a script kept from the page.
    if stated and len(words(stated)) > 1.5 * len(words(found)) and len(words(stated)) >= 80:
        return stated
    reason = refusal.reason(
        chosen, opened.blocks.blocks, opened.said.title, is_front_page=opened.said.is_front_page
    )
    if reason is not None:
        raise NotAnArticle(f"{NO_TEXT}: {reason}")
    return found if len(words(found)) >= 10 or len(found) >= 70 else None


def _stated_body(page: metadata.Page) -> str | None:
    if not page.body:
        return None
    if re.search(r"<(?:p|br|div)\b", page.body):
        root = blocks.parse(f"<div>{page.body}</div>")
        blocks.remove_hidden(root)
        return blocks.text_of(root)
    import html

    return html.unescape(page.body)


def _reads_like_article(text: str) -> bool:
    lines = classify_all(text.split("\n"))
    story = [line for line in lines if _is_paragraph(line)]
    return len(story) >= 2 and sum(len(line.words) for line in story) >= 50


def _publisher(text: str, url: str | None) -> str | None:
    """By what stands above the first paragraph and below the last."""
    written = [line for line in text.split("\n") if line.strip()]
    above = classify_all(written[:_EDGE_LINES])
    below = classify_all(written[-_EDGE_LINES:])
    first = next((i for i, line in enumerate(above) if _is_paragraph(line)), len(above))
    last = next((i for i, line in enumerate(below[::-1]) if _is_paragraph(line)), len(below))
    return publisher.from_page(above[:first], below[len(below) - last :], url)


def _is_paragraph(line: Line) -> bool:
    return line.kind == "story" and not line.weak


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
    written = [line for line in text.split("\n") if line.strip()][:_LOOKED_AT]
    lines = classify_all(written, day_first=day_first)
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
