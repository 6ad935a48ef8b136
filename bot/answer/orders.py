"""Sentences that give orders to a machine rather than tell readers something: never evidence.

No list can know every order. What keeps an obeyed one from being shown is `verify`; this keeps the plain ones
from the model, and from being quoted as if they answered.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

from index.text import fold


def is_order(text: str) -> bool:
    """Whether a sentence of an article addresses whatever machine reads it."""
    folded = fold(text)
    return any(pattern.search(folded) for pattern in _patterns())


@lru_cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    table = tomllib.loads((files("bot.answer") / "orders.toml").read_text(encoding="utf-8"))
    names = {name: "|".join(each) for name, each in table["words"].items()}
    return tuple(re.compile(_filled(pattern, names)) for pattern in table["patterns"])


def _filled(pattern: str, names: dict[str, str]) -> str:
    for name, each in names.items():
        pattern = pattern.replace(f"<{name}>", f"(?:{each})")
    return pattern
