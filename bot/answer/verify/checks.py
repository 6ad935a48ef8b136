"""What the evidence must bear out to the letter: quotations, numbers, days, names, denials, who said it.

Each check yields what it found against a claim; none weighs likelihood. `Evidence` is the sentences that
come nearest to the claim (`near`) and the keys of all there is (`every`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from bot.answer.amounts import Amount, amounts, bears
from bot.answer.terms import MONTHS, Keys, keys
from bot.answer.verify.denials import denials, doers
from bot.answer.verify.finding import Finding
from bot.answer.verify.reading import SAME, Reading, Word, aligned
from bot.answer.verify.speakers import speakers
from index.text import fold, words


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
        *denials(claim, near),
        *speakers(claim, near),
        *doers(claim, near),
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
        pairs = [(-1, -1), *aligned(claim, there), (len(claim.words), len(there.words))]
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
