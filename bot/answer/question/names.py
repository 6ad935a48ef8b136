"""The names in a parsed question: what one may be put in the place of another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from index.aliases import Aliases, canonical

Sort = Literal["person", "place", "other"]


@dataclass(frozen=True, slots=True)
class Name:
    """`doc[first:last]` names somebody or something."""

    first: int
    last: int
    text: str
    sort: Sort
    subject: bool
    """Whether it is, or is in, the subject of the main verb."""
    known: bool
    """Whether the table of names has it."""


def names_in(doc: Any) -> list[Name]:
    """The proper names of a question, in order; adjectives ("Armenian") and wh-words are none."""
    out: list[Name] = []
    at = 0
    while at < len(doc):
        last = at
        while last < len(doc) and _is_name(doc[last]) and (last == at or doc[last - 1].whitespace_):
            last += 1
        if last > at:
            span = _of_person(doc[at:last])
            out.append(
                Name(
                    span.start,
                    span.end,
                    span.text,
                    sort_of(span),
                    _in_subject(span.root),
                    canonical(span.text) is not None,
                )
            )
        at = max(last, at + 1)
    return out


def sort_of(span: Any) -> Sort:
    """Whether a name is a person's, a place's (or people's, who stand for it) or another's."""
    labels = {token.ent_type_ for token in span}
    places = bool(labels & {"GPE", "NORP", "LOC", "FAC"})
    group = canonical(span.text)
    if group is not None:
        return "person" if _names_a_person(group) else "place"
    if "PERSON" in labels:
        return "person"
    return "place" if places else "other"


def _names_a_person(group: str) -> bool:
    """A person's names are spellings of one word; a country has its capital and its people among them."""
    names = [name for name in Aliases.current().groups.get(group, ()) if name.isascii()]
    return not any(" " in name or name + "s" in names or name[0] != group[0] for name in names)


def _is_name(token: Any) -> bool:
    if token.is_punct or token.pos_ in ("ADJ", "DET", "PRON", "ADP", "AUX", "CCONJ", "PART"):
        return False
    return token.pos_ == "PROPN" or (token.text[:1].isupper() and canonical(token.text) is not None)


def _in_subject(token: Any) -> bool:
    while token.head != token:
        if token.dep_ in ("nsubj", "nsubjpass"):
            return bool(token.head.dep_ == "ROOT")
        if token.dep_ in ("relcl", "acl", "advcl", "ccomp"):
            return False
        token = token.head
    return False


def _of_person(span: Any) -> Any:
    """The name without the office before it: "Assistant Secretary of State James O'Brien"."""
    people = [
        e for e in span.doc.ents if e.label_ == "PERSON" and span.start <= e.start and e.end <= span.end
    ]
    return people[-1] if people else span
