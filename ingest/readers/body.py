"""The body of an article, where a format states it as HTML or as plain text, to text."""

from __future__ import annotations

import html
import re
from typing import Any

from ingest.raw import ReadError

_NAMES = (
    "p|div|br|hr|a|span|h[1-6]|ul|ol|li|dl|dt|dd|strong|em|b|i|u|s|q|small|big|sup|sub|font|cite|mark|time|abbr"
    "|img|picture|figure|figcaption|blockquote|pre|code|table|thead|tbody|tr|td|th|section|article|aside|header"
    "|footer|main|center|iframe|script|style|video|audio|embed|object|html|head|body"
)
"""What is taken for a tag: `Standard Oil <SRD>` is none."""
_TAG = re.compile(rf"</?(?:{_NAMES})(?:\s[^<>]*)?/?>", re.I)
_ESCAPED_TAG = re.compile(rf"&lt;/?(?:{_NAMES})\b", re.I)
_ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z]{2,31});")
_CAPTION = re.compile(r"\b(?:wp-caption-text|caption-text|image-caption|photo-caption)\b")


def is_html(body: str) -> bool:
    return "<!--" in body or bool(_TAG.search(body))


def from_html(body: str) -> str:
    """The text of a stated body: what is hidden and what captions a picture left out, a line a block. One
    that has no tags is plain text already, of which only entities are undone."""
    if not is_html(body) and _ESCAPED_TAG.search(body):
        body = html.unescape(body)  # escaped twice
    if not is_html(body):
        return html.unescape(body) if _ENTITY.search(body) else body
    from lxml import etree

    from ingest.readers.blocks import parse, remove_hidden, text_of

    try:
        root = parse(f"<div>{body}</div>")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise ReadError(f"its body is no HTML: {error}") from error
    remove_hidden(root)
    remove_captions(root)
    rows_to_lines(root)
    return str(text_of(root))


_LONGEST_CELL = 100
"""Characters: tables with longer cells lay out a page."""


def rows_to_lines(root: Any) -> None:
    """Each row of a table of figures on a line of its own, its cells between bars."""
    for row in list(root.iter("tr")):
        cells = [" ".join("".join(cell.itertext()).split()) for cell in row if cell.tag in ("td", "th")]
        if not cells or max(map(len, cells)) > _LONGEST_CELL or row.find(".//table") is not None:
            continue
        for cell in list(row):
            row.remove(cell)
        row.text = " | ".join(cells)


def remove_captions(root: Any) -> None:
    for element in list(root.iter("figcaption", "p", "div", "span")):
        is_caption = element.tag == "figcaption" or _CAPTION.search(element.get("class") or "")
        if is_caption and element.getparent() is not None:
            element.drop_tree()


def plain(markup: str | None) -> str | None:
    """One line, without tags and entities: a headline, a name."""
    if not markup:
        return None
    text = _TAG.sub(" ", markup) if "<" in markup else markup
    if _ENTITY.search(text):
        text = html.unescape(text)
        text = _TAG.sub(" ", text) if "<" in text else text
    return " ".join(text.split()) or None


def without_headline(text: str, title: str | None) -> str:
    """`text` without its first line, where that repeats the headline."""
    first, _, rest = text.strip().partition("\n")
    return rest.strip() if title and rest.strip() and first.split() == title.split() else text.strip()
