"""HTML to lines of text: what a reader sees, a line a block."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ingest.extraction.tags import BLOCKS, UNSEEN


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PARAGRAPHS = _listed("p h1 h2 h3 h4 h5 h6 blockquote")
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{20000,}")
_MOST_ATTRIBUTES = 2000


def _without_attributes(match: re.Match[str]) -> str:
    """A start tag without its attributes where they are too many: libxml2 compares each with every other."""
    tag = match[0]
    return tag if len(tag.split(None, _MOST_ATTRIBUTES)) <= _MOST_ATTRIBUTES else tag.split(None, 1)[0]


def parse(html: str) -> Any:
    """The page's or fragment's root element; ValueError or lxml's ParserError where there is none."""
    from lxml import html as lxml_html

    # lxml takes no text that declares its own encoding.
    html = re.sub(r"^\s*<\?xml[^>]*\?>", "", html)
    html = _LONG_TAG.sub(_without_attributes, html)
    parser = lxml_html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)
    return lxml_html.document_fromstring(html, parser=parser)


def remove_hidden(root: Any) -> None:
    """Takes out what no reader sees: hidden by attribute, by style, or by a class of the page's own style."""
    names, faint = _hiding_names(root)
    doomed = [
        element for element in root.iter() if isinstance(element.tag, str) and _is_hidden(element, names)
    ]
    _drop(doomed)
    _drop(_unreadable(root, faint))


def _drop(elements: Iterable[Any]) -> None:
    for element in elements:
        parent = element.getparent()
        if parent is not None and element.tag not in ("html", "body", "head"):
            element.drop_tree()


_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden"
    r"|font-size\s*:\s*0*\.?0*(?:px|em|rem|pt|%)?\s*(?:[;!]|$)|font-size\s*:\s*(?:[0-2]?\.\d+|[12])(?:px|pt)"
    r"|(?<![\w-])(?:left|right|top|bottom|text-indent)\s*:\s*-\d{3,}"
    r"|clip\s*:\s*rect\(\s*[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01]",
    re.I,
)
_FAINT = re.compile(
    r"(?<![\w-])(?:opacity\s*:\s*0*\.?0*\s*(?:[;!]|$)"
    r"|color\s*:\s*(?:transparent|white|\#fff(?:fff)?\b|rgba?\(\s*255\s*,\s*255\s*,\s*255))",
    re.I,
)
_GROUND = re.compile(
    r"(?<![\w-])background(?:-color|-image)?\s*:\s*(?!\s*(?:white|\#fff(?:fff)?\b|none|transparent))", re.I
)
_FAINT_SHARE = 1 / 4
"""Part of a page's text that a faint style hides at most: more of it is a dark page, or one that fades in."""


def _is_faint(rule: str) -> bool:
    """Whether text so styled can't be read: of the paper's colour, or see-through."""
    found = _FAINT.search(rule)
    if found is None:
        return False
    return not (found[0].lower().startswith("color") and _GROUND.search(rule))


def _unreadable(root: Any, faint: frozenset[str]) -> list[Any]:
    from lxml import etree

    alike: dict[str, list[Any]] = {}
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if not isinstance(element.tag, str) or element.tag in ("html", "body", "head", "a", "button"):
            continue
        style = element.get("style")
        own = {f".{name}" for name in (element.get("class") or "").split()} | {f"#{element.get('id')}"}
        name = style if style and _is_faint(style) else min(own & faint, default=None)
        if name is not None:
            alike.setdefault(name, []).append(element)
            walk.skip_subtree()
    if not alike:
        return []
    whole = sum(map(len, root.xpath("//text()[not(parent::script or parent::style)]")))
    return [
        element
        for elements in alike.values()
        if sum(len(each.text_content()) for each in elements) <= whole * _FAINT_SHARE
        for element in elements
    ]


def _hiding_names(root: Any) -> tuple[frozenset[str], frozenset[str]]:
    """`.class` and `#id` that a style element of the page hides everywhere, and those that it makes
    unreadable; those of print or of narrow screens don't count."""
    hidden: set[str] = set()
    faint: set[str] = set()
    for style in root.iter("style"):
        for selectors, rule in _rules(style.text or ""):
            found = hidden if _HIDING.search(rule) else faint if _is_faint(rule) else None
            if found is not None:
                names = (selector.strip() for selector in selectors.split(","))
                found.update(name for name in names if re.fullmatch(r"[.#][\w-]+", name))
    return frozenset(hidden), frozenset(faint)


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations of each rule that holds everywhere, in time that grows with the length."""
    sheet = _without_comments(sheet)
    depth = begin = opened = 0
    for brace in re.finditer(r"[{}]", sheet):
        if brace[0] == "{":
            opened = opened if depth else brace.end()
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                selectors = sheet[begin : opened - 1].rpartition(";")[2]
                if "@" not in selectors:
                    yield selectors, sheet[opened : brace.start()]
                begin = brace.end()


def _without_comments(sheet: str) -> str:
    parts, at = [], 0
    while (start := sheet.find("/*", at)) >= 0:
        parts.append(sheet[at:start])
        end = sheet.find("*/", start + 2)
        if end < 0:
            return "".join(parts)
        at = end + 2
    return "".join([*parts, sheet[at:]])


def _is_hidden(element: Any, names: frozenset[str]) -> bool:
    if element.tag == "template" or element.get("hidden", "until-found") != "until-found":
        return True
    if _HIDING.search(element.get("style") or ""):
        return True
    if not names:
        return False
    own = {f".{name}" for name in (element.get("class") or "").split()}
    return bool(own & names) or f"#{element.get('id')}" in names


def text_of(root: Any) -> str:
    """Visible text, a line a block, a blank line around paragraphs; lists' items begin with "- "."""
    parts: list[str] = []
    _walk(root, parts)
    lines = [" ".join(line.split()) for line in "".join(parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _walk(element: Any, parts: list[str]) -> None:
    """Iterative: pages nest deeper than Python's stack."""
    stack: list[tuple[Any, bool]] = [(element, False)]
    while stack:
        node, done = stack.pop()
        tag = node.tag if isinstance(node.tag, str) else ""
        if done:
            parts.append("\n\n" if tag in _PARAGRAPHS else "\n" if tag in BLOCKS and tag != "br" else "")
            if node is not element:
                parts.append(_collapsed(node.tail))
            continue
        if not tag or tag in UNSEEN:
            if node is not element:
                parts.append(_collapsed(node.tail))
            continue
        if tag in BLOCKS:
            parts.append("\n\n" if tag in _PARAGRAPHS else "\n")
        parts.append((node.text or "") if tag == "pre" else _collapsed(node.text))
        stack.append((node, True))
        stack.extend((child, False) for child in reversed(node))


def _collapsed(text: str | None) -> str:
    return re.sub(r"\s+", " ", text) if text else ""
