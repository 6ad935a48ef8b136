"""A sentence -> its claims: each thing that it says which may be true or false by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.answer import grammar

_CLAUSES = frozenset("conj advcl relcl acl parataxis".split())
_SUBJECTS = ("nsubj", "nsubjpass", "csubj", "expl")


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of a sentence, by the places of its tokens; what it leaves unsaid is taken from the rest."""

    own: tuple[int, ...]
    """Tokens that this claim alone brings in, in order."""
    borrowed: tuple[int, ...]
    """Tokens of another claim that it is about: the subject of "and left", the name before a "who"."""
    text: str


def claims(doc: Any) -> list[Claim]:
    """The claims of a parsed sentence in the order of their first words; never none.

    Cut off are coordinated predicates, clauses between commas that say more of a name, apposition, and
    participles after a comma. What is said to be said stays with who said it.
    """
    heads: list[Any] = [t for t in doc if t.dep_ == "ROOT"]
    heads += [t for t in doc if _asserts(t)]
    place = {h.i: n for n, h in enumerate(heads)}
    own: list[list[int]] = [[] for _ in heads]
    for token in doc:
        governor = token
        while governor.i not in place and governor.head != governor:
            governor = governor.head
        own[place.get(governor.i, 0)].append(token.i)
    out = []
    for head, tokens in zip(heads, own, strict=True):
        if not any(_tells(doc[i]) for i in tokens):
            continue
        borrowed = [i for i in _borrowed(head) if i not in tokens]
        out.append(Claim(tuple(tokens), tuple(borrowed), _text(doc, head, tokens, borrowed)))
    if not out:
        return [Claim(tuple(range(len(doc))), (), doc.text)]
    return sorted(out, key=lambda claim: claim.own[0])


def _tells(token: Any) -> bool:
    return token.pos_ in ("NOUN", "PROPN", "VERB", "ADJ", "NUM", "ADV") and not (
        token.is_stop and token.pos_ != "PROPN"
    )


def _asserts(token: Any) -> bool:
    """Whether a clause begins here that is true or false by itself."""
    if token.dep_ == "appos":
        return token.pos_ in ("NOUN", "PROPN", "NUM")
    if token.dep_ not in _CLAUSES:
        return False
    if token.dep_ == "conj":
        # What is said to be said stays with who said it, all of it.
        reported = any(a.dep_ == "ccomp" for a in token.ancestors)
        return token.pos_ in ("VERB", "AUX") and token.head.pos_ in ("VERB", "AUX") and not reported
    # "if the position changes" says nothing by itself, and takes much back of what it hangs on.
    if any(c.dep_ == "mark" for c in token.children):
        return False
    first = min(t.i for t in token.subtree)
    return first > 0 and token.doc[first - 1].text in (",", "–", "—", "-", "(")


def _borrowed(head: Any) -> list[int]:
    """The tokens that a claim is about and does not name itself."""
    if head.dep_ == "ROOT":
        return []
    children = {c.dep_ for c in head.children}
    if head.dep_ in ("relcl", "acl", "appos"):
        return _phrase(head.head)
    if children & set(_SUBJECTS):
        return []
    above = head.head
    while True:
        subject = next((c for c in above.children if c.dep_ in _SUBJECTS), None)
        if subject is not None:
            return _phrase(subject)
        if above.head == above or above.dep_ not in (*_CLAUSES, "xcomp", "ccomp"):
            return []
        above = above.head


def _phrase(token: Any) -> list[int]:
    return sorted(t.i for t in grammar.noun_phrase(token))


def whole(doc: Any, kept: Iterable[int]) -> list[int]:
    """Of the tokens kept, those that make a sentence: without the commas, the brackets and the "and" that
    joined what was cut out."""
    left = set(kept)
    for i in sorted(left):
        joins = doc[i].text in (",", ";", "–", "—", "-", "(", ")") or doc[i].dep_ == "cc"
        if joins and (_cut(doc, left, i, 1) or _cut(doc, left, i, -1)):
            left.discard(i)
    # "the talks, and" joined what was cut by two tokens.
    for i in sorted(left, reverse=True):
        if doc[i].text in (",", ";", "–", "—") and _cut(doc, left, i, 1):
            left.discard(i)
    return sorted(left)


def joined(doc: Any, kept: Sequence[int]) -> str:
    """Tokens as text, with a blank where something between them was cut out."""
    out = ""
    for n, i in enumerate(kept):
        apart = n and kept[n - 1] != i - 1 and not doc[i].is_punct and not out.endswith(" ")
        out = (out.rstrip() if doc[i].is_punct and n and kept[n - 1] != i - 1 else out) + " " * bool(apart)
        out += doc[i].text_with_ws
    return out.strip()


def _cut(doc: Any, left: set[int], i: int, step: int) -> bool:
    return not 0 <= i + step < len(doc) or i + step not in left


def _text(doc: Any, head: Any, own: Iterable[int], borrowed: list[int]) -> str:
    """The claim as a sentence to compare by meaning; not for showing."""
    kept = whole(doc, own)
    if head.dep_ == "relcl":
        kept = [i for i in kept if doc[i].lower_ not in ("who", "which", "whom")]
    words = joined(doc, kept)
    about = "".join(doc[i].text + " " for i in borrowed)
    return f"{about}{'is ' if head.dep_ == 'appos' else ''}{words}".strip()
