"""One run: read, clean, cut, compare, commit; embed in between and at the end, and a new base when it is due.

Articles are committed in batches, each with its passages and with what its sources held, so that a run
that is killed has done whole articles and the next one goes on from there. A run that is short reads
in this process; a longer one in others too, which may end without taking it along.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from time import monotonic

from index.errors import LedgerError
from index.ledger import Ledger, Writer
from ingest.ahead import Ahead, Reading
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
from ingest.reading import Read, described
from ingest.report import Entry, Outcome, Report
from ingest.signature import SCHEME, signature
from ingest.sources import STDIN, Source, discover, shown
from ingest.stopping import Limit, Stop, TookTooLong, stopping
from ingest.telling import TELL_EVERY, Tell, Telling
from ingest.workers import took_too_long

_AHEAD = 400
"""Records a process that may be read before they are committed: what it does while a batch is."""
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
    report = Report(sources=[shown(name) for name in sources])
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
        report.run = writer.start_run(report.sources)
        job.only = None if only is None else frozenset(only)
        try:
            writer.sign_anew(SCHEME, signature, lambda: stop.reason)
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
            job.embedding.close()
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
    origins = [failure["origin"] for failure in out if failure["stage"] not in ("embed", "publish")]
    origins = [origin for origin in origins if not origin.startswith(STDIN)]
    files = list(dict.fromkeys(map(file_of, origins)))
    return run(files, replace(config, prune=False, prune_all=False), progress, only=origins)


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
        self._started = started
        self._readers = Readers(
            config.max_file_bytes,
            config.fields,
            max_unpacked=config.max_unpacked_bytes,
            max_ratio=config.max_unpacked_ratio,
        )
        self._batches = Batches(writer, config, report)
        self._failures = Failures(writer, self._batches)
        self._telling = Telling(progress, report, self._batches, started)
        self.embedding = Embedding(writer, config, report, stop, self._telling.passages)
        self.only: frozenset[str] | None = None
        """Origins outside of which nothing is read."""
        self._reading = Reading(config, cutter, limit)
        self._ahead: deque[Ahead] = deque()
        self._bytes_ahead = 0
        self._bytes_done = 0
        """Of the files that have been gone through."""

    def close(self) -> None:
        """Ends the other processes."""
        self._reading.close()
        self._ahead.clear()

    # --- sources ---

    def read(self, sources: list[Source]) -> None:
        total = None if any(s.path is None and not s.fault for s in sources) else sum(s.size for s in sources)
        for source in (s for s in sources if s.url is None):
            if self._stop.reason:
                break
            self._telling.reading(total, source.origin, self._bytes_done)
            self._read_source(source, total)
            self._bytes_done += source.size
        addresses = [s.url for s in sources if s.url is not None]
        if addresses and not self._stop.reason:
            self._read_web(addresses, is_all=len(addresses) == len(sources))
        self._finish_reading()
        self._telling.reading(total, "", self._bytes_done, force=True)

    def read_fetched(self, records: Sequence[Record]) -> None:
        """As `read`, of what is at hand."""
        for number, record in enumerate(records):
            self._telling.reading(len(records), record.origin, number)
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
                    found, done = (gathering.found, gathering.done) if is_all else (None, self._bytes_done)
                    self._telling.reading(found, gathering.current, done)
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
                self._telling.reading(total, record.origin, base + record.bytes_done)
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
        ahead = self._reading.begin(record, seen, source.origin)
        self._ahead.append(ahead)
        self._bytes_ahead += ahead.bytes

    def _fail(self, origin: str, reason: str) -> None:
        """A file that can't be read, behind the records that came before it."""
        record = Record(origin, "", _nothing)
        self._ahead.append(Ahead(record, None, result=Read(reason=reason)))

    # --- from records to batches ---

    def _advance(self) -> None:
        """Puts what has been read into batches, in the order in which it came; commits; embeds when it is
        time. Waits where too much is ahead."""
        while self._ahead and not self._stop.reason:
            first = self._ahead[0]
            most = _AHEAD * self._reading.count
            is_crowded = len(self._ahead) > most or (
                self._bytes_ahead > _BYTES_AHEAD and len(self._ahead) > 1
            )
            if not self._is_read(first, wait=is_crowded):
                break
            self._accept(self._ahead.popleft())
        if self._batches.is_due():
            self._batches.flush()
        self._embed_in_turn()

    def _is_read(self, ahead: Ahead, *, wait: bool) -> bool:
        while not self._reading.is_done(ahead, TELL_EVERY if wait else 0):
            if not wait or self._stop.reason:
                return False
            if self._batches.is_due():
                self._batches.flush()
            self._telling.still_reading()
        return True

    def _accept(self, ahead: Ahead) -> None:
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
                article.bands,
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
            self._telling.still_reading()
        self._batches.flush()
        self._report.reading_seconds = monotonic() - self._started - self.embedding.seconds

    def _embed_in_turn(self) -> None:
        if self._config.embed and not self._stop.reason and self.embedding.is_due():
            self._batches.flush()
            self.embedding.take_turn()


def _nothing() -> RawArticle:
    raise AssertionError("a record that is never read")
