"""Citations of sentences: numbered in the order in which an answer brings them in."""

from __future__ import annotations

from bot.answer.evidence import Sentence
from bot.answer.links import link
from bot.answer.types import Citation


def cite(citations: list[Citation], sentence: Sentence) -> int:
    """The number of the citation of a sentence; adds it when it is new."""
    for citation in citations:
        place = (citation.version, citation.start, citation.end)
        if place == (sentence.hit.version, sentence.start, sentence.end):
            return citation.n
    citations.append(citation_of(sentence, len(citations) + 1, sentence.start, sentence.end, sentence.text))
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
