"""An old answer without the words of an article that has been withdrawn since, or with a line that says of
one that it was changed: as it stands in Discord, it is read back, and shown again."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import discord
from discord import components, ui

from bot.discord_app.card import CHANGED, NEAREST_HEADING
from bot.discord_app.pages import Action, Block, pages

WITHDRAWN = "This article has been withdrawn."
UNSUPPORTED = "The article that said this has been withdrawn."

_SOURCE = re.compile(r"\*\*\[(\d+)\]")
_MARKS = re.compile(r" (?:\[\d+\])+$")
_APART = ("### ", "-# ", "> ", "**")


def without(message: discord.Message, numbers: Collection[int]) -> ui.LayoutView | None:
    """The message's card without these citations and the claims that rest on them; numbers below 0 are places
    among the nearest passages. None where it shows nothing of theirs."""
    blocks, colour = _blocks(message)
    cleaned = list(_cleaned(blocks, numbers))
    return pages(cleaned, colour)[0] if cleaned != blocks else None


def marked(message: discord.Message, numbers: Collection[int]) -> ui.LayoutView | None:
    """The message's card with a line below the heads of these sources that says that their publisher has
    changed them since; None where there is nothing to add, or no room for it."""
    blocks, colour = _blocks(message)
    # A full message may have room for some of them only.
    for most in range(len(numbers), 0, -1):
        told = list(_told(blocks, sorted(numbers, key=lambda n: (n < 0, abs(n)))[:most]))
        if told == blocks:
            return None
        if len(views := pages(told, colour)) == 1:
            return views[0]
    return None


def _told(blocks: Sequence[Block], numbers: Collection[int]) -> Iterator[Block]:
    is_nearest = False
    place = 0
    for block in blocks:
        is_nearest = is_nearest or block.text == NEAREST_HEADING
        number = None
        if source := _SOURCE.match(block.text):
            number = int(source[1])
        elif is_nearest and block.text.startswith("**"):
            place += 1
            number = -place
        lines = block.text.split("\n")
        line = f"-# {CHANGED}"
        if number in numbers and line not in lines and len(lines) > 1:
            quote = next((i for i, each in enumerate(lines) if each.startswith("> ")), len(lines))
            yield replace(block, text="\n".join([*lines[:quote], line, *lines[quote:]]))
        else:
            yield block


def _blocks(message: discord.Message) -> tuple[list[Block], int]:
    """The card's blocks and colour, as `pages` was given them."""
    blocks: list[Block] = []
    colour, is_ruled = 0, False
    for container in message.components:
        if not isinstance(container, components.Container):
            continue
        colour = container.accent_colour.value if container.accent_colour else colour
        for part in container.children:
            if isinstance(part, components.SeparatorComponent):
                is_ruled = True
                continue
            if isinstance(part, components.TextDisplay):
                blocks.append(Block(part.content, ruled=is_ruled))
            elif isinstance(part, components.SectionComponent):
                text = "\n".join(c.content for c in part.children if isinstance(c, components.TextDisplay))
                button = part.accessory
                url = button.url if isinstance(button, components.Button) else None
                blocks.append(Block(text, url, ruled=is_ruled))
            elif isinstance(part, components.ActionRow) and blocks:
                buttons = [b for b in part.children if isinstance(b, components.Button)]
                actions = tuple(Action(b.label or "", b.custom_id) for b in buttons if b.custom_id)
                blocks[-1] = replace(blocks[-1], actions=actions)
            is_ruled = False
    return blocks, colour


def _cleaned(blocks: Sequence[Block], numbers: Collection[int]) -> Iterator[Block]:
    # A message may begin with the rest of a quote: of the source before the first that it names.
    first = next((int(source[1]) for block in blocks if (source := _SOURCE.match(block.text))), None)
    is_gone = first is None or first - 1 in numbers
    is_nearest = False
    place = 0
    for block in blocks:
        if block.text == NEAREST_HEADING:
            is_nearest = True
            yield block
        elif block.text.startswith("> "):
            if not is_gone:  # else the rest of a quote that took several blocks
                yield block
        elif source := _SOURCE.match(block.text):
            is_gone = int(source[1]) in numbers
            yield replace(block, text=f"**[{source[1]}]** {WITHDRAWN}", url=None) if is_gone else block
        elif is_nearest and block.text.startswith("**"):
            place += 1
            is_gone = -place in numbers
            yield replace(block, text=f"**{WITHDRAWN}**", url=None) if is_gone else block
        else:
            is_gone = False
            yield (
                block if block.text.startswith(_APART) else replace(block, text=_claims(block.text, numbers))
            )


def _claims(text: str, numbers: Collection[int]) -> str:
    """Claims, of which each ends in its marks, without those that rest on a withdrawn source."""
    kept: list[str] = []
    lines: list[str] = []
    for line in text.split("\n"):
        lines.append(line)
        marks = _MARKS.search(line)
        if marks is None:
            continue
        cited = {int(n) for n in re.findall(r"\d+", marks[0])}
        kept += [f"*{UNSUPPORTED}*{marks[0]}"] if cited & set(numbers) else lines
        lines = []
    return "\n".join(kept + lines)
