"""What speaks for and against each block of a page, as a table of numbers."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ingest.extraction.page import WORD, Block, Box, Page

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Column = NDArray[np.floating[Any]]

_SENTENCE = re.compile(r"""[.!?…։。！？؟।]["'”’»)\]]*$""")
LEVELS = 4
"""Boxes around a block that are looked at."""

CALLED = {
    "story": r"article|story|content|entry|post|body|text|main|detail",
    "around": r"nav|menu|breadcrumb|header|foot|masthead|toolbar",
    "links": r"aside|sidebar|\brail|relat|recirc|recommend|\bmore|also|popular|trending|most|teaser|card"
    r"|widget|carousel|slider|next|promo|list",
    "share": r"share|sharing|social|follow|newsletter|subscri|sign-?up|paywall|login|register",
    "comments": r"comment|reply|respond|discuss",
    "author": r"author|byline|\bbio|meta|date|time|info|credit|source",
    "picture": r"caption|figure|image|photo|media|gallery|video|player|embed",
    "tags": r"tag|topic|keyword|categor",
    "advert": r"\bads?\b|\bad-|-ad\b|advert|sponsor|banner|affiliate|shop|product",
    "quote": r"tweet|quote|pull",
    "notice": r"disclaimer|copyright|legal|cookie|consent|modal|popup|overlay|notice|correction|footnote",
}
"""What elements are called by their class, id, role and itemprop."""
_CALLED = [(1 << bit, re.compile(pattern)) for bit, pattern in enumerate(CALLED.values())]
_BITS = {name: 1 << bit for bit, name in enumerate(CALLED)}
_TAG_BITS = {
    "nav": "around", "footer": "around", "header": "around", "aside": "links", "article": "story",
    "main": "story", "figure": "picture", "figcaption": "picture", "form": "share", "menu": "around",
    "address": "author", "blockquote": "quote",
}  # fmt: skip
_KINDS = {
    "p": ("p", "pre"), "item": ("li", "dd", "dt"), "row": ("tr",), "caption": ("figcaption",),
    "quote": ("blockquote",), "heading": ("h1", "h2", "h3", "h4", "h5", "h6"),
}  # fmt: skip
_BESIDE = ("length", "linked", "sentence", "is_heading", "is_item", "is_p", "all_stressed", "stated")


@dataclass(slots=True)
class Known:
    """What is known of a page besides its blocks."""

    votes: Sequence[str]
    """The body as extractors cut it out, the most generous first."""
    stated: str = ""
    """The body as JSON-LD gives it."""
    title: str = ""
    description: str = ""


def shares(blocks: Sequence[Block], text: str) -> list[float]:
    """How much of each block is in `text`: the share of its runs of four words; of a shorter one 1 where
    it is a line of `text`, else 0."""
    written = text.lower().split("\n")
    lines = [WORD.findall(line) for line in written]
    whole = {tuple(line) for line in lines if 0 < len(line) < 4}
    whole |= {tuple(WORD.findall(cell)) for line in written if "|" in line for cell in line.split("|")}
    flat = [word for line in lines for word in line]
    runs = set(zip(flat, flat[1:], flat[2:], flat[3:], strict=False))
    found = []
    for block in blocks:
        words = block.words
        if len(words) < 4:
            found.append(float(tuple(words) in whole))
        else:
            own = list(zip(words, words[1:], words[2:], words[3:], strict=False))
            found.append(sum(map(runs.__contains__, own)) / len(own))
    return found


def table(page: Page, known: Known) -> tuple[list[str], Any]:
    """Names of the features, and a float32 array of blocks by features."""
    return from_votes(page, known, [shares(page.blocks, text) for text in known.votes])


def from_votes(page: Page, known: Known, votes: Sequence[Sequence[float]]) -> tuple[list[str], Any]:
    """`table`, where the share of each block in each vote is known."""
    import numpy as np

    blocks = page.blocks
    columns: dict[str, Column] = {}
    count = np.array([len(block.words) for block in blocks], np.float32)
    _of_text(columns, blocks, count)
    sentence, linked = columns["sentence"], columns["linked"]
    told = ((count >= 12) & (sentence > 0) & (linked < 0.4)).astype(np.float32)
    generous = np.array(votes[0], np.float32)
    _of_place(columns, page, count, linked, generous, "voted")
    _of_place(columns, page, count, linked, told, "told")
    _of_names(columns, page, count * generous if generous.any() else count * told)
    for n, vote in enumerate(votes):
        columns[f"vote{n}"] = np.array(vote, np.float32)
        columns[f"vote{n}_near"] = _near(columns[f"vote{n}"], count)
    _of_page(columns, blocks, count, generous, told)
    _of_metadata(columns, blocks, known, count, told)
    for name in _BESIDE:
        columns[f"{name}_above"] = np.concatenate(([0], columns[name][:-1]))
        columns[f"{name}_below"] = np.concatenate((columns[name][1:], [0]))
    return list(columns), np.column_stack(list(columns.values())).astype(np.float32)


def _of_text(columns: dict[str, Column], blocks: Sequence[Block], count: Column) -> None:
    import numpy as np

    def column(values: Any) -> Column:
        return np.fromiter(values, np.float32, len(blocks))

    size = np.maximum(1, column(len(b.text) for b in blocks))
    columns["length"] = np.log1p(count) / 5
    columns["linked"] = column(b.linked for b in blocks) / size
    columns["stressed"] = column(b.stressed for b in blocks) / size
    columns["all_stressed"] = (columns["stressed"] > 0.9).astype(np.float32)
    columns["sentence"] = column(_SENTENCE.search(b.text) is not None for b in blocks)
    columns["colon"] = column(b.text.endswith(":") for b in blocks)
    columns["upper"] = column(sum(map(str.isupper, b.text[:200])) for b in blocks) / np.minimum(200, size)
    columns["digits"] = column(sum(map(str.isdigit, b.text[:200])) for b in blocks) / np.minimum(200, size)
    columns["commas"] = np.minimum(1, column(b.text.count(",") for b in blocks) / np.maximum(1, count) * 8)
    columns["after_image"] = column(b.after_image for b in blocks)
    columns["starts_low"] = column(b.text[:1].islower() for b in blocks)
    columns["dash"] = column(b.text[:1] in "-–—•*([|" for b in blocks)
    columns["rights"] = column("©" in b.text for b in blocks)
    columns["pipe"] = column(bool(re.search(r"\s[|•·›»]\s", b.text)) for b in blocks)
    for kind, tags in _KINDS.items():
        columns[f"is_{kind}"] = column(b.box.tag in tags for b in blocks)


def _of_place(
    columns: dict[str, Column], page: Page, count: Column, linked: Column, vote: Column, name: str
) -> None:
    """Of each box around a block: how much of it was voted for, and how much of all votes it holds; the
    same of all blocks that look like this one."""
    import numpy as np

    blocks, boxes = page.blocks, page.boxes
    at = np.fromiter((b.box.number for b in blocks), np.intp, len(blocks))
    sums = np.zeros((3, len(boxes)))
    for row, own in enumerate((count, count * vote, count * linked)):
        np.add.at(sums[row], at, own)
    words, voted, links = sums.tolist()
    above = [box.parent.number if box.parent else 0 for box in boxes]
    for i in range(len(boxes) - 1, 0, -1):
        words[above[i]] += words[i]
        voted[above[i]] += voted[i]
        links[above[i]] += links[i]
    all_words, all_voted, all_links = np.maximum(1, words), np.array(voted), np.array(links)
    total = max(1.0, voted[0])
    parents = np.array(above)
    level = at
    for n in range(LEVELS):
        columns[f"{name}_purity{n}"] = (all_voted[level] / all_words[level]).astype(np.float32)
        columns[f"{name}_cover{n}"] = (all_voted[level] / total).astype(np.float32)
        if name == "voted":
            columns[f"linked{n}"] = (all_links[level] / all_words[level]).astype(np.float32)
        level = parents[level]
    looks: dict[tuple[str, str, str, str], int] = {}
    alike = np.fromiter((looks.setdefault(_look(b.box), len(looks)) for b in blocks), np.intp, len(blocks))
    word_sums, vote_sums, number = np.zeros(len(looks)), np.zeros(len(looks)), np.zeros(len(looks))
    np.add.at(word_sums, alike, count)
    np.add.at(vote_sums, alike, count * vote)
    np.add.at(number, alike, 1)
    columns[f"{name}_alike"] = (vote_sums / np.maximum(1, word_sums))[alike].astype(np.float32)
    columns[f"{name}_alike_cover"] = (vote_sums / total)[alike].astype(np.float32)
    columns["alike"] = (np.log1p(number) / 4)[alike].astype(np.float32)


def _look(box: Box) -> tuple[str, str, str, str]:
    parent = box.parent
    return box.tag, box.marks, parent.tag if parent else "", parent.marks if parent else ""


def _of_names(columns: dict[str, Column], page: Page, voted: Column) -> None:
    """What the elements around a block are called: the two nearest, and any further out, unless it holds
    most of what was voted for and so names the page."""
    import numpy as np

    boxes = page.boxes
    weight = [0.0] * len(boxes)
    for block, own in zip(page.blocks, voted.tolist(), strict=True):
        weight[block.box.number] += own
    for box in reversed(boxes[1:]):
        if box.parent is not None:
            weight[box.parent.number] += weight[box.number]
    own_names = [_called(box.tag, box.marks) for box in boxes]
    within = [0] * len(boxes)
    for box in boxes[1:]:
        outer = within[box.parent.number] if box.parent is not None else 0
        is_page = weight[box.number] > 0.5 * weight[0]
        within[box.number] = outer if is_page else outer | own_names[box.number]
    near = np.array(
        [
            own_names[b.box.number] | (own_names[b.box.parent.number] if b.box.parent else 0)
            for b in page.blocks
        ]
    )
    far = np.array([within[b.box.number] for b in page.blocks])
    for name, bit in _BITS.items():
        columns[f"called_{name}"] = ((near & bit) > 0).astype(np.float32)
        columns[f"within_{name}"] = ((far & bit) > 0).astype(np.float32)


@lru_cache(maxsize=8192)
def _called(tag: str, marks: str) -> int:
    """Bits of CALLED that an element's names match."""
    found = _BITS[_TAG_BITS[tag]] if tag in _TAG_BITS else 0
    if marks:
        for bit, pattern in _CALLED:
            if pattern.search(marks[:300]):
                found |= bit
    return found


def _near(vote: Column, count: Column) -> Column:
    """The votes of the three blocks on either side, nearer and longer ones counting more."""
    import numpy as np

    found, weight = np.zeros_like(vote), np.zeros_like(vote)
    for step in (1, 2, 3):
        capped = np.minimum(40, count) / step
        for shifted in (slice(step, None), slice(None, -step)):
            other = slice(None, -step) if shifted.start else slice(step, None)
            if len(vote) <= step:
                continue
            found[other] += (capped * vote)[shifted]
            weight[other] += capped[shifted]
    return found / np.maximum(1, weight)


def _of_page(
    columns: dict[str, Column], blocks: Sequence[Block], count: Column, vote: Column, told: Column
) -> None:
    """Where on the page a block stands, and how far the votes agree with what reads like a story."""
    import numpy as np

    voted, stories = float((count * vote).sum()), float((count * told).sum())
    both = float((count * vote * told).sum())
    order = np.arange(len(blocks), dtype=np.float32)
    for name, own, total in (("voted", vote, voted), ("told", told, stories)):
        at = np.flatnonzero(own > 0.5)
        first, last = (at[0], at[-1]) if len(at) else (0, len(blocks))
        columns[f"{name}_before"] = (np.cumsum(count * own) - count * own) / max(1.0, total)
        columns[f"{name}_first"] = np.clip((order - first) / 10, -1, 1)
        columns[f"{name}_last"] = np.clip((order - last) / 10, -1, 1)
    columns["voted_words"] = np.full_like(count, math.log1p(voted) / 8)
    columns["told_words"] = np.full_like(count, math.log1p(stories) / 8)
    columns["agree"] = np.full_like(count, both / max(1.0, stories))


def _of_metadata(
    columns: dict[str, Column], blocks: Sequence[Block], known: Known, count: Column, told: Column
) -> None:
    import numpy as np

    stated = np.array(shares(blocks, known.stated) if known.stated else [0.0] * len(blocks), np.float32)
    if float((count * stated).sum()) < 0.5 * max(80.0, float((count * told).sum()) / 4):
        stated[:] = 0.0
    columns["stated"] = stated
    columns["unstated"] = (1 - stated) if stated.any() else stated
    title, described = set(WORD.findall(known.title.lower())), WORD.findall(known.description.lower())
    likeness = [len(title & set(b.words)) / len(title | set(b.words)) if title else 0.0 for b in blocks]
    columns["title"] = np.array(likeness, np.float32)
    begins = described[:12]
    columns["described"] = np.array(
        [len(begins) > 5 and b.words[: len(begins)] == begins for b in blocks], np.float32
    )
    seen = Counter(" ".join(b.words) for b in blocks)
    columns["repeated"] = np.array([min(1.0, (seen[" ".join(b.words)] - 1) / 2) for b in blocks], np.float32)
