"""XML for readers: whose document it is by its root, and elements parsed without their document type.

Names are compared without namespace, as feeds leave out and misspell theirs. Entities that a document
declares are refused; those of HTML are known. At the end stands the reader of XML that no other reader
wants: it says what it is.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html.entities import html5
from typing import Any

from ingest.encoding import decode as decode_any
from ingest.raw import NotAnArticle, ReadError, Record
from ingest.readers.reader import Document, Head

MOST_TAGS = 500_000
"""Tags that one article may have: a tree takes some 200 bytes for each."""
_XML = frozenset(("amp", "lt", "gt", "quot", "apos"))
_ATTRIBUTES = r"""(?:[^"'<>]++|"[^"]*+"|'[^']*+')*+"""
_PROLOGUE = re.compile(
    r"(?:\s++|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*+(?:\[.*?\]\s*+)?>)*+", re.DOTALL | re.IGNORECASE
)
_START = re.compile(rf"<(?P<name>[A-Za-z_][\w.:-]*+)(?P<attributes>{_ATTRIBUTES})>")
_SCOPE = re.compile(r"""\s(?:xmlns(?::[\w.-]+)?|xml:(?:lang|base))\s*=\s*(?:"[^"<]*"|'[^'<]*')""")
_DECLARES = re.compile(rb"<!ENTITY\b", re.IGNORECASE)
_REPAIRED = re.compile(
    r"(?P<cdata><!\[CDATA\[.*?(?:\]\]>|\Z))"
    r"|&(?:(?P<name>[A-Za-z][A-Za-z0-9]{1,31})|#(?P<code>\d{1,7}|[xX][\da-fA-F]{1,6}));"
    r"|(?P<loose>&|<(?![A-Za-z_/!?])|\]\]>)",
    re.DOTALL,
)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LIMITS = ("ERR_RESOURCE_LIMIT", "ERR_INTERNAL_ERROR", "ERR_NAME_TOO_LONG", "ERR_CDATA_NOT_FINISHED")
_PAGES = frozenset("html head body article div p section main h1 table".split())


@dataclass(frozen=True, slots=True)
class Root:
    """The first element of a document."""

    name: str
    """Without prefix."""
    namespace: str
    """Empty where it has none."""
    scope: str
    """Its declarations of namespaces, its language and base address, as attributes."""
    declarations: str
    """All that stands before it and in its tag."""


@lru_cache(maxsize=8)
def root_of(head: Head) -> Root | None:
    """None where the document doesn't begin like XML or SGML."""
    text = head.text
    if not text.startswith("<"):
        return None
    prologue = _PROLOGUE.match(text)
    start = _START.match(text, prologue.end() if prologue else 0)
    if start is None:
        return None
    prefix, _, name = start["name"].rpartition(":")
    attribute = f"xmlns:{prefix}" if prefix else "xmlns"
    namespace = re.search(rf"""\s{re.escape(attribute)}\s*=\s*["']([^"']*)""", start["attributes"])
    scope = "".join(_SCOPE.findall(start["attributes"]))
    return Root(name, namespace[1] if namespace else "", scope, text[: start.end()])


def root_of_stream(document: Document) -> Root:
    """The root of a document that a reader has recognised."""
    from ingest.readers.reader import HEAD_BYTES

    root = root_of(Head(document.stream.read(HEAD_BYTES), document.name))
    document.stream.seek(0)
    if root is None:
        raise ReadError("no XML")
    return root


def refuse_entities(head: bytes) -> None:
    """ReadError where what stands before a document's first element declares entities: they may stand for
    gigabytes, or for other files."""
    if _DECLARES.search(head):
        raise ReadError("it declares entities of its own, which aren't expanded: save it without its DOCTYPE")


def parse(data: bytes, *, encoding: str | None = None, scope: str = "") -> Any:
    """The element that `data` holds, comments and processing instructions left out.

    `encoding` is what the document declares, `scope` the attributes of its root that hold here too. Mended
    where it isn't well-formed: single `&`, HTML's entities, missing end tags, characters that XML forbids.
    ReadError where nothing can be made of it, or it nests too deep or holds too many tags.
    """
    from lxml import etree

    text = repaired(decode(data, encoding))
    if text.count("<") + text.count("&lt;") > MOST_TAGS:
        raise ReadError(f"more than {MOST_TAGS:,} tags in one article")
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True, encoding="utf-8",
    )  # fmt: skip
    try:
        root = etree.fromstring(f"<scope{repaired(scope)}>{text}</scope>".encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError(f"not XML: {error}") from error
    for fault in parser.error_log:
        if fault.type_name in _LIMITS:
            raise ReadError(f"too large or too deep to be an article: {fault.message.partition(',')[0]}")
    if root is None or len(root) == 0:
        raise ReadError("not XML: no element in it")
    return root[0]


def parse_head(head: bytes, *, encoding: str | None, scope: str) -> Any:
    """An element that holds what stands between the root's start tag and a document's first article."""
    text = decode(head, encoding)
    prologue = _PROLOGUE.match(text)
    start = _START.match(text, prologue.end() if prologue else 0)
    inner = text[start.end() :] if start else ""
    return parse(f"<head{scope}>{inner}</head>".encode())


def decode(data: bytes, encoding: str | None = None) -> str:
    """A part of a document whose whole declares `encoding`."""
    if encoding is None:
        return decode_any(data).lstrip("\ufeff")
    declaration = f"<?xml encoding='{encoding}'?>"
    return decode_any(declaration.encode() + data).lstrip("\ufeff").removeprefix(declaration)


def repaired(text: str) -> str:
    """`text` with nothing but XML's own entities outside CDATA, and no character that XML forbids."""
    return _REPAIRED.sub(_entity, _CONTROLS.sub("", text))


def _entity(match: re.Match[str]) -> str:
    if match["cdata"] is not None:
        return match.group()
    if name := match["name"]:
        known = html5.get(f"{name};")
        return match.group() if name in _XML else html.escape(known) if known else f"&amp;{name};"
    if code := match["code"]:
        number = int(code[1:], 16) if code[0] in "xX" else int(code)
        if 0x80 <= number < 0xA0:  # Windows's characters, under the numbers they have there
            return html.escape(html.unescape(match.group()))
        is_character = number in (9, 10, 13) or 0x20 <= number < 0xD800 or 0xE000 <= number <= 0x10FFFF
        return match.group() if is_character and number & 0xFFFE != 0xFFFE else ""
    return html.escape(match["loose"])


def local(element: Any) -> str:
    """An element's name without namespace and prefix; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""


def children(element: Any, name: str) -> Iterator[Any]:
    return (child for child in element if local(child) == name)


def child(element: Any, *path: str) -> Any:
    """The first element along `path`; None where there is none, or `element` is None."""
    for name in path:
        element = None if element is None else next(children(element, name), None)
    return element


def descendants(element: Any, *names: str) -> Iterator[Any]:
    return (inner for inner in element.iter() if local(inner) in names)


def attribute(element: Any, name: str) -> str | None:
    """By local name, so that `xml:lang` is found as `lang`; None where it is empty."""
    if element is None:
        return None
    for key, value in element.attrib.items():
        if key.rpartition("}")[2].rpartition(":")[2] == name:
            return " ".join(str(value).split()) or None
    return None


def text(element: Any, *without: str) -> str | None:
    """All text in it on one line, but for what stands in elements called one of `without`; None where there
    is none."""
    return None if element is None else " ".join("".join(_texts(element, without)).split()) or None


def _texts(element: Any, without: tuple[str, ...]) -> Iterator[str]:
    """No deeper than the parser lets elements nest."""
    yield element.text or ""
    for inner in element:
        if local(inner) not in without:
            yield from _texts(inner, without)
        yield inner.tail or ""


def markup(element: Any) -> str | None:
    """What an element holds, as HTML: its text where that is markup in CDATA or escaped, else what stands in
    it as elements. None where it is empty."""
    if element is None:
        return None
    from lxml import etree

    if len(element) == 0:
        return (element.text or "").strip() or None
    without_namespaces(element)
    inner = html.escape(element.text or "", quote=False)
    inner += "".join(etree.tostring(each, encoding="unicode", method="html") for each in element)
    return inner.strip() or None


def without_namespaces(element: Any) -> None:
    """Renames an element and all in it, and their attributes, to their local names."""
    for inner in element.iter():
        if isinstance(inner.tag, str):
            inner.tag = _named(local(inner))
            for key in [key for key in inner.attrib if "}" in key or ":" in key]:
                value = inner.attrib.pop(key)
                inner.set(_named(key.rpartition("}")[2].rpartition(":")[2]), value)


def _named(name: str) -> str:
    """A name that lxml takes: `00` of `a:00`, which its parser lets pass, is none."""
    return name if re.fullmatch(r"[^\W\d][\w.-]*", name) else "unnamed"


FORMAT = "XML"


def recognises(head: Head) -> bool:
    """To be asked after all readers of XML, and before those of pages and text."""
    root = root_of(head)
    if root is None or root.name.lower() in _PAGES or "xhtml" in root.namespace:
        return False
    return head.text.startswith("<?xml") or bool(root.namespace)


def records(document: Document) -> Iterator[Record]:
    raise NotAnArticle(f"XML of no news format (root <{root_of_stream(document).name}>)")
    yield
