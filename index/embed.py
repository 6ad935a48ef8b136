"""Giving passages their vectors, in batches that each commit: a killed run goes on where it stood."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from time import monotonic

from index.config import IndexConfig
from index.embedder import Embedder, Floats, load_embedder, prepare
from index.ledger import Ledger
from index.vectors import Vectors

_WINDOW = 2048
"""Texts sorted by length together, so that those computed together are padded little."""
_SECONDS = 2.0
"""Between two commits. Two batches are under way at a time: a kill loses about twice that."""
_FIRST, _LEAST, _MOST = 64, 32, 1024
"""Texts of the first batch, and of any: their number follows the rate at which they are embedded."""
_AT_A_TIME = 2
"""The next batch begins while the last texts of one are computed and while it is committed."""

Progress = Callable[[int, int], None]


def embed_missing(
    ledger: Ledger,
    config: IndexConfig,
    progress: Progress | None = None,
    embedder: Embedder | None = None,
) -> int:
    """Embeds what has no vector yet, oldest passages first; how many texts that was.

    `progress` gets (texts done, texts in all) before the first batch and after each. What it raises ends
    the work, after the batches under way. To be called by the process that holds the archive's Writer.
    ModelError when the model can't be had.
    """
    embedder = embedder or load_embedder(config)
    vectors = Vectors(config.data, embedder.identity, embedder.dim, create=True)
    try:
        last = ledger.last_passage()
        waiting = _waiting(ledger, vectors)
        if waiting:
            _embed(ledger, vectors, embedder, waiting, progress)
        if last > vectors.complete(ledger):
            vectors.note_complete(ledger, last)
        return len(waiting)
    finally:
        vectors.close()


def _waiting(ledger: Ledger, vectors: Vectors) -> dict[str, int]:
    """Hashes without a vector, each with a passage that it is the hash of, oldest first. Looks only at
    passages behind those that are known to have theirs."""
    waiting: dict[str, int] = {}
    for page in ledger.iter_passages(after=vectors.complete(ledger)):
        missing = set(vectors.missing([passage.vector for passage in page]))
        for passage in page:
            if passage.vector in missing:
                waiting.setdefault(passage.vector, passage.id)
    return waiting


def _embed(
    ledger: Ledger, vectors: Vectors, embedder: Embedder, waiting: dict[str, int], progress: Progress | None
) -> None:
    total = len(waiting)
    tell = progress or (lambda done, total: None)
    tell(0, total)
    source = _Source(ledger, waiting)
    prepare(embedder, source.sample(), total)

    def compute(texts: list[str]) -> tuple[Floats, str]:
        rows = embedder.encode(texts, "passage")
        return rows, embedder.precision

    under_way: deque[tuple[list[str], Future[tuple[Floats, str]]]] = deque()
    done, size, last = 0, _FIRST, monotonic()
    wish: BaseException | None = None
    with ThreadPoolExecutor(_AT_A_TIME, thread_name_prefix="batch") as workers:
        while True:
            while wish is None and len(under_way) < _AT_A_TIME and (batch := source.take(size)):
                names = [name for name, _ in batch]
                under_way.append((names, workers.submit(compute, [text for _, text in batch])))
            if not under_way:
                break
            names, result = under_way.popleft()
            vectors.put_many(names, *result.result())
            done += len(names)
            now = monotonic()
            wished = len(names) * _SECONDS / max(now - last, 1e-3)
            size, last = int(min(max(wished, size / 2, _LEAST), size * 2, _MOST)), now
            try:
                tell(done, total)
            except BaseException as error:  # noqa: BLE001 - raised below; what is under way is kept first
                wish = wish or error
    if wish is not None:
        raise wish


class _Source:
    """The waiting texts, window after window, each sorted by length."""

    def __init__(self, ledger: Ledger, waiting: dict[str, int]) -> None:
        self._ledger = ledger
        self._names = list(waiting)
        self._ids = list(waiting.values())
        self._sorted: Iterator[tuple[str, str]] = iter(())
        self._at = 0

    def sample(self) -> list[str]:
        """Texts from all over what waits, for measuring."""
        step = max(1, len(self._ids) // 128)
        return list(self._ledger.embed_text(self._ids[::step][:128]).values())

    def take(self, count: int) -> list[tuple[str, str]]:
        """The next hashes with their texts, at most so many; fewer at the end of a window."""
        batch = list(islice(self._sorted, count))
        if not batch and self._at < len(self._names):
            window = slice(self._at, self._at + _WINDOW)
            self._at += _WINDOW
            texts = self._ledger.embed_text(self._ids[window])
            # One deleted since it was found waiting has no text any more, and needs no vector.
            passages = zip(self._names[window], self._ids[window], strict=True)
            pairs = [(name, texts[passage]) for name, passage in passages if passage in texts]
            self._sorted = iter(sorted(pairs, key=lambda pair: len(pair[1])))
            return self.take(count)
        return batch
