"""Of an English sentence parsed: who is said to say it, and what noun phrases name."""

from __future__ import annotations

import re
from typing import Any

from bot.answer import grammar
from bot.answer.news.words import listed

_QUOTED = re.compile('“[^”]*(?:”|$)|"[^"]*(?:"|$)|«[^»]*(?:»|$)')
_TO_ITS_END = re.compile('[^”"»]*(?:[”"»]|$)')


def says(doc: Any, *, is_open: bool = False) -> Any:
    """The token of who is said to say what the sentence tells; None where nobody is.

    Args:
        is_open: it begins within a quotation.
    """
    first = _TO_ITS_END.match(doc.text) if is_open else None
    skip = first.end() if first else 0
    quoted = [(0, skip), *(m.span() for m in _QUOTED.finditer(doc.text, skip))]
    for token in doc:
        if token.lower_ == "according":
            for prep in (
                c for c in (*token.children, *token.head.children) if c.lower_ == "to" and c.i == token.i + 1
            ):
                if (found := next((c for c in prep.children if c.dep_ == "pobj"), None)) is not None:
                    return found
    outside = [t for t in doc if not any(a <= t.idx < b for a, b in quoted)]
    verbs = [t for t in outside if t.pos_ in ("VERB", "AUX") and _tells(t)]
    for verb in sorted(verbs, key=lambda t: (len(list(t.ancestors)), t.i)):
        if (subject := _subject(verb)) is not None:
            return subject
    return None


def _tells(verb: Any) -> bool:
    lemma = grammar.phrase(verb)
    if lemma not in listed("said", "en", "verbs"):
        lemma = verb.lemma_.lower()
        if lemma not in listed("said", "en", "verbs"):
            return False
    if verb.tag_ == "VBN" and verb.dep_ == "acl":
        return False  # "a bill called the Rescue Act"
    if grammar.is_negated(verb) or (verb.dep_ in ("xcomp", "advcl") and verb.tag_ == "VB"):
        return False
    has_words = (
        any(c.dep_ in ("ccomp", "parataxis") for c in verb.children)
        or verb.dep_ == "parataxis"
        or any(c in verb.doc.text for c in '“"«')
        or (verb.dep_ == "ccomp" and verb.head.dep_ == "ROOT" and verb.i > verb.head.i)
    )
    if has_words or lemma not in listed("said", "en", "only_with_words"):
        return True
    return lemma in listed("said", "en", "with_object") and any(
        c.dep_ in ("dobj", "dative") for c in verb.children
    )


def _subject(verb: Any) -> Any:
    for _ in range(4):
        passive = any(c.dep_ in ("nsubjpass", "auxpass") for c in verb.children)
        agent = next(
            (p for c in verb.children if c.dep_ == "agent" for p in c.children if p.dep_ == "pobj"), None
        )
        if agent is not None:
            return agent
        if passive:
            # "was quoted as saying": they say it all the same.
            return (
                next((c for c in verb.children if c.dep_ == "nsubjpass"), None)
                if verb.lemma_ == "quote"
                else None
            )
        subject = next((c for c in verb.children if c.dep_ in ("nsubj", "csubj")), None)
        if subject is not None:
            if subject.lower_ in ("who", "which", "that"):
                return verb.head if verb.dep_ == "relcl" else None
            return None if subject.lower_ in ("what", "there", "this") else subject
        if verb.dep_ == "acl" and verb.tag_ == "VBG":
            return verb.head
        if verb.dep_ not in ("conj", "advcl", "xcomp", "pcomp") or verb.head == verb:
            return None
        verb = next((a for a in verb.ancestors if a.pos_ in ("VERB", "AUX")), verb.head)
    return None


def subjects(doc: Any) -> list[Any]:
    """Subjects of the main clause first, then of the others."""
    found = [t for t in doc if t.dep_ in ("nsubj", "nsubjpass")]
    return sorted(found, key=lambda t: (t.head.dep_ != "ROOT", t.i))


def named(token: Any) -> bool:
    return any(t.pos_ == "PROPN" for t in noun_phrase(token))


def fits(token: Any, wants_person: bool) -> bool:
    """Whether "he" or "it" may mean this."""
    phrase = noun_phrase(token)
    person = any(t.ent_type_ == "PERSON" for t in phrase) or bool(
        heads(token) & listed("said", "en", "offices")
    )
    person = person or (token.pos_ == "PROPN" and not any(t.ent_type_ for t in phrase))
    if wants_person:
        return person
    body = any(t.ent_type_ in ("ORG", "GPE", "NORP") for t in phrase) or bool(
        heads(token) & listed("said", "en", "heads")
    )
    return body and not person


def heads(token: Any) -> frozenset[str]:
    """Words that may head the phrase: of "Foreign Minister Bayramov" both the office and the name."""
    return frozenset(
        t.lemma_.lower() for t in (token, *token.children) if t == token or t.dep_ in ("compound", "nmod")
    )


def is_bare(doc: Any, token: Any) -> bool:
    """ "The ministry": an office without a name."""
    return (
        token.lemma_.lower() in listed("said", "en", "heads")
        and not named(token)
        and any(c.dep_ == "det" and c.lower_ in ("the", "that", "this") for c in token.children)
    )


def possessor(token: Any) -> Any:
    return next((c for c in token.children if c.dep_ == "poss"), None)


def noun_phrase(token: Any) -> list[Any]:
    """Tokens of a noun phrase in a row, without the clauses and asides that hang on it."""
    kept = set()
    for t in token.subtree:
        governor = t
        while governor != token and not (
            governor.dep_ in ("relcl", "acl", "appos", "cc", "conj", "punct")
            or (governor.dep_ == "prep" and governor.lower_ not in ("of", "for") and not _is_where(governor))
        ):
            governor = governor.head
        if governor == token:
            kept.add(t.i)
    first = last = token.i
    while first - 1 in kept:
        first -= 1
    while last + 1 in kept:
        last += 1
    return [token.doc[i] for i in range(first, last + 1)]


def _is_where(prep: Any) -> bool:
    """ "The Defence Ministry in Yerevan": the place belongs to the name."""
    return (
        prep.lower_ == "in" and any(c.ent_type_ == "GPE" for c in prep.children) and prep.i == prep.head.i + 1
    )
