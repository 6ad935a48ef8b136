"""What a check has against a claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["quote", "number", "day", "name", "negation", "speaker", "doer", "hedge"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something of a claim that the evidence lacks or contradicts."""

    kind: Kind
    text: str
    """The words of the claim that it is about."""
