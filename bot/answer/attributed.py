"""Who said what the last answer told: "who said that?"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.answer.citing import cite
from bot.answer.evidence import Sentence, gather
from bot.answer.news.sense import News
from bot.answer.plain import unmarked
from bot.answer.types import CheckedClaim, Citation, Claim, Event, Question, Status
from index.query import KINDS
from index.text import visible, words

if TYPE_CHECKING:
    from bot.answer.answer import Answerer

HITS, NEAREST = 10, 3
LONGEST = 400
"""Characters of an earlier answer that are looked for."""

_ASKS = re.compile(
    r"^(?:and |but |so )?(?:who (?:said|says|claimed|claims|stated|reported) (?:that|this|so|it)"
    r"|says who|according to (?:whom|who)|whose words (?:are|were) (?:that|those)|who is the source)\W*$",
    re.IGNORECASE,
)
_MARK = re.compile(r"\s*\[\d+\]")
NOBODY = "The article says so itself: it names nobody who did."


def asked_who(question: Question) -> str | None:
    """What the earlier answer told, where a question asks who said it; None for any other question."""
    if not question.history or not _ASKS.match(" ".join(question.text.split())):
        return None
    return _MARK.sub("", question.history[-1][1]).strip() or None


def who_said(answerer: Answerer, question: Question, said: str) -> Iterator[Event]:
    """Who said what the earlier answer told, by the articles that it was told from."""
    yield Status("Looking for who said so")
    # "Friday" in an answer is no time to search by.
    question = replace(question, text=said[:LONGEST], history=(), taken_back=KINDS)
    hits = answerer.look(question, HITS)
    versions = answerer.index.ledger.versions_by_id({hit.version for hit in hits})
    found = told_before(said, gather([hit for hit in hits if hit.version in versions], versions))
    news = News(answerer.index.ledger)
    claims: list[Claim] = []
    citations: list[Citation] = []
    for sentence in found:
        known = len(citations)
        cite(citations, sentence)
        claim = news.told(Claim(unmarked(visible(sentence.text)), (known + 1,)), citations)
        if (speaker := citations[known].speaker) is None:
            citations.pop()
            continue
        claims.append(replace(claim, speaker=claim.speaker or speaker.shown))
        yield CheckedClaim(claims[-1], tuple(citations[known:]))
    yield replace(
        answerer.nothing(question),
        answered=bool(claims),
        claims=tuple(claims),
        citations=tuple(citations),
        nearest=() if claims else tuple(hits[:NEAREST]),
        note=NOBODY if found and not claims else None,
    )


def told_before(said: str, found: Sequence[Sentence]) -> list[Sentence]:
    """The sentences of the evidence that the earlier answer was made of, in its order."""
    plain = " ".join(words(said))
    spoken = [s for s in found if " ".join(words(s.text)) in plain]
    once = {" ".join(words(s.text)): s for s in reversed(spoken)}
    return sorted(once.values(), key=lambda s: plain.index(" ".join(words(s.text))))
