"""The patterns of patterns.toml, compiled."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files


@lru_cache
def patterns(table: str, name: str) -> tuple[re.Pattern[str], ...]:
    """Those of one list, in its order; each matches a whole question."""
    read = tomllib.loads((files("bot.answer.question") / "patterns.toml").read_text(encoding="utf-8"))
    return tuple(re.compile(rf"^{_filled(p, read['parts'])}$", re.IGNORECASE) for p in read[table][name])


@lru_cache
def part(name: str) -> str:
    """One of the parts that patterns are made of."""
    read = tomllib.loads((files("bot.answer.question") / "patterns.toml").read_text(encoding="utf-8"))
    return str(read["parts"][name])


def _filled(pattern: str, parts: dict[str, str]) -> str:
    return re.sub(r"\{([A-Z]+)\}", lambda match: parts[match[1]], pattern)
