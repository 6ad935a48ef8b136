"""True claims made false on purpose: a number, a name, a denial or the speaker changed.

Works on letters alone (capitals, digits, a few lists below) and shares no code with the checker, so that
neither sees through the other's eyes. A changed name or speaker is, where the evidence has one, another
name of the same evidence: the harder case.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Change = Literal["number", "name", "negation", "speaker"]


@dataclass(frozen=True)
class Changed:
    """A claim that was true until `change`; `near` when what was put in stands in the evidence too."""

    text: str
    change: Change
    near: bool
    put: str


_NAME = re.compile(r"[A-Z][a-zà-ÿ’'-]{2,}(?: (?:[A-Z][a-zà-ÿ’'-]{2,}))*")
_NOT_NAMES = set(
    "The This That These Those There They She Her His Its When While After Before During Although "
    "Though However But And For From With Without Since Because One Two Three Four Five Six Seven "
    "Eight Nine Ten Most Many Some All Both Each Monday Tuesday Wednesday Thursday Friday Saturday "
    "Sunday January February March April May June July August September October November December "
    "According Also Then Now Here What Who Why How Where Which If You Your Our We It In On At By Of "
    "To As An Not No Yes Mr Mrs Ms Dr Sir Skip Share Read More Published Title Advertisement Photo "
    "Image Copyright News Contact Home Menu Search Sign Log".split()
)
_SAID = (
    "said|says|told|announced|stated|claimed|argued|explained|wrote|warned|added|reported|insisted|declared|"
    "revealed|noted|confirmed"
)
_SPEAKER = re.compile(rf"({_NAME.pattern})(?=(?:, [^,]{{3,40}},)? (?:{_SAID})\b)")
_SPEAKER_AFTER = re.compile(rf"(?<=said )({_NAME.pattern})|(?<=[Aa]ccording to )({_NAME.pattern})")
_WORDS = {
    "two": "seven", "three": "eight", "four": "nine", "five": "twelve", "six": "eleven",
    "seven": "three", "eight": "four", "nine": "thirteen", "ten": "seventeen", "twelve": "sixteen",
    "first": "fourth", "second": "fifth", "third": "sixth", "fourth": "second", "fifth": "third",
    "dozen": "thirty", "million": "billion", "billion": "million", "hundred": "thousand",
}  # fmt: skip
_AUX = re.compile(r"\b(is|are|was|were|has|had|will|would|can|could|should|must|have|may)\b(?! not|n['’]t)")
_PAST = {
    "became": "become", "began": "begin", "built": "build", "called": "call", "came": "come",
    "died": "die", "found": "find", "gave": "give", "went": "go", "held": "hold", "joined": "join",
    "left": "leave", "led": "lead", "lost": "lose", "made": "make", "met": "meet", "moved": "move",
    "opened": "open", "played": "play", "received": "receive", "returned": "return", "said": "say",
    "sold": "sell", "served": "serve", "started": "start", "told": "tell", "took": "take",
    "used": "use", "visited": "visit", "won": "win", "worked": "work", "wrote": "write",
    "announced": "announce", "appeared": "appear", "attended": "attend", "described": "describe",
    "featured": "feature", "graduated": "graduate", "helped": "help", "included": "include",
    "launched": "launch", "married": "marry", "released": "release", "reported": "report",
    "signed": "sign", "stated": "state", "studied": "study",
}  # fmt: skip
_DID = re.compile(rf"\b({'|'.join(_PAST)})\b")


def falsify(claim: str, evidence: Sequence[str], strangers: Sequence[str], seed: int) -> Iterator[Changed]:
    """One false claim of each kind that the claim gives a handle for.

    Args:
        strangers: names from elsewhere, to put in where the evidence has none.
    """
    rng = random.Random(seed)
    for change in (_number, _name, _negation, _speaker):
        made = change(claim, evidence, strangers, rng)
        if made is not None and made.text != claim:
            yield made


def names(text: str) -> list[str]:
    """Runs of capitalised words that open no sentence."""
    out = []
    for match in _NAME.finditer(text):
        if match.start() == 0 or text[: match.start()].rstrip()[-1:] in ".!?:\"“'‘#":
            continue
        if not set(match.group().split()) & _NOT_NAMES:
            out.append(match.group())
    return list(dict.fromkeys(out))


def _number(claim: str, evidence: Sequence[str], _: Sequence[str], rng: random.Random) -> Changed | None:
    found = list(re.finditer(r"(?<![\w.,-])\d[\d,]*(?:\.\d+)?(?![\w-])", claim))
    worded = list(re.finditer(rf"\b({'|'.join(_WORDS)})\b", claim))
    if not found and not worded:
        return None
    if not found:
        match = rng.choice(worded)
        return _put(claim, match.start(), match.end(), _WORDS[match.group()], "number", evidence)
    match = rng.choice(found)
    old = match.group().rstrip(",")
    like = {
        n.rstrip(",")
        for text in evidence
        for n in re.findall(r"(?<![\w.,-])\d[\d,]*(?:\.\d+)?(?![\w-])", text[:700])
        if len(n.rstrip(",")) == len(old) and n.rstrip(",").isdigit() == old.isdigit()
    }
    like -= set(re.findall(r"[\d,.]*\d", claim))
    if like and rng.random() < 0.5:
        new = rng.choice(sorted(like))
    else:
        # Of a year the last two digits: nobody is taken in by 7012.
        places = [i for i, c in enumerate(old) if c.isdigit()]
        at = rng.choice(places[2:] if len(places) == 4 else places)
        new = old[:at] + str((int(old[at]) + rng.choice((1, 2, 3, 4))) % 9 + 1) + old[at + 1 :]
        if new == old:
            new = old[:at] + str(9 - int(old[at])) + old[at + 1 :]
    return _put(claim, match.start(), match.start() + len(old), new, "number", evidence)


def _name(
    claim: str, evidence: Sequence[str], strangers: Sequence[str], rng: random.Random
) -> Changed | None:
    mine = names(claim)
    if not mine:
        return None
    old = rng.choice(mine)
    new = _other(old, claim, evidence, strangers, rng)
    at = claim.index(old)
    return _put(claim, at, at + len(old), new, "name", evidence) if new else None


def _other(
    old: str, claim: str, evidence: Sequence[str], strangers: Sequence[str], rng: random.Random
) -> str | None:
    length = len(old.split())

    def fits(name: str) -> bool:
        return len(name.split()) == length and not any(w[:4] in claim for w in name.split())

    here = sorted({n for text in evidence for n in names(text[:700]) if fits(n)})
    there = sorted({n for n in strangers if fits(n)})
    if here and (rng.random() < 0.5 or not there):
        return rng.choice(here)
    return rng.choice(there) if there else None


def _negation(claim: str, evidence: Sequence[str], _: Sequence[str], rng: random.Random) -> Changed | None:
    if taken := re.search(r" (?:not|never)\b|n['’]t\b", claim):
        return Changed(claim[: taken.start()] + claim[taken.end() :], "negation", False, "")
    if match := _AUX.search(claim):
        return _put(claim, match.end(), match.end(), " not", "negation", evidence)
    if match := _DID.search(claim):
        new = f"did not {_PAST[match.group()]}"
        return _put(claim, match.start(), match.end(), new, "negation", evidence)
    return None


def _speaker(
    claim: str, evidence: Sequence[str], strangers: Sequence[str], rng: random.Random
) -> Changed | None:
    match = _SPEAKER.search(claim) or _SPEAKER_AFTER.search(claim)
    if match is None:
        return None
    old = match.group()
    if set(old.split()) & _NOT_NAMES:
        return None
    new = _other(old, claim, evidence, strangers, rng)
    return _put(claim, match.start(), match.end(), new, "speaker", evidence) if new else None


def _put(claim: str, start: int, end: int, new: str, change: Change, evidence: Sequence[str]) -> Changed:
    there = change != "negation" and any(new in text for text in evidence)
    return Changed(claim[:start] + new + claim[end:], change, there, new)
