"""The first articles of a source are looked at before any is handed over: they show how it writes dates, and
which lines its texts share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TypeVar

_LEARNED_FROM = 200
_LEARNED_SIZE = 8_000_000
T = TypeVar("T")


def of(items: Iterator[T], size_of: Callable[[T], int]) -> tuple[list[T], Iterator[T]]:
    """The first 200 items, or fewer that come to a size of 8,000,000, and all items from the first on.

    What is raised while the first are had is raised behind them: a file that is damaged near its beginning
    keeps what stands before.
    """
    first: list[T] = []
    fault: Exception | None = None
    size = 0
    try:
        for item in islice(items, _LEARNED_FROM):
            first.append(item)
            size += size_of(item)
            if size >= _LEARNED_SIZE:
                break
    except Exception as error:  # noqa: BLE001 - it is raised again
        fault = error
    return first, _all(first, fault, items)


def _all(first: list[T], fault: Exception | None, rest: Iterator[T]) -> Iterator[T]:
    yield from first
    if fault is not None:
        raise fault
    yield from rest
