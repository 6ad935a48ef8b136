"""What was read and waits to be committed, a batch at a time."""

from __future__ import annotations

from time import monotonic

from index.errors import LedgerError
from index.ledger import Writer
from ingest.clean import CLEANER
from ingest.compare import Candidate, judge
from ingest.config import IngestConfig
from ingest.reading import described
from ingest.report import Entry, Outcome, Report
from ingest.story import commit

Note = tuple[Outcome, Entry, str | None]
"""Skipped or failed, with the raw hash of what was read."""


class Batches:
    def __init__(self, writer: Writer, config: IngestConfig, report: Report) -> None:
        self._writer, self._config, self._report = writer, config, report
        self._candidates: list[Candidate] = []
        self._notes: list[Note] = []
        self._settled: list[str] = []
        """Origins of earlier failures that have been made good."""
        self._characters = 0
        self._committed = monotonic()

    @property
    def waiting(self) -> int:
        return len(self._candidates) + len(self._notes)

    @property
    def failed(self) -> int:
        """Of those that wait."""
        return sum(outcome == "failed" for outcome, _, _ in self._notes)

    def add(self, candidate: Candidate, characters: int) -> None:
        self._candidates.append(candidate)
        self._characters += characters

    def note(self, outcome: Outcome, entry: Entry, raw_hash: str | None = None) -> None:
        self._notes.append((outcome, entry, raw_hash))

    def settle(self, origin: str) -> None:
        self._settled.append(origin)

    def is_due(self) -> bool:
        return self.waiting > 0 and (
            self.waiting >= self._config.batch_articles
            or self._characters >= self._config.batch_characters
            or monotonic() - self._committed >= self._config.batch_seconds
        )

    def flush(self) -> None:
        """Commits what waits. An article that can't be committed fails alone."""
        candidates, notes = _in_order(self._candidates), self._notes
        self._candidates, self._notes, self._characters = [], [], 0
        began = monotonic()
        try:
            self._commit(candidates, notes)
        except LedgerError:
            raise
        except Exception:  # noqa: BLE001 - found out one by one
            for candidate in candidates:
                try:
                    self._commit([candidate], [])
                except LedgerError:
                    raise
                except Exception as error:  # noqa: BLE001 - a bad article never stops a run
                    notes.append(("failed", Entry(candidate.origin, described(error), stage="commit"), None))
            self._commit([], notes)
        self._committed = monotonic()
        self._report.committing_seconds += self._committed - began

    def _commit(self, candidates: list[Candidate], notes: list[Note]) -> None:
        if not candidates and not notes and not self._settled:
            return
        assert self._report.run is not None
        done: list[tuple[Outcome, Entry, int]] = []
        with self._writer.batch(self._report.run) as batch:
            for origin in self._settled:
                batch.settle(origin)
            batch.bands.look_up(band for candidate in candidates for band in candidate.bands or ())
            for candidate in candidates:
                verdict = judge(self._writer, candidate, restore=self._config.restore)
                done.append(commit(self._writer, batch, candidate, verdict))
            for outcome, entry, raw_hash in notes:
                if outcome == "failed":
                    batch.fail(entry.origin, entry.stage or "read", entry.reason or "")
                elif raw_hash is not None:
                    batch.see_source(entry.origin, raw_hash, CLEANER, "skipped", reason=entry.reason)
        self._settled = []
        # Only what is committed is reported.
        for outcome, entry, passages in done:
            self._report.add(outcome, entry)
            self._report.passages += passages
        for outcome, entry, _ in notes:
            self._report.add(outcome, entry)


def _in_order(candidates: list[Candidate]) -> list[Candidate]:
    """Oldest first: a story begins with its first printing, a correction follows what it corrects. Texts
    of one article that can't be ordered so keep the order in which they were read."""
    texts: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        texts.setdefault(candidate.key, []).append(candidate)

    def day(candidate: Candidate) -> str:
        days = [other.dated for other in texts[candidate.key]]
        known = [day for day in days if day is not None]
        return candidate.dated if candidate.dated and len(known) == len(days) else min(known, default="9")

    return sorted(candidates, key=day)
