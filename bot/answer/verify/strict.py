"""Whether one sentence carries another word by word: what may be shown without weighing likelihood."""

from __future__ import annotations

import re
from typing import Any

from bot.answer import grammar, lexicon
from bot.answer.evidence import Sentence, comparable, same
from bot.answer.question import Asked, align, deed_keys
from bot.answer.terms import Keys, keys

NEW = 2  # content words that a claim must add to the question: an echo is no answer
ASIDE = 0.1  # share of a claim's content words that may stand beside its source instead of in it
_FOREIGN = re.compile(r"@\w|://|\bwww\.|\]\(|<|`")
"""Signs of an address, a mention or markup: no reporter's sentence has one."""


def foreign(text: str, source: str) -> bool:
    """Whether a text has an address, a mention or markup that its source has not."""
    return bool(set(_FOREIGN.findall(text)) - set(_FOREIGN.findall(source)))


def answers(doc: Any, asked: Asked) -> bool:
    """Whether a drafted sentence says anything that the question does not: an echo is no answer."""
    content = _content(doc)
    own = asked.keys
    new = [ks for ks, _ in content if not ks & own]
    filled = asked.kind in ("who", "when", "where", "howmany") and any(
        n and not ks & own for ks, n in content
    )
    return len(new) >= NEW or filled


def carries(doc: Any, source: Sentence) -> bool:
    """Whether a sentence of the evidence carries a drafted one, word by word.

    Nearly every content word of the draft must stand in it, by stem or by a word that stands for it, in
    the same order, and what is left out between them may name nobody: "thanked Armenia for the gas" is
    not carried by "thanked Armenia for its soldiers, and Azerbaijan for the gas". Who does what, and
    whether it is denied, must agree.
    """
    return _carried(_content(doc), source) and not _contradicts(doc, source)


def holds_all(doc: Any, source: Sentence) -> bool:
    """Whether every content word of a draft stands in the source, in whatever order, with no name between
    them that the draft leaves out, and nothing contradicts it."""
    claim, theirs = _content(doc), _content(source.doc)
    if not claim:
        return False
    places = [[j for j, (ks, _) in enumerate(theirs) if ks & mine] for mine, _ in claim]
    if not all(places):
        return False
    mine = frozenset(k for ks, _ in claim for k in ks)
    between = range(min(map(min, places)), max(map(max, places)))
    skipped = any(theirs[j][1] and not theirs[j][0] & mine for j in between)
    return not skipped and not _contradicts(doc, source)


def _content(doc: Any) -> list[tuple[Keys, bool]]:
    """Keys of each content word in order, and whether it is a name or a number."""
    out = []
    for token, found in zip(doc, align(doc), strict=True):
        strict = token.pos_ == "PROPN" or any(k[0] in "@#" for k in found)
        if found and (strict or (not token.is_stop and token.pos_ in ("NOUN", "VERB", "ADJ", "ADV"))):
            out.append((found, strict))
    return out


_SAYING: Keys = frozenset({"+say"})


def _carried(claim: list[tuple[Keys, bool]], source: Sentence) -> bool:
    theirs = _content(source.doc)
    pairs = alignment([ks for ks, _ in claim], [ks for ks, _ in theirs])
    aligned = {i for i, _ in pairs}
    aside = [(ks, strict) for i, (ks, strict) in enumerate(claim) if i not in aligned]
    near = source.title.union(*(s.keys for s in source.near))
    # Of "it called the position biased" the name of who did may be taken from beside it: one name, no more.
    names_aside = [ks for ks, strict in aside if strict]
    if len(names_aside) > 1 or any(not ks & near for ks in names_aside):
        return False
    words_aside = [ks for ks, strict in aside if not strict]
    if len(words_aside) > ASIDE * len(claim) or any(not ks & (near | _SAYING) for ks in words_aside):
        return False
    if not pairs:
        return False
    mine = frozenset(k for ks, _ in claim for k in ks)
    used = {j for _, j in pairs}
    skipped = [theirs[j] for j in range(pairs[0][1], pairs[-1][1]) if j not in used]
    return not any(strict and not ks & mine for ks, strict in skipped)


def alignment(mine: list[Keys], theirs: list[Keys]) -> list[tuple[int, int]]:
    """Longest common subsequence, two words being the same when they share a key; pairs of places."""
    best = [[0] * (len(theirs) + 1) for _ in range(len(mine) + 1)]
    for i in range(len(mine) - 1, -1, -1):
        for j in range(len(theirs) - 1, -1, -1):
            step = best[i + 1][j + 1] + 1 if mine[i] & theirs[j] else 0
            best[i][j] = max(step, best[i + 1][j], best[i][j + 1])
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < len(mine) and j < len(theirs):
        if mine[i] & theirs[j] and best[i][j] == best[i + 1][j + 1] + 1:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


def _contradicts(claim: Any, source: Sentence) -> bool:
    """Whether the source has another do what the claim says, denies what it affirms, or has it hang on a
    "could", an "if" or a "refused to" that the claim leaves out."""
    told = {t.lemma_.lower() for t in claim} | {t.lower_ for t in claim}
    for deed in grammar.deeds(claim):
        mine = deed_keys(deed) | keys(deed.phrase)
        agents = keys(" ".join(deed.agents))
        verdicts = []
        for other, theirs, others in source.deeds:
            if not mine & (theirs | keys(other.phrase)):
                continue
            apart = not same(agents, others) and comparable(deed, agents, other, others)
            same_word = bool(keys(deed.phrase) & keys(other.phrase))
            unsure = same_word and any(
                h not in told and "say" not in lexicon.groups(lexicon.stem(h))
                for h in grammar.hedges(other.verb)
            )
            verdicts.append(apart or unsure or (same_word and deed.negated != other.negated))
        if verdicts and all(verdicts):
            return True
    return False
