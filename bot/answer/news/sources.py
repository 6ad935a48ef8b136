"""How many sources an answer has that don't repeat one another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from bot.answer.news.types import Sources
from index.text import fold

if TYPE_CHECKING:
    from bot.answer.types import Citation


def sources_of(citations: Iterable[Citation]) -> Sources:
    """The sources of these citations: printings of one story are one, and so are articles of one outlet."""
    cited = list(citations)
    days = [c.published[:10] for c in cited if c.published]
    return Sources(
        independent([(c.story or c.article, c.publisher) for c in cited]),
        len({fold(name) for c in cited for name in (*c.outlets, c.publisher or "") if name}),
        max(days, default=None),
    )


def independent(printed: Sequence[tuple[str, str | None]]) -> int:
    """How many of these, each a story and the outlet it is cited from, hang together neither by the one nor
    by the other."""
    groups: list[set[str]] = []
    for story, publisher in printed:
        marks = {f"story {story}"} | ({f"outlet {fold(publisher)}"} if publisher else set())
        joined = [group for group in groups if group & marks]
        groups = [group for group in groups if group not in joined]
        groups.append(marks.union(*joined))
    return len(groups)
