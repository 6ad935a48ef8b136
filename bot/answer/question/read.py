"""One question, whole by itself, to what it asks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from bot.answer import grammar, lexicon
from bot.answer.question.asked import Asked, Kind, deed_keys
from bot.answer.question.followup import LEAD, leans_on, made_whole, whole
from bot.answer.question.kinds import capitalised, kind_of, scaffold, tidy
from bot.answer.terms import MONTHS, Keys, Term, keys, language_of
from bot.answer.types import Question
from index.aliases import mentions
from index.text import fold

_LIGHT = frozenset(["explain", "justify", "give", "go", "consider", "let", "take", "name"])
"""Verbs of asking, or too light to be what is asked about unless denied."""
_CLAUSES = frozenset("ROOT xcomp ccomp conj pcomp advcl relcl acl".split())


def understand(question: Question, capitals: Iterable[str] = ()) -> Asked:
    """Read a question. Non-English questions are read by their words alone.

    Args:
        capitals: texts that tell which words are names: a chat is typed in small letters, and the grammar
            was trained on written English.
    """
    question = made_whole(question)
    text = " ".join(question.text.split())
    asked = _read(LEAD.sub("", text) or text, capitals)
    before = leans_on(question)
    if before is None:
        return asked
    earlier = _read(before, capitals)
    # "And what did Yerevan say?" leaves Baku's deed behind but not what it was about.
    gone = earlier.subject if asked.subject else frozenset()
    kept = [
        Term(t.text, t.keys, 0.4 * t.weight, "word")
        for t in earlier.terms
        if t.kind != "deed" and not t.keys & (gone | asked.keys)
    ]
    subject = asked.subject or (earlier.subject if asked.kind != "who" else frozenset())
    return replace(asked, text=whole(question), terms=(*asked.terms, *kept), subject=subject)


def _read(text: str, capitals: Iterable[str]) -> Asked:
    language = language_of(text)
    kind = kind_of(text, language)
    if language != "en":
        return Asked(text, language, kind, _plain_terms(text, language))
    doc = grammar.parse([tidy(capitalised(text, capitals))])[0]
    deed = _deed(doc)
    saying = kind == "what" and any(
        t.dep_ == "ROOT" and "say" in lexicon.groups(lexicon.stem(t.lemma_)) for t in doc
    )
    roots = [d for d in grammar.deeds(doc) if d.verb.dep_ == "ROOT"]
    subject = frozenset(k for d in roots if d.named for k in keys(" ".join(d.agents)))
    return Asked(text, language, kind, *_english(doc, deed, kind), subject, saying)


def _plain_terms(text: str, language: str) -> tuple[Term, ...]:
    out: list[Term] = []
    for token in dict.fromkeys(re.findall(r"\w+", text)):
        folded = fold(token)
        if folded in scaffold(language) or (len(folded) < 3 and not folded.isdigit()):
            continue
        kind = "number" if folded.isdigit() else "name" if token[:1].isupper() and out else "word"
        out.append(Term(token, keys(token, language), 2.0 if kind != "word" else 1.2, kind))
    return tuple(out)


def _deed(doc: Any) -> grammar.Deed | None:
    """The deed asked about: the first, from the root down, that is more than scaffolding."""
    idle = scaffold("en") | _LIGHT
    found = [d for d in grammar.deeds(doc) if d.verb.pos_ == "VERB" and d.verb.dep_ in _CLAUSES]
    found.sort(key=lambda d: (len(list(d.verb.ancestors)), d.verb.i))
    for deed in found:
        if deed.phrase not in idle:
            return deed
    # "Why wouldn't X go": a denied light verb is a deed too.
    return next((d for d in found if d.negated), None)


def _english(
    doc: Any, deed: grammar.Deed | None, kind: Kind
) -> tuple[tuple[Term, ...], grammar.Deed | None, Keys]:
    named = {t.i for e in doc.ents if e.label_ not in ("CARDINAL", "ORDINAL", "DATE", "TIME") for t in e}
    per_token = align(doc)
    terms: list[Term] = []
    counted: Keys = frozenset()
    counts = kind == "howmany" and re.search(
        r"\b(many|number|share|percentage|proportion)\b", doc.text.lower()
    )
    for token in doc:
        found = per_token[token.i]
        if not found or token.is_punct or token.is_space:
            continue
        folded = fold(token.text)
        numbers = frozenset(k for k in found if k[0] == "#")
        is_deed = deed is not None and token.i == deed.verb.i
        is_name = any(k[0] == "@" for k in found) or (
            token.text[:1].isupper()
            and token.pos_ in ("PROPN", "NOUN", "ADJ")
            and (token.i in named or token.pos_ == "PROPN")
        )
        is_date = bool(numbers) or bool(found & MONTHS and token.pos_ == "PROPN")
        if (
            counts
            and not counted
            and token.pos_ in ("NOUN", "PROPN")
            and not is_date
            and folded not in ("number", "share")
        ):
            counted = found
        if not (is_deed or is_name or is_date) and (token.is_stop or folded in scaffold("en")):
            continue
        if is_date:
            terms.append(Term(token.text, numbers or found & MONTHS, 2.0 if numbers else 1.0, "number"))
        elif is_name:
            within = kind == "where" and token.dep_ == "pobj" and token.head.lower_ in ("in", "at", "near")
            terms.append(Term(token.text, found, 2.0, "place" if within else "name"))
        elif is_deed and deed is not None:
            terms.append(Term(token.text, found | deed_keys(deed), 1.5, "deed"))
        else:
            terms.append(Term(token.text, found, 1.2 if token.pos_ in ("NOUN", "VERB") else 0.7, "word"))
    return _merge(terms), deed, counted


def align(doc: Any) -> list[Keys]:
    """Keys of each spaCy token; those of a name of several words stand at its first."""
    out = [keys(t.text) if t.text.lower() not in ("'s", "n't", "’s", "n’t") else frozenset() for t in doc]
    for mention in mentions(doc.text):
        first, _, rest = mention.text.partition(" ")
        if mention.group is None or not rest:
            continue
        for token in doc:
            if fold(token.text) == first:
                out[token.i] |= {"@" + mention.group}
    return out


def _merge(terms: list[Term]) -> tuple[Term, ...]:
    """One term for words that name the same, such as the two halves of "United States"."""
    out: list[Term] = []
    for term in terms:
        alike = {k for k in term.keys if k[0] in "@#"}
        if not alike or not any(alike & other.keys for other in out):
            out.append(term)
    return tuple(out)
