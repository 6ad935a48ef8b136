"""Who said what the last answer told: "who said that?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answer.evidence import Sentence
from bot.answer.types import Question
from index.text import words

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


def told_before(said: str, found: Sequence[Sentence]) -> list[Sentence]:
    """The sentences of the evidence that the earlier answer was made of, in its order."""
    plain = " ".join(words(said))
    spoken = [s for s in found if " ".join(words(s.text)) in plain]
    once = {" ".join(words(s.text)): s for s in reversed(spoken)}
    return sorted(once.values(), key=lambda s: plain.index(" ".join(words(s.text))))
