"""A passage found, for tests of what is made of one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from index.article import Hit


def a_hit(text: str, **other: Any) -> Hit:
    """The whole of an English article of 16 November 2023, but for what is said otherwise."""
    hit = Hit(
        passage=1,
        article="a",
        version="a@1",
        start=0,
        end=len(text),
        text=text,
        title="News",
        publisher=None,
        author=None,
        language="en",
        published="2023-11-16",
        url=None,
        origin="/a.txt",
        score=1.0,
    )
    return replace(hit, **other)
