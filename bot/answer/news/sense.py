"""News sense for one question: what it adds to each claim, and to the answer as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from bot.answer import grammar
from bot.answer.citing import citation_of
from bot.answer.news.days import days
from bot.answer.news.opinion import is_analysis, standing
from bot.answer.news.reports import corrected, differing
from bot.answer.news.speaker import speaker
from bot.answer.news.types import Difference, Speaker
from bot.answer.types import Citation, Claim
from index.errors import ModelError
from index.text import fold, words

if TYPE_CHECKING:
    from bot.answer.evidence import Sentence
    from bot.answer.question import Asked
    from index.article import Version
    from index.ledger import Ledger


class News:
    """Reads the articles around what one answer cites."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._versions: dict[str, Version] = {}

    def told(self, claim: Claim, citations: list[Citation]) -> Claim:
        """The claim with its speaker, its days and how it stands; its citations, in place, with theirs."""
        for n in claim.citations:
            citations[n - 1] = self._read(citations[n - 1])
        cited = [citations[n - 1] for n in claim.citations]
        said = [c.speaker for c in cited if c.speaker is not None]
        text = fold(claim.text)
        unnamed = len(said) == len(cited) and said and not any(_names(text, s) for s in said)
        stands = all(c.standing == "analysis" for c in cited)
        return replace(
            claim,
            speaker=said[0].shown if unnamed else "",
            days=tuple(d for c in cited for d in c.days if fold(d.text) in text),
            standing="analysis" if cited and stands else "reported",
        )

    def differing(
        self, asked: Asked, citations: list[Citation], ranked: Sequence[Sentence]
    ) -> tuple[Difference, ...]:
        """Where reports differ; the reports that the answer doesn't cite yet are added to its citations."""
        cited = tuple(citations)

        def cite(sentence: Sentence, start: int, end: int, quote: str) -> int:
            citations.append(citation_of(sentence, len(citations) + 1, start, end, quote))
            citations[-1] = self._read(citations[-1])
            return len(citations)

        try:
            found = corrected(cited, ranked, self._ledger.versions, cite)
            return (*found, *differing(asked, cited, ranked, cite))
        except ModelError:
            return ()  # without grammar nothing is counted

    def _read(self, citation: Citation) -> Citation:
        version = self._version(citation.version)
        if version is None:
            return citation
        start, end, language = citation.start, citation.end, version.language
        doc = None
        try:
            if language in (None, "en"):
                doc = grammar.parse([version.text[start:end]])[0]
            said = speaker(version.text, start, end, language, doc)
        except ModelError:
            said = None
        published = date.fromisoformat(version.published[:10]) if version.published else None
        named = days(version.text, start, end, published, language, doc) if published else ()
        is_piece = is_analysis(version.title, version.text, citation.url)
        return replace(
            citation,
            speaker=said,
            days=named,
            standing=standing(citation.quote, is_piece, said is not None),
        )

    def _version(self, id_: str) -> Version | None:
        if id_ not in self._versions:
            self._versions |= self._ledger.versions_by_id([id_])
        return self._versions.get(id_)


def _names(text: str, said: Speaker) -> bool:
    """Whether a folded text names the speaker: by the last word of the name, as by a surname."""
    last = words(said.name.text)[-1:]
    return bool(last) and (last[0] in words(text) or fold(said.name.text) in text)
