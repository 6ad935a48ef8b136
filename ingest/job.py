"""One run: read, clean, compare, cut, commit; then embed, and a new base when it is due.

Articles are committed in batches, each with its passages and with what its sources held, so that a run
that is killed has done whole articles and the next one goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from index.errors import DatelineError, LedgerError
from index.ledger import Writer
from ingest import syndication
from ingest.clean import CLEANER, clean
from ingest.compare import Candidate, judge, key_of
from ingest.config import IngestConfig
from ingest.passages import Cutter
from ingest.raw import NotAnArticle, ReadError, Record
from ingest.readers import Readers
from ingest.report import Entry, Outcome, Progress, Report
from ingest.sources import Source, discover
from ingest.stopping import Stop, stopping
from ingest.story import commit

Tell = Callable[[Progress], None]
_TELL_EVERY = 0.1
"""Seconds between two reports of progress."""


class _Stopped(Exception):  # noqa: N818 - carries a wish, not a fault
    """Raised out of the embedding when the run was asked to end."""


def run(sources: list[str], config: IngestConfig, progress: Tell | None = None) -> Report:
    """Reads `sources` (files, folders, globs, `-`) into the archive; what it did.

    A file that can't be read is named in the report and stops nothing. SIGINT and SIGTERM end the run
    after the batch in hand. LedgerError when another process is writing, ModelError when the embedding
    model isn't on this machine.
    """
    report = Report(sources=list(sources))
    started = monotonic()
    cutter = Cutter.for_model(config.index)
    with Writer(config.index.data) as writer, stopping() as stop:
        report.run = writer.start_run(sources)
        job = _Job(writer, config, cutter, report, stop, progress, started)
        try:
            job.read(list(discover(sources)))
            if config.embed and not stop.reason:
                job.embed()
        finally:
            report.stopped = stop.reason
            report.seconds = monotonic() - started
            report.sequence = writer.sequence()
            writer.finish_run(report.run, report.counts)
    return report


class _Job:
    def __init__(
        self,
        writer: Writer,
        config: IngestConfig,
        cutter: Cutter,
        report: Report,
        stop: Stop,
        progress: Tell | None,
        started: float,
    ) -> None:
        self._writer = writer
        self._config = config
        self._cutter = cutter
        self._report = report
        self._stop = stop
        self._progress = progress
        self._started = started
        self._readers = Readers(config.max_file_bytes, config.fields)
        self._candidates: list[Candidate] = []
        self._notes: list[tuple[Outcome, Entry, str | None]] = []
        """Skipped and failed since the last commit, with the raw hash of what was read."""
        self._characters = 0
        self._committed = started
        self._told = 0.0
        self._bytes_done = 0

    # --- reading ---

    def read(self, sources: list[Source]) -> None:
        total = None if any(s.path is None and not s.fault for s in sources) else sum(s.size for s in sources)
        for source in sources:
            if self._stop.reason:
                break
            self._tell_reading(total, source.origin)
            self._read_source(source, total)
            self._bytes_done += source.size
        self._flush()
        self._tell_reading(total, "", force=True)
        self._report.reading_seconds = monotonic() - self._started

    def _read_source(self, source: Source, total: int | None) -> None:
        if source.fault is not None:
            self._note("failed", Entry(source.origin, source.fault, stage="read"))
            return
        if source.skip is not None:
            self._report.add("skipped", Entry(source.origin, source.skip))
            return
        base = self._bytes_done
        try:
            for record in self._readers.records(source):
                self._take(record, source)
                self._tell_reading(total, record.origin, base + record.bytes_done)
                if self._is_due():
                    self._flush()
                if self._stop.reason:
                    return
        except NotAnArticle as reason:
            self._report.add("skipped", Entry(source.origin, str(reason)))
        except ReadError as error:
            self._note("failed", Entry(source.origin, str(error), stage="read"))
        except OSError as error:
            self._note("failed", Entry(source.origin, error.strerror or str(error), stage="read"))
        except LedgerError:
            raise
        except Exception as error:  # noqa: BLE001 - a bad file never stops a run
            self._note("failed", Entry(source.origin, _described(error), stage="read"))

    def _take(self, record: Record, source: Source) -> None:
        """One record: passed over when it is known, else read, cleaned and cut."""
        seen = self._writer.source(record.origin)
        is_known = seen is not None and (seen.raw_hash, seen.cleaner) == (record.raw_hash, CLEANER)
        if seen is not None and record.raw_hash and is_known:
            outcome: Outcome = "skipped" if seen.outcome == "skipped" else "unchanged"
            self._report.add(outcome, Entry(record.origin, seen.reason, seen.article))
            return
        stage = "read"
        try:
            raw = record.read()
            stage = "clean"
            cleaned = clean(raw, raw.repeated)
            passages = self._cutter.cut(cleaned.text, cleaned.title, cleaned.published)
            signature = syndication.signature(cleaned.text)
        except NotAnArticle as reason:
            self._note("skipped", Entry(record.origin, str(reason)), record.raw_hash or None)
            return
        except ReadError as error:
            self._note("failed", Entry(record.origin, str(error), stage=stage))
            return
        except Exception as error:  # noqa: BLE001 - a bad record never stops a run
            self._note("failed", Entry(record.origin, _described(error), stage=stage))
            return
        key = key_of(raw, cleaned, source.origin)
        self._candidates.append(
            Candidate(record.origin, record.raw_hash, raw, cleaned, key, passages, signature, seen)
        )
        self._characters += len(cleaned.text) + len(raw.text)

    def _note(self, outcome: Outcome, entry: Entry, raw_hash: str | None = None) -> None:
        self._notes.append((outcome, entry, raw_hash))

    # --- committing ---

    def _is_due(self) -> bool:
        waiting = len(self._candidates) + len(self._notes)
        return waiting > 0 and (
            waiting >= self._config.batch_articles
            or self._characters >= self._config.batch_characters
            or monotonic() - self._committed >= self._config.batch_seconds
        )

    def _flush(self) -> None:
        """Commits what was read. An article that can't be committed fails alone."""
        candidates, notes = _in_order(self._candidates), self._notes
        self._candidates, self._notes, self._characters = [], [], 0
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
                    notes.append(("failed", Entry(candidate.origin, _described(error), stage="commit"), None))
            self._commit([], notes)
        self._committed = monotonic()

    def _commit(self, candidates: list[Candidate], notes: list[tuple[Outcome, Entry, str | None]]) -> None:
        if not candidates and not notes:
            return
        assert self._report.run is not None
        done: list[tuple[Outcome, Entry, int]] = []
        with self._writer.batch(self._report.run) as batch:
            for candidate in candidates:
                verdict = judge(self._writer, candidate)
                done.append(commit(self._writer, batch, candidate, verdict))
            for outcome, entry, raw_hash in notes:
                if outcome == "failed":
                    batch.fail(entry.origin, entry.stage or "read", entry.reason or "")
                elif raw_hash is not None:
                    batch.see_source(entry.origin, raw_hash, CLEANER, "skipped", reason=entry.reason)
        # Only what is committed is reported.
        for outcome, entry, passages in done:
            self._report.add(outcome, entry)
            self._report.passages += passages
        for outcome, entry, _ in notes:
            self._report.add(outcome, entry)

    # --- embedding ---

    def embed(self) -> None:
        """Gives every passage its vector, and builds a base when it is due. What fails is named; the
        articles are in and found by words."""
        began = monotonic()
        counted = 0

        def tell(done: int, total: int) -> None:
            nonlocal counted
            counted = done
            self._tell_embedding(done, total, began)
            if self._stop.reason and done < total:
                raise _Stopped

        try:
            self._embed(tell)
        except _Stopped:
            pass
        except LedgerError:
            raise
        except DatelineError as error:
            self._fail_embedding(str(error))
        except Exception as error:  # noqa: BLE001 - articles are in all the same
            self._fail_embedding(_described(error))
        self._report.embedded = counted
        self._report.embedding_seconds = monotonic() - began

    def _embed(self, tell: Callable[[int, int], None]) -> None:
        from index.dense import build_if_due
        from index.embed import embed_missing
        from index.embedder import load_embedder
        from index.vectors import Vectors

        if self._writer.last_passage() == 0:
            return
        config = self._config.index
        embedder = load_embedder(config)
        embed_missing(self._writer, config, tell, embedder)
        if self._stop.reason:
            return
        vectors = Vectors(config.data, embedder.identity, embedder.dim, create=True)
        try:
            build_if_due(self._writer, vectors, config)
        finally:
            vectors.close()

    def _fail_embedding(self, reason: str) -> None:
        entry = Entry(self._config.index.embedding_model, reason, stage="embed")
        self._commit([], [("failed", entry, None)])

    # --- telling ---

    def _tell_reading(
        self, total: int | None, current: str, done: int | None = None, *, force: bool = False
    ) -> None:
        now = monotonic()
        if self._progress is None or (not force and now - self._told < _TELL_EVERY):
            return
        self._told = now
        done = self._bytes_done if done is None else done
        seconds = now - self._started
        articles = self._report.articles + len(self._candidates) + len(self._notes)
        left = seconds * (total - done) / done if total and done else None
        rate = articles / seconds if seconds else 0.0
        self._progress(Progress("reading", done, total, articles, seconds, rate, left, current))

    def _tell_embedding(self, done: int, total: int, began: float) -> None:
        if self._progress is None:
            return
        seconds = monotonic() - began
        rate = done / seconds if seconds else 0.0
        left = (total - done) / rate if rate else None
        articles = self._report.articles
        self._progress(Progress("embedding", done, total, articles, monotonic() - self._started, rate, left))


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


def _described(error: Exception) -> str:
    message = " ".join(str(error).split())
    return f"{type(error).__name__}: {message}"[:300] if message else type(error).__name__
