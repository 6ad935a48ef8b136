"""What the evidence must bear out to the letter: quotations, numbers, days, names, denials, who said it.

Each check yields what it found against a claim; none weighs likelihood. `Evidence` is the sentences that
come nearest to the claim (`near`) and the keys of all there is (`every`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any, Literal

from bot.answer import grammar, lexicon
from bot.answer.evidence import comparable, same
from bot.answer.terms import MONTHS, Keys, keys, names
from bot.answer.verify.amounts import Amount, bears
from bot.answer.verify.reading import Reading, Word, words_of
from bot.answer.verify.strict import alignment
from index.text import fold, words

Kind = Literal["quote", "number", "day", "name", "negation", "speaker", "doer", "hedge"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something of a claim that the evidence lacks or contradicts."""

    kind: Kind
    text: str
    """The words of the claim that it is about."""


def findings(claim: Reading, near: Sequence[Reading], texts: Sequence[str], every: Keys) -> list[Finding]:
    """All that speaks against a claim.

    Args:
        near: the sentences that come nearest, best first.
        texts: all sentences of the evidence.
        every: keys of all of them, and of what else belongs to it, such as a headline.
    """
    return [
        *_quotes(claim, texts),
        *_numbers(claim, near, texts),
        *_days(claim, near, every),
        *_names(claim, every),
        *_denials(claim, near),
        *_speakers(claim, near),
        *_doers(claim, near),
        *_exchanged(claim, near),
    ]


# --- quotations ----------------------------------------------------------------------------------


def _quotes(claim: Reading, texts: Sequence[str]) -> Iterator[Finding]:
    spoken = [q for q in claim.quotes if _spoken(q)]
    if not spoken:
        return
    whole = _plain(" ".join(texts))
    for quote in spoken:
        # What a writer left out or put in stands between dots or in brackets.
        parts = [_plain(part) for part in re.split(r"…|\.\.\.|\[[^\]]*\]", quote)]
        if not all(part in whole for part in parts):
            yield Finding("quote", quote)


def _spoken(quote: str) -> bool:
    """Whether somebody's words are quoted, and not a title: those bear capitals."""
    longer = [w for w in re.findall(r"[^\W\d_]{4,}", quote) if w]
    return len(words(quote)) >= 4 and sum(w.islower() for w in longer) > len(longer) / 2


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))


# --- numbers and days ----------------------------------------------------------------------------


def _numbers(claim: Reading, near: Sequence[Reading], texts: Sequence[str]) -> Iterator[Finding]:
    from bot.answer.verify.amounts import amounts

    everywhere: list[Amount] | None = None
    dated = [(t.start, t.end) for t in claim.times]
    for mine in claim.amounts:
        told = claim.text[mine.start : mine.end]
        if any(a <= mine.start < b for a, b in dated):
            continue  # a day, which is compared as one
        if mine.value == 1 and not mine.ordinal and told[:1].isalpha():
            continue  # "one of them"
        if any(bears(a, mine) for r in near for a in r.amounts):
            continue
        if everywhere is None:
            everywhere = [a for t in texts for a in amounts(t)]
        if not any(bears(a, mine) for a in everywhere):
            yield Finding("number", told)


def _days(claim: Reading, near: Sequence[Reading], every: Keys) -> Iterator[Finding]:
    """Days of the claim that no day of the evidence bears out: neither spelt there nor counted there from
    the day of publication ("on Friday")."""
    known = [t.named for r in near for t in r.times]
    for time in claim.times:
        told = claim.text[time.start : time.end]
        parts = keys(told)
        wanted = {k for k in parts if k[0] == "#" or k in MONTHS}
        if not wanted or time.relative:
            continue
        if wanted <= every:
            continue
        mine = time.named
        if (
            mine.since
            and mine.until
            and any(k.since and k.until and mine.since <= k.since and k.until <= mine.until for k in known)
        ):
            continue
        day = next((r.day for r in near if r.day is not None), None)
        first, last = mine.since, mine.until
        if day and first and last and first <= day <= last and last - first > timedelta(1):
            continue  # a month or a year that the article appeared in
        yield Finding("day", told)


# --- names ---------------------------------------------------------------------------------------


def _names(claim: Reading, every: Keys) -> Iterator[Finding]:
    for span in spans(claim):
        if not any(held(word, every) for word in span):
            yield Finding("name", " ".join(w.text for w in span))


def spans(claim: Reading) -> list[list[Word]]:
    """The names of a claim, each the words that stand together."""
    out: list[list[Word]] = []
    for word in claim.words:
        if word.kind != "name" or word.keys & MONTHS or len(re.sub(r"\W", "", word.text)) < 2:
            continue
        if out and word.i == out[-1][-1].i + 1:
            out[-1].append(word)
        else:
            out.append([word])
    return out


def held(word: Word, every: Keys) -> bool:
    """Whether a name stands there, by itself, by another of its names, or in a form of it ("Nigerian")."""
    if word.keys & every:
        return True
    stem = fold(word.text)
    if len(stem) < 5:
        return False
    root = stem[: max(4, len(stem) - 3)]
    return any(k.startswith(root) and abs(len(k) - len(stem)) <= 3 for k in every)


def _exchanged(claim: Reading, near: Sequence[Reading]) -> Iterator[Finding]:
    """Names and numbers where the evidence, in the same place among the same words, has another."""
    for there in near:
        pairs = [(-1, -1), *_aligned(claim, there), (len(claim.words), len(there.words))]
        held_here = sum(claim.words[i].weight for i, _ in pairs[1:-1])
        if not claim.weight or held_here / claim.weight < SAME:
            continue
        for (i, j), (k, m) in pairwise(pairs):
            mine, theirs = claim.words[i + 1 : k], there.words[j + 1 : m]
            # At either end the gap is bounded on one side only, and what lies beyond may be anything.
            if i < 0:
                theirs = theirs[-len(mine) :] if mine else []
            elif k == len(claim.words):
                theirs = theirs[: len(mine)]
            verbatim = held_here / claim.weight >= VERBATIM
            for word in mine:
                if (
                    (word.kind not in ("name", "number") and not verbatim)
                    or word.keys & there.keys
                    or held(word, there.keys)
                ):
                    continue
                others = [
                    w
                    for w in theirs
                    if w.kind in ((word.kind,) if not verbatim else ("name", "number"))
                    and not w.keys & claim.keys
                ]
                if others and not _elsewhere(word, claim, near, there):
                    yield Finding("number" if word.kind == "number" else "name", word.text)
                    return


SAME = 0.5
"""Share of a claim's words that a sentence must hold in the claim's order to be its like."""


VERBATIM = 0.75
"""From this share on it is that sentence, and what differs was put in."""


def _elsewhere(word: Word, claim: Reading, near: Sequence[Reading], there: Reading) -> bool:
    """Whether another sentence that has the word holds as much of the claim."""
    mine = sum(w.weight for w in claim.words if w.keys & there.keys)
    return any(
        sum(w.weight for w in claim.words if w.keys & r.keys) >= mine
        for r in near
        if r is not there and word.keys & r.keys
    )


def _aligned(claim: Reading, there: Reading) -> list[tuple[int, int]]:
    return alignment([w.keys for w in claim.words], [w.keys for w in there.words])


# --- denials, doers, conditions ------------------------------------------------------------------

ALIKE = 0.3
"""Share of a claim's words that a sentence must hold to be about the same."""


def _about(claim: Reading, near: Sequence[Reading]) -> list[Reading]:
    total = claim.weight or 1.0
    return [r for r in near if sum(w.weight for w in claim.words if w.keys & r.keys) / total >= ALIKE]


def _denials(claim: Reading, near: Sequence[Reading]) -> Iterator[Finding]:
    """A denial on one side only."""
    about = _about(claim, near)
    denied = _negations(claim)
    # What holds most of the claim must deny something where the claim does.
    nearest = sorted(about, key=lambda r: -sum(w.weight for w in claim.words if w.keys & r.keys))[:2]
    if denied and not any(_negations(r) or _implied(r) for r in nearest):
        yield Finding("negation", denied[0])
        return
    mine = _denied(claim)
    for there in nearest:
        pairs = _aligned(claim, there)
        if not claim.weight or sum(claim.words[i].weight for i, _ in pairs) / claim.weight < SAME:
            continue
        theirs = _denied(there)
        for i, j in pairs:
            if mine.get(claim.words[i].i, 0) % 2 != theirs.get(there.words[j].i, 0) % 2:
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


def _doers(claim: Reading, near: Sequence[Reading]) -> Iterator[Finding]:
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


# --- who said it ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Saying:
    """Somebody is said to say something."""

    speaker: Keys
    named: bool
    said: Keys


_ACCORDING = re.compile(r"\baccording to\b", re.IGNORECASE)


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


def _speakers(claim: Reading, near: Sequence[Reading]) -> Iterator[Finding]:
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
