"""What a question of several parts, or about several outlets, is asked as; and its answer as it was typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from bot.answer.apart import Asking
from bot.answer.attributed import asked_who
from bot.answer.foreign import gloss
from bot.answer.question.changed import Changed
from bot.answer.question.compare import Comparison, Outlet
from bot.answer.question.parts import Partial
from bot.answer.terms import language_of
from bot.answer.types import Answer, Question
from bot.answer.understood import bare
from index import when
from index.aliases import using
from index.article import Hit, Window
from index.query import Query, Understood

OUTLETS = 4
LOOKED_AT = 20
_UPTO = re.compile(r"\b(?:since|after|over|in|from|between|during)(?: the)?\s*$", re.IGNORECASE)


def each_part(parts: Sequence[Partial], question: Question) -> list[Asking]:
    """The parts of a compound question, each to be asked by itself."""
    return [Asking(part.text, replace(question, text=part.whole)) for part in parts]


def by_outlet(
    compared: Comparison, question: Question, look: Callable[[Question, int], Sequence[Hit]]
) -> list[Asking]:
    """The same asked of each outlet: those named, else those that have most to say of it.

    Args:
        look: finds passages for a question.
    """
    topic = replace(question, text=compared.topic, history=())
    outlets = compared.outlets
    if not outlets:
        found = dict.fromkeys(hit.publisher for hit in look(topic, LOOKED_AT) if hit.publisher)
        outlets = tuple(Outlet(name, (name,)) for name in found)[:OUTLETS]
    return [Asking(each.shown, replace(topic, publishers=each.publishers)) for each in outlets]


def as_typed(answer: Answer, typed: Question, whole: Question) -> Answer:
    """The answer to the question as the asker typed it, who is told what it was read as."""
    text = " ".join(typed.text.split())
    understood = tuple(_placed(each, text) for each in answer.understood)
    if asked_who(typed):
        return replace(answer, question=typed.text, understood=understood)
    read_as = answer.read_as or (whole.text if whole is not typed and whole.text != text else None)
    return replace(answer, question=typed.text, understood=understood, read_as=read_as)


def _placed(each: Understood, text: str) -> Understood:
    """Where the words stand in the question as typed; nowhere where the conversation gave them."""
    if text[each.start : each.end] == each.words:
        return each
    start = max(0, text.find(each.words))
    return replace(each, start=start, end=start + len(each.words) if each.words in text else start)


def in_english(question: Question, query: Query) -> Question | None:
    """A question in another language as far as it is known in English; None where a word of it isn't."""
    language = language_of(question.text)
    if language == "en":
        return None
    with using(query.aliases):
        said = gloss(bare(question.text, query.understood), language)
    return replace(question, text=said, history=(), window=query.window) if said else None


def since_then(change: Changed, question: Question, window: Window) -> Question | None:
    """What a timeline is asked for "what has changed in X since November?"; None where there is no X.

    Args:
        window: what the question's own words say of when.
    """
    subject = change.topic
    for time in reversed(when.read(subject, question.as_of or date.today())):
        subject = _UPTO.sub("", subject[: time.start]) + subject[time.end :]
    subject = " ".join(subject.split()).strip(" ,.?")
    if not re.sub(r"\W|\b(?:in|the|on|with|about|to|of)\b", "", subject):
        return None
    return replace(question, text=subject, history=(), window=question.window or window, timeline=True)
