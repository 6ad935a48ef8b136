"""Whether the evidence denies what a claim affirms, has another do it, or makes it depend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bot.answer import grammar, lexicon
from bot.answer.evidence import comparable, same
from bot.answer.terms import Keys, keys
from bot.answer.verify.finding import Finding
from bot.answer.verify.reading import SAME, Reading, aligned, words_of
from index.text import fold

ALIKE = 0.3
"""Share of a claim's words that a sentence must hold to be about the same."""


def _about(claim: Reading, near: Sequence[Reading]) -> list[Reading]:
    total = claim.weight or 1.0
    return [r for r in near if sum(w.weight for w in claim.words if w.keys & r.keys) / total >= ALIKE]


def denials(claim: Reading, near: Sequence[Reading]) -> Iterator[Finding]:
    """A denial on one side only."""
    about = _about(claim, near)
    denied = _negations(claim)
    # What holds most of the claim must deny something where the claim does.
    nearest = sorted(about, key=lambda r: -sum(w.weight for w in claim.words if w.keys & r.keys))[:2]
    if denied and not any(_negations(r) or _implied(r) for r in nearest):
        yield Finding("negation", denied[0])
        return
    denied_here = _denied(claim)
    for there in nearest:
        pairs = aligned(claim, there)
        if not claim.weight or sum(claim.words[i].weight for i, _ in pairs) / claim.weight < SAME:
            continue
        denied_there = _denied(there)
        for i, j in pairs:
            if denied_here.get(claim.words[i].i, 0) % 2 != denied_there.get(there.words[j].i, 0) % 2:
                yield Finding("negation", claim.words[i].text)
                return
        break
    for deed, mine, _ in claim.deeds:
        if deed.verb.pos_ not in ("VERB", "AUX"):
            continue
        verdicts = []
        wanted = mine | keys(deed.phrase)
        for r in about[:3]:
            for other, theirs, _ in r.deeds:
                if not _same_deed(deed, wanted, other, theirs):
                    continue
                if deed.negated == other.negated:
                    verdicts.append(False)
                elif deed.negated:
                    verdicts.append(not _refused(other))
                else:
                    verdicts.append(not _implied(claim))
        if verdicts and all(verdicts):
            yield Finding("negation", deed.verb.text)
            return


def _same_deed(deed: grammar.Deed, wanted: Keys, other: grammar.Deed, theirs: Keys) -> bool:
    if deed.phrase in ("be", "have", "do"):
        # "Is" is everywhere: the same only where the same is said to be.
        mine = {lexicon.stem(fold(str(c.lemma_))) for c in deed.verb.children if c.dep_ in _SAID_TO_BE}
        said = {lexicon.stem(fold(str(c.lemma_))) for c in other.verb.children if c.dep_ in _SAID_TO_BE}
        return other.phrase == deed.phrase and bool(mine & said)
    return bool(wanted & (theirs | keys(other.phrase)))


_SAID_TO_BE = ("attr", "acomp", "dobj", "oprd")


def _denied(reading: Reading) -> dict[int, int]:
    """Place of each telling word that something denies, and how often: "not without power" denies twice."""
    telling = {w.i for w in reading.words}
    plain, implied = words_of("negation", "plain"), words_of("negation", "implied")
    out: dict[int, int] = {}
    for token in reading.doc:
        if token.lower_ in plain and not _not_only(token):
            following = (t.i for t in reading.doc[token.i + 1 :] if t.i in telling)
            place = token.head.i if token.head.i in telling else next(following, None)
        elif token.lemma_.lower() in implied:
            place = next((c.i for c in token.children if c.dep_ in _COMPLEMENTS and c.i in telling), None)
        else:
            continue
        if place is not None:
            out[place] = out.get(place, 0) + 1
    return out


_COMPLEMENTS = ("xcomp", "ccomp", "acomp")


def _negations(reading: Reading) -> list[str]:
    plain = words_of("negation", "plain")
    return [t.text for t in reading.doc if t.lower_ in plain and not _not_only(t)]


def _not_only(token: Any) -> bool:
    following = token.doc[token.i + 1].lower_ if token.i + 1 < len(token.doc) else ""
    return following in ("only", "just", "merely", "later", "fewer", "less", "more")


def _implied(reading: Reading) -> bool:
    implied = words_of("negation", "implied")
    return any(t.lemma_.lower() in implied for t in reading.doc)


def _refused(deed: grammar.Deed) -> bool:
    """Whether something that the deed hangs on takes it back: "refused to", "failed to"."""
    return bool(grammar.hedges(deed.verb) & words_of("negation", "implied"))


def doers(claim: Reading, near: Sequence[Reading]) -> Iterator[Finding]:
    """What another does in the evidence, or what there hangs on a "could", an "if" or a "refused to" that
    the claim leaves out."""
    told = {t.lemma_.lower() for t in claim.doc} | {t.lower_ for t in claim.doc}
    about = _about(claim, near)
    for deed, mine, agents in claim.deeds:
        apart, unsure = [], []
        for r in about:
            for other, theirs, others in r.deeds:
                if not _same_deed(deed, mine | keys(deed.phrase), other, theirs):
                    continue
                apart.append(not same(agents, others) and comparable(deed, agents, other, others))
                same_word = bool(keys(deed.phrase) & keys(other.phrase))
                unsure.append(
                    same_word
                    and any(
                        h not in told and "say" not in lexicon.groups(lexicon.stem(h))
                        for h in grammar.hedges(other.verb)
                    )
                )
        if apart and all(apart):
            yield Finding("doer", deed.verb.text)
        elif unsure and all(unsure):
            yield Finding("hedge", deed.verb.text)
