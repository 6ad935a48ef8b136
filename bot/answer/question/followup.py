"""A follow-up made whole from the conversation: what it leaves out is put in its place, by name.

Where that can't be done safely, the earlier question stands before it, and the two are searched for together.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot.answer.question.kinds import tidy
from bot.answer.question.pronouns import open_pronouns
from bot.answer.question.substitute import (
    REACTING,
    SAYING,
    WHAT_ABOUT,
    Whole,
    objects,
    other_asking,
    other_clause,
    other_thing,
    other_time,
    parsed,
    same_time,
)
from bot.answer.terms import language_of
from bot.answer.types import Question
from index.text import words

LEAD = re.compile(r"^(and|but|so|also|ok|okay|well)\b[, ]+", re.IGNORECASE)
_ALIKE = re.compile(r"\b(?:the same|likewise|too|either)\W*$", re.I)
_SHORT = 3


def completed(question: Question) -> Whole:
    """A question read with its conversation."""
    before, said = "", ""
    for asked, answered in question.history:
        before, said = _completed(_squeezed(asked), before, said).text, answered
    return _completed(_squeezed(question.text), before, said)


def made_whole(question: Question) -> Question:
    """The question with names put in, needing its conversation no more; itself where that isn't safe."""
    whole_ = completed(question)
    return replace(question, text=whole_.text, history=()) if whole_.substituted else question


def leans_on(question: Question) -> str | None:
    """The earlier question that a follow-up can't be understood without; None for any other."""
    text = _squeezed(question.text)
    return _squeezed(question.history[-1][0]) if question.history and leans(text) else None


def whole(question: Question) -> str:
    """What is searched for: the question with names put in, or with what it leans on put before it."""
    return completed(question).text


def leans(text: str) -> bool:
    """Whether a question can't be understood without what was said before it."""
    if LEAD.match(text) or WHAT_ABOUT.match(text) or _ALIKE.search(text) or len(words(text)) <= _SHORT:
        return True
    if language_of(text) != "en":
        return False
    doc = parsed(text)
    return bool(open_pronouns(doc)) or _reacts(doc)


def _reacts(doc: Any) -> bool:
    """ "How did the US respond?": to what, only the conversation tells."""
    root = next(t for t in doc if t.dep_ == "ROOT")
    return root.lemma_.lower() in REACTING | SAYING and not objects(doc)


def _completed(text: str, before: str, said: str) -> Whole:
    if not before or not leans(text):
        return Whole(text)
    if {language_of(text), language_of(before)} == {"en"} and "? " not in before:
        bare = LEAD.sub("", text).rstrip("?!. ") or text
        for way in (other_asking, other_time, other_thing, other_clause):
            made = way(bare, before, said)
            if isinstance(made, Whole):
                return made
            if made:
                made = same_time(made, before)
                return Whole(tidy(" ".join(made.split())), substituted=True)
    return Whole(f"{before.rstrip('?!. ')}? {text}")


def _squeezed(text: str) -> str:
    return " ".join(text.split())
