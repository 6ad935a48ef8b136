"""A page as a list of blocks of text, each knowing the elements that it stands in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ingest.extraction.tags import BLOCKS, UNSEEN

_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_UNSPACED_LONG = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
WORD = re.compile(rf"[{_UNSPACED}]{{1,2}}|[{_UNSPACED_LONG}]{{1,4}}|[^\W{_UNSPACED}{_UNSPACED_LONG}]+")
"""A word; of scripts that put no spaces between words, as many characters as a word has: two in Chinese and
Japanese, four in Thai, Lao, Burmese and Khmer."""
_CELLS = frozenset(("td", "th"))


@dataclass(slots=True, eq=False)
class Box:
    """An element that breaks lines."""

    parent: Box | None
    tag: str
    marks: str
    """Its class, id, role and itemprop, in lower case."""
    number: int = 0
    """Its place in Page.boxes."""


@dataclass(slots=True, eq=False)
class Block:
    """A run of text that no element's boundary breaks: a paragraph, an item, a cell, a heading."""

    box: Box
    text: str
    """White space collapsed, but for preformatted text."""
    words: list[str]
    """Lower case."""
    linked: int
    """Characters of it that are links."""
    stressed: int
    """Characters of it that are bold or italic."""
    after_image: bool
    """Whether a picture, a video or a frame stands between it and the block before."""

    @property
    def is_paragraph(self) -> bool:
        """Whether it has a blank line around it."""
        return self.box.tag in _WIDE


@dataclass(slots=True)
class Page:
    blocks: list[Block] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    """A box before those within it."""


_WIDE = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"))
_STRESS = frozenset(("b", "strong", "em", "i"))
_SPACE = re.compile(r"\s+")
_NAMED = ("class", "id", "role", "itemprop")


class _Run:
    """Text collected for the next block."""

    __slots__ = ("image", "linked", "parts", "said", "stressed")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.linked = 0
        self.stressed = 0
        self.said = False
        self.image = False


def read(root: Any) -> Page:
    """The blocks of a page from which hidden parts have been taken, in order. Iterative: pages nest
    deeper than Python's stack."""
    page = Page()
    top = Box(None, "", "")
    page.boxes.append(top)
    run = _Run()
    # (element, whether it is being left, its box, links around, stress around)
    stack: list[tuple[Any, bool, Box, int, int]] = [(root, False, top, 0, 0)]
    while stack:
        node, leaving, box, links, stress = stack.pop()
        tag = node.tag
        if not isinstance(tag, str) or (tag in UNSEEN and not leaving):
            if tag in ("iframe", "video", "embed", "object"):
                run.image = True
            if node is not root and node.tail:
                _add(run, node.tail, links, stress)
            continue
        if leaving:
            if tag in BLOCKS and tag not in _CELLS:
                _flush(page, run, box)
            if node is not root and node.tail:
                _add(run, node.tail, links - (tag == "a"), stress - (tag in _STRESS))
            continue
        if tag == "br":
            _flush(page, run, box)
            if node.tail:
                _add(run, node.tail, links, stress)
            continue
        if tag == "img":
            run.image = True
        inner = box
        if tag in _CELLS:
            if run.said:
                run.parts.append(" | ")
        elif tag in BLOCKS:
            _flush(page, run, box)
            marks = " ".join(value for name in _NAMED if (value := node.get(name))).lower()
            inner = Box(box, tag, marks, len(page.boxes))
            page.boxes.append(inner)
        links, stress = links + (tag == "a"), stress + (tag in _STRESS)
        if node.text:
            _add(run, node.text, links, stress)
        stack.append((node, True, inner, links, stress))
        stack.extend((child, False, inner, links, stress) for child in reversed(node))
    _flush(page, run, top)
    return page


def _add(run: _Run, text: str, links: int, stress: int) -> None:
    run.parts.append(text)
    if text.isspace():
        return
    run.said = True
    if links:
        run.linked += len(text)
    if stress:
        run.stressed += len(text)


def _flush(page: Page, run: _Run, box: Box) -> None:
    if not run.parts:
        return
    raw = "".join(run.parts)
    text = _SPACE.sub(" ", raw).strip() if box.tag != "pre" else raw.strip("\n")
    if text.strip():
        linked, stressed = min(run.linked, len(text)), min(run.stressed, len(text))
        page.blocks.append(Block(box, text, WORD.findall(text.lower()), linked, stressed, run.image))
        run.image = False
    run.parts = []
    run.said = False
    run.linked = run.stressed = 0
