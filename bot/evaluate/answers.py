"""How good answers are, over labelled questions."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.answer.answer import Answerer
from bot.answer.types import Answer, Question
from bot.evaluate.labelled import Labelled, holds, read

OUTCOMES = ("right", "wrong", "silent", "quiet", "false")
"""Of questions that have an answer: answered rightly, wrongly, not at all; of the others: not answered,
answered all the same."""


@dataclass(frozen=True, slots=True)
class Result:
    label: Labelled
    half: str
    """`even` or `odd`, by the place of its group in the file; paraphrases stand in one half."""
    outcome: str
    seconds: float
    claims: int
    by_model: int
    """Claims in the language model's wording."""
    verbatim: bool
    """Whether every quote is the very text at its offsets."""
    from_source: bool | None
    """Whether one of the expected sources is cited; None where none is expected or nothing was answered."""
    said: str


@dataclass(frozen=True, slots=True)
class Report:
    model: str
    results: tuple[Result, ...]

    def count(self, half: str | None = None) -> dict[str, int]:
        counts = Counter(r.outcome for r in self.results if half in (None, r.half))
        return {outcome: counts[outcome] for outcome in OUTCOMES}

    def as_json(self) -> dict[str, object]:
        seconds = sorted(r.seconds for r in self.results)
        sourced = [r.from_source for r in self.results if r.from_source is not None]
        return {
            "model": self.model,
            "questions": len(self.results),
            "all": self.count(),
            "even": self.count("even"),
            "odd": self.count("odd"),
            "claims": sum(r.claims for r in self.results),
            "claims_by_model": sum(r.by_model for r in self.results),
            "quotes_verbatim": all(r.verbatim for r in self.results),
            "expected_source_cited": sum(sourced) / len(sourced) if sourced else None,
            "seconds_median": round(statistics.median(seconds), 2) if seconds else None,
            "seconds_max": round(seconds[-1], 2) if seconds else None,
            "failures": [
                {"id": r.label.id, "question": r.label.question, "outcome": r.outcome, "said": r.said}
                for r in self.results
                if r.outcome not in ("right", "quiet")
            ],
        }

    def lines(self) -> Iterable[str]:
        """The table and every failure, for people."""
        yield f"{self.model}: {len(self.results)} questions"
        yield f"{'':6}" + "".join(f"{name:>8}" for name in OUTCOMES)
        for half in ("even", "odd", None):
            counts = self.count(half)
            yield f"{half or 'all':6}" + "".join(f"{counts[name]:>8}" for name in OUTCOMES)
        summary = self.as_json()
        yield (
            f"{summary['claims']} claims, {summary['claims_by_model']} in the model's words; "
            f"{summary['seconds_median']} s a question (median), {summary['seconds_max']} s at most"
        )
        if not summary["quotes_verbatim"]:
            yield "A quote is not the text at its offsets: this is a fault, please report it."
        for r in self.results:
            if r.outcome not in ("right", "quiet"):
                yield f"{r.outcome:6} {r.label.id}: {r.label.question}" + (
                    f" -> {r.said[:160]}" if r.said else ""
                )


def evaluate(answerer: Answerer, file: Path, say: Callable[[str], None] = lambda line: None) -> Report:
    """Ask every question of a file; `say` is told how far it has come.

    Raises:
        DatelineError: the file holds no labelled questions, or the archive can't be read.
    """
    labelled = read(file)
    groups = list(dict.fromkeys(q.group or q.id for q in labelled))
    results = []
    for number, label in enumerate(labelled, 1):
        say(f"Question {number} of {len(labelled)}")
        start = time.perf_counter()
        answer = answerer.ask(Question(label.question, as_of=label.as_of))
        seconds = time.perf_counter() - start
        half = ("even", "odd")[groups.index(label.group or label.id) % 2]
        results.append(
            Result(
                label=label,
                half=half,
                outcome=outcome(label, answer),
                seconds=seconds,
                claims=len(answer.claims),
                by_model=sum(c.origin == "model" for c in answer.claims),
                verbatim=all(_verbatim(answerer, answer)),
                from_source=_from_source(answerer, label, answer),
                said=answer.text,
            )
        )
    return Report(answerer.config.name, tuple(results))


def outcome(label: Labelled, answer: Answer) -> str:
    """One of OUTCOMES. What is shown counts: claims, quotes, and the dates of the sources."""
    if not label.answerable:
        return "false" if answer.answered else "quiet"
    if not answer.answered:
        return "silent"
    shown = [c.text for c in answer.claims]
    shown += [f"{c.quote} {c.published or ''}" for c in answer.citations]
    return "right" if holds(" ".join(shown), label.expect) else "wrong"


def _verbatim(answerer: Answerer, answer: Answer) -> Iterable[bool]:
    for citation in answer.citations:
        version = answerer.index.ledger.version(citation.version)
        yield version is not None and version.text[citation.start : citation.end] == citation.quote


def _from_source(answerer: Answerer, label: Labelled, answer: Answer) -> bool | None:
    if not label.sources or not answer.answered:
        return None
    cited: set[str] = set()
    for citation in answer.citations:
        article = answerer.index.ledger.article(citation.article)
        cited.update(filter(None, (citation.url, article.origin if article else None)))
    return any(c == source or c.endswith("/" + source) for source in label.sources for c in cited)
