"""What a run did, for people and for machines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["new", "changed", "unchanged", "duplicate", "skipped", "failed", "pruned"]
OUTCOMES: tuple[Outcome, ...] = ("new", "changed", "unchanged", "duplicate", "skipped", "failed", "pruned")
Stage = Literal["reading", "cutting", "embedding", "building", "publishing"]

READING = ("read", "clean", "cut", "sign")
"""What is done to each record."""
MAX_ENTRIES = 10_000
"""Entries kept for each outcome, so that an archive of any size fits in memory; counts go on."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is, given out a few times a second."""

    stage: Stage
    done: int
    """Bytes read while reading, or addresses where only those are read; passages embedded while embedding."""
    total: int | None
    """The same unit; None where it can't be known, as for standard input."""
    articles: int
    """Articles looked at so far."""
    seconds: float
    """Since the run began."""
    rate: float
    """Articles a second while reading, passages a second while embedding."""
    seconds_left: float | None
    """Of this stage; None where it can't be known."""
    current: str = ""
    """What is being read."""
    failed: int = 0
    """Sources that have failed so far."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One source and what became of it."""

    origin: str
    reason: str | None = None
    article: str | None = None
    """Article id, for what is in the archive."""
    stage: str | None = None
    """Of a failure: read, clean, commit, embed, publish or prune."""

    def as_json(self) -> dict[str, str]:
        named = {"origin": self.origin, "article": self.article, "stage": self.stage, "reason": self.reason}
        return {name: value for name, value in named.items() if value is not None}


@dataclass(slots=True)
class Report:
    """Grows while the run goes on; complete when `ingest.job.run` returns it."""

    sources: list[str] = field(default_factory=list)
    new: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    unchanged: list[Entry] = field(default_factory=list)
    duplicate: list[Entry] = field(default_factory=list)
    skipped: list[Entry] = field(default_factory=list)
    failed: list[Entry] = field(default_factory=list)
    pruned: list[Entry] = field(default_factory=list)
    """Taken out, as they are gone from the folder that they came from."""
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    """Per outcome; right even where a list was cut at MAX_ENTRIES."""
    passages: int = 0
    """Passages committed."""
    embedded: int = 0
    """Passages given a vector."""
    seconds: float = 0.0
    reading_seconds: float = 0.0
    """By the clock, to the last commit, without what was embedded in between."""
    committing_seconds: float = 0.0
    """By the clock, within `reading_seconds`: comparing, the ledger and the word index."""
    embedding_seconds: float = 0.0
    building_seconds: float = 0.0
    published: int = 0
    """Passages written to a Chroma server."""
    held: int | None = None
    """Passages that the server holds now; None where there is none, or it couldn't be asked."""
    publishing_seconds: float = 0.0
    cpu: dict[str, float] = field(default_factory=lambda: dict.fromkeys(READING, 0.0))
    """Seconds of processor time, over all processes, by step of reading."""
    run: int | None = None
    sequence: int | None = None
    """The ledger's sequence after the run."""
    stopped: str | None = None
    """Why the run ended early; None when it went through."""
    also: Callable[[Outcome, Entry], None] | None = None
    """Told of each entry, of those too that the lists have no room for."""

    def count_cpu(self, seconds: Iterable[float]) -> None:
        """By step, in the order of READING."""
        for step, spent in zip(READING, seconds, strict=True):
            self.cpu[step] += spent

    def add(self, outcome: Outcome, entry: Entry) -> None:
        self.counts[outcome] += 1
        if self.also is not None:
            self.also(outcome, entry)
        entries: list[Entry] = getattr(self, outcome)
        if len(entries) < MAX_ENTRIES:
            entries.append(entry)

    @property
    def articles(self) -> int:
        """Articles and would-be articles looked at."""
        return sum(n for outcome, n in self.counts.items() if outcome != "pruned")

    @property
    def articles_per_second(self) -> float:
        return self.articles / self.reading_seconds if self.reading_seconds else 0.0

    @property
    def passages_per_second(self) -> float:
        """Passages embedded a second."""
        return self.embedded / self.embedding_seconds if self.embedding_seconds else 0.0

    @property
    def exit_code(self) -> int:
        """0 all in or unchanged, 3 some failed or the run was stopped, 1 nothing could be done."""
        if self.stopped is None and not self.failed:
            return 0
        done = self.articles - self.counts["failed"]
        return 3 if done else 1

    def as_json(self) -> dict[str, object]:
        """Every outcome's count, and the entries of all but the unchanged."""
        return {
            "sources": self.sources,
            "counts": dict(self.counts),
            **{o: [entry.as_json() for entry in getattr(self, o)] for o in OUTCOMES if o != "unchanged"},
            "articles": self.articles,
            "passages": self.passages,
            "embedded": self.embedded,
            "published": self.published,
            "seconds": round(self.seconds, 3),
            "wall_seconds": {
                "reading": round(self.reading_seconds, 3),
                "committing": round(self.committing_seconds, 3),
                "embedding": round(self.embedding_seconds, 3),
                "building": round(self.building_seconds, 3),
                "publishing": round(self.publishing_seconds, 3),
            },
            "cpu_seconds": {step: round(spent, 3) for step, spent in self.cpu.items()},
            "articles_per_second": round(self.articles_per_second, 1),
            "passages_per_second": round(self.passages_per_second, 1),
            "run": self.run,
            "sequence": self.sequence,
            "stopped": self.stopped,
            "exit_code": self.exit_code,
        }

    def lines(self, limit: int = 20) -> list[str]:
        """The report for people: a line of counts, then what needs a look, `limit` lines of each kind."""
        counts = [f"{self.counts[outcome]:,} {outcome}" for outcome in OUTCOMES if self.counts[outcome]]
        out = [", ".join(counts) if counts else "nothing found"]
        if self.articles and self.counts["unchanged"] == self.articles and not self.counts["pruned"]:
            out[0] = f"nothing has changed: all {self.articles:,} unchanged"
        rates = [f"{self.seconds:.1f} s"]
        if self.passages:
            rates.append(f"{self.passages:,} passages")
        if self.embedded:
            rates.append(f"{self.embedded:,} embedded, {self.passages_per_second:.0f} a second")
        out[0] += f" ({', '.join(rates)})"
        for outcome in ("changed", "duplicate", "skipped", "failed", "pruned"):
            entries: list[Entry] = getattr(self, outcome)
            for entry in entries[:limit]:
                stage = f" ({entry.stage})" if entry.stage else ""
                reason = f": {entry.reason}" if entry.reason else ""
                out.append(f"{outcome}{stage} {entry.origin}{reason}")
            if self.counts[outcome] > limit:
                out.append(f"{outcome}: {self.counts[outcome] - min(limit, len(entries)):,} more")
        if self.stopped:
            out.append(f"stopped: {self.stopped}; run it again to finish")
        return out
