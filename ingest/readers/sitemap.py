"""Sitemaps, of news or of anything: addresses of articles, whose texts they don't hold.

As a file there is nothing in one to ask about; `listed` is for whoever fetches what it names.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from ingest import dates, urls
from ingest.raw import NotAnArticle, ReadError, Record
from ingest.readers import xml
from ingest.readers.body import plain
from ingest.readers.fields import language_code
from ingest.readers.pieces import Pieces
from ingest.readers.reader import HEAD_BYTES, Document, Head

FORMAT = "sitemap"
_ROOTS = {"urlset": "url", "sitemapindex": "sitemap"}
_LARGEST = 1024 * 1024
"""Bytes of one entry."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a sitemap says of one address. Dates are ISO 8601."""

    url: str
    is_sitemap: bool = False
    """Whether it is another sitemap's."""
    lastmod: str | None = None
    title: str | None = None
    published: str | None = None
    publisher: str | None = None
    language: str | None = None


def recognises(head: Head) -> bool:
    root = xml.root_of(head)
    return root is not None and root.name in _ROOTS


def records(document: Document) -> Iterator[Record]:
    """None: NotAnArticle with how many addresses it names."""
    count, is_index = 0, False
    for entry in listed(document.stream):
        count, is_index = count + 1, is_index or entry.is_sitemap
    what = ("other sitemap" if is_index else "address") + ("" if count == 1 else "s" if is_index else "es")
    raise NotAnArticle(
        f"a sitemap: it names {count:,} {what} and holds no text; ingest its own address instead"
    )
    yield


def listed(stream: BinaryIO | bytes) -> Iterator[Listed]:
    """The addresses in a sitemap, or in an index of sitemaps, in order. Entries that can't be read are left
    out; ReadError where the document is none, and at its end where that is cut off."""
    if isinstance(stream, bytes):
        stream = io.BytesIO(stream)
    head = Head(stream.read(HEAD_BYTES), "")
    stream.seek(0)
    root = xml.root_of(head)
    if root is None or root.name not in _ROOTS:
        raise ReadError("no sitemap")
    pieces = Pieces(stream, (_ROOTS[root.name],), root.name, _LARGEST)
    is_first, fault = True, None
    for piece in pieces:
        if is_first:
            xml.refuse_entities(pieces.head)
            is_first = False
        if piece.fault:
            fault = piece.fault
            continue
        try:
            entry = _entry(piece.data, pieces.encoding, root)
        except ReadError:
            continue
        if entry is not None:
            yield entry
    if is_first:
        xml.refuse_entities(pieces.head)
    if fault := pieces.fault or fault:
        raise ReadError(fault)


def _entry(data: bytes, encoding: str | None, root: xml.Root) -> Listed | None:
    element = xml.parse(data, encoding=encoding, scope=root.scope)
    url = urls.clean(xml.text(xml.child(element, "loc")))
    if url is None:
        return None
    news = xml.child(element, "news")
    publication = xml.child(news, "publication")
    return Listed(
        url,
        root.name == "sitemapindex",
        dates.parse(xml.text(xml.child(element, "lastmod"))),
        plain(xml.text(xml.child(news, "title"))),
        dates.parse(xml.text(xml.child(news, "publication_date"))),
        plain(xml.text(xml.child(publication, "name"))),
        language_code(xml.text(xml.child(publication, "language"))),
    )
