"""A run as it goes on: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.terminal import Terminal
    from ingest.report import Progress

EVERY = 10.0
"""Seconds between two plain lines."""
UNITS = {
    "reading": "article",
    "cutting": "version",
    "embedding": "passage",
    "building": "passage",
    "publishing": "passage",
}


@contextmanager
def watching(terminal: Terminal, *, plain: bool = True) -> Iterator[Callable[[Progress], None]]:
    """Give the function that an ingest run tells its progress to; shows it on the error stream.

    Without `plain`, nothing is shown where there is no terminal.
    """
    if terminal.err.is_terminal and not terminal.err.is_dumb_terminal:
        with _bar(terminal) as tell:
            yield tell
    elif plain:
        yield _lines()
    else:
        yield lambda _progress: None


def _lines() -> Callable[[Progress], None]:
    last_at, last_stage = monotonic(), ""

    def tell(progress: Progress) -> None:
        nonlocal last_at, last_stage
        now = monotonic()
        if progress.stage == last_stage and now - last_at < EVERY:
            return
        last_at, last_stage = now, progress.stage
        sys.stderr.write(f"{line(progress)}\n")
        sys.stderr.flush()

    return tell


def line(progress: Progress) -> str:
    """`reading 45 %, 1,200 articles, 230 a second, about 12 s left`."""
    from bot.terminal import counted

    parts: list[str] = [progress.stage]
    if progress.total:
        parts[0] += f" {100 * progress.done // progress.total} %"
    done = progress.articles if progress.stage == "reading" else progress.done
    if done:
        parts.append(counted(done, UNITS[progress.stage]))
    if progress.rate:
        parts.append(f"{progress.rate:,.0f} a second")
    if progress.seconds_left is not None:
        parts.append(f"about {left(progress.seconds_left)} left")
    if progress.failed:
        parts.append(f"{progress.failed:,} failed")
    return ", ".join(parts)


def left(seconds: float) -> str:
    """`8 s`, `3 min`, `2 h 5 min`."""
    whole = round(seconds)
    if whole < 90:
        return f"{whole} s"
    minutes = round(whole / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


@contextmanager
def _bar(terminal: Terminal) -> Iterator[Callable[[Progress], None]]:
    from rich.progress import BarColumn, SpinnerColumn, TaskID, TextColumn
    from rich.progress import Progress as Bars

    tasks: dict[str, TaskID] = {}
    bars = Bars(
        SpinnerColumn(style="cyan"),
        TextColumn("{task.description:<9}", markup=False),
        BarColumn(bar_width=28, complete_style="cyan", finished_style="green"),
        TextColumn("{task.fields[said]}", style="dim", markup=False),
        console=terminal.err,
        transient=True,
    )

    def tell(progress: Progress) -> None:
        said = line(progress).partition(", ")[2]
        if progress.stage not in tasks:
            for task in tasks.values():
                bars.update(task, visible=False)
            tasks[progress.stage] = bars.add_task(progress.stage, total=progress.total, said=said)
        bars.update(tasks[progress.stage], completed=progress.done, total=progress.total, said=said)

    with bars:
        tasks["opening"] = bars.add_task("opening", total=None, said="")
        yield tell
