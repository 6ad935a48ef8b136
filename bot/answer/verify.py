"""Draft -> what the evidence supports. A sentence that it does not carry is not shown."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answer import grammar
from bot.answer.evidence import Sentence, comparable
from bot.answer.question import Asked, align, deed_keys
from bot.answer.terms import Keys, keys
from bot.answer.write import Drafted

CARRIED = 0.85  # share of a claim's content words that its sources must hold
NEW = 2  # content words that a claim must add to the question: an echo is no answer


def support(drafted: Drafted, asked: Asked, evidence: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The one or two sentences of the evidence that carry a drafted one; () when they don't.

    Names and numbers must all be there, and nearly all other content words, by stem or by a word that
    stands for them; who does what, and whether it is denied, must agree.
    """
    if asked.language != "en" or not evidence:
        return ()  # without grammar nobody can be told apart from nobody: only verbatim text is shown
    doc = grammar.parse([drafted.text])[0]
    strict, loose = _content(doc)
    own = frozenset(k for t in asked.terms for k in t.keys)
    if len([1 for ks in strict + loose if not ks & own]) < NEW and not _fills(asked, strict, own):
        return ()
    named = [evidence[n - 1] for n in drafted.marks if 0 < n <= len(evidence)]
    order = list(dict.fromkeys([*map(id, named), *map(id, evidence)]))
    by_id = {id(s): s for s in evidence}
    ranked = [by_id[i] for i in order]
    for sources in [(s,) for s in ranked] + [(a, b) for i, a in enumerate(ranked[:4]) for b in ranked[i + 1 : 5]]:
        if _carries(sources, strict, loose) and not _contradicts(doc, sources):
            return sources
    return ()


def _fills(asked: Asked, strict: list[Keys], own: Keys) -> bool:
    """Whether one new name or number is all that was asked for."""
    return asked.kind in ("who", "when", "where", "howmany") and any(not ks & own for ks in strict)


def _content(doc: object) -> tuple[list[Keys], list[Keys]]:
    """Keys of a claim's names and numbers, and of its other content words."""

    strict: list[Keys] = []
    loose: list[Keys] = []
    for token, token_keys in zip(doc, align(doc), strict=True):  # type: ignore[call-overload]
        if not token_keys:
            continue
        found = frozenset(token_keys)
        if token.pos_ == "PROPN" or any(k[0] in "@#" for k in found):
            strict.append(frozenset(k for k in found if k[0] in "@#") or found)
        elif not token.is_stop and token.pos_ in ("NOUN", "VERB", "ADJ", "ADV"):
            loose.append(found)
    return strict, loose


def _carries(sources: Sequence[Sentence], strict: list[Keys], loose: list[Keys]) -> bool:
    held = frozenset().union(*(s.keys for s in sources))
    # "It called the position biased": who "it" is stands in the title or the sentence before.
    near = held.union(*(s.near for s in sources))
    if not all(ks & near for ks in strict):
        return False
    if not loose:
        return bool(strict)
    return sum(bool(ks & held) for ks in loose) / len(loose) >= CARRIED


def _contradicts(claim: object, sources: Sequence[Sentence]) -> bool:
    """Whether the sources have another do what the claim says, or deny what it affirms."""
    theirs = [d for s in sources if s.doc is not None for d in grammar.deeds(s.doc)]
    for deed in grammar.deeds(claim):
        mine = deed_keys(deed) | keys(deed.phrase)
        agents = keys(" ".join(deed.agents))
        verdicts = []
        for other in theirs:
            same_word = keys(deed.phrase) & keys(other.phrase)
            if not mine & (deed_keys(other) | keys(other.phrase)):
                continue
            others = keys(" ".join(other.agents))
            apart = not agents & others and comparable(deed.agents, agents, other.agents, others)
            verdicts.append(apart or bool(same_word and deed.negated != other.negated))
        if verdicts and all(verdicts):
            return True
    return False
