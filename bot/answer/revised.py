"""What a publisher changed in an article: each change with both wordings, quoted from their versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.answer.citing import cite
from bot.answer.evidence import Sentence
from bot.answer.terms import Keys, keys
from bot.answer.types import CheckedClaim, Citation, Claim, Event, Question, Status
from index import changes
from index.article import Hit, Version
from index.ledger import Ledger

if TYPE_CHECKING:
    from bot.answer.answer import Answerer

LOOKED_AT = 10
MOST = 4
NEAREST = 3
_SAME_ARTICLE = 0.6
"""Share of the topic's words that an article's headline and text must hold."""
ONE_VERSION = "Dateline has read this article in one wording only: no change by its publisher is known."
NO_CHANGE = "No change by a publisher is known in the articles that this may mean."


def what_changed(answerer: Answerer, question: Question, topic: str) -> Iterator[Event]:
    """What its publisher changed in the article meant."""
    yield Status("Comparing versions")
    hits = answerer.look(replace(question, text=topic), LOOKED_AT)
    told, note = revisions(topic, hits, answerer.index.ledger)
    claims: list[Claim] = []
    citations: list[Citation] = []
    for text, sources in told:
        known = len(citations)
        claims.append(Claim(text, tuple(cite(citations, s) for s in sources)))
        yield CheckedClaim(claims[-1], tuple(citations[known:]))
    nearest = () if claims else tuple(hits[:NEAREST])
    yield replace(
        answerer.nothing(question),
        answered=bool(claims),
        claims=tuple(claims),
        citations=tuple(citations),
        nearest=nearest,
        note=note,
    )


def revisions(
    topic: str, hits: Sequence[Hit], ledger: Ledger
) -> tuple[list[tuple[str, tuple[Sentence, ...]]], str | None]:
    """The changes in the article meant, as claims with the sentences that they cite; or why there is none.

    Args:
        topic: words that tell which article; all of its names must stand in one.
        hits: what was found for them, best first.
    """
    wanted = keys(topic)
    meant: list[tuple[Hit, list[Version]]] = []
    for hit in list({hit.article: hit for hit in reversed(hits[:LOOKED_AT])}.values())[::-1]:
        versions = ledger.versions(hit.article)
        if versions and _is_meant(wanted, versions[-1]):
            meant.append((hit, versions))
    for hit, versions in meant:
        told = [claim for a, b in pairwise(versions) if b.reason == "publisher" for claim in _told(hit, a, b)]
        if told:
            return told[:MOST], None
    return [], None if not meant else ONE_VERSION if len(meant) == 1 else NO_CHANGE


def _is_meant(wanted: Keys, version: Version) -> bool:
    held = keys(f"{version.title}. {version.text} {version.publisher or ''}", version.language)
    names = frozenset(k for k in wanted if k[0] in "@#^")
    words = wanted - names
    return names <= held and len(words & held) >= _SAME_ARTICLE * len(words)


def _told(hit: Hit, before: Version, after: Version) -> Iterator[tuple[str, tuple[Sentence, ...]]]:
    for change in changes.changes(before.text, after.text):
        old = _sentence(hit, before, change.before) if change.before else None
        new = _sentence(hit, after, change.after) if change.after else None
        if change.kind == "changed" and old and new:
            yield f"“{old.text}” was changed to “{new.text}”", (old, new)
        elif change.kind == "gone" and old:
            yield f"“{old.text}” was taken out.", (old,)
        elif change.kind == "new" and new:
            yield f"“{new.text}” was added.", (new,)


def _sentence(hit: Hit, version: Version, span: tuple[int, int]) -> Sentence:
    """A sentence of any version of the hit's article, as evidence."""
    at = replace(
        hit,
        version=version.id,
        title=version.title,
        published=version.modified or version.published,
        text=version.text[slice(*span)],
        start=span[0],
        end=span[1],
    )
    text = version.text[slice(*span)]
    none: Keys = frozenset()
    return Sentence(at, span[0], span[1], text, (0, span[0]), none, none, none)
