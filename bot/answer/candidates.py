"""What might be the answer's own words: the names, numbers and things of a sentence that the question does
not give itself, and how much the articles found agree on each."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from bot.answer import grammar
from bot.answer.question import Asked
from bot.answer.terms import Keys, keys
from index.text import words

NAMELIKE = frozenset("PERSON ORG PRODUCT WORK_OF_ART FAC EVENT LOC GPE NORP LAW".split())
NUMERIC = frozenset("number money share duration score".split())
OTHER = 0.35
"""How much a name of another kind than the one asked for counts: the labels err."""
_NAME = re.compile(r"\bname\b|\bcalled\b|also known as")
_KINDS = frozenset(["type", "kind", "sort"])


@dataclass(frozen=True, slots=True)
class Sought:
    """What kind of thing a question asks for."""

    type: str
    """A name of answer_types.toml, or `thing` where nothing tells."""
    labels: frozenset[str]
    head: str = ""
    """The word that names the kind: "country"; empty where none does."""


@dataclass(frozen=True, slots=True)
class Candidate:
    text: str
    keys: Keys
    fit: float
    """How surely it is of the kind asked for, 0 to 1."""


@lru_cache
def _table() -> dict[str, Any]:
    table = tomllib.loads((files("bot.answer") / "answer_types.toml").read_text(encoding="utf-8"))
    table["heads"] = {w: kind for kind, listed in table["heads"].items() for w in listed.split()}
    table["asked_by"] = [(kind, re.compile("|".join(some))) for kind, some in table["asked_by"].items()]
    return table


@lru_cache(maxsize=512)
def sought(question: str) -> Sought:
    """What an English question asks for."""
    table = _table()
    folded = " ".join(words(question))

    def of(kind: str, head: str = "") -> Sought:
        return Sought(kind, frozenset(table["labels"].get(kind, ())), head)

    for kind, pattern in table["asked_by"]:
        if pattern.search(folded):
            return of(kind)
    if _NAME.search(folded):
        return of("name")
    doc = grammar.parse([question], entities=False)[0]
    for token in doc:
        if token.lower_ not in ("which", "what"):
            continue
        head = token.head if token.dep_ == "det" else None
        if head is None and token.dep_ in ("attr", "dobj", "nsubj") and token.head.lemma_ == "be":
            head = next((c for c in token.head.children if c.dep_ == "nsubj" and c.i != token.i), None)
        if head is None:
            following = doc[token.i + 1 : token.i + 5]
            head = next(
                (t for t in following if t.lower_ in table["heads"] or t.pos_ in ("VERB", "AUX")), None
            )
        if head is None or head.pos_ in ("VERB", "AUX"):
            continue
        if head.lemma_ in _KINDS and (of_ := next((c for c in head.children if c.lower_ == "of"), None)):
            head = next((c for c in of_.children if c.dep_ == "pobj"), head)
        for word in (head.lower_, head.lemma_.lower()):
            if word in table["heads"]:
                return of(table["heads"][word], word)
        return of("thing", head.lemma_.lower())
    if re.search(r"\bwhere\b", folded):
        return of("place")
    return of("thing")


def candidates(asked: Asked, doc: Any, wanted: Sought) -> list[Candidate]:
    """What of a parsed sentence might be asked for, each once."""
    own = asked.keys | (keys(wanted.head) if wanted.head else frozenset())
    out: dict[Keys, Candidate] = {}

    def add(text: str, fit: float) -> None:
        found = keys(_bare(text)) - own
        if found and (found not in out or out[found].fit < fit):
            out[found] = Candidate(text, found, fit)

    for entity in doc.ents:
        if entity.label_ in wanted.labels:
            add(entity.text, 1.0)
        elif wanted.type in ("thing", "name", "work", "organisation", "event") and entity.label_ in NAMELIKE:
            add(entity.text, 0.6 if wanted.type == "thing" else OTHER)
    if wanted.type in ("work", "name", "thing"):
        for quoted in re.findall(r"[\"“‘']([A-Z][^\"”’]{2,50})[\"”’,']", doc.text):
            add(quoted, 1.0 if wanted.type == "work" else 0.7)
    if wanted.type == "thing":
        for chunk in doc.noun_chunks:
            if chunk.root.pos_ in ("NOUN", "PROPN"):
                add(chunk.text, 0.7)
    if wanted.type == "score":
        for score in re.findall(r"\b\d{1,3}[-–]\d{1,3}\b", doc.text):
            add(score, 1.0)
    if wanted.type in NUMERIC:
        for number in re.findall(r"\d[\d,.]*%?", doc.text):
            add(number, 0.5)
    return list(out.values())


def _bare(text: str) -> str:
    return re.sub(r"^(the|a|an|his|her|its|their|our)\s+", "", text.strip(" '’\"“”"), flags=re.IGNORECASE)


def votes(found: Iterable[tuple[str, float, Sequence[Candidate]]]) -> dict[Keys, float]:
    """How much speaks for each candidate: of every story the best sentence that holds it, summed.

    Args:
        found: of each sentence its story, its own worth, 0 to 1, and its candidates.
    """
    best: dict[Keys, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for story, worth, some in found:
        for each in some:
            known = best[each.keys]
            known[story] = max(known[story], worth * each.fit)
    # "Pence" speaks for "Mike Pence" too, and the other way round.
    totals: dict[Keys, float] = {}
    for mine in best:
        stories: dict[str, float] = defaultdict(float)
        for other, known in best.items():
            if mine <= other or other <= mine:
                for story, worth in known.items():
                    stories[story] = max(stories[story], worth)
        totals[mine] = sum(stories.values())
    return totals
