"""How good answers are, over labelled questions."""

from __future__ import annotations

import csv
import io
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.answer.answer import Answerer
from bot.answer.types import Answer, Question
from bot.evaluate.labelled import Labelled, Span, holds, read
from bot.evaluate.standing import Look, Point, curve, look, names, overlaps

if TYPE_CHECKING:
    from index.ledger import Ledger

OUTCOMES = ("right", "wrong", "silent", "quiet", "false")
"""Of questions that have an answer: answered rightly, wrongly, not at all; of the others: not answered,
answered all the same."""
OPEN = "open"
"""It isn't known what is right, only what is not, and that was not shown."""


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
    cited: tuple[Span, ...] = ()
    sources: tuple[str, ...] = ()
    """Outlet and day of each citation."""
    look: Look | None = None

    @property
    def is_failure(self) -> bool:
        return self.outcome not in ("right", "quiet", OPEN)

    @property
    def stood(self) -> str | None:
        """Where its answer stood, if it has one and it was missed."""
        return str(self.look.standing) if self.look and self.look.standing else None


@dataclass(frozen=True, slots=True)
class Report:
    model: str
    results: tuple[Result, ...]

    def count(self, half: str | None = None) -> dict[str, int]:
        counts = Counter(r.outcome for r in self.results if half in (None, r.half))
        out = {outcome: counts[outcome] for outcome in OUTCOMES}
        return out | {OPEN: counts[OPEN]} if any(r.outcome == OPEN for r in self.results) else out

    @property
    def failures(self) -> list[Result]:
        return [r for r in self.results if r.is_failure]

    @property
    def curve(self) -> list[Point]:
        """What other thresholds would show, of the articles' own sentences; empty where nobody looked."""
        looks = [(r.label, r.look) for r in self.results if r.look]
        return list(curve(looks))

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
                {
                    "id": r.label.id,
                    "question": r.label.question,
                    "outcome": r.outcome,
                    "said": r.said,
                    "expected": r.label.expected,
                    "stood": r.look.standing.stage if r.look and r.look.standing else None,
                    "rank": r.look.standing.rank if r.look and r.look.standing else None,
                    "cited": [{"version": v, "start": a, "end": b} for v, a, b in r.cited],
                }
                for r in self.failures
            ],
            "curve": [asdict(point) for point in self.curve],
        }

    def as_csv(self) -> str:
        """A row a question."""
        out = io.StringIO()
        table = csv.writer(out, lineterminator="\n")
        table.writerow(
            ("id", "question", "outcome", "shown", "sources", "expected", "where it stood", "seconds")
        )
        for r in self.results:
            row = (r.label.id, r.label.question, r.outcome, r.said, "; ".join(r.sources), r.label.expected)
            table.writerow((*row, r.stood or "", f"{r.seconds:.2f}"))
        return out.getvalue()

    def lines(self) -> Iterable[str]:
        """The table, for people."""
        outcomes = list(self.count())
        yield f"{self.model}: {len(self.results)} questions"
        yield f"{'':6}" + "".join(f"{name:>8}" for name in outcomes)
        for half in ("even", "odd", None):
            counts = self.count(half)
            yield f"{half or 'all':6}" + "".join(f"{counts[name]:>8}" for name in outcomes)
        summary = self.as_json()
        yield (
            f"{summary['claims']} claims, {summary['claims_by_model']} in the model's words; "
            f"{summary['seconds_median']} s a question (median), {summary['seconds_max']} s at most"
        )
        if not summary["quotes_verbatim"]:
            yield "A quote is not the text at its offsets: this is a fault, please report it."


def evaluate(
    answerer: Answerer, file: Path, say: Callable[[str], None] = lambda line: None, *, looks: bool = False
) -> Report:
    """Ask every question of a file; `say` is told how far it has come. With `looks`, what was found for each
    is looked at again: for the curve, and for where the answers stood that were missed.

    Raises:
        DatelineError: the file holds no labelled questions, or the archive can't be read.
    """
    labelled = read(file)
    groups = list(dict.fromkeys(q.group or q.id for q in labelled))
    results = []
    for number, label in enumerate(labelled, 1):
        say(f"Question {number} of {len(labelled)}")
        question = Question(label.question, label.window, label.as_of, label.publishers)
        for earlier in label.before:
            said = answerer.ask(replace(question, text=earlier)).text
            question = replace(question, history=(*question.history, (earlier, said)))
        start = time.perf_counter()
        answer = answerer.ask(question)
        seconds = time.perf_counter() - start
        scored = outcome(label, answer, answerer.index.ledger)
        missed = scored in ("wrong", "silent")
        half = ("even", "odd")[groups.index(label.group or label.id) % 2]
        results.append(
            Result(
                label=label,
                half=half,
                outcome=scored,
                seconds=seconds,
                claims=len(answer.claims),
                by_model=sum(c.origin == "model" for c in answer.claims),
                verbatim=all(_verbatim(answerer, answer)),
                from_source=_from_source(answerer, label, answer),
                said=answer.text,
                cited=tuple((c.version, c.start, c.end) for c in answer.citations),
                sources=tuple(
                    f"{c.publisher or 'outlet unknown'}, {(c.published or 'undated')[:10]}"
                    for c in answer.citations
                ),
                look=look(answerer, question, label, answer, missed=missed) if looks else None,
            )
        )
    return Report(answerer.config.name, tuple(results))


def outcome(label: Labelled, answer: Answer, ledger: Ledger | None = None) -> str:
    """One of OUTCOMES, or OPEN. What is shown counts: claims, quotes, and the dates of the sources. `ledger`
    is needed where articles are expected."""
    if not label.answerable:
        return "false" if answer.answered else "quiet"
    if not answer.answered:
        return "silent" if label.is_known else OPEN
    if any(overlaps(c.version, c.start, c.end, label.rejected) for c in answer.citations):
        return "wrong"
    if not label.is_known:
        return OPEN
    if label.verdict and answer.verdict not in (None, label.verdict):
        return "wrong"
    if label.expect or ledger is None:
        shown = [c.text for c in answer.claims]
        shown += [f"{c.quote} {c.published or ''}" for c in answer.citations]
        return "right" if holds(" ".join(shown), label.expect) else "wrong"
    is_right = any(
        overlaps(c.version, c.start, c.end, label.quotes)
        or names(ledger, label.articles, c.article, c.url, c.title)
        for c in answer.citations
    )
    return "right" if is_right else "wrong"


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
