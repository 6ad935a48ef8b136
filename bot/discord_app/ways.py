"""The buttons on an answer: to take back what was understood, and to say whether it is right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.answer.understood import SOURCES
from bot.discord_app.pages import Action

if TYPE_CHECKING:
    from bot.answer.types import Answer
    from index.query import Kind

WAYS: dict[str, tuple[tuple[Kind, ...], str]] = {
    "time": (("time",), "Search all times"),
    "source": (SOURCES, "Search all outlets"),
}


LABEL_LIMIT = 80
"""Discord's, in characters."""
MOST = 5
"""Buttons in a row."""


def action(kinds: tuple[Kind, ...]) -> Action:
    """The button that takes these kinds back."""
    name, label = next((name, label) for name, (taken, label) in WAYS.items() if taken == kinds)
    return Action(label, f"dateline:again:{name}")


def verdicts(answer: Answer) -> tuple[Action, ...]:
    """The buttons of an answer that can be right or wrong."""
    if answer.timeline or answer.asks_back or not answer.coverage.articles:
        return ()
    return Action("Right", "dateline:verdict:right"), Action("Wrong", "dateline:verdict:wrong")


def choice_actions(choices: Sequence[str]) -> tuple[Action, ...]:
    """A button for each choice, labelled with the question that it asks."""
    return tuple(
        Action(
            label if len(label) <= LABEL_LIMIT else label[: LABEL_LIMIT - 1] + "…",
            f"dateline:choice:{number}",
        )
        for number, label in enumerate((" ".join(choice.split()) for choice in choices[:MOST]), 1)
    )
