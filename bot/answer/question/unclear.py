"""Questions that can't be answered before it is known what is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from bot.answer import grammar, lexicon
from bot.answer.question.followup import LEAD, completed
from bot.answer.question.kinds import capitalised, tidy
from bot.answer.question.names import names_in
from bot.answer.question.pronouns import open_pronouns
from bot.answer.terms import language_of
from bot.answer.types import Question

_EVENTS = frozenset("meet attack sign elect promise accept threat".split())
"""Groups of words for things of which an archive holds many: talks, attacks, votes."""
_THINGS = frozenset(
    "deal treaty statement ruling vote visit trip tour war incident protest strike decision report article "
    "case trial plan bill law exchange conference event game match".split()
)
_NOTHING = re.compile(r"^(?:why|when|where|who|what|how|which|how many|how much|why not|how come)\W*$", re.I)


@dataclass(frozen=True, slots=True)
class Unclear:
    what: Literal["pronoun", "thing", "nothing"]
    word: str
    """The pronoun or the noun; empty where there is nothing to go by."""
    text: str
    """The question, with a capital and a question mark."""
    start: int = 0
    end: int = 0
    """Where in `text` a name would make it clear."""
    sort: str = ""
    """Of a pronoun, what it stands for: person, thing, many, said or place."""
    candidates: tuple[str, ...] = ()
    """Whole questions that the conversation offers."""


def unclear(question: Question) -> Unclear | None:
    """What a question leaves open, where neither its words nor its conversation tell."""
    text = " ".join(question.text.split())
    if question.history:
        made = completed(question)
        if made.unresolved:
            return Unclear("pronoun", made.unresolved, tidy(text), sort="person", candidates=made.candidates)
        return None
    if language_of(text) != "en":
        return None
    bare = LEAD.sub("", text) or text
    if _NOTHING.match(bare):
        return Unclear("nothing", "", tidy(bare))
    doc = grammar.parse([tidy(capitalised(bare, ()))])[0]
    for pronoun in open_pronouns(doc):
        if pronoun.possessive and (names_in(doc) or any(t.pos_ == "NOUN" for t in doc[: pronoun.at])):
            continue  # "Cubans … in its second-largest city"
        token = doc[pronoun.at]
        return Unclear(
            "pronoun", token.text, doc.text, token.idx, token.idx + len(token.text), sort=pronoun.sort
        )
    things = list(_bare_things(doc))
    if len(things) == 1 and not names_in(doc) and not _says_more(doc, things[0]):
        span = things[0]
        return Unclear("thing", span.root.text, doc.text, span.start_char, span.end_char)
    return None


def _bare_things(doc: Any) -> Iterator[Any]:
    """ "The talks", with nothing that tells which."""
    for chunk in doc.noun_chunks:
        told = [t for t in chunk if t.dep_ not in ("det", "predet") and t != chunk.root]
        more = [
            c
            for c in chunk.root.children
            if c.i > chunk.root.i and c.dep_ in ("prep", "acl", "relcl", "appos")
        ]
        if chunk[0].lower_ == "the" and not told and not more and _is_event(chunk.root):
            yield chunk


def _is_event(noun: Any) -> bool:
    lemma = noun.lemma_.lower()
    return lemma in _THINGS or bool(lexicon.groups(lexicon.stem(lemma)) & _EVENTS)


def _says_more(doc: Any, thing: Any) -> bool:
    """Whether other nouns, numbers or times say which is meant."""
    within = range(thing.start, thing.end)
    return any(
        t.pos_ in ("NOUN", "PROPN", "NUM", "ADJ")
        and t.i not in within
        and t.lower_ not in ("date", "day", "time", "place")
        for t in doc
    )
