"""Question -> checked Answer. Knows nothing of Discord or of a terminal."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from bot.answer.evidence import Sentence, gather, mark
from bot.answer.judge import chosen, rank
from bot.answer.links import link
from bot.answer.question import Asked, understand, whole
from bot.answer.types import Answer, CheckedClaim, Citation, Claim, Event, Question, Status
from bot.answer.understood import bare
from bot.answer.verify import support
from bot.answer.write import DraftError, draft
from bot.llm import LLMConfig, load_llm
from index.aliases import using
from index.errors import ModelError
from index.query import Query, parse

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

    from index.article import Coverage
    from index.search import Hits, Index

HITS = 10
READ = 4  # sentences that the model is given: more costs it seconds and confuses a small one
NEAREST = 3


class Answerer:
    """Answers questions from one index with one language model. Safe to call from several threads."""

    def __init__(self, index: Index, llm: LLMConfig) -> None:
        self.index = index
        self.config = llm
        self._llm: LLM | None = None
        self._fault: str | None = None
        self._loaded = False
        self._lock = threading.Lock()

    def warm(self) -> None:
        """Load the models now rather than at the first question."""
        self.index.warm()
        self._model()

    def close(self) -> None:
        self.index.close()

    def withdrawn(self, answer: Answer) -> frozenset[str]:
        """Versions that an answer given before cites, and that were taken out since."""
        return frozenset(self.index.ledger.withdrawn_versions(c.version for c in answer.citations))

    def ask(self, question: Question) -> Answer:
        """The whole answer at once."""
        for event in self.stream(question):
            if isinstance(event, Answer):
                return event
        raise AssertionError("stream() always ends with the Answer")

    def stream(self, question: Question) -> Iterator[Event]:
        """Statuses, then claims as each has been checked, and the Answer last.

        Raises:
            DatelineError: the archive can't be read; the message says what to do.
        """
        query = self.query(question)
        coverage = self._coverage(query)
        yield Status(f"Searching {coverage.articles:,} articles")
        asked, ranked, found = self.evidence(question, query)
        if found.taken_back:
            coverage = self._coverage(query.without({each.kind for each in found.taken_back}))
        remarks = [found.degraded] if found.degraded else []
        answering = chosen(asked, ranked)
        claims: list[Claim] = []
        citations: list[Citation] = []
        if answering:
            yield Status(f"Reading {_count(len({s.hit.article for s in answering}), 'article')}")
            for text, sources, origin in self._claims(asked, answering, ranked, remarks, query):
                known = len(citations)
                numbers = tuple(_cite(citations, s) for s in sources)
                claim = Claim(text, numbers, "model" if origin == "model" else "evidence")
                claims.append(claim)
                yield CheckedClaim(claim, tuple(citations[known:]))
        yield Answer(
            question=question.text,
            as_of=question.as_of,
            answered=bool(claims),
            claims=tuple(claims),
            citations=tuple(citations),
            nearest=() if claims else tuple(found.hits[:NEAREST]),
            coverage=coverage,
            model=self.config.name,
            degraded=" ".join(remarks) or None,
            understood=found.understood,
            taken_back=found.taken_back,
        )

    def query(self, question: Question) -> Query:
        """What is searched for: the question with what it leans on, and what it is understood to ask."""
        return parse(
            whole(question),
            window=question.window,
            as_of=question.as_of,
            publishers=question.publishers,
            known=self.index.known(),
            taken_back=question.taken_back,
        )

    def _coverage(self, query: Query) -> Coverage:
        return self.index.ledger.coverage(
            query.window, query.as_of, query.publishers, query.authors, query.languages
        )

    def evidence(self, question: Question, query: Query | None = None) -> tuple[Asked, list[Sentence], Hits]:
        """The question understood, every sentence found for it, best first, and the hits they come from."""
        query = query or self.query(question)
        found = self.index.search(query, limit=HITS)
        with using(query.aliases):
            return self._ranked(question, query, found)

    def _ranked(self, question: Question, query: Query, found: Hits) -> tuple[Asked, list[Sentence], Hits]:
        # Words that say when and whose were for the search; where they left nothing to be found, an answer of
        # another time or outlet is none. A follow-up's own words are the last of what was searched for.
        own = len(query.text) - len(" ".join(question.text.split()))
        said = [replace(u, start=u.start - own, end=u.end - own) for u in found.understood if u.start >= own]
        asked = understand(
            replace(question, text=bare(query.text[own:], said)),
            [text for hit in found for text in (hit.title, hit.text)],
        )
        versions = self.index.ledger.versions_by_id({hit.version for hit in found})
        sentences = gather([hit for hit in found if hit.version in versions], versions)
        if not sentences:
            return asked, [], found
        try:
            # As queries: short texts, and the path that needs no PyTorch.
            vectors = self.index.embedder.encode([asked.text, *(s.text for s in sentences)], "query")
            similarities = vectors[1:] @ vectors[0]
        except ModelError:
            similarities = np.zeros(len(sentences))  # search has said so in its remark already
        mark(asked, sentences, similarities)
        return asked, rank(asked, sentences), found

    def _claims(
        self,
        asked: Asked,
        answering: list[Sentence],
        ranked: list[Sentence],
        remarks: list[str],
        query: Query,
    ) -> Iterator[tuple[str, tuple[Sentence, ...], str]]:
        """Checked claims: the model's where its evidence carries them, the evidence's own words where not."""
        shown: set[int] = set()
        llm = self._model()
        if self._fault:
            remarks.append(self._fault)
        if llm is not None:
            read = list({id(s): s for s in [*answering, *ranked]}.values())[:READ]
            try:
                for drafted in draft(llm, self.config.name, asked.text, read, self.config.timeout):
                    with using(query.aliases):
                        source = support(drafted, asked, read)
                    if source is not None and source in answering and id(source) not in shown:
                        shown.add(id(source))
                        yield drafted.text, (source,), "model"
                if not shown:
                    remarks.append(
                        "The language model's draft was not borne out by the sources: "
                        "these are the articles' own words."
                    )
            except DraftError as error:
                remarks.append(f"{error} These are the articles' own words.")
        for sentence in answering:
            if id(sentence) not in shown:
                yield sentence.text, (sentence,), "evidence"

    def _model(self) -> LLM | None:
        with self._lock:
            if not self._loaded:
                try:
                    self._llm = load_llm(self.config)
                except ModelError as error:
                    self._fault = f"{error} These are the articles' own words."
                self._loaded = True
            return self._llm


def _cite(citations: list[Citation], sentence: Sentence) -> int:
    """The number of the citation of a sentence; adds it when it is new."""
    hit = sentence.hit
    for citation in citations:
        if (citation.version, citation.start, citation.end) == (hit.version, sentence.start, sentence.end):
            return citation.n
    citations.append(
        Citation(
            n=len(citations) + 1,
            article=hit.article,
            version=hit.version,
            start=sentence.start,
            end=sentence.end,
            quote=sentence.text,
            publisher=hit.publisher,
            title=hit.title,
            author=hit.author,
            published=hit.published,
            url=hit.url,
            link=link(hit, sentence.text),
            outlets=hit.outlets,
        )
    )
    return len(citations)


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
