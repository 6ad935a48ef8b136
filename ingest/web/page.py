"""What an address sent, as records: the article with its address, and with what the feed said of it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from ingest import urls
from ingest.raw import NotAnArticle, RawArticle, ReadError, Record, no_article, raw_hash, unreadable
from ingest.web.address import is_same_site

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.readers import Readers

_FEEDS = (
    *("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"),
    *("application/xml+rss", "text/rss+xml"),
)


@dataclass(frozen=True, slots=True)
class Hint:
    """What a feed or sitemap says of a page, for what the page doesn't say itself."""

    title: str | None = None
    author: str | None = None
    published: str | None = None
    publisher: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page that was fetched, still to be read."""

    origin: str
    """The address that was asked for."""
    url: str
    """The address that it came from."""
    data: bytes
    hint: Hint
    is_named: bool
    """Whether the user named it, rather than a feed: then it must bring something."""


def records(readers: Readers, page: Fetched) -> Iterator[Record]:
    """The records of a page, whatever its format. A page with none gives one that says why."""
    name = urlsplit(page.url).path.rpartition("/")[2].lower()
    document = readers.document(page.origin, name, io.BytesIO(page.data), url=page.url)
    digest = raw_hash(page.data)
    try:
        for record in readers.of(document):
            yield replace(record, read=partial(read, record.read, page))
    except (NotAnArticle, ReadError) as reason:
        # A page that has become an article's is read when its bytes differ; this one needn't be again.
        is_fault = page.is_named or isinstance(reason, ReadError)
        refuse = unreadable if is_fault else no_article
        yield Record(page.origin, digest, partial(refuse, f"{reason}{_links(page)}"))


def read(reader: Callable[[], RawArticle], page: Fetched) -> RawArticle:
    """The article, with its address and what only the feed knows of it. As the reader raises; ReadError
    naming the page's feeds where the user named a page that is none of an article."""
    if urls.is_front_page(page.url):
        raise ReadError(f"a site's front page, no article{_links(page)}")
    try:
        article = reader()
    except NotAnArticle as reason:
        if page.is_named:
            raise ReadError(f"{reason}{_links(page)}") from reason
        raise
    url = article.url if article.url and is_same_site(article.url, page.url) else page.url
    hint = page.hint
    return replace(
        article,
        url=url,
        title=article.title or hint.title,
        author=article.author or hint.author,
        published=article.published or hint.published,
        publisher=article.publisher or hint.publisher,
        language=article.language or hint.language,
    )


def _links(page: Fetched) -> str:
    """`; it links a feed: dateline ingest https://…`, where it does."""
    found = feeds_of(page.data, page.url)
    if not found:
        return ""
    return f"; it links {'a feed' if len(found) == 1 else 'feeds'}: dateline ingest {' '.join(found[:3])}"


def feeds_of(data: bytes, base: str) -> list[str]:
    """Addresses of the feeds that a page names in its head; none where it is no HTML."""
    from lxml import etree

    from ingest.encoding import decode
    from ingest.readers import blocks

    try:
        root = blocks.parse(decode(data))
    except (etree.LxmlError, ValueError, ReadError, NotAnArticle):
        return []
    found: list[str] = []
    for link in root.iter("link"):
        kind = (link.get("type") or "").lower().partition(";")[0].strip()
        if "alternate" in (link.get("rel") or "").lower().split() and kind in _FEEDS and link.get("href"):
            try:
                url = urls.clean(urljoin(base, link.get("href")))
            except ValueError:
                continue
            if url and url not in found:
                found.append(url)
    return found
