"""A PDF's pieces of text, each with its place on the page, to the lines and paragraphs that a reader sees.

Units are points, x from the left, y from the foot of the page.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

SOFT = "\u00ad"
"""Stands for a hyphen at a line's end that PDFium takes for a broken word."""
_MIN_GUTTER = 0.7
"""Between columns, in font sizes."""
_MIN_SIDE = 3
"""Lines on either side of a gutter."""
_EDGE_LINES = 2
"""Lines at the top and foot of a page that may repeat."""
_PAGE_NUMBER = re.compile(
    r"\W{0,3}(?:page|p\.|seite|sayfa|s\.|стр\.?|səhifə|էջ)?\W{0,3}\d{1,4}(?:\s*(?:/|of|von|из|de)\s*\d{1,4})?\W{0,3}",
    re.I,
)
_SENTENCE_END = re.compile(r"[.!?…։]['\"»”’)\]]*$")


@dataclass(slots=True)
class Piece:
    """Characters that stand together on a line."""

    text: str
    x0: float
    x1: float
    y: float
    size: float


@dataclass(slots=True)
class Line:
    text: str
    x0: float
    x1: float
    y: float
    size: float
    parts: tuple[str, ...] = ()
    """What stands apart on it, as a newspaper's name and its day do at the top of a page."""
    block: int = 0
    """Lines of one block stand under one another in one column."""


def lines_of(pieces: list[Piece]) -> list[Line]:
    """A page's lines in reading order: column by column."""
    found: list[Line] = []
    stack = [pieces]
    block = 0
    while stack:
        region = stack.pop()
        parts = _cut(region) if len(stack) < 500 else []
        if parts:
            stack.extend(reversed(parts))
            continue
        block += 1
        found += [_with_block(line, block) for line in _joined(region)]
    return found


def _with_block(line: Line, block: int) -> Line:
    line.block = block
    return line


def _cut(region: list[Piece]) -> list[list[Piece]]:
    """The region's parts in reading order; empty where it is one block."""
    if len(region) < 2:
        return []
    size = median(piece.size for piece in region)
    gutter = _widest(sorted((piece.x0, piece.x1) for piece in region), _MIN_GUTTER * size)
    if gutter is not None:
        left = [piece for piece in region if piece.x1 <= gutter]
        right = [piece for piece in region if piece.x1 > gutter]
        if min(_rows(left), _rows(right)) >= _MIN_SIDE:
            return [left, right]
    # Headings over several columns stand in the way of a gutter until they are cut off.
    heights = sorted((piece.y, piece.y + piece.size) for piece in region)
    level = _widest(heights, 0.55 * size)
    if level is None:
        return []
    above = [piece for piece in region if piece.y + piece.size / 2 > level]
    below = [piece for piece in region if piece.y + piece.size / 2 <= level]
    return [above, below] if above and below else []


def _rows(pieces: list[Piece]) -> int:
    return len({round(piece.y / max(piece.size, 1)) for piece in pieces})


def _widest(spans: list[tuple[float, float]], least: float) -> float | None:
    """The middle of the widest gap between spans that are sorted by where they begin."""
    best, where, end = least, None, spans[0][1]
    for low, high in spans[1:]:
        if low - end > best:
            best, where = low - end, (low + end) / 2
        end = max(end, high)
    return where


def _joined(pieces: list[Piece]) -> list[Line]:
    """Pieces on one height become a line."""
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: -piece.y):
        if lines and abs(lines[-1][0].y - piece.y) < 0.4 * max(piece.size, lines[-1][0].size):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    found = []
    for line in lines:
        line.sort(key=lambda piece: piece.x0)
        text = " ".join(" ".join(piece.text for piece in line).split())
        if text:
            size = max(piece.size for piece in line)
            parts = tuple(" ".join(piece.text.split()) for piece in line)
            found.append(Line(text, line[0].x0, max(piece.x1 for piece in line), line[0].y, size, parts))
    return found


def without_running_heads(pages: list[list[Line]]) -> tuple[list[str], list[list[Line]]]:
    """Pages without page numbers, and without what stands at the top or foot of many; and before them what
    the first running head said, which is often whose paper it is and of which day."""
    edges = [_edges(lines) for lines in pages]
    counts = Counter(key for lines in edges for key in {_key(line) for line in lines})
    enough = max(2, round(0.3 * len(pages)))
    kept = []
    heads: list[str] = []
    for number, (lines, at_edge) in enumerate(zip(pages, edges, strict=True)):
        usual = median(line.size for line in lines) if lines else 0.0
        doomed = set()
        for line in at_edge:
            is_number = _PAGE_NUMBER.fullmatch(line.text) is not None
            repeats = len(pages) > 1 and counts[_key(line)] >= enough
            if number == 0 and line.size > 1.25 * usual and not is_number:
                continue  # the title, which may be the running head of later pages
            if is_number or repeats:
                doomed.add(id(line))
            if number == 0 and repeats and not is_number:
                heads += [part for part in line.parts if not part.isdigit()]
        kept.append([line for line in lines if id(line) not in doomed])
    return heads, kept


def _edges(lines: list[Line]) -> list[Line]:
    by_height = sorted(lines, key=lambda line: -line.y)
    return [*by_height[:_EDGE_LINES], *by_height[_EDGE_LINES:][-_EDGE_LINES:]]


def _key(line: Line) -> str:
    return re.sub(r"\d+", "0", line.text.casefold())


def paragraphs(pages: list[list[Line]]) -> list[str]:
    """Lines joined to paragraphs, over columns and pages where a sentence goes on there."""
    every = [line for lines in pages for line in lines]
    words = Counter(word for line in every for word in re.findall(r"[\w-]+", line.text.casefold()))
    found: list[str] = []
    for lines in pages:
        previous: Line | None = None
        usual, margins = _usual(lines)
        for line in lines:
            goes_on = bool(found) and (
                _goes_on(previous, line, usual, margins)
                if previous is not None and previous.block == line.block
                else _is_broken_off(found[-1], line)
            )
            if goes_on:
                found[-1] = _with(found[-1], line.text, words)
            else:
                found.append(line.text)
            previous = line
    return [text.replace(SOFT, "-") for text in found]


def _usual(lines: list[Line]) -> tuple[float, dict[int, tuple[float, float]]]:
    """The usual step from line to line, in font sizes, and each block's left and right margin."""
    steps = [(a.y - b.y) / max(a.size, 1.0) for a, b in pairwise(lines) if a.block == b.block and a.y > b.y]
    margins: dict[int, tuple[float, float]] = {}
    for line in lines:
        low, high = margins.get(line.block, (line.x0, line.x1))
        margins[line.block] = min(low, line.x0), max(high, line.x1)
    return (median(steps) if steps else 1.2), margins


def _goes_on(previous: Line, line: Line, usual: float, margins: dict[int, tuple[float, float]]) -> bool:
    """Whether a line belongs to the paragraph of the one above it."""
    if abs(previous.size - line.size) > 0.15 * max(previous.size, line.size):
        return False
    if (previous.y - line.y) / max(line.size, 1.0) > 1.3 * usual:
        return False
    low, high = margins[line.block]
    if previous.text.endswith((SOFT, "-")):
        return True
    is_indented = line.x0 - low > 0.7 * line.size and previous.x0 - low < 0.5 * line.size
    is_short = high - previous.x1 > 0.15 * (high - low)
    ends = bool(_SENTENCE_END.search(previous.text))
    # A byline, or a heading in the size of the text.
    stands_alone = high - previous.x1 > 0.4 * (high - low) and line.text[:1].isupper()
    if line.text[:1].islower() and not ends:
        return True  # the lines of a list's entry hang behind its mark
    return not (is_indented or (is_short and ends) or stands_alone)


def _is_broken_off(text: str, line: Line) -> bool:
    """Whether a paragraph goes on in the next column or on the next page."""
    if text.endswith((SOFT, "-")):
        return True
    return not _SENTENCE_END.search(text) and line.text[:1].islower()


def _with(text: str, line: str, words: Counter[str]) -> str:
    """A line put behind a text; a word that was broken at the line's end made whole."""
    if not text.endswith((SOFT, "-")) or not line[:1].isalpha():
        return f"{text} {line}"
    before = re.search(r"[\w-]*$", text[:-1])
    after = re.match(r"[\w-]+", line)
    first, last = before[0].casefold() if before else "", after[0].casefold() if after else ""
    keeps = words[f"{first}-{last}"] > words[first + last]
    is_name = line[:1].isupper() and not text[-2:-1].isupper()
    if keeps or not first or is_name:
        return f"{text[:-1]}-{line}"
    return text[:-1] + line
