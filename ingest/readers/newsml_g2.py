"""NewsML-G2: news items that carry a text (NITF, XHTML or plain), alone or in a news message."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from ingest import dates, urls
from ingest.raw import NotAnArticle, RawArticle, Record, unreadable
from ingest.raw import raw_hash as hash_of
from ingest.readers import nitf, xml
from ingest.readers.body import from_html, without_headline
from ingest.readers.fields import language_code
from ingest.readers.pieces import Pieces
from ingest.readers.reader import Document, Head
from ingest.readers.status import refuse_unpublished

FORMAT = "NewsML-G2"
_WITHOUT_TEXT = {
    "conceptItem": "a concept",
    "knowledgeItem": "a list of concepts",
    "planningItem": "a plan for coverage",
    "catalogItem": "a catalogue",
    "packageItem": "a package that names articles",
    "groupSet": "a package that names articles",
    "contentMeta": "a description without its article",
}
_WITH_TEXT = {"newsItem": "newsItem", "newsMessage": "newsItem", "contentSet": "contentSet"}
"""The element that is one article, by root."""
_NAMESPACE = "iptc.org/std/nar/"
_MARKUP = frozenset(("html", "body", "div", "p", "article", "section", "main", "span", "ul", "ol", "table"))
_KINDS = {
    "picture": "a picture",
    "video": "a video",
    "audio": "a sound",
    "graphic": "a graphic",
    "animation": "a video",
}


def recognises(head: Head) -> bool:
    root = xml.root_of(head)
    if root is None or root.name not in {*_WITH_TEXT, *_WITHOUT_TEXT}:
        return False
    return not root.namespace or _NAMESPACE in root.namespace


def records(document: Document) -> Iterator[Record]:
    """A Record a news item; `origin#n` in a news message."""
    root = xml.root_of_stream(document)
    if root.name not in _WITH_TEXT:
        raise NotAnArticle(f"{_WITHOUT_TEXT[root.name]}: it holds no text")
    pieces = Pieces(document.stream, (_WITH_TEXT[root.name],), root.name, document.max_bytes)
    number = 0
    for number, piece in enumerate(pieces, 1):
        if number == 1:
            xml.refuse_entities(pieces.head)
        origin = (
            f"{document.origin}#{number}" if root.name == "newsMessage" or number > 1 else document.origin
        )
        if piece.fault:
            yield Record(origin, "", partial(unreadable, piece.fault))
        else:
            digest = hash_of(piece.data)
            scope = root.scope if root.name == "newsMessage" else ""
            yield Record(origin, digest, partial(_read, origin, digest, piece.data, pieces.encoding, scope))
    if pieces.fault:
        yield Record(f"{document.origin}#{number + 1}", "", partial(unreadable, pieces.fault))
    elif number == 0:
        xml.refuse_entities(pieces.head)
        raise NotAnArticle("a news message without news items")


def _read(origin: str, digest: str, data: bytes, encoding: str | None, scope: str) -> RawArticle:
    item = xml.parse(data, encoding=encoding, scope=scope)
    meta, content = xml.child(item, "itemMeta"), xml.child(item, "contentMeta")
    parts = item if xml.local(item) == "contentSet" else xml.child(item, "contentSet")
    status = xml.attribute(xml.child(meta, "pubStatus"), "qcode") or xml.attribute(
        xml.child(meta, "pubStatus"), "uri"
    )
    embargo = xml.child(meta, "embargoed")
    until = None if embargo is None else xml.text(embargo) or ""  # empty: until its publisher says otherwise
    refuse_unpublished((status or "").replace("/", ":"), until)
    kind = (xml.attribute(xml.child(meta, "itemClass"), "qcode") or "").rpartition(":")[2]
    if kind in _KINDS:
        raise NotAnArticle(f"{_KINDS[kind]}, not a text")
    text, inner, language = _text_of(parts)
    if not text:
        raise NotAnArticle(_why_none(parts))
    title = _first(content, "headline") or (inner and inner.headline) or _first(meta, "title")
    created = dates.parse(_first(meta, "firstCreated")) or dates.parse(_first(content, "contentCreated"))
    version = dates.parse(_first(meta, "versionCreated"))
    dateline = _first(content, "dateline")
    text = without_headline(text, title)
    if dateline and inner is None and not nitf.begins_with(text, dateline):
        text = f"{dateline}\n\n{text}"
    published = created or (inner and inner.published) or version
    return RawArticle(
        origin,
        digest,
        text,
        title=title,
        publisher=_publisher(item, meta) or (inner and inner.publisher) or None,
        author=_author(content) or (inner and inner.author) or None,
        published=published,
        modified=version if version != published else None,
        language=_language(content, item) or language or (inner and inner.language) or None,
        identifier=xml.attribute(item, "guid") or (inner and inner.identifier) or None,
        extracted=True,
        whole=True,
    )


def _text_of(parts: Any) -> tuple[str, nitf.Story | None, str | None]:
    """The best of the alternative renditions of an item's text, what NITF said of it, and its language."""
    plain: tuple[str, nitf.Story | None, str | None] = ("", None, None)
    for part in () if parts is None else parts:
        language = language_code(xml.attribute(part, "lang"))
        if xml.local(part) == "inlineXML":
            inner = next(xml.descendants(part, "nitf"), None)
            if inner is not None:
                story = nitf.story_of(inner)
                if story.text:
                    return story.text, story, language
            elif any(xml.local(each) in _MARKUP for each in part):
                html = next(xml.descendants(part, "body"), part)
                text = from_html(f"<div>{xml.markup(html)}</div>")
                if text:
                    return text, None, language
        elif xml.local(part) == "inlineData":
            kind = xml.attribute(part, "contenttype") or "text/plain"
            if kind.startswith("text/") or "xhtml" in kind:
                stated = "".join(part.itertext()).strip()
                plain = (from_html(stated) if "html" in kind else stated, None, language)
    return plain


def _why_none(parts: Any) -> str:
    names = [] if parts is None else [xml.local(each) for part in parts for each in part if xml.local(each)]
    if names:
        return f"it holds <{names[0]}>, and no text"
    if parts is not None and any(xml.local(part) == "remoteContent" for part in parts):
        return "its text is kept elsewhere"
    return "a news item without a text"


def _first(parent: Any, name: str) -> str | None:
    if parent is None:
        return None
    return next((text for each in xml.children(parent, name) if (text := xml.text(each))), None)


def _publisher(item: Any, meta: Any) -> str | None:
    provider = xml.child(meta, "provider")
    holder = xml.child(item, "rightsInfo", "copyrightHolder")
    named = xml.text(xml.child(provider, "name")) or xml.text(xml.child(holder, "name"))
    if named:
        return named
    for stated in (
        xml.attribute(provider, "literal"),
        xml.attribute(provider, "uri"),
        xml.attribute(holder, "uri"),
    ):
        if stated and (url := urls.clean(stated)):
            return urls.host(url)
        if stated:
            return stated
    code = (xml.attribute(provider, "qcode") or "").rpartition(":")[2]
    if code.startswith("www."):
        return urls.host(f"https://{code}")
    return code or None


def _author(content: Any) -> str | None:
    if content is None:
        return None
    names = [
        name for creator in xml.children(content, "creator") if (name := xml.text(xml.child(creator, "name")))
    ]
    return ", ".join(dict.fromkeys(names)) or nitf.name_in_byline(_first(content, "by"))


def _language(content: Any, item: Any) -> str | None:
    stated = xml.attribute(xml.child(content, "language"), "tag")
    return language_code(stated) or language_code(xml.attribute(item, "lang"))
