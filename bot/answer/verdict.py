"""Yes or no: said only where a sentence of the evidence decides it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answer import grammar, lexicon
from bot.answer.evidence import Read, Sentence, read_deeds, same
from bot.answer.question import Asked, deed_keys
from bot.answer.terms import Keys, keys
from bot.answer.types import Verdict

SHOWN = 2
OWN = 0.5
"""Share of the question that a sentence must hold itself for its headline to speak for it."""
_UNSURE = frozenset(
    "could may might should if unless plan intend hope want seek expect try promise agree threaten consider "
    "propose urge ask ready".split()
)
"""What hangs on one of these is not done yet: "agreed to release" released nobody."""


def decide(asked: Asked, ranked: Sequence[Sentence]) -> tuple[Verdict | None, list[Sentence]]:
    """Yes or no and the sentences that say so; None and none where nothing decides it, or they don't agree.

    A sentence decides when the one asked about does the deed asked about, or denies it, or does its contrary,
    without an "if" or a "may", and all that the question names stands there or beside it.
    """
    if asked.kind != "yesno" or asked.deed is None:
        return None, []
    found: dict[Verdict, list[Sentence]] = {"yes": [], "no": []}
    by_headline: list[int] = []
    for sentence in ranked:
        if sentence.doc is None or sentence.marks.missing or not _names_all(asked, sentence):
            continue
        said = _first(asked, sentence.deeds)
        if said is None and (said := _headline(asked, sentence)) is not None:
            by_headline.append(id(sentence))
        if said is not None:
            found[said].append(sentence)
    if bool(found["yes"]) == bool(found["no"]):
        return None, []
    verdict: Verdict = "yes" if found["yes"] else "no"
    # What decides it in its own words comes first: a reader sees the sentence, not the headline over it.
    return verdict, _different(sorted(found[verdict], key=lambda s: id(s) in by_headline))


def _names_all(asked: Asked, sentence: Sentence) -> bool:
    """Whether the sentence holds most of what is asked itself, and the rest stands beside it."""
    near = sentence.keys | sentence.title | sentence.dated
    near = near.union(*(s.keys for s in sentence.near))
    telling = [t for t in asked.terms if t.weight >= 1.0]
    numbers = [t for t in telling if t.kind == "number" and any(k[0] == "#" for k in t.keys)]
    if any(not t.keys & (sentence.keys | sentence.dated | near) for t in numbers):
        return False
    if any(not t.keys & near for t in telling if t.kind in ("name", "place", "number")):
        return False
    others = [t for t in telling if t.kind == "word"]
    return sum(bool(t.keys & near) for t in others) >= len(others) / 2


def _headline(asked: Asked, sentence: Sentence) -> Verdict | None:
    """What a sentence's headline says to the question: it speaks for one that is about the same."""
    if sentence.marks.own < OWN or not _is_about(asked, sentence):
        return None
    return _first(asked, read_deeds(grammar.parse([sentence.hit.title], entities=False)[0]))


def _first(asked: Asked, deeds: Read) -> Verdict | None:
    return next((said for told in deeds if (said := _told(asked, *told)) is not None), None)


def _is_about(asked: Asked, sentence: Sentence) -> bool:
    assert asked.deed is not None
    opens = sentence.marks.first and sentence.hit.start == 0
    return opens or bool((deed_keys(asked.deed) or keys(asked.deed.phrase)) & sentence.keys)


def _told(asked: Asked, told: grammar.Deed, theirs: Keys, doers: Keys) -> Verdict | None:
    deed = asked.deed
    assert deed is not None
    wanted = deed_keys(deed) or keys(deed.phrase)
    contrary = frozenset("+" + g for g in lexicon.opposite(frozenset(k[1:] for k in wanted if k[0] == "+")))
    done = bool(wanted & (theirs | keys(told.phrase)))
    if told.verb.pos_ not in ("VERB", "AUX") or not (done or contrary & theirs):
        return None
    agents, patients = keys(" ".join(deed.agents)), _patients(deed.verb)
    if agents and not same(agents, doers):
        return None
    undergone = _patients(told.verb)
    if patients and not (same(patients, undergone) if not agents else _may_be(patients, undergone)):
        return None
    hedges = grammar.hedges(told.verb)
    refused = any("refuse" in lexicon.groups(lexicon.stem(lemma)) for lemma in hedges)
    if hedges & _UNSURE and not refused:
        return None
    affirmed = told.negated == deed.negated
    if not done:
        return None if told.negated or refused else "no"
    return "yes" if affirmed != refused else "no"


def _may_be(mine: Keys, theirs: Keys) -> bool:
    """Whether what a deed is done to may be what is asked about: a word in common, or nothing told."""
    return not theirs or bool(mine & theirs)


def _patients(verb: object) -> Keys:
    """Keys of whom or what a deed is done to."""
    return keys(" ".join(t.text for t in grammar.patients(verb)))


def _different(found: Sequence[Sentence]) -> list[Sentence]:
    """The best, and one more of another story."""
    out = list(found[:1])
    for sentence in found[1:]:
        if len(out) < SHOWN and sentence.hit.story not in {s.hit.story for s in out}:
            out.append(sentence)
    return sorted(out, key=lambda s: s.place)
