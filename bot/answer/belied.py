"""What belies a sentence that fits a question well: it is of another year, or it counts another party's."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bot.answer import grammar
from bot.answer.evidence import Sentence
from bot.answer.question import Asked
from bot.answer.terms import Keys, keys, names

_YEAR = re.compile(r"#(?:19|20)\d\d")
_MODIFYING = ("amod", "compound", "nmod", "poss")


def belied(asked: Asked, sentence: Sentence) -> bool:
    """Whether the sentence can't be the answer, however likely it looks. Two near-misses that no sum of
    weights told apart: the right event in the wrong year, and the right count of the wrong people."""
    return _of_another_year(asked, sentence) or _counts_others(asked, sentence)


def _of_another_year(asked: Asked, sentence: Sentence) -> bool:
    years = {k for term in asked.terms for k in term.keys if _YEAR.fullmatch(k)}
    there = sentence.keys.union(sentence.title, sentence.dated, *(s.keys for s in sentence.near))
    return bool(years) and not years & there


def _counts_others(asked: Asked, sentence: Sentence) -> bool:
    """ "How many Azerbaijani soldiers" is not answered by "four Armenian servicemen", unless Azerbaijani ones
    are counted there, too."""
    if asked.kind != "howmany" or sentence.doc is None:
        return False
    mine = _whose(grammar.parse([asked.text])[0], lambda noun: any(t.lower_ == "many" for t in noun.children))
    if len(mine) != 1:
        return False
    counted = _whose(sentence.doc, lambda noun: any(t.pos_ == "NUM" for t in noun.children))
    return bool(counted) and not any(party & mine[0] for party in counted)


def _whose(doc: Any, wanted: Callable[[Any], bool]) -> list[Keys]:
    """Of each wanted noun that says whose it is: the known names that say so."""
    out = []
    for noun in doc:
        if noun.pos_ in ("NOUN", "PROPN") and wanted(noun):
            told = names(keys(" ".join(c.text for c in noun.children if c.dep_ in _MODIFYING)))
            if told:
                out.append(told)
    return out
