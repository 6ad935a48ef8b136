"""Embedding as a part of a run: in turns while a long one reads, to the end when it has read, and a new
base when that is due."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from index.errors import DamagedVectorsError, DatelineError, LedgerError
from index.ledger import Writer
from index.ledger.recut import note_first
from index.live import Live, check_model, live_model
from ingest.config import IngestConfig
from ingest.publishing import Publishing
from ingest.reading import described
from ingest.report import Entry, Report, Stage
from ingest.stopping import Stop

if TYPE_CHECKING:
    from index.embedder import Embedder

Tell = Callable[[Stage, int, int | None, float], None]
READING_SECONDS = 45.0
"""Between two turns: within a minute of its start, a run has something that is found by meaning."""
TURN_SECONDS = 15.0


class _Over(Exception):  # noqa: N818 - carries a wish, not a fault
    """Raised out of the embedding when its turn is over, or the run is to end."""


class Embedding:
    def __init__(self, writer: Writer, config: IngestConfig, report: Report, stop: Stop, tell: Tell) -> None:
        self._writer, self._config, self._report = writer, config, report
        self._stop, self._tell = stop, tell
        self._embedder: Embedder | None = None
        self._rested = monotonic()
        self._failed = False
        check_model(writer, config.index)
        self._publishing = Publishing(writer, config, report, stop, tell) if config.index.has_server else None
        self.seconds = 0.0
        """Spent in turns."""

    def is_due(self) -> bool:
        return not self._failed and monotonic() - self._rested >= READING_SECONDS

    def take_turn(self) -> None:
        """Embeds for a while. What is embedded counts at once."""
        began = monotonic()
        self._go_on(TURN_SECONDS)
        self._rested = monotonic()
        self.seconds += self._rested - began

    def finish(self) -> None:
        """Gives every passage its vector, and builds a base when it is due, or writes to the server."""
        if not self._failed:
            self._go_on(None)
            if not self._failed and not self._stop.reason:
                self._settle()
        if self._publishing is not None and not self._stop.reason:
            self._publishing.finish(self._embedder)

    def close(self) -> None:
        if self._publishing is not None:
            self._publishing.close()

    def _go_on(self, seconds: float | None) -> None:
        """What fails is named, and not tried again in this run; the articles are in and found by words."""
        try:
            try:
                self._embed(seconds)
            except DamagedVectorsError:
                self._embed(seconds)  # what opens the file next sets it aside
        except LedgerError:
            raise
        except DatelineError as error:
            self._fail(str(error))
        except Exception as error:  # noqa: BLE001 - articles are in all the same
            self._fail(described(error))

    def _embed(self, seconds: float | None) -> None:
        from index.embed import embed_missing
        from index.embedder import load_embedder

        if self._writer.last_passage() == 0:
            return
        began = monotonic()
        config = self._config.index
        before, counted = self._report.embedded, 0
        published = self._report.publishing_seconds
        try:
            if self._embedder is None:
                self._embedder = load_embedder(config)
                if live_model(self._writer) is None:
                    note_first(self._writer, Live.of(config, self._embedder.identity))
            loaded = monotonic()

            def tell(done: int, total: int) -> None:
                nonlocal counted
                counted = done
                self._report.embedded = before + done
                self._tell("embedding", done, total, loaded)
                if self._publishing is not None and self._embedder is not None:
                    self._publishing.go_on(self._embedder)
                is_over = seconds is not None and monotonic() - loaded >= seconds
                if (self._stop.reason or is_over) and done < total:
                    raise _Over

            embed_missing(self._writer, config, tell, self._embedder)
        except _Over:
            pass
        finally:
            self._report.embedded = before + counted
            beside = self._report.publishing_seconds - published
            self._report.embedding_seconds += monotonic() - began - beside
        if not self._stop.reason and self._publishing is None:
            self._build()

    def _build(self) -> None:
        from index.dense import build_if_due
        from index.vectors import Vectors

        assert self._embedder is not None
        began = monotonic()
        config = self._config.index
        vectors = Vectors(config.data, self._embedder.identity, self._embedder.dim, create=True)
        try:
            build_if_due(
                self._writer, vectors, config, lambda done, total: self._tell("building", done, total, began)
            )
        finally:
            vectors.close()
            self._report.building_seconds += monotonic() - began

    def _settle(self) -> None:
        """Of an earlier run's failure to embed."""
        model = self._config.index.embedding_model
        if any(failure["origin"] == model for failure in self._writer.failures(still_out=True)):
            assert self._report.run is not None
            with self._writer.batch(self._report.run) as batch:
                batch.settle(model)

    def _fail(self, reason: str) -> None:
        self._failed = True
        entry = Entry(self._config.index.embedding_model, reason, stage="embed")
        assert self._report.run is not None
        with self._writer.batch(self._report.run) as batch:
            batch.fail(entry.origin, "embed", reason)
        self._report.add("failed", entry)
