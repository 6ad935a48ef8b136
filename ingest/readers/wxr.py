"""WordPress's own export (WXR), of any size: its published posts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ingest import dates, urls
from ingest.clean import NO_TEXT
from ingest.raw import NotAnArticle, RawArticle, ReadError, Record, unreadable
from ingest.raw import raw_hash as hash_of
from ingest.readers import xml
from ingest.readers.body import from_html, plain
from ingest.readers.fields import language_code
from ingest.readers.pieces import Pieces
from ingest.readers.reader import Document, Head

FORMAT = "WordPress export"
_ARTICLE = re.compile(
    r"post|(?:.*[_-])?(?:news|articles?|stor(?:y|ies)|reports?|opinions?|columns?|interviews?)"
)
"""Types of entry that are articles: WordPress's own, and what news sites call theirs."""
_STATUS = {
    "draft": "a draft",
    "auto-draft": "a draft",
    "private": "a private post",
    "pending": "a post not published yet",
    "future": "a post not published yet",
    "trash": "a deleted post",
}
_NOT_POSTS = {
    "attachment": "an attachment",
    "page": "a page of the site, not a post",
    "nav_menu_item": "an entry of a menu",
    "revision": "an earlier revision",
}


@dataclass(frozen=True, slots=True)
class Site:
    title: str | None = None
    language: str | None = None
    authors: Mapping[str, str] = field(default_factory=dict)
    """Names by login."""


def recognises(head: Head) -> bool:
    """To be asked before feeds, whose root it shares."""
    root = xml.root_of(head)
    return root is not None and root.name == "rss" and "wordpress.org/export/" in root.scope


def records(document: Document) -> Iterator[Record]:
    """A Record an entry, `origin#n`; those that are no published posts fail to be read, with the reason."""
    root = xml.root_of_stream(document)
    pieces = Pieces(document.stream, ("item",), root.name, document.max_bytes)
    site = Site()
    number = 0
    for number, piece in enumerate(pieces, 1):
        if number == 1:
            site = _site(pieces.head, pieces.encoding, root)
        origin = f"{document.origin}#{number}"
        if piece.fault:
            yield Record(origin, "", partial(unreadable, piece.fault))
        else:
            digest = hash_of(piece.data)
            read = partial(_read, origin, digest, piece.data, pieces.encoding, root.scope, site)
            yield Record(origin, digest, read)
    if pieces.fault:
        yield Record(f"{document.origin}#{number + 1}", "", partial(unreadable, pieces.fault))
    elif number == 0:
        xml.refuse_entities(pieces.head)
        raise NotAnArticle("a WordPress export without posts")


def _site(head: bytes, encoding: str | None, root: xml.Root) -> Site:
    xml.refuse_entities(head)
    try:
        outer = xml.parse_head(head, encoding=encoding, scope=root.scope)
    except ReadError:
        return Site()
    channel = xml.child(outer, "channel")
    if channel is None:
        return Site()
    authors = {}
    for author in xml.children(channel, "author"):
        login = xml.text(xml.child(author, "author_login"))
        name = plain(xml.text(xml.child(author, "author_display_name")))
        if login and name:
            authors[login] = name
    return Site(
        plain(xml.text(xml.child(channel, "title"))),
        language_code(xml.text(xml.child(channel, "language"))),
        authors,
    )


def _read(origin: str, digest: str, data: bytes, encoding: str | None, scope: str, site: Site) -> RawArticle:
    item = xml.parse(data, encoding=encoding, scope=scope)
    kind = xml.text(xml.child(item, "post_type")) or "post"
    if not _ARTICLE.fullmatch(kind):
        raise NotAnArticle(_NOT_POSTS.get(kind, f"no post but a {kind.replace('_', ' ')}"))
    status = xml.text(xml.child(item, "status")) or "publish"
    if status != "publish":
        raise NotAnArticle(_STATUS.get(status, f"a post not published ({status})"))
    if xml.text(xml.child(item, "post_password")):
        raise NotAnArticle("a post behind a password")
    content = _encoded(item, "content")
    if not content:
        raise NotAnArticle(NO_TEXT)
    login = xml.text(xml.child(item, "creator"))
    url = urls.clean(xml.text(xml.child(item, "link")))
    published = (
        _moment(item, "post_date_gmt", "Z")
        or _moment(item, "post_date")
        or dates.parse(_text(item, "pubDate"))
    )
    modified = _moment(item, "post_modified_gmt", "Z") or _moment(item, "post_modified")
    return RawArticle(
        origin,
        digest,
        from_html(paragraphs(without_shortcodes(content))),
        title=plain(_text(item, "title")),
        publisher=site.title,
        author=site.authors.get(login, login) if login else None,
        published=published,
        modified=modified if modified != published else None,
        language=site.language,
        url=url,
        identifier=_text(item, "post_id"),
        extracted=True,
    )


def _text(item: Any, name: str) -> str | None:
    return xml.text(xml.child(item, name))


def _encoded(item: Any, which: str) -> str | None:
    """content:encoded or excerpt:encoded, which differ by namespace alone."""
    for element in xml.children(item, "encoded"):
        namespace = str(element.tag).rpartition("}")[0]
        is_excerpt = "excerpt" in namespace or str(element.tag).startswith("excerpt:")
        if is_excerpt == (which == "excerpt") and (element.text or "").strip():
            return str(element.text)
    return None


def _moment(item: Any, name: str, zone: str = "") -> str | None:
    stated = _text(item, name)
    if not stated or stated.startswith("0000"):
        return None
    return dates.parse(f"{stated}{zone}")


_MEDIA = (
    r"caption|wp_caption|gallery|playlist|audio|video|embed|youtube|vimeo|tweet|instagram|facebook|googlemaps"
)
_WITH_CONTENT = re.compile(
    rf"\[(?P<name>{_MEDIA})\b[^\[\]]*+\](?:(?!\[(?P=name)\b).)*?\[/(?P=name)\]", re.DOTALL
)
_ALONE = re.compile(rf"\[/?(?:{_MEDIA}|more|nextpage|contact-form[\w-]*)\b[^\[\]]*+\]")
_ATTRIBUTED = re.compile(
    r"""\[/?[a-zA-Z][\w-]*(?:\s+[\w-]+\s*=\s*(?:"[^"\[\]]*"|'[^'\[\]]*'|[^\s"'\[\]]+))+\s*/?\]"""
)
_CLOSING = re.compile(r"\[/([a-zA-Z][\w-]*)\]")
_PLAIN = re.compile(r"\[/?(?P<name>[a-zA-Z][\w-]*)\]")


def without_shortcodes(content: str) -> str:
    """WordPress's `[gallery ids="1"]` and the like go, media with what they hold; `[sic]` stays."""
    content = _ALONE.sub("", _WITH_CONTENT.sub("", content))
    content = _ATTRIBUTED.sub("", content)
    enclosing = frozenset(_CLOSING.findall(content))
    return _PLAIN.sub(lambda code: "" if code["name"] in enclosing else code.group(), content)


_HAS_PARAGRAPHS = re.compile(r"<p[\s>]", re.I)
_BLOCK = re.compile(
    r"<!--|</?(?:p|div|h[1-6]|ul|ol|li|table|blockquote|pre|figure|section|hr|iframe|script|dl|center)\b",
    re.I,
)


def paragraphs(content: str) -> str:
    """Blank lines as paragraphs and line ends as breaks, as WordPress shows what its older editor wrote."""
    if _HAS_PARAGRAPHS.search(content):
        return content
    parts = re.split(r"\n[ \t]*\n", content.replace("\r\n", "\n").replace("\r", "\n"))
    shown = []
    for part in parts:
        if _BLOCK.match(part.strip()):
            shown.append(part)
        elif part.strip():
            shown.append("<p>" + part.strip().replace("\n", "<br>\n") + "</p>")
    return "\n".join(shown)
