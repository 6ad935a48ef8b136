"""Writing to a Chroma server as a part of a run: now and then while it embeds, and to the end when it has."""

from __future__ import annotations

from contextlib import closing
from time import monotonic
from typing import TYPE_CHECKING

from index.errors import DatelineError, LedgerError
from index.ledger import Writer
from ingest.reading import described
from ingest.report import Entry, Report
from ingest.stopping import Stop

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.dense.server import Publisher
    from index.embedder import Embedder
    from index.vectors import Vectors
    from ingest.config import IngestConfig
    from ingest.report import Stage

EVERY = 10.0
"""Seconds between two looks at what can be written."""
REST = 60.0
"""After a fault: a run goes on embedding, and tries again then, and at its end."""


class Publishing:
    """Never fails for the server's sake: what it says is named in the report, and the ledger knows what the
    next run has to write."""

    def __init__(
        self,
        writer: Writer,
        config: IngestConfig,
        report: Report,
        stop: Stop,
        tell: Callable[[Stage, int, int | None, float], None],
    ) -> None:
        self._writer, self._config, self._report = writer, config, report
        self._stop, self._tell = stop, tell
        self._publisher: Publisher | None = None
        self._vectors: Vectors | None = None
        self._next = monotonic() + EVERY

    def go_on(self, embedder: Embedder) -> None:
        """Writes what has got its vector, when it is time."""
        if monotonic() < self._next:
            return
        self._next = monotonic() + (EVERY if self._tried(embedder, is_last=False) is None else REST)

    def finish(self, embedder: Embedder | None) -> None:
        """Writes all, and deletes what was taken out; names the fault where that can't be done."""
        from index.embedder import load_embedder

        reason: str | None = None
        try:
            if self._writer.last_passage() > 0:
                embedder = embedder or load_embedder(self._config.index)
                reason = self._tried(embedder, is_last=True)
            if reason is None:
                self._delete_left()
        except LedgerError:
            raise
        except DatelineError as error:
            reason = str(error)
        if reason is not None and not self._stop.reason:
            self._name(reason)
        elif reason is None:
            self._settle()

    def _tried(self, embedder: Embedder, *, is_last: bool) -> str | None:
        """The fault, when there is one."""
        began = monotonic()
        try:
            publisher = self._opened(embedder)
            if is_last:
                self._report.held = publisher.finish().held
            else:
                publisher.go_on()
            return None
        except LedgerError:
            raise
        except DatelineError as error:
            return str(error)
        except _Over:
            return None
        except Exception as error:  # noqa: BLE001 - articles are in all the same
            return described(error)
        finally:
            self._report.published = self._publisher.done.written if self._publisher else 0
            self._report.publishing_seconds += monotonic() - began

    def _opened(self, embedder: Embedder) -> Publisher:
        from index.dense.server import Publisher
        from index.vectors import Vectors

        if self._publisher is None:
            config, began = self._config.index, monotonic()
            self._vectors = Vectors(config.data, embedder.identity, embedder.dim, create=True)

            def tell(done: int, total: int) -> None:
                self._tell("publishing", done, total, began)
                if self._stop.reason:
                    raise _Over

            self._publisher = Publisher(self._writer, self._vectors, config, tell)
        return self._publisher

    def _delete_left(self) -> None:
        from index.dense.server import delete_left

        delete_left(self._writer, self._config.index)

    @property
    def _origin(self) -> str:
        from index.dense.server.http import ChromaServer

        with closing(ChromaServer(self._config.index)) as server:
            return server.address

    def _name(self, reason: str) -> None:
        entry = Entry(self._origin, reason, stage="publish")
        assert self._report.run is not None
        with self._writer.batch(self._report.run) as batch:
            batch.fail(entry.origin, "publish", reason)
        self._report.add("failed", entry)

    def _settle(self) -> None:
        """Of an earlier run's failure to write there."""
        if any(failure["stage"] == "publish" for failure in self._writer.failures(still_out=True)):
            assert self._report.run is not None
            with self._writer.batch(self._report.run) as batch:
                for failure in self._writer.failures(still_out=True):
                    if failure["stage"] == "publish":
                        batch.settle(failure["origin"])

    def close(self) -> None:
        if self._publisher is not None:
            self._publisher.close()
        if self._vectors is not None:
            self._vectors.close()


class _Over(Exception):  # noqa: N818 - carries a wish, not a fault
    """Raised out of a write when the run is to end."""
