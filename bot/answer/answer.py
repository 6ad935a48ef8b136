"""Question -> checked Answer. Knows nothing of Discord or of a terminal."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from bot.answer.agreement import PASSAGES, tell
from bot.answer.apart import in_parts
from bot.answer.attributed import asked_who, who_said
from bot.answer.citing import cite
from bot.answer.evidence import Sentence, gather, mark, parsed
from bot.answer.judge import chosen, rank
from bot.answer.meaning import Meanings
from bot.answer.news.opinion import stated_first
from bot.answer.news.sense import News
from bot.answer.offers import ask_back, ask_subject
from bot.answer.plain import loses_its_speaker, unmarked
from bot.answer.question import (
    Asked,
    changed,
    comparison,
    made_whole,
    taken_apart,
    unclear,
    understand,
    whole,
)
from bot.answer.revised import what_changed
from bot.answer.roads import as_typed, by_outlet, each_part, in_english, since_then
from bot.answer.sayings import said_by, told_of
from bot.answer.timeline import timeline
from bot.answer.types import Answer, CheckedClaim, Citation, Claim, Event, Question, Status
from bot.answer.understood import bare
from bot.answer.verdict import decide
from bot.answer.verify import Supported, supported
from bot.answer.verify.judge import Judge
from bot.answer.write import Drafted, DraftError, draft, prime
from bot.llm import LLMConfig, load_llm
from index.aliases import using
from index.errors import ModelError, SearchIndexError
from index.query import Query, parse
from index.text import visible

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

    from index.article import Coverage, Hit
    from index.search import Hits, Index

HITS = 10
MORE_HITS = 30  # where an unclear question is asked back: what all it may mean
NEAREST = 3
READ = 2
"""Sentences that the embedded model is given: it is to write as many, and each keeps an asker waiting for a
third of a second."""
WARMING = ("Why did the talks fail?", "Who said so on Friday?", "How many people came?")
"""Questions of a few kinds, so that what each kind needs is loaded; the embedder, too, is quicker from the
fourth on."""


class Answerer:
    """Answers questions from one index with one language model. Safe to call from several threads."""

    def __init__(self, index: Index, llm: LLMConfig, judge: LLMConfig | None = None) -> None:
        self.index = index
        self.config = llm
        self._judge = Judge(judge) if judge is not None else None
        self._llm: LLM | None = None
        self._fault: str | None = None
        self._loaded = False
        self._lock = threading.Lock()
        self._meanings = Meanings()

    def warm(self) -> None:
        """Load the models now rather than at the first question, and let them read what is read each time."""
        self.index.warm()
        for question in WARMING:
            self.evidence(Question(question))
        if (llm := self._model()) is not None:
            with contextlib.suppress(ModelError):  # a draft will meet it, too, and the asker is told then
                prime(llm)

    def close(self) -> None:
        self.index.close()

    def withdrawn(self, answer: Answer) -> frozenset[str]:
        """Versions that an answer given before cites, and that were taken out since."""
        return frozenset(self.index.ledger.withdrawn_versions(c.version for c in answer.citations))

    def changed(self, answer: Answer) -> dict[str, str]:
        """Versions that an answer cites and that their publisher has changed since, and when."""
        return self.index.ledger.changed_versions(c.version for c in answer.citations)

    def _changed(self, answer: Answer) -> Answer:
        changed = self.changed(answer)
        if not changed:
            return answer
        cited = (replace(c, changed=changed.get(c.version)) for c in answer.citations)
        return replace(answer, citations=tuple(cited))

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
        if question.timeline:
            yield from timeline(self, question)
            return
        whole_question = made_whole(question)
        for event in self._by_kind(question, whole_question):
            if isinstance(event, Answer):
                event = self._changed(as_typed(event, question, whole_question))
            yield event

    def _by_kind(self, typed: Question, question: Question) -> Iterator[Event]:
        """The road that a question takes: asked back, by outlet, by version, in parts, or as it is."""
        known = self.index.known()
        if (open_ := unclear(typed)) and (asks := ask_back(open_, self.look(typed, MORE_HITS))):
            yield replace(self.nothing(question), asks_back=asks)
        elif said := asked_who(typed):
            yield from who_said(self, typed, said)
        elif compared := comparison(question.text, known):
            yield from in_parts(self._one, by_outlet(compared, question, self.look), "outlet")
        elif (change := changed(question.text)) and change.what == "article":
            yield from what_changed(self, question, change.topic)
        elif change and (subject := since_then(change, question, self.query(question).window)):
            yield from timeline(self, subject)
        elif change:
            hits = self.look(question, MORE_HITS)
            yield replace(self.nothing(question), asks_back=ask_subject(change.topic, hits))
        elif len(parts := taken_apart(question.text)) > 1:
            yield from in_parts(self._across, each_part(parts, question), "question")
        else:
            yield from self._across(question)

    def _across(self, question: Question) -> Iterator[Event]:
        """The answer to one question; where its own language has none, to what it is in English."""
        for event in self._one(question):
            if not isinstance(event, Answer):
                yield event
        assert isinstance(event, Answer)
        translated = None if event.answered else in_english(question, self.query(question))
        if translated is None:
            yield event
            return
        for event in self._one(translated):
            yield replace(event, read_as=translated.text) if isinstance(event, Answer) else event

    def _one(self, question: Question) -> Iterator[Event]:
        """The answer to one question, whole or behind the one that it leans on."""
        query = self.query(question)
        coverage = self._coverage(query)
        yield Status(f"Searching {coverage.articles:,} articles")
        asked, ranked, found = self.evidence(question, query)
        if in_english(question, query):
            # Who did what is told from English alone: an English article is asked in English, after this.
            ranked = [s for s in ranked if s.hit.language == asked.language]
        if found.taken_back:
            coverage = self._coverage(query.without({each.kind for each in found.taken_back}))
        remarks = [found.degraded] if found.degraded else []
        with using(query.aliases):
            verdict, deciding = decide(asked, ranked)
            answering = (
                deciding
                or said_by(asked, ranked)
                or stated_first(asked, chosen(asked, ranked), ranked)
                or told_of(asked, ranked)
            )
        news = News(self.index.ledger)
        claims: list[Claim] = []
        citations: list[Citation] = []
        if answering:
            yield Status(f"Reading {_count(len({s.hit.article for s in answering}), 'article')}")
            for text, sources, origin in self._claims(asked, answering, remarks, query):
                known = len(citations)
                numbers = tuple(cite(citations, s) for s in sources)
                claim = Claim(text, numbers, "model" if origin == "model" else "evidence")
                claim = news.told(claim, citations)
                claims.append(claim)
                yield CheckedClaim(claim, tuple(citations[known:]), verdict if len(claims) == 1 else None)
        with using(query.aliases):
            differences = news.differing(asked, citations, ranked)
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
            differences=differences,
            verdict=verdict,
        )

    def look(self, question: Question, limit: int) -> Sequence[Hit]:
        """What the archive has for a question, unjudged."""
        return self.index.search(self.query(question), limit=limit).hits

    def nothing(self, question: Question) -> Answer:
        """An answer with no claim yet."""
        coverage = self._coverage(self.query(question))
        return Answer(question.text, question.as_of, False, (), (), (), coverage, self.config.name)

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
        return self.index.ledger.coverage(query.narrow)

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
        texts = [s.text for s in sentences]
        comparing = self.index.workers.submit(self._similarities, asked.text, texts)
        parsed(asked, sentences)  # meanwhile: both take a core for some tenths of a second
        try:
            similarities = comparing.result()
        except ModelError:
            similarities = np.zeros(len(sentences))  # search has said so in its remark already
        mark(asked, sentences, similarities)
        tell(asked, sentences, self._rarities, question.as_of or date.today())
        return asked, rank(asked, sentences), found

    def _rarities(self, words: Sequence[str]) -> tuple[int, Mapping[str, float]]:
        try:
            return self.index.rarities(words)
        except SearchIndexError:
            return PASSAGES, {}  # search has said so in its remark already

    def _similarities(self, question: str, sentences: list[str]) -> np.ndarray:
        return self._meanings.similarities(self.index.embedder, question, sentences)

    def _claims(
        self,
        asked: Asked,
        answering: list[Sentence],
        remarks: list[str],
        query: Query,
    ) -> Iterator[tuple[str, tuple[Sentence, ...], str]]:
        """Checked claims: the model's where its evidence carries them, the evidence's own words where not."""
        shown: set[int] = set()
        llm = self._model()
        if self._fault:
            remarks.append(self._fault)
        if llm is not None:
            read = _likeliest(answering, READ) if self.config.kind == "embedded" else answering
            drafts = draft(llm, self.config.name, asked.text, read, self.config.timeout)
            try:
                for drafted in drafts:
                    with using(query.aliases):
                        carried = self._supported(drafted, asked, read, remarks)
                    if carried and any(loses_its_speaker(carried.text, s.text) for s in carried.sources):
                        continue
                    if carried is not None and not shown.issuperset(map(id, carried.sources)):
                        shown.update(map(id, carried.sources))
                        yield carried.text, carried.sources, "model"
                        if len(shown) == len(read):
                            break
                if not shown:
                    remarks.append(
                        "The language model's draft was not borne out by the sources: "
                        "these are the articles' own words."
                    )
            except DraftError as error:
                rest = "The rest is" if shown else "These are"
                remarks.append(f"{error} {rest} the articles' own words.")
            finally:
                drafts.close()
        for sentence in answering:
            if id(sentence) not in shown:
                yield unmarked(visible(sentence.text)), (sentence,), "evidence"

    def _supported(
        self, drafted: Drafted, asked: Asked, answering: list[Sentence], remarks: list[str]
    ) -> Supported | None:
        def encode(texts: list[str]) -> np.ndarray:
            return self.index.embedder.encode(texts, "query")

        try:
            return supported(drafted, asked, answering, encode, self._judge)
        except ModelError as error:
            # The judge, or the embedding model: what can be told without either is.
            if (told := str(error)) not in remarks:
                remarks.append(told)
            return supported(drafted, asked, answering)

    def _model(self) -> LLM | None:
        with self._lock:
            if not self._loaded:
                try:
                    self._llm = load_llm(self.config)
                except ModelError as error:
                    self._fault = f"{error} These are the articles' own words."
                self._loaded = True
            return self._llm


def _likeliest(answering: list[Sentence], most: int) -> list[Sentence]:
    """The sentences that score best, in reading order."""
    best = sorted(answering, key=lambda s: -s.score)[:most]
    return [s for s in answering if s in best]


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
