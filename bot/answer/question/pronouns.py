"""Pronouns that stand for nothing a question itself names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Sort = Literal["person", "thing", "many", "said", "place"]

_SORTS: dict[str, Sort] = {
    **dict.fromkeys(("he", "she", "him", "her", "his", "hers"), "person"),
    **dict.fromkeys(("it", "its"), "thing"),
    **dict.fromkeys(("they", "them", "their", "theirs"), "many"),
    **dict.fromkeys(("that", "this"), "said"),
    "there": "place",
}
_POSSESSIVE = frozenset("his its their".split())
_HAPPENING = frozenset("be happen take occur end start begin finish last go hold".split())
"""Verbs whose "it" is what the talk is of, rather than who was talked of."""


@dataclass(frozen=True, slots=True)
class Open:
    """A pronoun that leans on what was said before: `doc[at]`."""

    at: int
    text: str
    sort: Sort
    possessive: bool
    subject: bool
    of_happening: bool
    """Subject of "was", "took place" and the like."""


def open_pronouns(doc: Any) -> list[Open]:
    """Pronouns with nothing before them in the same question that they could stand for."""
    out = []
    for token in doc:
        sort = _SORTS.get(token.lower_)
        if sort is None or _is_idle(token, sort) or _has_antecedent(doc, token, sort):
            continue
        possessive = token.dep_ == "poss" or token.lower_ in _POSSESSIVE
        subject = token.dep_ in ("nsubj", "nsubjpass")
        out.append(
            Open(
                token.i,
                token.text,
                sort,
                possessive,
                subject,
                subject and token.head.lemma_.lower() in _HAPPENING,
            )
        )
    return out


def _is_idle(token: Any, sort: Sort) -> bool:
    """Whether it is no pronoun here, or one that stands for nothing: "it takes", "there is", "that which"."""
    if token.dep_ == "expl" or token.tag_ in ("WDT", "IN", "EX"):
        return True
    if sort == "said" and any(c.dep_ in ("prep", "relcl") for c in token.children):
        return True  # "that of another"
    if sort == "said":
        return bool(token.dep_ not in ("dobj", "pobj", "nsubj", "nsubjpass", "attr") or token.pos_ == "SCONJ")
    if sort == "place":
        return str(token.tag_) != "RB"
    if token.lower_ in ("it", "they") and token.head.lemma_.lower() in (
        "be", "take", "seem", "cost", "mean", "appear", "call", "say",
    ):  # fmt: skip
        # "How long did it take to …", "is it true that …", "what is it called"
        follows = {c.dep_ for c in token.head.children if c.i > token.i}
        return bool(follows & {"ccomp", "xcomp", "advcl", "acomp", "oprd", "csubj", "acl"})
    return False


def _has_antecedent(doc: Any, token: Any, sort: Sort) -> bool:
    if sort == "said":
        return bool(token.sent.start > 0)
    before = [t for t in doc[: token.i] if t.pos_ in ("PROPN", "NOUN") and not _is_asked(t)]
    if token.dep_ in ("dobj", "pobj"):
        # "What did the growers blame for it?": not the growers.
        before = [t for t in before if not (t.dep_ == "nsubj" and t.head in token.ancestors)]
    if sort == "thing":
        before = [t for t in before if t.tag_ not in ("NNS", "NNPS")]
    # A clause before the main one may hold its pronoun first: "When he resigned, what did Blatter say?"
    leads = token.head.dep_ in ("advcl", "ccomp")
    return bool(before or (leads and any(t.pos_ == "PROPN" for t in doc[token.i + 1 :])))


def _is_asked(token: Any) -> bool:
    """Whether a noun is asked for and does nothing itself: "what year did he", not "which party lost its"."""
    return token.dep_ not in ("nsubj", "nsubjpass") and any(
        c.tag_ in ("WDT", "WP", "WP$") or c.lower_ in ("many", "much") for c in token.children
    )
