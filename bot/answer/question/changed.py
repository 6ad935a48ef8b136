"""Questions that ask what changed: in an article, or in the world since a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_CHANGED = r"(?:chang|correct|revis|updat|amend|edit)(?:ed|es?|ing)?"
_ARTICLE = r"(?:articles?|reports?|stor(?:y|ies)|pieces?|pages?|texts?|versions?|corrections?)"
_IN_ARTICLE = (
    re.compile(rf"^what (?:has |have |had |was |were |did )?(?:been )?{_CHANGED} (?:in|on|about|to|with|of)(?: the)? (?P<topic>.*\b{_ARTICLE}\b.*)$", re.I),
    re.compile(r"^what did (?P<topic>.+?) (?:change|correct|revise|update|amend|edit)(?: (?:in|about|on))?(?: (?P<more>.*))?$", re.I),
    re.compile(rf"^(?:was|were|has|have|is|did) (?:the )?(?P<topic>.*\b{_ARTICLE}\b.*?) (?:been )?{_CHANGED}(?: .*)?$", re.I),
    re.compile(rf"^how (?:did|has|was|were) (?:the )?(?P<topic>.*\b{_ARTICLE}\b.*?) (?:been )?{_CHANGED}(?: .*)?$", re.I),
    re.compile(r"^what (?:is|was) the (?:correction|change|update) (?:in|to|of|on) (?P<topic>.+)$", re.I),
)  # fmt: skip
_IN_WORLD = re.compile(
    r"^what(?:['’]s| has| have| is)?(?: been)? (?:changed|changes|new|different|happened)\b(?P<topic>.*)$",
    re.I,
)
_SINCE = re.compile(r"\b(?:since|after|over the (?:last|past)|in the (?:last|past)|between|from)\b", re.I)
_LOOSE = re.compile(rf"\b(?:the|an?|its|their|{_ARTICLE}|on|of|about|in|from|by)\b", re.I)


@dataclass(frozen=True, slots=True)
class Changed:
    what: Literal["article", "world"]
    topic: str
    """Words that tell which article, or what in the world; empty where the question has none."""


def changed(text: str) -> Changed | None:
    """What a question asks the changes of; None where it asks for none."""
    text = " ".join(text.split()).rstrip("?!. ")
    for pattern in _IN_ARTICLE:
        if found := pattern.match(text):
            groups = found.groupdict()
            topic = " ".join(filter(None, (groups["topic"], groups.get("more"))))
            if pattern is _IN_ARTICLE[1] and not re.search(rf"\b{_ARTICLE}\b", topic, re.I):
                continue  # "What did Baku change in its law?" is no question about an article
            return Changed("article", " ".join(_LOOSE.sub(" ", topic).split()))
    if (found := _IN_WORLD.match(text)) and (since := _SINCE.search(found["topic"])):
        del since
        return Changed("world", found["topic"].strip())
    return None
