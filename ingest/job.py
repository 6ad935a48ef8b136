"""One run: read, clean, cut, compare, commit; embed in between and at the end, and a new base when it is due.

Articles are committed in batches, each with its passages and with what its sources held, so that a run
that is killed has done whole articles and the next one goes on from there. A run that is short reads
in this process; a longer one in others too, which may end without taking it along.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from time import monotonic

from index.errors import LedgerError
from index.ledger import Ledger, SourceSeen, Writer
from ingest.batches import Batches
from ingest.clean import CLEANER
from ingest.compare import Candidate, forgotten_on
from ingest.config import IngestConfig
from ingest.embedding import Embedding
from ingest.failures import Failures, file_of, is_within
from ingest.passages import Cutter
from ingest.prune import Present, prune
from ingest.raw import NotAnArticle, RawArticle, ReadError, Record
from ingest.readers import Readers
from ingest.reading import Read, described, read
from ingest.report import Entry, Outcome, Progress, Report, Stage
from ingest.sources import STDIN, Source, discover
from ingest.stopping import Limit, Stop, TookTooLong, stopping
from ingest.workers import Task, Workers, cores, took_too_long

Tell = Callable[[Progress], None]
_TELL_EVERY = 0.1
"""Seconds between two reports of progress."""
_ALONE_SECONDS = 1.0
"""What this process reads by itself before others are started, each of which takes a second to come up."""
_AHEAD = 200
"""Records a process that may be read before they are committed."""
_BYTES_AHEAD = 32 * 1024 * 1024
"""What they may come to, but for a single larger one."""


def run(
    sources: list[str],
    config: IngestConfig,
    progress: Tell | None = None,
    *,
    fetched: Sequence[Record] | None = None,
    only: Iterable[str] | None = None,
) -> Report:
    """Reads `sources` (files, folders, globs, addresses, `-`) into the archive; what it did. With `fetched`,
    what was fetched of them already is read instead; with `only`, the records of these origins, and those
    within them.

    A file that can't be read is named in the report and stops nothing. SIGINT and SIGTERM end the run
    after the batch in hand. LedgerError when another process is writing, ModelError when the embedding
    model isn't on this machine.
    """
    report = Report(sources=list(sources))
    present = Present(sources) if config.prune or config.prune_all else None
    report.also = present.met if present else None
    started = monotonic()
    cutter = Cutter.for_model(config.index)
    with (
        Writer(config.index.data) as writer,
        stopping() as stop,
        Limit(config.record_seconds) as limit,
        closing(_Job(writer, config, cutter, report, stop, limit, progress, started)) as job,
    ):
        report.run = writer.start_run(sources)
        job.only = None if only is None else frozenset(only)
        try:
            if fetched is None:
                job.read(list(discover(sources)))
            else:
                job.read_fetched(fetched)
            job.close()
            if present is not None and not stop.reason:
                prune(writer, present, report, everything=config.prune_all)
            if config.embed and not stop.reason:
                job.embedding.finish()
        finally:
            report.stopped = stop.reason
            report.seconds = monotonic() - started
            report.sequence = writer.sequence()
            writer.finish_run(report.run, report.counts)
    return report


def retry(config: IngestConfig, progress: Tell | None = None) -> Report:
    """Reads again what failed in earlier runs and is still out, and nothing else; what it did. What is there
    no longer is no failure any more. LedgerError where there is no archive; see `run` for the rest."""
    with Ledger(config.index.data) as ledger:
        out = ledger.failures(still_out=True)
    if not out:
        return Report()
    origins = [failure["origin"] for failure in out if failure["stage"] != "embed"]
    origins = [origin for origin in origins if not origin.startswith(STDIN)]
    files = list(dict.fromkeys(map(file_of, origins)))
    return run(files, replace(config, prune=False, prune_all=False), progress, only=origins)


@dataclass(slots=True)
class _Ahead:
    """A record that is read and not yet in a batch."""

    record: Record
    seen: SourceSeen | None
    bytes: int = 0
    task: Task | None = None
    result: Read | None = None
    file: str = ""


class _Job:
    def __init__(
        self,
        writer: Writer,
        config: IngestConfig,
        cutter: Cutter,
        report: Report,
        stop: Stop,
        limit: Limit,
        progress: Tell | None,
        started: float,
    ) -> None:
        self._writer = writer
        self._config = config
        self._cutter = cutter
        self._report = report
        self._stop = stop
        self._limit = limit
        self._progress = progress
        self._started = started
        self._readers = Readers(
            config.max_file_bytes,
            config.fields,
            max_unpacked=config.max_unpacked_bytes,
            max_ratio=config.max_unpacked_ratio,
        )
        self._batches = Batches(writer, config, report)
        self._failures = Failures(writer, self._batches)
        self.embedding = Embedding(writer, config, report, stop, self._tell)
        self.only: frozenset[str] | None = None
        """Origins outside of which nothing is read."""
        self._workers: Workers | None = None
        self._count = config.workers or cores()
        self._alone = 0.0
        """Seconds spent reading in this process."""
        self._ahead: deque[_Ahead] = deque()
        self._bytes_ahead = 0
        self._reading: tuple[int | None, str, int | None] = None, "", None
        """What was told of reading last: total, origin, bytes done."""
        self._told = 0.0
        self._bytes_done = 0

    def close(self) -> None:
        """Ends the other processes."""
        if self._workers is not None:
            self._workers.close()
            self._workers = None
        self._ahead.clear()

    # --- sources ---

    def read(self, sources: list[Source]) -> None:
        total = None if any(s.path is None and not s.fault for s in sources) else sum(s.size for s in sources)
        for source in (s for s in sources if s.url is None):
            if self._stop.reason:
                break
            self._tell_reading(total, source.origin)
            self._read_source(source, total)
            self._bytes_done += source.size
        addresses = [s.url for s in sources if s.url is not None]
        if addresses and not self._stop.reason:
            self._read_web(addresses, is_all=len(addresses) == len(sources))
        self._finish_reading()
        self._tell_reading(total, "", force=True)

    def read_fetched(self, records: Sequence[Record]) -> None:
        """As `read`, of what is at hand."""
        for number, record in enumerate(records):
            self._tell_reading(len(records), record.origin, number)
            self._take(record, Source(record.origin))
            self._advance()
            if self._stop.reason:
                break
        self._finish_reading()

    def _read_web(self, addresses: list[str], *, is_all: bool) -> None:
        """What addresses lead to; where there is nothing else to read, progress counts addresses."""
        from ingest.web.gather import Gathering

        gathering = Gathering(addresses, self._config, self._readers)
        try:
            with closing(gathering.records()) as records:
                for record in records:
                    if record is not None:
                        self._take(record, Source(record.origin))
                    self._advance()
                    found, done = (gathering.found, gathering.done) if is_all else (None, None)
                    self._tell_reading(found, gathering.current, done)
                    if self._stop.reason:
                        return
        except LedgerError:
            raise
        except Exception as error:  # noqa: BLE001 - the network never stops a run
            self._fail(gathering.current or addresses[0], described(error))

    def _read_source(self, source: Source, total: int | None) -> None:
        if source.fault is not None and self.only is not None and not os.path.lexists(source.origin):
            self._report.add("skipped", Entry(source.origin, "there no longer"))
            self._failures.settle_all(source.origin)
            return
        if source.fault is not None:
            self._fail(source.origin, source.fault)
            return
        if source.skip is not None:
            self._report.add("skipped", Entry(source.origin, source.skip))
            return
        base = self._bytes_done
        try:
            for record in self._records(source):
                self._take(record, source)
                self._advance()
                self._tell_reading(total, record.origin, base + record.bytes_done)
                if self._stop.reason:
                    return
        except NotAnArticle as reason:
            self._report.add("skipped", Entry(source.origin, str(reason)))
            self._failures.settle_all(source.origin)
        except ReadError as error:
            self._fail(source.origin, str(error))
        except OSError as error:
            self._fail(source.origin, error.strerror or str(error))
        except LedgerError:
            raise
        except TookTooLong:
            self._limit.off()
            self._fail(source.origin, took_too_long(self._config.record_seconds))
        except Exception as error:  # noqa: BLE001 - a bad file never stops a run
            self._fail(source.origin, described(error))
        else:
            self._failures.settle_all(source.origin)

    def _records(self, source: Source) -> Iterator[Record]:
        """TookTooLong where the file doesn't give one in the time that a record has. Standard input may."""
        records = self._readers.records(source)
        if source.path is None:
            yield from records
            return
        while True:
            with self._limit.on():
                record = next(records, None)
            if record is None:
                return
            yield record

    # --- records ---

    def _take(self, record: Record, source: Source) -> None:
        """One record: passed over when it is known, else read, here or in another process."""
        if self.only is not None and not is_within(record.origin, self.only):
            return
        seen = self._writer.source(record.origin)
        is_known = seen is not None and (seen.raw_hash, seen.cleaner) == (record.raw_hash, CLEANER)
        if seen is not None and record.raw_hash and is_known:
            outcome: Outcome = "skipped" if seen.outcome == "skipped" else "unchanged"
            self._report.add(outcome, Entry(record.origin, seen.reason, seen.article))
            self._failures.settle(record.origin)
            return
        gone = None if seen or self._config.restore else self._writer.forgotten([("raw", record.raw_hash)])
        if gone is not None:
            self._report.add("skipped", Entry(record.origin, forgotten_on(gone)))
            return
        ahead = _Ahead(record, seen, file=source.origin)
        if self._is_for_others(record):
            assert self._workers is not None
            ahead.task = self._workers.submit(record, source.origin)
            ahead.bytes = len(ahead.task.payload)
        else:
            ahead.result = self._read_here(record, source.origin)
        self._ahead.append(ahead)
        self._bytes_ahead += ahead.bytes

    def _is_for_others(self, record: Record) -> bool:
        if self._workers is None and (record.apart or self._alone >= _ALONE_SECONDS):
            self._workers = Workers(self._count, self._config.index, self._config.record_seconds)
        return self._workers is not None

    def _read_here(self, record: Record, file: str) -> Read:
        began = monotonic()
        try:
            with self._limit.on():
                return read(record.read, file, self._cutter)
        except TookTooLong:
            self._limit.off()
            return Read(reason=took_too_long(self._config.record_seconds))
        finally:
            self._alone += monotonic() - began

    def _fail(self, origin: str, reason: str) -> None:
        """A file that can't be read, behind the records that came before it."""
        record = Record(origin, "", _nothing)
        self._ahead.append(_Ahead(record, None, result=Read(reason=reason)))

    # --- from records to batches ---

    def _advance(self) -> None:
        """Puts what has been read into batches, in the order in which it came; commits; embeds when it is
        time. Waits where too much is ahead."""
        while self._ahead and not self._stop.reason:
            first = self._ahead[0]
            most = _AHEAD * self._count
            is_crowded = len(self._ahead) > most or (
                self._bytes_ahead > _BYTES_AHEAD and len(self._ahead) > 1
            )
            if not self._is_read(first, wait=is_crowded):
                break
            self._accept(self._ahead.popleft())
        if self._batches.is_due():
            self._batches.flush()
        self._embed_in_turn()

    def _is_read(self, ahead: _Ahead, *, wait: bool) -> bool:
        if ahead.result is not None:
            return True
        task = ahead.task
        assert task is not None and self._workers is not None
        while not task.is_done:
            if not wait or self._stop.reason:
                return False
            if self._batches.is_due():
                self._batches.flush()
            self._tell_reading(*self._reading)
            self._workers.wait(task, _TELL_EVERY)
        ahead.result = self._read_here(ahead.record, ahead.file) if task.is_here else task.result
        return True

    def _accept(self, ahead: _Ahead) -> None:
        result, record = ahead.result, ahead.record
        assert result is not None
        self._bytes_ahead -= ahead.bytes
        self._report.count_cpu(result.cpu)
        article = result.article
        if article is None:
            entry = Entry(record.origin, result.reason)
            if result.outcome == "skipped":
                self._batches.note("skipped", entry, record.raw_hash or None)
                self._failures.settle(record.origin)
            else:
                self._batches.note("failed", Entry(record.origin, result.reason, stage=result.stage))
        else:
            candidate = Candidate(
                record.origin,
                record.raw_hash,
                article.cleaned,
                article.key,
                article.passages(),
                article.signature,
                ahead.seen,
            )
            self._batches.add(candidate, result.characters)
            self._failures.settle(record.origin)
        if self._batches.is_due():
            self._batches.flush()

    def _finish_reading(self) -> None:
        """Waits for what is being read, unless the run is to end; commits what is in hand."""
        while self._ahead and not self._stop.reason and self._is_read(self._ahead[0], wait=True):
            self._accept(self._ahead.popleft())
            self._tell_reading(*self._reading)
        self._batches.flush()
        self._report.reading_seconds = monotonic() - self._started - self.embedding.seconds

    def _embed_in_turn(self) -> None:
        if self._config.embed and not self._stop.reason and self.embedding.is_due():
            self._batches.flush()
            self.embedding.take_turn()

    # --- telling ---

    def _tell_reading(
        self, total: int | None, current: str, done: int | None = None, *, force: bool = False
    ) -> None:
        self._reading = total, current, done
        now = monotonic()
        if self._progress is None or (not force and now - self._told < _TELL_EVERY):
            return
        self._told = now
        done = self._bytes_done if done is None else done
        seconds = now - self._started
        articles = self._report.articles + self._batches.waiting
        left = seconds * (total - done) / done if total and done else None
        rate = articles / seconds if seconds else 0.0
        self._progress(Progress("reading", done, total, articles, seconds, rate, left, current, self._failed))

    @property
    def _failed(self) -> int:
        return self._report.counts["failed"] + self._batches.failed

    def _tell(self, stage: Stage, done: int, total: int | None, began: float) -> None:
        """Of embedding and building, which began at `began`."""
        if self._progress is None:
            return
        now = monotonic()
        rate = done / (now - began) if now > began else 0.0
        left = (total - done) / rate if rate and total is not None else None
        articles = self._report.articles
        self._progress(
            Progress(stage, done, total, articles, now - self._started, rate, left, failed=self._failed)
        )


def _nothing() -> RawArticle:
    raise AssertionError("a record that is never read")
