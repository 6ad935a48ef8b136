"""The ways in which an asker may take back what was understood, and the button for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answer.understood import SOURCES
from bot.discord_app.pages import Action

if TYPE_CHECKING:
    from index.query import Kind

WAYS: dict[str, tuple[tuple[Kind, ...], str]] = {
    "time": (("time",), "Search all times"),
    "source": (SOURCES, "Search all outlets"),
}


def action(kinds: tuple[Kind, ...]) -> Action:
    """The button that takes these kinds back."""
    name, label = next((name, label) for name, (taken, label) in WAYS.items() if taken == kinds)
    return Action(label, f"dateline:again:{name}")
