"""Questions that ask how outlets differ: which outlets, and on what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answer.question.kinds import tidy
from index import who

if TYPE_CHECKING:
    from index.known import Known

_CUE = re.compile(
    r"\b(?:differ(?:s|ed|ing|ently)?|difference|disagree\w*|agree|compare[ds]?|contrast\w*|versus|vs|both|each|respectively"
    r"|consisten\w+|contradict\w*|same|unlike|whereas|while)\b",
    re.IGNORECASE,
)
_OUTLETS = (
    r"(?:(?:the|other|various|different|several|all|these|both|its|two|three|four|news) )*"
    r"(?:outlets?|newspapers?|papers|media|publications|news sources|sources|reports)"
)
_REPORTING = (
    r"(?:report|cover|describe|word|put|present|tell|portray|explain|characteri[sz]e|frame|see|call|phrase|treat|account for)"
    r"(?:ed|s)?"
)
_WHOEVER = (
    re.compile(rf"^how (?:did|do|does|have|has) {_OUTLETS} (?:differ|disagree) (?:on|about|over|in|as to) (?P<topic>.+)$", re.I),
    re.compile(rf"^how (?:did|do|does|have|has) {_OUTLETS} (?:differently )?{_REPORTING} (?P<topic>.+)$", re.I),
    re.compile(rf"^how (?P<topic>.+?) (?:is|was|are|were) {_REPORTING} (?:by|in) {_OUTLETS}$", re.I),
    re.compile(rf"^(?:do|did|does) {_OUTLETS} (?:all )?(?:agree|disagree|differ) (?:on|about|over|as to|that) (?P<topic>.+)$", re.I),
    re.compile(
        rf"^what (?:did|do|does|have|has) (?=(?:the )?(?:different|various|other|several|all)\b){_OUTLETS}"
        r" (?:say|said|report|reported|write) (?:about|on|of|over) (?P<topic>.+)$",
        re.I,
    ),
    re.compile(rf"^(?P<topic>.+?),? (?:and|but) (?:do|did|does) {_OUTLETS} (?:agree|differ|disagree)(?: on (?:it|this|that))?$", re.I),
    re.compile(rf"^compare (?:how )?{_OUTLETS} (?:{_REPORTING} |on |about )?(?P<topic>.+)$", re.I),
)  # fmt: skip
_THESE = (
    re.compile(r"^how (?:did|do|does) \0 (?:differ|disagree|compare|diverge) (?:on|about|over|in|as to|regarding)(?: (?:their|its) (?:reports?|reporting|accounts?|coverage) (?:of|on|about))? (?P<topic>.+)$", re.I),
    re.compile(r"^(?:do|did|does) \0 (?:agree|disagree|differ) (?:on|about|over|as to|that|in) (?P<topic>.+)$", re.I),
    re.compile(rf"^(?:compare|contrast) (?:how )?\0(?:['’]s)? (?:(?:each )?{_REPORTING} |(?:reports?|coverage|accounts?) (?:of|on) |on |about )?(?P<topic>.+)$", re.I),
    re.compile(rf"^how (?:did|do|does) \0 (?:each |both |differently )?{_REPORTING} (?P<topic>.+)$", re.I),
    re.compile(r"^what (?:did|do|does) \0 (?:each |both )?(?:say|report|write) (?:about|on|of|over) (?P<topic>.+)$", re.I),
    re.compile(r"^what(?:'s| is| was| are) the differences? between \0(?:['’]s? (?:reports?|coverage|accounts?))? (?:on|of|about|over|in) (?P<topic>.+)$", re.I),
    re.compile(r"^(?P<topic>.+?),? (?:and|but) (?:do|did|does) \0 (?:agree|differ|disagree)(?: on (?:it|this|that))?$", re.I),
    re.compile(r"^(?P<topic>(?:why|who|when|where|what|how).+?),? according to \0$", re.I),
)  # fmt: skip
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
    for pattern in _WHOEVER:
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
    for pattern in _THESE:
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
