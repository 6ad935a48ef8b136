"""NITF, the IPTC's markup of one article; also where it stands inside NewsML-G2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from ingest import dates, urls
from ingest.clean import NO_TEXT
from ingest.raw import NotAnArticle, RawArticle, Record, unreadable
from ingest.raw import raw_hash as hash_of
from ingest.readers import xml
from ingest.readers.body import rows_to_lines
from ingest.readers.fields import language_code
from ingest.readers.pieces import Pieces
from ingest.readers.reader import Document, Head
from ingest.readers.status import moment, refuse_unpublished

FORMAT = "NITF"
_UNPRINTED = ("media", "del-list", "fn", "note", "copyrite", "nitf-table-metadata", "custom-table")
_UNSEEN = "template"
_AS_HTML = {
    "hl1": "h1",
    "hl2": "h2",
    "bq": "blockquote",
    "block": "div",
    "nitf-table": "div",
    "datasource": "p",
}


@dataclass(frozen=True, slots=True)
class Story:
    """What a `nitf` element prints, and says of itself. Dates are ISO 8601."""

    text: str
    headline: str | None
    author: str | None
    publisher: str | None
    published: str | None
    release: str | None
    """When it may be shown, as it is stated."""
    identifier: str | None
    language: str | None
    url: str | None
    status: str
    """`usable`, `embargoed`, `withheld`, `canceled`."""


def recognises(head: Head) -> bool:
    root = xml.root_of(head)
    return root is not None and root.name == "nitf"


def records(document: Document) -> Iterator[Record]:
    """A Record an article: one, but for files into which several were put."""
    root = xml.root_of_stream(document)
    pieces = Pieces(document.stream, ("nitf",), root.name, document.max_bytes)
    for number, piece in enumerate(pieces, 1):
        if number == 1:
            xml.refuse_entities(pieces.head)
        origin = document.origin if number == 1 else f"{document.origin}#{number}"
        if piece.fault:
            yield Record(origin, "", partial(unreadable, piece.fault))
        else:
            digest = hash_of(piece.data)
            yield Record(origin, digest, partial(_read, origin, digest, piece.data, pieces.encoding))


def _read(origin: str, digest: str, data: bytes, encoding: str | None) -> RawArticle:
    story = story_of(xml.parse(data, encoding=encoding))
    # Any item may have a time of release; where it is called embargoed, it must be one that can be read.
    is_release = story.status == "embargoed" or moment(story.release or "") is not None
    refuse_unpublished(story.status, story.release if is_release else None)
    if not story.text:
        raise NotAnArticle(NO_TEXT)
    return RawArticle(
        origin,
        digest,
        story.text,
        title=story.headline,
        publisher=story.publisher,
        author=story.author,
        published=story.published,
        language=story.language,
        url=story.url,
        identifier=story.identifier,
        extracted=True,
        whole=True,
    )


def story_of(nitf: Any) -> Story:
    """The story of a `nitf` element, which is changed on the way."""
    head, body = xml.child(nitf, "head"), xml.child(nitf, "body")
    top, content = xml.child(body, "body.head"), xml.child(body, "body.content")
    docdata = xml.child(head, "docdata")
    pubdata = xml.child(head, "pubdata")
    issued = _norm(xml.child(docdata, "date.issue"))
    released = _norm(xml.child(docdata, "date.release"))
    printed = dates.parse(xml.attribute(pubdata, "date.publication"))
    storied = _norm(xml.child(top, "dateline", "story.date"))
    headline = _headline(xml.child(top, "hedline")) or xml.text(xml.child(head, "title"))
    dateline = xml.text(xml.child(top, "dateline"))
    publisher = (
        xml.attribute(pubdata, "name")
        or xml.attribute(xml.child(docdata, "doc.copyright"), "holder")
        or xml.text(xml.child(top, "distributor"))
    )
    identifier = xml.attribute(xml.child(docdata, "doc-id"), "id-string")
    language = xml.attribute(body, "lang") or xml.attribute(nitf, "lang")
    author = _author(xml.child(top, "byline"))
    status = (xml.attribute(docdata, "management-status") or "usable").lower()
    url = urls.clean(xml.attribute(pubdata, "ex-ref"))
    text = "" if content is None else text_of(content)
    if dateline and text and not begins_with(text, dateline):
        text = f"{dateline}\n\n{text}"
    return Story(
        text,
        headline,
        author,
        publisher,
        issued or printed or released or storied,
        xml.attribute(xml.child(docdata, "date.release"), "norm"),
        identifier,
        language_code(language),
        url,
        status,
    )


def text_of(content: Any) -> str:
    """What `body.content`, or any element with markup like it, prints: a line a block, no captions."""
    from ingest.readers.blocks import text_of as printed

    xml.without_namespaces(content)
    blocks = [block for block in content if xml.local(block) == "block"]
    others = [block for block in blocks if xml.attribute(block, "class") != "full_text"]
    if len(others) < len(blocks):  # beside the full text stands its first paragraph once more
        for block in others:
            content.remove(block)
    for element in list(content.iter()):
        name = xml.local(element)
        if name in _UNPRINTED:
            element.tag = _UNSEEN
        elif name in _AS_HTML:
            element.tag = _AS_HTML[name]
    rows_to_lines(content)
    return str(printed(content))


def _headline(hedline: Any) -> str | None:
    first = xml.child(hedline, "hl1")
    return xml.text(first) if first is not None else xml.text(xml.child(hedline, "hl2"))


_BY = re.compile(r"^(?:by|von|par|por|di|av|af|door)\s+(?=\S)", re.IGNORECASE)


def _author(byline: Any) -> str | None:
    """Who wrote it: the persons marked up in the byline, else its text without their titles."""
    if byline is None:
        return None
    people = [name for person in xml.descendants(byline, "person") if (name := xml.text(person))]
    if people:
        return ", ".join(dict.fromkeys(people))
    return name_in_byline(xml.text(byline, "byttl", "location", "virtloc"))


def name_in_byline(byline: str | None) -> str | None:
    """`Meredith Jameson` of `By Meredith Jameson,`."""
    name = _BY.sub("", " ".join((byline or "").split())).strip(" ,;|–—-")
    return name if name and len(name) <= 150 else None


def _norm(element: Any) -> str | None:
    return dates.parse(xml.attribute(element, "norm") or xml.text(element))


def begins_with(text: str, dateline: str) -> bool:
    def letters(value: str) -> str:
        return re.sub(r"\W+", "", value).lower()

    return letters(text[: 2 * len(dateline) + 20]).startswith(letters(dateline))
