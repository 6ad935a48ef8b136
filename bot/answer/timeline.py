"""A subject's dated events, from many articles: one line an event, quoted, copies and retellings merged.

An event's day is the one that its sentence gives to what it tells, else the day of publication; the timeline
says which. A window is one of days on which things happened, so it is searched somewhat beyond its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from bot.answer.evidence import MOST as AT_ONCE
from bot.answer.evidence import Sentence, gather, mark
from bot.answer.news.days import every_time
from bot.answer.news.opinion import is_analysis, is_guess
from bot.answer.news.sense import News, citation_of
from bot.answer.news.sources import independent
from bot.answer.news.types import Dated
from bot.answer.news.words import listed
from bot.answer.question import Asked, understand
from bot.answer.types import Answer, Citation, Claim, Event, Question, Status
from index.aliases import using
from index.article import Hit, Window
from index.errors import ModelError
from index.text import words

if TYPE_CHECKING:
    from bot.answer.answer import Answerer
    from index.query import Query
    from index.search import Hits

PASSAGES = 60
"""Of the first search."""
SLICES, IN_A_SLICE = 8, 12
"""Stretches of time that are searched by themselves where the first search leaves some of the archive unread,
and passages of each."""
REPORTED_WITHIN = timedelta(14)
"""How long after it a thing is still reported."""
EVENTS = 15
WEIGHED = 90
"""Sentences that are read closely: the likeliest by meaning and by the subject's words."""
SAID_BY = 3
"""Citations of an event beside the one that is quoted."""
LONGEST = 7
"""Days; a longer stretch dates no event."""
SAME, RETOLD = 0.72, 0.9
"""Cosine of two sentences of about the same day that tell the same event; and of a later one that tells it
again, without its day."""
SHARED, LESS = 0.4, 0.22
"""Where they share this part of their names, numbers and deeds, a cosine less by so much will do."""
BEHIND = 0.3
"""How far an event may score behind the best."""


@dataclass(slots=True, eq=False)
class _Told:
    """An event as one sentence tells it, and the other sentences that tell the same."""

    sentence: Sentence
    vector: NDArray[np.float32]
    window: Window
    by: Literal["sentence", "published"]
    words: str
    score: float
    others: list[_Told] = field(default_factory=list)

    @property
    def day(self) -> date:
        assert self.window.since is not None
        return self.window.since


def timeline(answerer: Answerer, question: Question) -> Iterator[Event]:
    """Statuses, and then the Answer: a claim an event, in the order of their days.

    Raises:
        DatelineError: the archive can't be read; the message says what to do.
    """
    query = answerer.query(question)
    wide = replace(query, window=_reported(query.window)) if question.window else query
    coverage = answerer.index.ledger.coverage(
        wide.window, wide.as_of, wide.publishers, wide.authors, wide.languages
    )
    yield Status(f"Searching {coverage.articles:,} articles")
    found, hits = _search(answerer, wide, coverage.oldest, coverage.newest)
    yield Status(f"Reading {len({hit.article for hit in hits}):,} articles")
    with using(query.aliases):
        asked = understand(
            replace(question, timeline=False), [t for hit in hits for t in (hit.title, hit.text)]
        )
        told = _events(answerer, asked, hits)
    told = [e for e in told if _within(e.window, question.window)]
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


def _within(event: Window, window: Window) -> bool:
    since, until = event.since, event.until
    assert since is not None and until is not None
    return (window.since is None or until >= window.since) and (window.until is None or since <= window.until)


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


def _events(answerer: Answerer, asked: Asked, hits: Sequence[Hit]) -> list[_Told]:
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
    return _merged([e for e in told if e.score >= told[0].score - BEHIND]) if told else []


def _told(asked: Asked, sentence: Sentence, vector: NDArray[np.float32]) -> _Told | None:
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
    if is_guess(sentence.text) or is_analysis(hit.title, "", hit.url):
        score -= 0.2
    published = date.fromisoformat((hit.published or "")[:10])
    window, told_by = _day(sentence, published)
    if window is None:
        if (
            root is not None
            and root.tag_ in ("VBZ", "VBP")
            and not any(c.dep_ == "ccomp" for c in root.children)
        ):
            score -= 0.1  # how things are is no event
        return _Told(sentence, vector, Window(published, published), "published", "", score)
    return _Told(sentence, vector, window, "sentence", told_by, score + 0.05)


def _day(sentence: Sentence, published: date) -> tuple[Window | None, str]:
    """The days on which it happened, as the sentence gives them, and the words by which it does."""
    past = [
        (start, end, window)
        for start, end, window in every_time(sentence.text, published, sentence.hit.language, sentence.doc)
        if window.since
        and window.until
        and window.since <= published + timedelta(1)
        and (window.until - window.since).days <= LONGEST
    ]
    if sentence.doc is not None:
        past = [each for each in past if _is_of_the_deed(sentence.doc, each[0], each[1])]
    if not past:
        return None, ""
    start, end, window = max(past, key=lambda each: each[2].since or date.min)
    return window, sentence.text[start:end].rstrip(" .,")


def _is_of_the_deed(doc: object, start: int, end: int) -> bool:
    """Whether a time belongs to what the sentence tells: to its main verb, or the verb of what is said there;
    not to a thing beside it, as in "after the hearing of 15 November"."""
    tokens = [t for t in doc if start <= t.idx < end]  # type: ignore[attr-defined]
    inside = {t.i for t in tokens}
    top = next((t for t in tokens if t.head.i not in inside), None)
    if top is None:
        return False
    token = top.head
    if top.dep_ == "poss":  # "stayed away from Thursday's summit"
        if token.head.pos_ == "ADP":
            if token.head.lower_ in ("after", "before", "since", "until", "following", "despite"):
                return False
            token = token.head
        token = token.head
    elif token.dep_ in ("prep", "pobj") and token.pos_ == "ADP":
        if token.lower_ in ("after", "since", "before", "until", "till", "by", "from", "for"):
            return False
        token = token.head
    while token.dep_ in ("ccomp", "conj", "xcomp", "parataxis") and token.head != token:
        token = token.head
    return bool(token.dep_ == "ROOT")


def _merged(told: Sequence[_Told]) -> list[_Told]:
    """One of each event; the others that tell it stand with it. `told` is best first."""
    kept: list[_Told] = []
    for event in told:
        same = next((k for k in kept if _is_same(event, k) or _is_of_an_article_in(event, k)), None)
        if same is None:
            kept.append(event)
            continue
        same.others.append(event)
        if same.by == "published" and event.by == "sentence" and abs((same.day - event.day).days) <= 1:
            same.window, same.by, same.words = event.window, "sentence", ""
    return kept


def _is_of_an_article_in(event: _Told, kept: _Told) -> bool:
    """Whether the article tells the event of that day in another sentence already."""
    return event.day == kept.day and any(
        event.sentence.hit.article == other.sentence.hit.article and event.day == other.day
        for other in kept.others
    )


def _is_same(one: _Told, other: _Told) -> bool:
    apart = abs((one.day - other.day).days)
    if one.sentence.hit.article == other.sentence.hit.article:
        return one.day == other.day
    if "published" in (one.by, other.by) and apart <= REPORTED_WITHIN.days:
        return _alike(one, other, RETOLD) or (apart <= 1 and _alike(one, other, SAME))
    if apart > 1 and not _within(one.window, other.window):
        return False
    return _alike(one, other, SAME)


def _alike(one: _Told, other: _Told, enough: float) -> bool:
    """Whether two sentences tell the same, by this cosine, or by a lesser one where they share much."""
    cosine = float(one.vector @ other.vector)
    mine, theirs = (frozenset(k for k in e.sentence.keys if k[0] in "@#+") for e in (one, other))
    shared = len(mine & theirs) / max(1, min(len(mine), len(theirs)))
    return cosine >= enough or (cosine >= enough - LESS and shared >= SHARED)


def _cited(told: Sequence[_Told], news: News) -> tuple[list[Claim], list[Citation], list[Dated]]:
    claims: list[Claim] = []
    citations: list[Citation] = []
    dated: list[Dated] = []
    for event in told:
        by_story: dict[str, _Told] = {}
        for each in (event, *event.others):
            by_story.setdefault(each.sentence.hit.story or each.sentence.hit.article, each)
        numbers = []
        for each in list(by_story.values())[: 1 + SAID_BY]:
            s = each.sentence
            citations.append(citation_of(s, len(citations) + 1, s.start, s.end, s.text))
            numbers.append(len(citations))
        claims.append(news.told(Claim(event.sentence.text, tuple(numbers)), citations))
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
