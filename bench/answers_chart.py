"""The curve of bench/answers.py as SVG."""

from __future__ import annotations

from collections.abc import Sequence

from bot.evaluate.chart import DIM, INK, RULE, add, canvas, line, text, written

_WIDTH, _HEIGHT = 640, 420
_RIGHTLY, _ANSWERED = "#2f5d8a", "#b0733c"
_LEFT, _TOP, _ACROSS, _DOWN = 64, 84, 540, 270
_MOST = 0.5
"""The share of wrong answers at the right edge."""


def svg(points: Sequence[tuple[float, float, float]], at: int, questions: int) -> bytes:
    """`points` as `bench.answers.curve` gives them; `at` is the one that ships."""
    title = "Answers against wrong answers"
    root = canvas(_WIDTH, _HEIGHT, title)
    text(root, 24, 36, title, 19, INK)
    text(root, 24, 58, f"{questions:,} quiz questions, asked as of their day; every threshold", 13, DIM)
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _y(share)
        add(root, "line", line(_LEFT, y, _LEFT + _ACROSS, y))
        text(root, _LEFT - 8, y + 4, f"{100 * share:.0f} %", 11, DIM, anchor="end")
    for share in (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5):
        text(root, _x(share), _TOP + _DOWN + 18, f"{100 * share:.0f} %", 11, DIM, anchor="middle")
    below = "Of the questions that the archive doesn't answer: something wrong is shown"
    text(root, _LEFT + _ACROSS / 2, _TOP + _DOWN + 40, below, 12, INK, anchor="middle")
    for which, label, colour in ((1, "answered", _ANSWERED), (0, "rightly", _RIGHTLY)):
        path = " ".join(f"{_x(p[2]):.1f},{_y(p[which]):.1f}" for p in points if p[2] <= _MOST)
        drawn = {"points": path, "fill": "none", "stroke": colour, "stroke-width": "2"}
        add(root, "polyline", drawn)
        last = [p for p in points if p[2] <= _MOST][-1]
        text(root, _x(last[2]) - 4, _y(last[which]) - 8, label, 12, colour, anchor="end", weight="bold")
    ships = points[min(at, len(points) - 1)]
    x = _x(min(ships[2], _MOST))
    add(root, "line", {**line(x, _TOP, x, _TOP + _DOWN), "stroke": RULE, "stroke-dasharray": "4 3"})
    add(root, "circle", {"cx": f"{x:.1f}", "cy": f"{_y(ships[0]):.1f}", "r": "4", "fill": _RIGHTLY})
    told = f"as shipped: {100 * ships[0]:.0f} % rightly, {100 * ships[2]:.1f} % wrongly"
    text(root, x + 8, _y(ships[0]) + 20, told, 12, INK)
    text(root, _LEFT, _TOP - 8, "Of the questions that it answers", 12, INK)
    return written(root)


def _x(share: float) -> float:
    return _LEFT + _ACROSS * share / _MOST


def _y(share: float) -> float:
    return _TOP + _DOWN * (1 - share)
