"""Citations of sentences: numbered in the order in which an answer brings them in."""

from __future__ import annotations

from dataclasses import replace

from bot.answer.evidence import Sentence
from bot.answer.links import link
from bot.answer.types import Citation


def cite(citations: list[Citation], sentence: Sentence) -> int:
    """The number of the citation of a sentence; adds it when it is new."""
    return added(citations, citation_of(sentence, 0, sentence.start, sentence.end, sentence.text))


def added(citations: list[Citation], new: Citation) -> int:
    """The number of a citation among those there; adds it, numbered as the next, when its quote is new."""
    for known in citations:
        if (known.version, known.start, known.end) == (new.version, new.start, new.end):
            return known.n
    citations.append(replace(new, n=len(citations) + 1))
    return len(citations)


def citation_of(sentence: Sentence, n: int, start: int, end: int, quote: str) -> Citation:
    """A citation of a span of the sentence's version."""
    hit = sentence.hit
    return Citation(
        n=n,
        article=hit.article,
        version=hit.version,
        start=start,
        end=end,
        quote=quote,
        publisher=hit.publisher,
        title=hit.title,
        author=hit.author,
        published=hit.published,
        url=hit.url,
        link=link(hit, quote),
        outlets=hit.outlets,
        story=hit.story,
    )
