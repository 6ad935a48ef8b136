"""Questions that ask what changed: in an article, or in the world since a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bot.answer.question.patterns import part, patterns


@dataclass(frozen=True, slots=True)
class Changed:
    what: Literal["article", "world"]
    topic: str
    """Words that tell which article, or what in the world; empty where the question has none."""


def changed(text: str) -> Changed | None:
    """What a question asks the changes of; None where it asks for none."""
    text = " ".join(text.split()).rstrip("?!. ")
    for pattern in patterns("changed", "article"):
        if found := pattern.match(text):
            return Changed("article", _bare(found["topic"]))
    for pattern in patterns("changed", "by_whom"):
        if found := pattern.match(text):
            topic = " ".join(filter(None, (found["topic"], found["more"])))
            # "What did Baku change in its law?" is no question about an article.
            if re.search(rf"\b{part('ARTICLE')}\b", topic, re.I):
                return Changed("article", _bare(topic))
    for pattern in patterns("changed", "world"):
        if found := pattern.match(text):
            return Changed("world", found["topic"].strip())
    return None


def _bare(topic: str) -> str:
    loose = rf"\b(?:the|an?|its|their|{part('ARTICLE')}|on|of|about|in|from|by)\b"
    return " ".join(re.sub(loose, " ", topic, flags=re.I).split())
