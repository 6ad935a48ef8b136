"""RSS (0.9x, 1.0, 2.0) and Atom: an article an entry, of its full text where the feed has it, else of its
summary.

lxml rather than feedparser: entries are cut from the stream and parsed alone, so that a feed of any size
fits and a broken entry spoils no other.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urljoin

from index.text import words
from ingest import dates, urls
from ingest.clean import NO_TEXT
from ingest.raw import NotAnArticle, RawArticle, ReadError, Record, unreadable
from ingest.raw import raw_hash as hash_of
from ingest.readers import credit, xml
from ingest.readers.body import from_html, plain
from ingest.readers.fields import language_code
from ingest.readers.pieces import Pieces
from ingest.readers.reader import HEAD_BYTES, Document, Head

FORMAT = "feed"
_ROOTS = {"rss": "item", "RDF": "item", "feed": "entry"}
_PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10080, "monthly": 43200, "yearly": 525600}
_TITLE_BREAK = re.compile(r"\s+(?:[|–—·•»›>-]|::?|>>)\s+|:\s+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed, as the feed has it. Dates are ISO 8601."""

    raw_hash: str
    """Of the entry's own bytes."""
    url: str | None = None
    identifier: str | None = None
    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    language: str | None = None
    published: str | None = None
    updated: str | None = None
    content_html: str | None = None
    """The whole text, where the feed has it; may be plain text."""
    summary_html: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says of itself, and its entries."""

    title: str | None = None
    url: str | None = None
    """Of the site."""
    language: str | None = None
    ttl_minutes: int | None = None
    """How long the feed asks to be left alone."""
    publisher: str | None = None
    base: str | None = None
    """What its relative addresses are relative to."""
    entries: list[Entry] = field(default_factory=list)
    fault: str | None = None
    """What is wrong with it, the entries being those that could be read all the same."""


def recognises(head: Head) -> bool:
    root = xml.root_of(head)
    if root is None or root.name not in _ROOTS:
        return False
    return root.name != "RDF" or "purl.org/rss" in root.scope or "netscape.com/rdf" in root.scope


def records(document: Document) -> Iterator[Record]:
    """A Record an entry, `origin#n`. NotAnArticle where the feed has none."""
    root = xml.root_of_stream(document)
    pieces = Pieces(document.stream, (_ROOTS[root.name],), root.name, document.max_bytes)
    feed = Feed()
    number = 0
    for number, piece in enumerate(pieces, 1):
        if number == 1:
            feed = _about(pieces.head, pieces.encoding, root, document.url)
        origin, digest = f"{document.origin}#{number}", hash_of(piece.data)
        if piece.fault:
            yield Record(origin, "", partial(unreadable, piece.fault))
        else:
            yield Record(
                origin, digest, partial(_read, origin, piece.data, pieces.encoding, root.scope, feed)
            )
    if pieces.fault:
        yield Record(f"{document.origin}#{number + 1}", "", partial(unreadable, pieces.fault))
    elif number == 0:
        xml.refuse_entities(pieces.head)
        raise NotAnArticle("a feed without entries")


def read_feed(data: bytes, url: str | None = None) -> Feed:
    """A feed in memory, which came from `url`. ReadError where it is none, or none of its entries can be
    read; what could be read otherwise, with `fault`."""
    head = Head(data[:HEAD_BYTES], "")
    root = xml.root_of(head)
    if root is None or not recognises(head):
        raise ReadError("no feed: neither RSS nor Atom")
    pieces = Pieces(io.BytesIO(data), (_ROOTS[root.name],), root.name, len(data))
    entries: list[Entry] = []
    faults: list[str] = []
    feed = None
    for piece in pieces:
        feed = feed or _about(pieces.head, pieces.encoding, root, url)
        try:
            if piece.fault:
                raise ReadError(piece.fault)
            entries.append(_entry(piece.data, pieces.encoding, root.scope, feed))
        except ReadError as error:
            faults.append(str(error))
    feed = feed or _about(pieces.head, pieces.encoding, root, url)
    faults += [pieces.fault] if pieces.fault else []
    if faults and not entries:
        raise ReadError(faults[0])
    return Feed(
        feed.title, feed.url, feed.language, feed.ttl_minutes, feed.publisher, feed.base, entries,
        faults[0] if faults else None,
    )  # fmt: skip


def article(origin: str, entry: Entry, html: str) -> RawArticle:
    """The article of an entry whose text is `html`: its content, its summary, or what its page holds."""
    text = from_html(html)
    return RawArticle(
        origin,
        entry.raw_hash,
        text,
        title=entry.title,
        publisher=entry.publisher,
        author=entry.author,
        published=entry.published or entry.updated,
        modified=entry.updated if entry.published else None,
        language=entry.language,
        url=entry.url,
        identifier=entry.identifier,
        extracted=True,
        repeated=credit.lines_in(html, text, title=entry.title, site=entry.publisher, url=entry.url),
    )


def _read(origin: str, data: bytes, encoding: str | None, scope: str, feed: Feed) -> RawArticle:
    entry = _entry(data, encoding, scope, feed)
    html = entry.content_html or entry.summary_html
    if not html:
        raise NotAnArticle(f"{NO_TEXT}: the entry has a headline and an address only")
    return article(origin, entry, html)


def _about(head: bytes, encoding: str | None, root: xml.Root, url: str | None) -> Feed:
    """What stands before the first entry. ReadError where that declares entities."""
    xml.refuse_entities(head)
    try:
        outer = xml.parse_head(head, encoding=encoding, scope=root.scope)
    except ReadError:
        return Feed(base=url)
    inner = xml.child(outer, "channel")
    channel = outer if inner is None else inner
    title = plain(xml.markup(xml.child(channel, "title")))
    site = _link(channel, url)
    language = xml.text(xml.child(channel, "language")) or xml.attribute(outer, "lang")
    return Feed(
        title,
        site,
        language_code(language),
        _ttl(channel),
        _publisher(title, site or url),
        xml.attribute(outer, "base") or site or url,
    )


def _ttl(channel: Any) -> int | None:
    stated = xml.text(xml.child(channel, "ttl")) or ""
    if stated.isdecimal() and len(stated) < 8:
        return int(stated)
    period = _PERIODS.get((xml.text(xml.child(channel, "updatePeriod")) or "").lower())
    if period is None:
        return None
    often = xml.text(xml.child(channel, "updateFrequency")) or "1"
    return max(1, period // max(1, int(often))) if often.isdecimal() and len(often) < 8 else period


def _publisher(title: str | None, url: str | None) -> str | None:
    """`Kura Valley Observer` of `Kura Valley Observer - World news`, where the address tells which it is."""
    if title is None or url is None:
        return title
    parts = _TITLE_BREAK.split(title)
    own = [part for part in parts if words(part) and urls.names_the_same(part, url)]
    return own[0] if len(parts) > 1 and len(own) == 1 else title


def _entry(data: bytes, encoding: str | None, scope: str, feed: Feed) -> Entry:
    element = xml.parse(data, encoding=encoding, scope=scope)
    source = xml.child(element, "source")
    source_title = plain(xml.markup(xml.child(source, "title"))) or (
        xml.text(source) if source is not None and len(source) == 0 else None
    )
    content = _content(element)
    summary = next(
        (html for name in ("description", "summary") if (html := xml.markup(xml.child(element, name)))), None
    )
    updated = next((iso for name in ("updated", "modified") if (iso := _date(element, name))), None)
    names = ("pubDate", "published", "issued", "created", "date")
    published = next((iso for name in names if (iso := _date(element, name))), None)
    guid = xml.child(element, "guid")
    language = xml.attribute(element, "lang") or xml.text(xml.child(element, "language"))
    return Entry(
        hash_of(data),
        _link(element, feed.base) or _permalink(guid),
        xml.text(guid) or xml.text(xml.child(element, "id")) or xml.attribute(element, "about"),
        plain(xml.markup(xml.child(element, "title"))),
        _author(element),
        source_title or feed.publisher,
        language_code(language) or feed.language,
        published,
        updated,
        content,
        summary,
    )


def _content(element: Any) -> str | None:
    for name in ("encoded", "content", "body", "fullitem"):
        for found in xml.children(element, name):
            kind = xml.attribute(found, "type") or ""
            is_text = kind in ("", "text", "html", "xhtml") or kind.startswith(("text/", "application/xhtml"))
            # media:content is a picture's address
            if is_text and not xml.attribute(found, "src") and (html := xml.markup(found)):
                return html
    return None


def _date(element: Any, name: str) -> str | None:
    return next((iso for e in xml.children(element, name) if (iso := dates.parse(xml.text(e)))), None)


def _link(element: Any, base: str | None) -> str | None:
    """The address of an entry's page, or of a feed's site."""
    first = xml.text(xml.child(element, "origLink"))
    candidates: list[tuple[str | None, str]] = [(None, first)] if first else []
    for link in xml.children(element, "link"):
        if (xml.attribute(link, "rel") or "alternate") == "alternate":
            here = xml.attribute(link, "base") or xml.attribute(element, "base")
            if address := xml.attribute(link, "href") or xml.text(link):
                candidates.append((here, address))
    for here, address in candidates:
        with suppress(ValueError):  # no address at all
            if found := urls.clean(urljoin(urljoin(base or "", here or ""), address)):
                return found
    return None


def _permalink(guid: Any) -> str | None:
    if guid is None or (xml.attribute(guid, "isPermaLink") or "true").lower() != "true":
        return None
    return urls.clean(xml.text(guid))


_MAIL = re.compile(r"^\S+@\S+\s*\((?P<name>[^()]+)\)$|^(?P<before>[^<>@]+?)\s*<[^<>]*@[^<>]*>$")


def _author(element: Any) -> str | None:
    names: list[str] = []
    for author in (e for name in ("creator", "author") for e in xml.children(element, name)):
        name = plain(xml.text(xml.child(author, "name"))) or (
            plain(xml.text(author)) if not len(author) else None
        )
        if name and (mail := _MAIL.match(name)):
            name = mail["name"] or mail["before"]
        if name and "@" not in name and "://" not in name and len(name) <= 150:
            names.append(re.sub(r"(?i)^by\s+", "", name))
    return ", ".join(dict.fromkeys(names)) or None
