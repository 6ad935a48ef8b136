"""Packs blocks of text into messages that keep Discord's limits for Components V2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import discord
from discord import ui

TEXT_LIMIT = 4000
"""Characters over all text displays of a message; counted as UTF-16 units, the stricter reading."""
PART_LIMIT = 40
"""Components of a message, nested ones included."""


@dataclass(frozen=True, slots=True)
class Action:
    """A button that the bot answers to, by its `id`, for as long as the message stands."""

    label: str
    id: str


@dataclass(frozen=True, slots=True)
class Block:
    """Discord markdown (made inert) that stays together, with the button that belongs to it."""

    text: str
    url: str | None = None
    ruled: bool = False
    """A line above it, unless it comes first."""
    actions: tuple[Action, ...] = ()
    """Buttons below it that ask something of the bot; at most five."""

    @property
    def size(self) -> int:
        return units(self.text)

    @property
    def parts(self) -> int:
        return (3 if self.url else 1) + self.ruled + (1 + len(self.actions) if self.actions else 0)


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


@dataclass(slots=True)
class _Page:
    blocks: list[Block] = field(default_factory=list)
    size: int = 0
    parts: int = 1

    def takes(self, block: Block) -> bool:
        return self.size + block.size <= TEXT_LIMIT and self.parts + block.parts <= PART_LIMIT

    def add(self, block: Block) -> None:
        self.blocks.append(block)
        self.size += block.size
        self.parts += block.parts


def pages(blocks: Iterable[Block], colour: int) -> list[ui.LayoutView]:
    """One view a message, in order; each block whole. A block may not be longer than TEXT_LIMIT by itself."""
    out = [_Page()]
    for block in blocks:
        if not block.text:
            continue
        if not out[-1].takes(block):
            out.append(_Page())
        out[-1].add(block)
    return [_view(page, colour) for page in out]


def _view(page: _Page, colour: int) -> ui.LayoutView:
    container: ui.Container[Any] = ui.Container(accent_colour=discord.Colour(colour))
    for n, block in enumerate(page.blocks):
        if block.ruled and n:
            container.add_item(ui.Separator())
        text: ui.TextDisplay[Any] = ui.TextDisplay(block.text)
        if block.url:
            container.add_item(ui.Section(text, accessory=ui.Button(label="Open", url=block.url)))
        else:
            container.add_item(text)
        if block.actions:
            container.add_item(
                ui.ActionRow(*(ui.Button(label=each.label, custom_id=each.id) for each in block.actions))
            )
    view = ui.LayoutView(timeout=None)
    view.add_item(container)
    return view


def pieces(text: str, limit: int) -> Iterator[str]:
    """The text in one or more runs of at most `limit` characters, cut at white space where there is any."""
    rest = text.strip()
    while len(rest) > limit:
        cut = max(rest.rfind(" ", 1, limit + 1), rest.rfind("\n", 1, limit + 1))
        cut = cut if cut > 0 else limit
        yield rest[:cut].rstrip()
        rest = rest[cut:].lstrip()
    yield rest
