"""Hits -> evidence: single sentences with offsets, and how well each answers the question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from bot.answer import grammar, lexicon
from bot.answer.orders import is_order
from bot.answer.question import Asked, deed_keys
from bot.answer.terms import Keys, Term, keys, names
from bot.answer.typed import typed
from index.article import Hit, Version
from index.text import sentences, words

MOST = 60  # sentences: ten passages' worth
PROPOSED = ("why", "yesno")
"""Kinds of question that ask for no name and no number: nothing need be named for them."""
WINDOW = 3  # sentences before and after that count as near

_DATELINE = re.compile(
    r"(?:[A-Z\u00c0-\u00de][A-Z\u00c0-\u00de'’./ -]{2,40},?\s+"  # BAKU,
    r"(?:[A-Z][a-z]{2,8}\.?\s+\d{1,2}(?:,\s*\d{4})?\s*,?\s*)?"  # Nov 16
    r"(?:\([^)]{2,30}\)\s*)?"  # (MWS)
    r"|[A-Z\u00c0-\u00de][\w'’./ -]{2,40},?\s+(?:[A-Z][a-z]{2,8}\.?\s+\d{1,2}(?:,\s*\d{4})?\s*,?\s*)?"
    r"\([A-Z][^)]{1,30}\)\s*)"  # Baku (MWS)
    r"[-–—]+\s+"
)
"""How wire copy opens; a quote begins after it."""


@dataclass(slots=True, eq=False)
class Sentence:
    """One sentence of a version: `version.text[start:end] == text`."""

    hit: Hit
    start: int
    end: int
    text: str
    place: tuple[int, int]
    """Which hit, and which sentence of it."""
    keys: Keys
    title: Keys
    dated: Keys
    """Keys of the article's publication date, as sentences spell dates."""
    similarity: float = 0.0
    """Cosine with the question, -1 to 1."""
    marks: Marks = field(default_factory=lambda: Marks())
    score: float = 0.0
    """Log-odds that it answers the question."""
    telling: dict[str, float] = field(default_factory=dict, repr=False)
    """What `agreement.tell` makes of it; empty where the question isn't English."""
    candidates: tuple[Keys, ...] = ()
    """What of it might be the answer's own words."""
    doc: Any = field(default=None, repr=False)
    """Parsed, where it is English; with its entities where the kind of question needs them."""
    deeds: Read = field(default_factory=list, repr=False)
    near: tuple[Sentence, ...] = field(default=(), repr=False)


@dataclass(slots=True)
class Marks:
    """How a sentence stands to the question. The judge weighs these and nothing else."""

    own: float = 0.0
    """Share of what is asked about that stands in the sentence itself, 0 to 1."""
    coverage: float = 0.0
    """The same, counting what stands near it for less."""
    weakest: float = 1.0
    """How well the name or number held worst is held, 0 to 1; 1 when the question has none."""
    missing: int = 0
    """Names and numbers of the question that stand nowhere in the passage."""
    lacking: int = 0
    """Other telling words of it that stand nowhere in the passage."""
    similarity: float = 0.0
    """Cosine with the question, -1 to 1."""
    behind: float = 0.0
    """By how much the most similar sentence is more so."""
    typed: float = 0.0
    """How surely it holds the kind of thing asked for, 0 to 1."""
    done: bool = False
    """Here or near, the deed asked about is done by the one asked about."""
    done_by_other: bool = False
    """It is done by another, and nowhere near by the one asked about."""
    deed_held: bool = False
    """The deed asked about stands here or near at all."""
    deed_here: bool = False
    opposed: bool = False
    """The one asked about does the contrary."""
    speaks: bool = True
    """Where it is asked what somebody said: they say something, here or near."""
    stranger: bool = False
    """Names another country or known person than the question does, and not the question's."""
    prominence: float = 0.0
    """Share of the article's named doers, as far as found, that are the one asked about, 0 to 1."""
    first: bool = False
    """It is the first of its passage."""
    rank: float = 0.0
    """1 for the first hit, 1/2 for the second …"""
    brief: float = 0.0
    """1 over the number of things that the question names: little to go by."""


def gather(hits: Sequence[Hit], versions: dict[str, Version]) -> list[Sentence]:
    """The sentences of the hits' passages, in the order of the hits, each once."""
    out: list[Sentence] = []
    seen: set[tuple[str, int]] = set()
    for rank, hit in enumerate(hits):
        version = versions[hit.version]
        title = keys(version.title, hit.language) | keys(hit.publisher or "")
        dated = keys(spoken(hit.published))
        passage: list[Sentence] = []
        for a, b in sentences(version.text[hit.start : hit.end]):
            start, end = hit.start + a, hit.start + b
            if opening := _DATELINE.match(version.text, start, end):
                start = opening.end()
            text = version.text[start:end]
            if (hit.version, start) in seen or len(words(text)) < 4 or is_order(text):
                continue
            seen.add((hit.version, start))
            place = (rank, len(passage))
            passage.append(Sentence(hit, start, end, text, place, keys(text, hit.language), title, dated))
        for i, sentence in enumerate(passage):
            sentence.near = tuple(passage[max(0, i - WINDOW) : i] + passage[i + 1 : i + 1 + WINDOW])
        out += passage
    return out[:MOST]


def mark(asked: Asked, found: list[Sentence], similarities: np.ndarray) -> None:
    """Mark every sentence against the question.

    Args:
        similarities: shape (len(found),), cosine of each sentence with the question.
    """
    english, titles, docs = parsed(asked, found)
    for sentence, doc in zip(english, docs, strict=False):
        sentence.doc, sentence.deeds = doc, read_deeds(doc)
    headlines = {t: read_deeds(doc) for t, doc in zip(titles, docs[len(english) :], strict=True)}
    best = float(similarities.max()) if len(found) else 0.0
    passages: dict[int, list[Sentence]] = {}
    for sentence in found:
        passages.setdefault(sentence.place[0], []).append(sentence)
    read: dict[str, Read] = {}
    for sentence in found:
        read.setdefault(sentence.hit.version, []).extend(sentence.deeds)
    for passage in passages.values():
        whole = passage[0].title.union(*(s.keys for s in passage))
        hit = passage[0].hit
        headline = headlines.get(hit.title, [])
        prominence = _prominence(asked, hit.title, [*headline, *read[hit.version]])
        for sentence in passage:
            _cover(asked, sentence, whole)
            _deeds(asked, sentence, headline)
            sentence.marks.prominence = prominence
            sentence.marks.typed = typed(asked, sentence.text, sentence.hit.language, sentence.doc)
            sentence.marks.first = sentence.place[1] == 0
            sentence.marks.rank = 1 / (1 + sentence.place[0])
            sentence.marks.brief = 1 / (1 + len(asked.terms))
    for sentence, similarity in zip(found, similarities, strict=True):
        sentence.similarity = sentence.marks.similarity = float(similarity)
        sentence.marks.behind = best - float(similarity)


def parsed(asked: Asked, found: Sequence[Sentence]) -> tuple[list[Sentence], list[str], list[Any]]:
    """The English sentences, their articles' titles, and the Docs of the ones and the others; nothing for a
    question in another language. What `mark` needs first: called ahead of it, it takes no time there."""
    english = [s for s in found if s.hit.language in (None, "en")] if asked.language == "en" else []
    titles = list(dict.fromkeys(s.hit.title for s in english))
    return (
        english,
        titles,
        grammar.parse([s.text for s in english] + titles, entities=asked.kind not in PROPOSED),
    )


Read = list[tuple[grammar.Deed, Keys, Keys]]
"""Deeds, each with its own keys and its doer's."""


def read_deeds(doc: Any) -> Read:
    return [(d, deed_keys(d), keys(" ".join(d.agents))) for d in grammar.deeds(doc)]


def _prominence(asked: Asked, title: str, read: Read) -> float:
    named = [others for deed, _, others in read if deed.named or names(others)]
    speaker, colon, _ = title.partition(": ")
    if colon and len(speaker.split()) <= 3:  # "Baku: no meeting in Washington"
        named.append(keys(speaker))
    mine = sum(same(asked.subject, others) for others in named)
    return mine / len(named) if named and asked.subject else 0.5


def _cover(asked: Asked, sentence: Sentence, passage: Keys) -> None:
    near = sentence.title.union(*(s.keys for s in sentence.near))
    marks = sentence.marks
    total = own = covered = 0.0
    for term in asked.terms:
        total += term.weight
        here = _held(term, sentence.keys, 0.95)
        own += term.weight * here
        if term.kind == "number" and here < 1 and term.keys & sentence.dated:
            here = 0.9
        if here < 0.9:
            here = max(here, 0.8 * _held(term, near, 0.7), 0.5 * _held(term, passage, 0.4))
        covered += term.weight * here
        if term.kind in ("name", "place", "number"):
            marks.weakest = min(marks.weakest, here)
            marks.missing += here == 0
        elif not here and term.weight >= 1.2:
            marks.lacking += 1
    marks.own = own / total if total else 0.0
    marks.coverage = covered / total if total else 0.0
    asked_names, here_names = names(asked.keys), names(sentence.keys)
    marks.stranger = bool(asked_names - here_names) and bool(here_names - asked_names)


def _held(term: Term, there: Keys, other_name: float) -> float:
    """1 when a term stands there; `other_name` when only under another, 0 if it says where: Germany is
    not Berlin."""
    shared = term.keys & there
    if not shared:
        return 0.0
    if all(k[0] == "@" for k in shared):
        return 0.0 if term.kind == "place" else other_name
    return 1.0


def _deeds(asked: Asked, sentence: Sentence, headline: Read) -> None:
    marks = sentence.marks
    if asked.deed is None:
        if asked.saying and asked.subject and sentence.doc is not None:
            read = [*sentence.deeds, *(d for s in sentence.near for d in s.deeds)]
            marks.speaks = any("+say" in theirs and same(asked.subject, others) for _, theirs, others in read)
        return
    wanted = deed_keys(asked.deed) or keys(asked.deed.phrase)
    agents = keys(" ".join(asked.deed.agents))
    contrary = frozenset("+" + g for g in lexicon.opposite(frozenset(k[1:] for k in wanted if k[0] == "+")))
    marks.deed_here = bool(wanted & sentence.keys)
    marks.deed_held = bool(wanted & sentence.title.union(sentence.keys, *(s.keys for s in sentence.near)))
    other = False
    for own, read in [(True, sentence.deeds), (False, headline), *((False, s.deeds) for s in sentence.near)]:
        for deed, theirs, others in read:
            if not wanted & theirs:
                if contrary & theirs and (same(agents, others) or (own and not agents)):
                    marks.opposed = True
                continue
            marks.deed_held = True
            if same(agents, others):
                # "The Armenian and Azerbaijani ministers will not meet" says of neither that it refused.
                marks.done = marks.done or not len(names(others)) > len(names(agents)) > 0
            elif comparable(asked.deed, agents, deed, others):
                other = True
    marks.done_by_other = other and not marks.done
    marks.opposed = marks.opposed and not marks.done


def same(mine: Keys, theirs: Keys) -> bool:
    """Whether two doers may be one: a known name shared, else more than half of the words of the shorter."""
    if names(mine) or names(theirs):
        return bool(names(mine) & names(theirs))
    return bool(mine and theirs) and len(mine & theirs) / min(len(mine), len(theirs)) > 0.5


def comparable(mine: grammar.Deed, my_keys: Keys, theirs: grammar.Deed, their_keys: Keys) -> bool:
    """Whether two doers can be told apart: both known by name, or both bearing some name."""
    if names(my_keys) or names(their_keys):
        return bool(names(my_keys)) and bool(names(their_keys))
    return mine.named and theirs.named


def spoken(published: str | None) -> str:
    """A date as sentences spell it, so that "November 2023" meets an article of that month."""
    if published is None:
        return ""
    day = date.fromisoformat(published[:10])
    return f"{day.day} {day:%B} {day.year}"
