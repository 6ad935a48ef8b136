"""A subject's dated events, from many articles: one line an event, quoted, copies and retellings merged.

An event's day is the one that its sentence gives to what it tells, else the day of publication; the timeline
says which. A window is one of days on which things happened, so it is searched somewhat beyond its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.answer.citing import citation_of
from bot.answer.evidence import MOST as AT_ONCE
from bot.answer.evidence import Sentence, gather, mark
from bot.answer.news.event import REPORTED_WITHIN, Told, day_of, merged, within
from bot.answer.news.opinion import is_analysis, is_guess
from bot.answer.news.sense import News
from bot.answer.news.sources import independent
from bot.answer.news.types import Dated
from bot.answer.news.words import listed
from bot.answer.plain import unmarked
from bot.answer.question import Asked, understand
from bot.answer.types import Answer, Citation, Claim, Event, Question, Status
from index.aliases import using
from index.article import Hit, Window
from index.errors import ModelError
from index.text import visible, words

if TYPE_CHECKING:
    from bot.answer.answer import Answerer
    from index.query import Query
    from index.search import Hits

PASSAGES = 60
"""Of the first search."""
SLICES, IN_A_SLICE = 8, 12
"""Stretches of time that are searched by themselves where the first search leaves some of the archive unread,
and passages of each."""
EVENTS = 15
WEIGHED = 90
"""Sentences that are read closely: the likeliest by meaning and by the subject's words."""
SAID_BY = 3
"""Citations of an event beside the one that is quoted."""
BEHIND = 0.3
"""How far an event may score behind the best."""


QUOTES = '“”"«»'


def timeline(answerer: Answerer, question: Question) -> Iterator[Event]:
    """Statuses, and then the Answer: a claim an event, in the order of their days.

    Raises:
        DatelineError: the archive can't be read; the message says what to do.
    """
    query = answerer.query(question)
    wide = replace(query, window=_reported(query.window)) if question.window else query
    coverage = answerer.index.ledger.coverage(wide.narrow)
    yield Status(f"Searching {coverage.articles:,} articles")
    found, hits = _search(answerer, wide, coverage.oldest, coverage.newest)
    yield Status(f"Reading {len({hit.article for hit in hits}):,} articles")
    with using(query.aliases):
        asked = understand(
            replace(question, timeline=False), [t for hit in hits for t in (hit.title, hit.text)]
        )
        told = _events(answerer, asked, hits)
    told = [e for e in told if within(e.window, question.window)]
    told = sorted(told[:EVENTS], key=lambda e: (e.day, e.sentence.hit.published or ""))
    news = News(answerer.index.ledger)
    claims, citations, dated = _cited(told, news)
    yield Answer(
        question=question.text,
        as_of=question.as_of,
        answered=bool(claims),
        claims=tuple(claims),
        citations=tuple(citations),
        nearest=() if claims else tuple(found.hits[:3]),
        coverage=replace(coverage, window=question.window or coverage.window),
        model="none",
        degraded=found.degraded,
        understood=found.understood,
        taken_back=found.taken_back,
        timeline=tuple(dated),
    )


def _reported(window: Window) -> Window:
    return Window(window.since, window.until + REPORTED_WITHIN if window.until else None)


def _search(
    answerer: Answerer, query: Query, oldest: str | None, newest: str | None
) -> tuple[Hits, list[Hit]]:
    """The first search, and the passages of all: where it left articles unread, each stretch of time is
    searched by itself, so that a busy month doesn't hide the others."""
    found = answerer.index.search(query, limit=PASSAGES)
    hits = list(found.hits)
    if len(hits) >= PASSAGES and oldest and newest:
        first, last = date.fromisoformat(oldest), date.fromisoformat(newest)
        step = (last - first) / SLICES
        seen = {hit.passage for hit in hits}
        for n in range(SLICES if step >= timedelta(1) else 0):
            since = first + n * step + timedelta(1 if n else 0)
            window = Window(since, last if n == SLICES - 1 else first + (n + 1) * step)
            for hit in answerer.index.search(replace(query, window=window), limit=IN_A_SLICE):
                if hit.passage not in seen:
                    seen.add(hit.passage)
                    hits.append(hit)
    return found, hits


def _events(answerer: Answerer, asked: Asked, hits: Sequence[Hit]) -> list[Told]:
    """Events, the most telling first."""
    versions = answerer.index.ledger.versions_by_id({hit.version for hit in hits})
    dated = [hit for hit in hits if hit.version in versions and hit.published]
    found: list[Sentence] = []
    seen: set[tuple[str, int]] = set()
    for hit in dated:
        for sentence in gather([hit], versions)[:AT_ONCE]:
            of_it = asked.keys & sentence.keys or not sentence.start
            if of_it and (sentence.hit.version, sentence.start) not in seen:
                seen.add((sentence.hit.version, sentence.start))
                found.append(sentence)
    if not found:
        return []
    try:
        encoded = answerer.index.embedder.encode([asked.text, *(s.text for s in found)], "query")
    except ModelError:
        encoded = np.zeros((len(found) + 1, 1), dtype=np.float32)
    similar = encoded[1:] @ encoded[0]
    subject = asked.keys
    likely = np.argsort(
        [-float(s) - 0.1 * len(subject & (f.keys | f.title)) for s, f in zip(similar, found, strict=True)]
    )[:WEIGHED]
    # In the order found: a sentence's place tells which passage it is of.
    at = sorted(int(i) for i in likely)
    chosen = [found[i] for i in at]
    for passage, i in enumerate(at):
        found[i].place = (passage, found[i].place[1])
    mark(asked, chosen, similar[at])
    told = [
        event
        for i, s in zip(at, chosen, strict=True)
        if (event := _told(asked, s, encoded[1 + i])) is not None
    ]
    told.sort(key=lambda e: -e.score)
    return merged([e for e in told if e.score >= told[0].score - BEHIND]) if told else []


def _told(asked: Asked, sentence: Sentence, vector: NDArray[np.float32]) -> Told | None:
    """The event that a sentence tells of the subject; None when it tells of none by itself."""
    marks, hit = sentence.marks, sentence.hit
    if marks.missing or (marks.coverage < 0.5 and marks.similarity < 0.5) or sentence.text.endswith("?"):
        return None
    doc = sentence.doc
    if doc is not None and not any(t.pos_ in ("VERB", "AUX") and t.tag_ != "VBG" for t in doc):
        return None
    root = next((t for t in doc if t.dep_ == "ROOT"), None) if doc is not None else None
    if root is not None and any(c.dep_ == "aux" and c.lower_ in ("will", "shall") for c in root.children):
        return None  # what is only announced hasn't happened
    score = 0.6 * marks.similarity + 0.3 * marks.coverage + 0.1 * marks.own
    score += 0.1 * (hit.start == 0 and sentence.place[1] == 0)  # what happened stands first
    first = words(sentence.text)[:1]
    if first and first[0] in (
        *listed("said", "en", "pronouns"),
        "this",
        "that",
        "these",
        "but",
        "his",
        "her",
        "their",
        "its",
    ):
        score -= 0.15  # it leans on the sentence before
    if sentence.text[:1] in QUOTES and sentence.text[-1:] in QUOTES:
        score -= 0.15  # somebody's words, without saying whose
    if is_guess(sentence.text) or is_analysis(hit.title, "", hit.url):
        score -= 0.2
    published = date.fromisoformat((hit.published or "")[:10])
    window, told_by = day_of(sentence, published)
    if window is None:
        if (
            root is not None
            and root.tag_ in ("VBZ", "VBP")
            and not any(c.dep_ == "ccomp" for c in root.children)
        ):
            score -= 0.1  # how things are is no event
        return Told(sentence, vector, Window(published, published), "published", "", score)
    return Told(sentence, vector, window, "sentence", told_by, score + 0.05)


def _cited(told: Sequence[Told], news: News) -> tuple[list[Claim], list[Citation], list[Dated]]:
    claims: list[Claim] = []
    citations: list[Citation] = []
    dated: list[Dated] = []
    for event in told:
        by_story: dict[str, Told] = {}
        for each in (event, *event.others):
            by_story.setdefault(each.sentence.hit.story or each.sentence.hit.article, each)
        numbers = []
        for each in list(by_story.values())[: 1 + SAID_BY]:
            s = each.sentence
            citations.append(citation_of(s, len(citations) + 1, s.start, s.end, s.text))
            numbers.append(len(citations))
        text = unmarked(visible(event.sentence.text))
        claims.append(news.told(Claim(text, tuple(numbers)), citations))
        printed = [
            (e.sentence.hit.story or e.sentence.hit.article, e.sentence.hit.publisher)
            for e in by_story.values()
        ]
        outlets = dict.fromkeys(
            name
            for e in by_story.values()
            for name in (e.sentence.hit.publisher, *e.sentence.hit.outlets)
            if name
        )
        dated.append(
            Dated(len(claims) - 1, event.window, event.by, event.words, independent(printed), tuple(outlets))
        )
    return claims, citations, dated
