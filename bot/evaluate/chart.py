"""What was measured, as a picture: SVG, drawn with lxml, that any browser shows without fetching a font."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.evaluate.retrieval import Retrieval

_WIDTH, _LEFT, ROW, BAR = 640, 190, 26, 16
_FULL = _WIDTH - _LEFT - 70
INK, DIM, RULE = "#1a1a1a", "#6b6b6b", "#d9d9d9"
_COLOURS = {"recall": "#2f5d8a", "context": "#5b8a72", "ranks": "#b0733c"}
_SVG = "http://www.w3.org/2000/svg"


def rows_of(retrieval: Retrieval) -> list[tuple[str, list[tuple[str, float]]]]:
    """Groups of bars: a heading, and for each bar its label and a share of 1."""
    from bot.evaluate.retrieval import CONTEXTS, KS

    groups = [("A right passage among the first", [(str(k), retrieval.recall(k)) for k in KS])]
    in_context = [(f"{size:,} words", retrieval.in_context(size)) for size in CONTEXTS]
    shares = [(label, share) for label, share in in_context if share is not None]
    if shares:
        groups.append(("The answer's words in the first", shares))
    total = len(retrieval.results)
    ranks = [(str(r), [x.rank for x in retrieval.results].count(r) / total) for r in range(1, 6)]
    later = sum(1 for x in retrieval.results if x.rank is not None and x.rank > 5) / total
    lost = sum(1 for x in retrieval.results if x.rank is None) / total
    groups.append(("The first right passage's rank", [*ranks, ("6 or later", later), ("not found", lost)]))
    return groups


def svg(retrieval: Retrieval, title: str) -> bytes:
    """The chart as a file's content."""
    groups = rows_of(retrieval)
    height = 92 + sum(34 + ROW * len(bars) for _, bars in groups)
    root = canvas(_WIDTH, height, title)
    text(root, 24, 36, title, 19, INK)
    told = f"{len(retrieval.results):,} questions · MRR@10 {retrieval.mrr:.3f}"
    text(root, 24, 58, told, 13, DIM)
    y = 78
    for (heading, bars), colour in zip(groups, _colours(groups), strict=True):
        y += 22
        text(root, 24, y, heading, 13, INK, weight="bold")
        y += 12
        for label, share in bars:
            add(root, "line", line(_LEFT, y + BAR / 2, _LEFT + _FULL, y + BAR / 2))
            text(root, _LEFT - 10, y + 13, label, 12, INK, anchor="end")
            bar = {"x": str(_LEFT), "y": str(y), "width": f"{share * _FULL:.1f}", "height": str(BAR)}
            add(root, "rect", {**bar, "fill": colour})
            text(root, _WIDTH - 24, y + 13, f"{100 * share:.0f} %", 12, DIM, anchor="end")
            y += ROW
    return written(root)


def canvas(width: int, height: int, title: str) -> Any:
    """An empty picture, in pixels."""
    from lxml import etree

    size = {"width": str(width), "height": str(height), "viewBox": f"0 0 {width} {height}"}
    root = etree.Element("svg", {**size, "role": "img", "font-family": "Georgia, serif"}, nsmap={None: _SVG})
    add(root, "title", {}, title)
    add(root, "rect", {"width": "100%", "height": "100%", "fill": "#fff"})
    return root


def written(root: Any) -> bytes:
    from lxml import etree

    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _colours(groups: Sequence[tuple[str, object]]) -> list[str]:
    chosen = [_COLOURS["recall"], _COLOURS["context"], _COLOURS["ranks"]]
    return chosen if len(groups) == len(chosen) else [chosen[0], chosen[2]]


def add(parent: Any, name: str, attributes: dict[str, str], text: str = "") -> None:
    from lxml import etree

    element = etree.SubElement(parent, name, attributes)
    if text:
        element.text = "".join(char for char in text if char.isprintable())


def text(
    parent: Any, x: float, y: float, text: str, size: int, colour: str, *, anchor: str = "", weight: str = ""
) -> None:
    attributes = {"x": f"{x:.1f}", "y": f"{y:.1f}", "font-size": str(size), "fill": colour}
    if anchor:
        attributes["text-anchor"] = anchor
    if weight:
        attributes["font-weight"] = weight
    add(parent, "text", attributes, text)


def line(x1: float, y1: float, x2: float, y2: float) -> dict[str, str]:
    ends = {"x1": f"{x1:.1f}", "y1": f"{y1:.1f}", "x2": f"{x2:.1f}", "y2": f"{y2:.1f}"}
    return {**ends, "stroke": RULE, "stroke-width": "1"}
