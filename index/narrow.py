"""What a question is narrowed by, as the ledger and its catalogue choose by it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from index.article import Window


@dataclass(frozen=True, slots=True)
class Narrow:
    """Each may be empty, which is no restriction. Names of publishers and authors are compared folded."""

    window: Window = field(default_factory=Window)
    as_of: date | None = None
    publishers: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    """ISO 639-1 codes."""
    left_out: tuple[str, ...] = ()
    """Publishers whose articles are not wanted; those without a publisher stay."""

    def __bool__(self) -> bool:
        return self != _ALL


_ALL = Narrow()
