"""Questions that ask how outlets differ: which outlets, and on what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answer.question.kinds import tidy
from bot.answer.question.patterns import patterns
from index import who

if TYPE_CHECKING:
    from index.known import Known

_CUE = re.compile(
    r"\b(?:differ(?:s|ed|ing|ently)?|difference|disagree\w*|agree|compare[ds]?|contrast\w*|versus|vs|both|each|respectively"
    r"|consisten\w+|contradict\w*|same|unlike|whereas|while)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"^(?:why|who|when|where|what|which|how|whether)\b", re.IGNORECASE)
_NUMBER_OF = re.compile(r"^(?:the )?(?:number|count|figures?) (?:of|for) (?P<what>.+)$", re.IGNORECASE)
_WHY = re.compile(r"^(?:the )?(?:reasons? (?:for|of|behind))\s+(?P<what>.+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Outlet:
    shown: str
    publishers: tuple[str, ...]
    """As the ledger writes them."""


@dataclass(frozen=True, slots=True)
class Comparison:
    topic: str
    """A question to ask of each."""
    outlets: tuple[Outlet, ...]
    """Those named; none is whichever have something on it."""


def comparison(text: str, known: Known | None) -> Comparison | None:
    """What is to be compared; None where a question asks for no comparison, or only within one outlet."""
    text = " ".join(text.split()).rstrip("?!. ")
    for pattern in patterns("compare", "whoever"):
        if found := pattern.match(text):
            return Comparison(_as_question(found["topic"]), ())
    if known is None or not (_CUE.search(text) or " and " in text):
        return None
    named = _named(text, known)
    if len(named) < 2:
        return None
    start, end = named[0].start, named[-1].end
    start -= len(re.search(r"(?:\bboth )?(?:\bthe )?$", text[:start], re.I)[0])  # type: ignore[index]  # it may be empty
    within = text[start:end]
    if len(within.split()) > 6 * len(named) or re.search(r"\b(?:did|does|say|said)\b", within, re.I):
        return None
    framed = f"{text[:start]}\0{text[end:]}"
    for pattern in patterns("compare", "these"):
        if found := pattern.match(framed):
            outlets = tuple(Outlet(each.shown, tuple(sorted(each.values))) for each in named)
            return Comparison(_as_question(found["topic"]), outlets)
    return None


def _named(text: str, known: Known) -> list[who.Source]:
    """The outlets named, whatever company they keep: that they are compared makes them sources."""
    spans = {(each.start, each.end): each for each in who.read(text, known.names) if each.kind == "publisher"}
    for each in who.mentioned(text, known.names):
        spans.setdefault((each.start, each.end), each)
    out: list[who.Source] = []
    for each in sorted(spans.values(), key=lambda s: (s.start, -s.end)):
        if (not out or each.start >= out[-1].end) and each.values not in [o.values for o in out]:
            out.append(each)
    return out


def _as_question(topic: str) -> str:
    topic = topic.strip(" ,")
    if number := _NUMBER_OF.match(topic):
        return tidy(f"how many {number['what']}")
    if why := _WHY.match(topic):
        return tidy(f"what was the reason for {why['what']}")
    return tidy(topic if _ASKS.match(topic) else f"what is told about {topic}")
