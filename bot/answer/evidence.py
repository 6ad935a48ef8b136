"""Hits -> evidence: single sentences with offsets, and how well each answers the question."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np

from bot.answer import grammar, lexicon
from bot.answer.question import Asked, deed_keys
from bot.answer.terms import Keys, Term, keys, names
from index.article import Hit, Version
from index.text import sentences, words

MOST = 60  # sentences: ten passages' worth
WINDOW = 3  # sentences before and after that count as near


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
    own: float = 0.0
    """Share of what is asked about that stands in the sentence itself, 0 to 1."""
    coverage: float = 0.0
    """The same, counting what stands near it for less."""
    missing: tuple[str, ...] = ()
    """Names and numbers of the question that stand nowhere in the passage."""
    deed: int = 0
    """Who does the deed asked about, here or near. 1: the one asked about; -1: another; 0: can't be told."""
    deed_held: bool = False
    """Whether the deed asked about stands here or near at all."""
    opposed: bool = False
    """Says the contrary of the deed asked about."""
    lacking: int = 0
    """Other telling words of the question that stand nowhere in the passage."""
    stranger: bool = False
    """Names another country than the question does, and not the question's."""
    typed: float = 0.0
    """How surely it holds the kind of thing asked for, 0 to 1."""
    score: float = 0.0
    doc: Any = field(default=None, repr=False)
    deeds: Read = field(default_factory=list, repr=False)
    near: tuple[Sentence, ...] = field(default=(), repr=False)


def gather(hits: Sequence[Hit], versions: dict[str, Version]) -> list[Sentence]:
    """The sentences of the hits' passages, in the order of the hits, each once."""
    out: list[Sentence] = []
    seen: set[tuple[str, int]] = set()
    for rank, hit in enumerate(hits):
        version = versions[hit.version]
        title = keys(version.title, hit.language) | keys(hit.publisher or "")
        dated = keys(spoken(hit.published))
        passage = []
        for a, b in sentences(version.text[hit.start : hit.end]):
            start, end = hit.start + a, hit.start + b
            text = version.text[start:end]
            if (hit.version, start) in seen or len(words(text)) < 4:
                continue
            seen.add((hit.version, start))
            place = (rank, len(passage))
            passage.append(Sentence(hit, start, end, text, place, keys(text, hit.language), title, dated))
        for i, sentence in enumerate(passage):
            sentence.near = tuple(passage[max(0, i - WINDOW) : i] + passage[i + 1 : i + 1 + WINDOW])
        out += passage
    return out[:MOST]


def weigh(asked: Asked, found: list[Sentence], similarities: np.ndarray) -> list[Sentence]:
    """Score every sentence against the question; returns them best first.

    Args:
        similarities: shape (len(found),), cosine of each sentence with the question.
    """
    english = [s for s in found if s.hit.language in (None, "en")] if asked.language == "en" else []
    for sentence, doc in zip(english, grammar.parse([s.text for s in english]), strict=True):
        sentence.doc, sentence.deeds = doc, _read(doc)
    titles = list({s.hit.title for s in english})
    headlines = {t: _read(doc) for t, doc in zip(titles, grammar.parse(titles), strict=True)}
    whole: dict[int, Keys] = {}
    for sentence in found:
        rank = sentence.place[0]
        whole[rank] = whole.get(rank, sentence.title) | sentence.keys
    for sentence, similarity in zip(found, similarities, strict=True):
        sentence.similarity = float(similarity)
        _cover(asked, sentence, whole[sentence.place[0]])
        _deeds(asked, sentence, headlines.get(sentence.hit.title, []))
        sentence.typed = typed(asked, sentence)
        sentence.score = _score(asked, sentence)
    return sorted(found, key=lambda s: -s.score)


def _cover(asked: Asked, sentence: Sentence, passage: Keys) -> None:
    near = sentence.title.union(*(s.keys for s in sentence.near))
    total = own = covered = 0.0
    missing = []
    for term in asked.terms:
        total += term.weight
        here = _held(term, sentence.keys)
        own += term.weight * here
        if term.kind == "number" and here < 1 and term.keys & sentence.dated:
            here = 0.9
        if here < 1:
            here = max(here, 0.8 * _held(term, near), 0.5 * _held(term, passage))
        covered += term.weight * here
        if not here and term.kind in ("name", "place", "number"):
            missing.append(term.text)
        elif not here and term.weight >= 1.2:
            sentence.lacking += 1
    sentence.own = own / total if total else 0.0
    sentence.coverage = covered / total if total else 0.0
    sentence.missing = tuple(missing)
    asked_names, here_names = names(asked.keys), names(sentence.keys)
    sentence.stranger = bool(asked_names - here_names) and bool(here_names - asked_names)


def _held(term: Term, there: Keys) -> float:
    """1 when a term stands there; nearly so under another name, unless it says where: Germany is not Berlin."""
    shared = term.keys & there
    if not shared:
        return 0.0
    if all(k[0] == "@" for k in shared):
        return 0.0 if term.kind == "place" else 0.95
    return 1.0


Read = list[tuple[grammar.Deed, Keys, Keys]]
"""Deeds, each with its own keys and its doer's."""


def _read(doc: Any) -> Read:
    return [(d, deed_keys(d), keys(" ".join(d.agents))) for d in grammar.deeds(doc)]


def _deeds(asked: Asked, sentence: Sentence, headline: Read) -> None:
    if asked.deed is None:
        sentence.deed_held = True
        return
    wanted = deed_keys(asked.deed) or keys(asked.deed.phrase)
    agents = keys(" ".join(asked.deed.agents))
    contrary = frozenset("+" + g for g in lexicon.opposite(frozenset(k[1:] for k in wanted if k[0] == "+")))
    verdicts: list[int] = []
    sentence.deed_held = bool(wanted & sentence.title.union(sentence.keys, *(s.keys for s in sentence.near)))
    for own, read in [(True, sentence.deeds), (False, headline), *((False, s.deeds) for s in sentence.near)]:
        for deed, theirs, others in read:
            if not wanted & theirs:
                if contrary & theirs and (agents & others or (own and not agents)):
                    sentence.opposed = True
                continue
            sentence.deed_held = True
            if agents & others:
                # "The Armenian and Azerbaijani ministers will not meet" says of neither that it refused.
                joint = len(names(others)) > len(names(agents)) > 0
                verdicts.append(0 if joint else 1)
            elif comparable(asked.deed.agents, agents, deed.agents, others):
                verdicts.append(-1)
    sentence.deed = 1 if 1 in verdicts else -1 if -1 in verdicts else 0
    sentence.opposed = sentence.opposed and sentence.deed < 1


def comparable(mine: Sequence[str], my_keys: Keys, theirs: Sequence[str], their_keys: Keys) -> bool:
    """Whether two doers can be told apart: both countries, or both people by name."""
    my_places, their_places = bool(names(my_keys)), bool(names(their_keys))
    if my_places or their_places:
        return my_places and their_places
    return any(w[:1].isupper() for w in mine) and any(w[:1].isupper() for w in theirs)


_LABELS = {
    "who": frozenset({"PERSON", "ORG", "NORP", "GPE"}),
    "where": frozenset({"GPE", "LOC", "FAC"}),
    "when": frozenset({"DATE", "TIME"}),
}


def typed(asked: Asked, sentence: Sentence) -> float:
    """How surely the sentence holds the kind of thing asked for."""
    if asked.kind == "why":
        return _reason(sentence.text)
    if asked.kind == "howmany":
        return _counts(asked, sentence)
    labels = _LABELS.get(asked.kind)
    if labels is None or sentence.doc is None:
        return 0.5
    best = 0.0
    for entity in sentence.doc.ents:
        new = keys(entity.text) - asked.keys
        if entity.label_ not in labels or not new or names(keys(entity.text)) & asked.keys:
            continue
        exact = asked.kind != "when" or any(c.isdigit() for c in entity.text)
        best = max(best, 1.0 if exact else 0.7)
    return best


def _counts(asked: Asked, sentence: Sentence) -> float:
    """1 when a number stands within five words of what is counted, 0.6 when elsewhere in the sentence."""
    tokens = [keys(w, sentence.hit.language) for w in re.findall(r"[\d.,]*\d|\w+", sentence.text)]
    own = frozenset(k for t in asked.terms if t.kind == "number" for k in t.keys)
    numbers = [i for i, ks in enumerate(tokens) if any(k[0] == "#" and k not in own for k in ks)]
    if not numbers:
        return 0.0
    if not asked.counted:
        return 0.8
    counted = [i for i, ks in enumerate(tokens) if ks & asked.counted]
    if not counted:
        return 0.3
    return 1.0 if min(abs(a - b) for a in numbers for b in counted) <= 5 else 0.6


@lru_cache
def _reasons() -> list[tuple[float, re.Pattern[str]]]:
    table = tomllib.loads((files("bot.answer") / "lexicon.toml").read_text(encoding="utf-8"))["reason"]
    return [
        (value, re.compile(r"\b(?:" + "|".join(map(re.escape, table[name])) + r")\b"))
        for value, name in ((1.0, "plain"), (0.9, "judging"), (0.5, "perhaps"))
    ]


def _reason(text: str) -> float:
    folded = " ".join(words(text))
    return next((value for value, pattern in _reasons() if pattern.search(folded)), 0.1)


def _score(asked: Asked, sentence: Sentence) -> float:
    score = 0.25 * sentence.coverage + 0.25 * sentence.own + 0.3 * max(0.0, sentence.similarity)
    score += 0.2 * sentence.typed
    score -= 0.25 * len(sentence.missing)
    score += 0.05 * sentence.deed if sentence.deed > 0 else 0.3 * sentence.deed
    score -= 0.1 * sentence.lacking
    if sentence.opposed:
        score -= 0.3
    if sentence.stranger and asked.kind in ("when", "who", "where", "howmany", "yesno"):
        score -= 0.15
    return score


def spoken(published: str | None) -> str:
    """A date as sentences spell it, so that "November 2023" meets an article of that month."""
    if published is None:
        return ""
    day = date.fromisoformat(published[:10])
    return f"{day.day} {day:%B} {day.year}"
