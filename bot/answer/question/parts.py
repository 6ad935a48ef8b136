"""A compound question taken apart into questions that can each be asked by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from bot.answer import grammar
from bot.answer.question.followup import completed
from bot.answer.question.kinds import YES_NO, asking_words, capitalised, tidy
from bot.answer.terms import language_of
from bot.answer.types import Question

MOST = 4
"""Parts; what is more is left together in the last."""
_AUX = "|".join(sorted(YES_NO))
_WH = r"why|who|whom|whose|when|where|what|which|how"
_ALL_WH = re.compile(
    rf"^(?P<one>{_WH})(?:,| and| or|, and) (?P<other>{_WH}) (?P<rest>(?:{_AUX})\b.+)$", re.IGNORECASE
)
_JOIN = re.compile(rf",?;?\s+(?:and|but)(?: also)?,?\s+(?=(?P<word>{_WH}|{_AUX})\b)", re.IGNORECASE)
_BOTH = re.compile(r"\bboth\b\s*", re.IGNORECASE)
_ENDS = re.compile(r"(?<=[?])\s+(?=\S)")
_OPENS_A_SUBJECT = ("NOUN", "PROPN", "PRON", "DET", "ADJ", "NUM")
_THAT_SAYS = re.compile(rf"^(?:{_AUX})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Partial:
    """A part of a question: as a reader is told, and as it is asked."""

    text: str
    whole: str
    """With what it takes from the first part, by name or by that part put before it."""


def taken_apart(text: str) -> tuple[Partial, ...]:
    """The questions in a question, in its order; of a question that is one, itself."""
    text = " ".join(text.split())
    if both := _both(text):
        return tuple(Partial(part, part) for part in both)
    found = [part for sentence in _ENDS.split(text) for part in _apart(sentence)]
    if len(found) > MOST:
        found = [*found[: MOST - 1], " ".join(found[MOST - 1 :])]
    return tuple(_each_whole(found)) if len(found) > 1 else (Partial(text, text),)


def _apart(sentence: str) -> list[str]:
    language = language_of(sentence)
    if language != "en":
        return _apart_elsewhere(sentence, language)
    if found := _ALL_WH.match(sentence):
        return [f"{found[word]} {found['rest']}" for word in ("one", "other")]
    cuts = [m for m in _JOIN.finditer(sentence) if _begins_a_question(sentence, m)]
    edges = [0, *(m.end() for m in cuts)]
    ends = [*(m.start() for m in cuts), len(sentence)]
    return [sentence[a:b] for a, b in zip(edges, ends, strict=True)]


def _begins_a_question(sentence: str, join: re.Match[str]) -> bool:
    """Whether what follows is asked for itself: "and why did he resign", not "and why he resigned" of
    "said when he came and why he resigned", nor "and is now president"."""
    left, right = sentence[: join.start()].strip(), sentence[join.end() :].rstrip("?!. ")
    word = join["word"].lower()
    tokens = right.lower().split()
    if not re.match(rf"(?:\W*(?:{_WH}|{_AUX})\b|(?:in|on|at|by|for|to|from|with) (?:{_WH})\b)", left, re.I):
        return False
    if len(tokens) == 1:
        return word not in YES_NO
    doc = _parsed(right)
    if word in YES_NO:
        has_subject = any(t.dep_ in ("nsubj", "nsubjpass", "expl") and t.i > 0 for t in doc)
        return doc[0].pos_ == "AUX" and has_subject and doc[1].pos_ in _OPENS_A_SUBJECT
    if word in ("who", "whose", "which") and re.search(r",? (?:who|whose|which)\b", left[1:]):
        return False  # one more of its relative clauses
    if _is_clause_within(sentence, join.end()):
        return False
    if word == "who":
        return doc[1].pos_ not in ("PRON", "DET", "PROPN", "NOUN")
    after = next((t for t in doc[1:] if not _belongs_to_asking(t)), None)
    return after is not None and after.pos_ in ("AUX", "VERB")


def _belongs_to_asking(token: Any) -> bool:
    """ "how many people", "which two ministers": what stands between the word and its verb."""
    if any(c.tag_ in ("WDT", "WP") or c.lower_ in ("many", "much") for c in token.children):
        return True
    return token.dep_ != "nsubj" and token.pos_ in ("ADJ", "NOUN", "PROPN", "NUM", "ADV", "ADP")


def _is_clause_within(sentence: str, start: int) -> bool:
    """Whether a wh-clause is joined to a relative clause: "the man who led it and who resigned"."""
    doc = _parsed(sentence)
    if not any(t.tag_ in ("WP", "WDT") and t.i > 0 and t.idx < start - 1 for t in doc):
        return False
    token = next((t for t in doc if t.idx >= start), None)
    while token is not None and token.head != token:
        if token.dep_ in ("relcl", "acl"):
            return True
        token = token.head
    return False


def _both(sentence: str) -> list[str]:
    """ "Did Baku and Yerevan both accept?": of each."""
    if not _BOTH.search(sentence) or not _THAT_SAYS.match(sentence) or _ENDS.search(sentence):
        return []
    bare = _BOTH.sub("", sentence)
    doc = _parsed(bare)
    for token in doc:
        second = next((c for c in token.children if c.dep_ == "conj"), None)
        if token.dep_ not in ("nsubj", "nsubjpass") or second is None:
            continue
        first = doc[token.left_edge.i : second.i]
        one = [t for t in first if t.dep_ != "cc" and not t.is_punct]
        other = list(doc[second.left_edge.i : second.right_edge.i + 1])
        begin, end = doc[token.left_edge.i].idx, other[-1].idx + len(other[-1])
        names = [doc[span[0].i : span[-1].i + 1].text for span in (one, other)]
        return [f"{doc.text[:begin]}{name}{doc.text[end:]}" for name in names]
    return []


def _each_whole(found: list[str]) -> Iterator[Partial]:
    """Each part with what it takes from the first: "and why?", "and did he resign?"."""
    first = ""
    for part in found:
        text = tidy(part.strip(" ,;").rstrip("?!. "))
        text = text if text.endswith("?") else f"{text}?"
        if not first:
            first = text
            yield Partial(text, text)
            continue
        made = completed(Question(text, history=((first, ""),)))
        yield Partial(made.text if made.substituted else text, made.text)


@lru_cache
def _joined(language: str) -> re.Pattern[str] | None:
    asking = asking_words(language)
    ands = {"ru": "и|а", "tr": "ve", "az": "və", "hy": "և|իսկ"}.get(language)
    listed = "|".join(re.escape(word) for word in sorted(asking, key=len, reverse=True))
    return re.compile(rf",?\s+(?:{ands})\s+(?=(?:\w+\s+){{0,3}}?(?:{listed})\b)", re.I) if ands else None


def _apart_elsewhere(sentence: str, language: str) -> list[str]:
    """By "and" before another question word, where either side holds one of its own and a verb's worth."""
    pattern = _joined(language)
    if pattern is None:
        return [sentence]
    asking = re.compile(rf"\b(?:{'|'.join(map(re.escape, asking_words(language)))})\b", re.I)
    cuts = [m.span() for m in pattern.finditer(sentence)]
    edges = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(sentence)]
    found = [sentence[a:b] for a, b in zip(edges, ends, strict=True)]
    whole = all(len(part.split()) > 2 and asking.search(part) for part in found)
    return found if whole and all(a != b for a, b in pairwise(found)) else [sentence]


def _parsed(text: str) -> Any:
    return grammar.parse([tidy(capitalised(text, ()))])[0]
