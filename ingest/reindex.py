"""Another embedding model for an archive that goes on answering: passages cut anew where they must be,
vectors and a base of the new model beside those in use, then one step that puts them in their place.

Killed at any point it leaves the old model in use or the new one, whole; run again it goes on: versions that
were looked at, vectors and a finished base are kept.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from index.article import NewPassage
from index.config import IndexConfig
from index.dense.base import current_manifest
from index.dense.build import build_beside, put_in_place
from index.embedder import Embedder, load_embedder, model_identity
from index.errors import LedgerError, SearchIndexError
from index.ledger import Ledger, Writer, recut
from index.live import Live, identity_in_use, live_model
from index.vectors import VECTORS_FOLDER, Vectors, vectors_path
from ingest.config import IngestConfig
from ingest.passages import Cutter
from ingest.report import Progress, Stage
from ingest.stopping import Stop, stopping

if TYPE_CHECKING:
    from index.article import Version

Tell = Callable[[Progress], None]
_FEWER = 0.8
"""Where the new model's passages would be at most so many of the present ones, those are cut anew, too."""


class _Over(Exception):  # noqa: N818 - carries a wish, not a fault
    """Raised out of the work when the run is to end."""


@dataclass(slots=True)
class Reindexed:
    """What a run did."""

    before: str | None
    """Identity of the model in use before; None where nothing was embedded."""
    after: str
    """Of the one that is set."""
    is_in_use: bool = False
    """Whether the new model answers now, or did already."""
    versions: int = 0
    """Article versions whose passages were cut anew."""
    embedded: int = 0
    base: str | None = None
    removed: tuple[str, ...] = ()
    """Models whose vectors were deleted."""
    stopped: str | None = None
    seconds: float = 0.0

    def as_json(self) -> dict[str, object]:
        return {
            "before": self.before,
            "after": self.after,
            "in_use": self.is_in_use,
            "recut": self.versions,
            "embedded": self.embedded,
            "base": self.base,
            "removed": list(self.removed),
            "stopped": self.stopped,
            "seconds": round(self.seconds, 3),
        }


def reindex(config: IngestConfig, progress: Tell | None = None, *, remove_old: bool = False) -> Reindexed:
    """Puts the model that is set in use. SIGINT and SIGTERM end it; run again it goes on.

    `remove_old` deletes the vectors of every other model when that is done. LedgerError where there is no
    archive, or another process is writing; ModelError when the model can't be had; SearchIndexError or
    DiskError when no base can be built, the old model then stays.
    """
    began = monotonic()
    with Ledger(config.index.data):
        pass  # says it when there is none, where a Writer would make one
    identity = model_identity(config.index)
    with Writer(config.index.data) as writer, stopping() as stop:
        used = identity_in_use(writer, identity)
        work = _Reindex(writer, config.index, identity, stop, progress, began)
        done = Reindexed(before=used, after=identity)
        try:
            if used == identity:
                done.is_in_use = True
                if live_model(writer) is None:
                    recut.note_first(writer, Live.of(config.index, identity))
                work.put_base_in_place()
            else:
                work.run(done)
            if done.is_in_use and remove_old:
                done.removed = _remove_others(writer, identity)
        except _Over:
            done.stopped = stop.reason
        done.seconds = monotonic() - began
    return done


class _Reindex:
    def __init__(
        self, writer: Writer, config: IndexConfig, identity: str, stop: Stop, tell: Tell | None, began: float
    ) -> None:
        self._writer, self._config, self._identity = writer, config, identity
        self._stop, self._tell_to, self._began = stop, tell, began
        self._stage_began = began
        self._stage: Stage | None = None
        self._first = 0

    def run(self, done: Reindexed) -> None:
        embedder = load_embedder(self._config)
        self._cut()
        done.versions = recut.number(self._writer)
        with recut.FutureLedger(self._writer.data) as future:
            done.embedded = self._embed(future, embedder)
            with closing(Vectors(self._config.data, self._identity, embedder.dim, create=True)) as vectors:
                if self._config.has_server:
                    if not done.versions:
                        self._publish(vectors)
                else:
                    done.base = build_beside(
                        future, vectors, self._config, lambda n, total: self._tell("building", n, total)
                    )
        self._end_if_wished()
        recut.put_in_use(self._writer, Live.of(self._config, self._identity))
        done.is_in_use = True
        if done.base is not None:
            put_in_place(self._config.data, done.base)
        if self._config.has_server and done.versions:
            with closing(Vectors(self._config.data, self._identity, embedder.dim)) as vectors:
                self._publish(vectors)

    def put_base_in_place(self) -> None:
        """Of a run that was killed between noting the model and putting its base in place."""
        data = self._config.data
        present = current_manifest(data)
        if self._config.has_server or (present is not None and present.model == self._identity):
            return
        with suppress(SearchIndexError), closing(Vectors(data, self._identity)) as vectors:
            name = build_beside(
                self._writer, vectors, self._config, lambda n, total: self._tell("building", n, total)
            )
            if name is not None:
                put_in_place(data, name)

    # --- passages ---

    def _cut(self) -> None:
        """Looks at each version: do its passages fit the new model, and would it do with far fewer?"""
        cutter = Cutter.for_model(self._config)
        recut.begin(self._writer, f"{self._identity} {cutter.max_tokens}")
        total = self._writer.stats()["versions"]
        looked_at = recut.count_seen(self._writer)
        self._tell("cutting", looked_at, total)
        for versions in recut.unseen(self._writer):
            present = recut.passages_of(self._writer, versions)
            anew = {version.id: self._cut_anew(cutter, version, present[version.id]) for version in versions}
            recut.stage(self._writer, versions, {id_: cut for id_, cut in anew.items() if cut})
            looked_at += len(versions)
            self._tell("cutting", looked_at, total)

    def _cut_anew(
        self, cutter: Cutter, version: Version, present: Sequence[NewPassage]
    ) -> list[NewPassage] | None:
        cut = cutter.cut(version.text, version.title, version.published)
        too_long = any(size > cutter.max_tokens for size in cutter.sizes(present))
        return cut if too_long or len(cut) <= _FEWER * len(present) else None

    # --- vectors ---

    def _embed(self, future: Ledger, embedder: Embedder) -> int:
        from index.embed import embed_missing

        if future.last_passage() == 0:
            return 0
        with closing(Vectors(self._config.data, self._identity, embedder.dim, create=True)) as vectors:
            vectors.note_complete(future, 0)  # what was taken out meanwhile took vectors along
        return embed_missing(
            future, self._config, lambda n, total: self._tell("embedding", n, total), embedder
        )

    def _publish(self, vectors: Vectors) -> None:
        from index.dense.server.publish import Publisher

        with closing(
            Publisher(
                self._writer, vectors, self._config, lambda n, total: self._tell("publishing", n, total)
            )
        ) as publisher:
            publisher.finish()

    # --- progress ---

    def _tell(self, stage: Stage, done: int, total: int) -> None:
        now = monotonic()
        if stage != self._stage:
            self._stage, self._stage_began = stage, now
            self._first = done
        elapsed = now - self._stage_began
        rate = (done - self._first) / elapsed if elapsed > 0.5 else 0.0
        left = (total - done) / rate if rate else None
        if self._tell_to is not None:
            self._tell_to(Progress(stage, done, total, done, now - self._began, rate, left))
        if done < total:
            self._end_if_wished()

    def _end_if_wished(self) -> None:
        if self._stop.reason:
            raise _Over


def _remove_others(writer: Writer, identity: str) -> tuple[str, ...]:
    """Deletes the vectors of every model but this one, and how this machine embeds fastest by them."""
    data = writer.data
    own = vectors_path(data, identity)
    removed = []
    try:
        for path in sorted((data / VECTORS_FOLDER).glob("*.sqlite")):
            if path == own:
                continue
            for beside in ("", "-wal", "-shm", ".suspect"):
                path.with_name(path.name + beside).unlink(missing_ok=True)
            shutil.rmtree(data / "embedding" / path.stem, ignore_errors=True)
            removed.append(path.stem)
    except OSError as error:
        raise LedgerError(
            f"Old vectors in {data} can't be deleted ({error}): delete them by hand."
        ) from error
    return tuple(removed)
