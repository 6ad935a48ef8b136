"""Which blocks of a page are the article's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ingest.extraction import features
from ingest.extraction.features import Known
from ingest.extraction.model import Model, load
from ingest.extraction.page import Block, Page

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

KEEP = 0.6
"""Probability from which on a block is kept."""
VOTED = 0.7
"""How much the trees, which see the votes, count beside the weights, which see the page's shape alone."""
DOUBT = 0.7
LONGER = 1.3
"""The votes are set aside where the page's own shape gives a body LONGER times as long that agrees with
what they led to by less than DOUBT (twice the words of both, by the words of the one and the other)."""


def choose(page: Page, known: Known, model: Model | None = None) -> list[Block]:
    """The article's blocks, in order; none where nothing reads like one."""
    if not page.blocks:
        return []
    votes = [features.shares(page.blocks, text) for text in known.votes]
    chosen = weigh(page, known, votes, model or load())
    return [block for block, is_body in zip(page.blocks, chosen, strict=True) if is_body]


def weigh(page: Page, known: Known, votes: Sequence[Sequence[float]], model: Model) -> NDArray[np.bool_]:
    """Of each block, whether it is the article's."""
    import numpy as np

    names, table = features.from_votes(page, known, votes)
    count = np.array([len(block.words) for block in page.blocks])
    shape = model.linear.probability(names, table)
    by_votes = _mixed(model.trees.probability(names, table), shape)
    by_shape = shape >= 0.5
    told, shaped = int(count[by_votes].sum()), int(count[by_shape].sum())
    both = int(count[by_votes & by_shape].sum())
    if shaped > LONGER * told and 2 * both < DOUBT * (told + shaped):
        names, table = features.from_votes(page, known, [by_shape.astype(float).tolist()] * len(votes))
        again = _mixed(model.trees.probability(names, table), shape)
        return again if again.any() else by_shape
    return by_votes


def _mixed(by_votes: NDArray[np.float32], by_shape: NDArray[np.float32]) -> NDArray[np.bool_]:
    chosen: NDArray[np.bool_] = VOTED * by_votes + (1 - VOTED) * by_shape >= KEEP
    return chosen


def votes(root: Any) -> list[str]:
    """The body as trafilatura cuts it out, with its usual care and with more."""
    import trafilatura

    found = []
    for careful in (False, True):
        try:
            document = trafilatura.bare_extraction(
                root, with_metadata=False, include_comments=False, fast=True, favor_precision=careful
            )
        except Exception:  # noqa: BLE001 - of pages that nest too deep, among others; the shape still tells
            document = None
        found.append((getattr(document, "text", None) or "").strip())
    return found


def text_of(blocks: Sequence[Block], *, apart: bool = False) -> str:
    """A line a block, items of lists with a dash; `apart` puts a blank line around paragraphs."""
    parts: list[str] = []
    before: Block | None = None
    for block in blocks:
        if before is not None:
            is_gap = apart and before.box is not block.box and (before.is_paragraph or block.is_paragraph)
            parts.append("\n\n" if is_gap else "\n")
        is_item = block.box.tag == "li" and block.text[:1] not in "-–—•*"
        parts.append(f"- {block.text}" if is_item else block.text)
        before = block
    return "".join(parts)
