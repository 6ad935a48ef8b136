"""Signals -> how likely it is that a claim is supported, by weights that bench/support.py fitted."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Weights:
    """Log-odds = intercept + the sum of weight x signal; a signal without a weight counts nothing."""

    intercept: float
    signals: Mapping[str, float]
    supported: float
    """Likelihood from which a claim counts as supported, 0 to 1."""
    shown: float
    """Likelihood from which a language model's own wording may be shown to a reader: fewer slip through."""

    def likelihood(self, signals: Mapping[str, float]) -> float:
        odds = self.intercept + sum(w * signals.get(name, 0.0) for name, w in self.signals.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


@cache
def shipped() -> Weights:
    """The weights of weights.toml."""
    table = tomllib.loads((files("bot.answer.verify") / "weights.toml").read_text(encoding="utf-8"))
    return Weights(table["intercept"], table["signals"], table["supported"], table["shown"])
