"""Who says what, in a claim and in its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answer import grammar
from bot.answer.terms import Keys, keys, names
from bot.answer.verify.finding import Finding
from bot.answer.verify.reading import Reading, words_of


@dataclass(frozen=True, slots=True)
class Saying:
    """Somebody is said to say something."""

    speaker: Keys
    named: bool
    said: Keys


def sayings(reading: Reading) -> list[Saying]:
    """Who says what in a sentence; a speaker left unnamed ("he") has no keys."""
    out = []
    verbs = words_of("claim", "say")
    for deed, _, agents in reading.deeds:
        if deed.verb.pos_ != "VERB" or deed.verb.lemma_.lower() not in verbs:
            continue
        content = [c for c in deed.verb.children if c.dep_ in ("ccomp", "xcomp", "dobj", "parataxis")]
        if not content and deed.verb.dep_ in ("parataxis", "ccomp"):
            content = [deed.verb.head]
        inside = {t.i for c in content for t in c.subtree} - {t.i for t in deed.verb.children}
        said = frozenset().union(*(w.keys for w in reading.words if w.i in inside))
        if said or reading.quotes:
            out.append(Saying(agents, deed.named or bool(names(agents)), said))
    for token in reading.doc:
        if token.lower_ == "according":
            to = next((c for c in token.children if c.lower_ == "to"), None)
            of = next((c for c in to.children if c.dep_ == "pobj"), None) if to is not None else None
            if of is not None:
                phrase = grammar.noun_phrase(of)
                speaker = keys(" ".join(t.text for t in phrase if not t.is_stop or t.pos_ == "PROPN"))
                inside = {t.i for t in phrase}
                said = frozenset().union(*(w.keys for w in reading.words if w.i not in inside))
                out.append(Saying(speaker, any(t.pos_ == "PROPN" for t in phrase), said))
    return out


def speakers(claim: Reading, near: Sequence[Reading]) -> Iterator[Finding]:
    """The claim has one say what in the evidence another says, or what there nobody near it says."""
    for mine in sayings(claim):
        if not mine.named or not mine.said:
            continue
        verdicts = []
        shares = [len(mine.said & r.keys) / len(mine.said) for r in near]
        for r, shared in zip(near, shares, strict=True):
            if shared < max(0.5, max(shares) - 0.2):
                continue
            theirs = [s for s in sayings(r) if not s.said or len(mine.said & s.said) / len(mine.said) >= 0.4]
            told = [s for s in theirs if s.named]
            if told:
                verdicts.append(not any(_one(mine.speaker, s.speaker) for s in told))
            else:
                verdicts.append(not any(_one(mine.speaker, _named(o)) for o in near))
        if verdicts and all(verdicts):
            yield Finding("speaker", _said(mine, claim))


def _named(reading: Reading) -> Keys:
    return frozenset().union(*(w.keys for w in reading.words if w.kind == "name"))


def _one(mine: Keys, theirs: Keys) -> bool:
    """Whether two speakers may be one: a known name shared, else a word of the name."""
    if names(mine) and names(theirs):
        return bool(names(mine) & names(theirs)) or bool(_plainly(mine) & _plainly(theirs))
    return bool(mine & theirs)


def _plainly(ks: Keys) -> Keys:
    return frozenset(k for k in ks if k[0] not in "@+#^")


def _said(saying: Saying, claim: Reading) -> str:
    told = [w.text for w in claim.words if w.keys & saying.speaker]
    return " ".join(told) or claim.text
