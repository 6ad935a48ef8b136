"""Why a page is no article: a notice, a front page, a list of links."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from index.text import fold
from ingest.extraction.page import Block

_NOTICE = 60
"""Words up to which a text may be a notice's."""
_LINKED = 0.5
"""Share of its characters that are links, from which on a text is a list of them."""
_TOLD = 100
"""Words of paragraphs without links that make an article whatever links stand beside them."""


_TEASERS = 6
"""Links of four words or more."""
_LOOKED_AT = 40
"""Blocks of a page without a body in which a notice is looked for."""
_FEW = 25
"""Words of a body that don't make an article on a page that is mostly links to others."""


def reason(
    blocks: Sequence[Block], page: Sequence[Block], title: str | None, *, is_front_page: bool
) -> str | None:
    """What is wrong with a page of whose blocks these would be the body; None where nothing is."""
    told = sum(len(b.words) for b in blocks)
    size = sum(len(b.text) for b in blocks)
    if told <= _NOTICE and (found := _notice(blocks or page[:_LOOKED_AT], title)):
        return found
    plain = sum(len(b.words) for b in blocks if len(b.words) >= 12 and b.linked < 0.2 * len(b.text))
    is_listed = size > 0 and _linked(blocks) > _LINKED and plain < _TOLD
    if is_listed or (told < _FEW and _linked(page) > _LINKED and _teasers(page) >= _TEASERS):
        return "a front page" if is_front_page else "a list of links"
    return None


def _linked(blocks: Sequence[Block]) -> float:
    """Share of their characters that are links."""
    return sum(b.linked for b in blocks) / max(1, sum(len(b.text) for b in blocks))


def _teasers(page: Sequence[Block]) -> int:
    return sum(len(b.words) >= 4 and b.linked > 0.9 * len(b.text) for b in page)


def _notice(blocks: Sequence[Block], title: str | None) -> str | None:
    text = fold(" ".join([title or "", *(block.text for block in blocks)]))
    for found, phrases in _phrases().items():
        if any(phrase in text for phrase in phrases):
            return found
    return None


@cache
def _phrases() -> dict[str, tuple[str, ...]]:
    listed = tomllib.loads((Path(__file__).parent / "notices.toml").read_text(encoding="utf-8"))
    return {found: tuple(fold(phrase) for phrase in phrases) for found, phrases in listed.items()}
