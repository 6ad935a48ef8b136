"""Answers measured, as a picture: outcomes as bars, and what other thresholds would show as curves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from bot.evaluate.chart import BAR, DIM, INK, ROW, add, canvas, line, text, written

if TYPE_CHECKING:
    from bot.evaluate.answers import Report
    from bot.evaluate.standing import Point

_LEFT, _SIDE, _FULL = 190, 300, 380
_COLOURS = {
    "right": "#2f5d8a",
    "wrong": "#b03a2e",
    "silent": "#b9b6ae",
    "quiet": "#5b8a72",
    "false": "#b0733c",
}
_TOLD = {
    "right": "answered, right",
    "wrong": "answered, wrong",
    "silent": "not answered",
    "quiet": "no answer, none given",
    "false": "no answer, one given",
    "open": "not known",
}


def rows_of(report: Report) -> list[tuple[str, str, float]]:
    """Bars: an outcome, its label, and its share of all questions."""
    total = max(1, len(report.results))
    return [(name, _TOLD[name], count / total) for name, count in report.count().items()]


def svg(report: Report, title: str) -> bytes:
    """The chart as a file's content."""
    bars, points = rows_of(report), report.curve
    root = canvas(640, 112 + ROW * len(bars) + (_SIDE + 130 if points else 0), title)
    told = f"{report.model} · {len(report.results):,} questions"
    text(root, 24, 36, title, 19, INK)
    text(root, 24, 58, told, 13, DIM)
    y = 82
    for name, label, share in bars:
        text(root, _LEFT - 10, y + 13, label, 12, INK, anchor="end")
        bar = {"x": str(_LEFT), "y": str(y), "width": f"{share * _FULL:.1f}", "height": str(BAR)}
        add(root, "rect", {**bar, "fill": _COLOURS.get(name, DIM)})
        text(root, 616, y + 13, f"{100 * share:.0f} %", 12, DIM, anchor="end")
        y += ROW
    if points:
        _curves(root, points, y + 40)
    return written(root)


def _curves(root: Any, points: Sequence[Point], top: float) -> None:
    text(root, 24, top, "At other thresholds, in the articles' own words", 13, INK, weight="bold")
    text(root, 24, top + 18, "the ring is the threshold that ships", 12, DIM)
    left, top = 80.0, top + 36

    def at(answered: float, share: float) -> tuple[float, float]:
        return left + answered * _FULL, top + (1 - share) * _SIDE

    for tenth in range(0, 11, 2):
        x, y = at(tenth / 10, tenth / 10)
        add(root, "line", line(left, y, left + _FULL, y))
        text(root, left - 8, y + 4, f"{10 * tenth} %", 11, DIM, anchor="end")
        text(root, x, top + _SIDE + 18, f"{10 * tenth} %", 11, DIM, anchor="middle")
    text(root, left, top + _SIDE + 38, "of the questions that have an answer are answered →", 12, INK)
    kinds: list[tuple[str, str, Callable[[Point], float | None]]] = [
        ("right", "right, of these answers", lambda p: p.right),
        ("false", "answered, of those without", lambda p: p.false),
    ]
    for row, (name, label, value) in enumerate(kinds):
        drawn = [(p, share) for p in points if (share := value(p)) is not None]
        if not drawn:
            continue
        colour = _COLOURS[name]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(p.answered, share) for p, share in drawn))
        add(root, "polyline", {"points": path, "fill": "none", "stroke": colour, "stroke-width": "2"})
        for point, share in drawn:
            if point.above == 0:
                x, y = at(point.answered, share)
                ring = {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": "6", "fill": "#fff"}
                add(root, "circle", {**ring, "stroke": colour, "stroke-width": "2"})
        text(root, left + _FULL + 12, top + 14 + 20 * row, label, 12, colour)
