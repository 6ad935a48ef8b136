"""The processes of bench/kill.py: a run that ends itself at a named place, and a reader that asks throughout.

    python bench/killed.py run    PLACE NTH DELAY SIGNALS DATA SOURCE
    python bench/killed.py reader DATA KNOWN TALLY

A run prints a line `in [version ids]` after each commit: what it has reported as in. SIGNALS is `KILL`,
`TERM` (a wish to end, which a run grants when it can) or `TERM,TERM` (the second ends it as a kill does).
DELAY, in seconds, lets the place go on before the signal comes, from another process.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

# bench/ingest.py would be taken for the package.
sys.path[:] = [path for path in sys.path if Path(path).resolve() != Path(__file__).resolve().parent]
DIM = 48


class Stub:
    """An embedder that knows words, but nothing of what they mean: no model is loaded, and texts are as near
    as the words that they share make them."""

    identity = "stub"
    dim = DIM
    max_tokens = 256
    precision = "fp32"

    def encode(self, texts: Sequence[str], kind: str) -> np.ndarray:
        rows = np.stack(
            [np.sum([_direction(word) for word in text.lower().split()], axis=0) for text in texts]
        )
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]


@cache
def _direction(word: str) -> np.ndarray:
    return np.random.default_rng(list(word.strip(".,?").encode())).normal(size=DIM)


def use_stub() -> None:
    import index.embedder

    index.embedder.load_embedder = lambda config: Stub()  # type: ignore[assignment, misc]
    index.embedder.model_identity = lambda config: Stub.identity  # type: ignore[assignment, misc]


class Trap:
    """Ends this process at the n-th visit to one place."""

    def __init__(self, place: str, nth: int, delay: float, signals: Sequence[int]) -> None:
        self.place = place
        self._left = nth
        self._delay = delay
        self._signals = signals
        reader, self._pipe = os.pipe()
        self._process = os.pidfd_open(os.getpid())  # which no other process can come to have
        if os.fork() == 0:
            os.close(self._pipe)
            if os.read(reader, 1):
                time.sleep(delay)
                self._send()
            os._exit(0)
        os.close(reader)

    def _send(self) -> None:
        for number in self._signals:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, number)
            time.sleep(0.005)

    def at(self, place: str) -> None:
        if place != self.place:
            return
        self._left -= 1
        if self._left == 0:
            print("trap", flush=True)
            if self._delay:
                os.write(self._pipe, b"!")
            else:
                self._send()

    def around(self, owner: Any, name: str, place: str) -> None:
        """`before PLACE` and `after PLACE`, wherever `owner.name` is called."""
        original = getattr(owner, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self.at(f"before {place}")
            result = original(*args, **kwargs)
            self.at(f"after {place}")
            return result

        setattr(owner, name, wrapped)


def set_traps(trap: Trap) -> None:
    import index.ledger.writer as writing
    from index.dense import build, fill
    from index.lexical import LexicalWriter
    from index.vectors import Vectors

    trap.around(writing.Writer, "source", "a source is looked up")
    trap.around(writing.Batch, "add_version", "an article is added")
    trap.around(LexicalWriter, "commit", "tantivy commits")
    trap.around(LexicalWriter, "start_over", "words are rebuilt")
    trap.around(LexicalWriter, "take_over", "rebuilt words take over")
    trap.around(Stub, "encode", "a batch is embedded")
    trap.around(Vectors, "put_many", "vectors are committed")
    trap.around(build.shutil, "copytree", "a base is copied")
    for name, place in (
        ("segment_hashes", "a base is hashed"),
        ("write_manifest", "the manifest is written"),
        ("verify", "a base is verified"),
        ("sync_tree", "a base is synced"),
        ("flip", "the flip"),
        ("sweep", "old bases are swept"),
    ):
        trap.around(build, name, place)
    fill._embedded = _visited(fill._embedded, trap)  # type: ignore[assignment]
    _trap_renames(trap)
    _trap_commits(writing, trap)


def _visited(pages: Callable[..., Iterator[Any]], trap: Trap) -> Callable[..., Iterator[Any]]:
    def visited(*args: Any) -> Iterator[Any]:
        for page in pages(*args):
            trap.at("before a base is added to")
            yield page
            trap.at("after a base is added to")

    return visited


def _trap_renames(trap: Trap) -> None:
    for name in ("rename", "replace"):
        original = getattr(Path, name)

        def renamed(self: Path, target: Path, original: Callable[..., Path] = original) -> Path:
            kind = {"CURRENT.tmp": "CURRENT is replaced", "lexical": "words are moved aside"}.get(self.name)
            if kind is None and self.name.startswith("base-"):
                kind = "a base is renamed"
            trap.at(f"before {kind}")
            result = original(self, target)
            trap.at(f"after {kind}")
            return result

        setattr(Path, name, renamed)


def _trap_commits(writing: Any, trap: Trap) -> None:
    """The ledger's COMMIT itself, and what it has brought, printed once it is through."""
    batch, add_version = writing.Writer.batch, writing.Batch.add_version

    @contextlib.contextmanager
    def told(self: Any, run: int) -> Iterator[Any]:
        self._db.set_trace_callback(
            lambda sql: trap.at("before the ledger commits") if sql == "COMMIT" else None
        )
        self._added = []
        with batch(self, run) as opened:
            yield opened
        print("in", json.dumps(self._added), flush=True)
        trap.at("after the ledger commits")

    def noted(self: Any, **values: Any) -> Any:
        version = add_version(self, **values)
        self._writer._added.append(version.id)
        return version

    writing.Writer.batch, writing.Batch.add_version = told, noted


def run(place: str, nth: str, delay: str, signals: str, data: str, source: str) -> None:
    numbers = [getattr(signal, f"SIG{name}") for name in signals.split(",")]
    trap = Trap(place, int(nth), float(delay), numbers)
    use_stub()
    from index.config import IndexConfig
    from index.dense import build
    from ingest import job
    from ingest.config import IngestConfig

    build.COPY_FROM = 30
    set_traps(trap)
    print("ready", flush=True)
    trap.at("any moment")
    report = job.run([source], IngestConfig(IndexConfig(Path(data), delta_limit=12), batch_articles=5))
    print("done", json.dumps(report.as_json()), flush=True)
    sys.exit(report.exit_code)


def reader(data: str, known: str, tally: str) -> None:
    """Asks for a marker of an article that was reported as in, over and over, until SIGTERM."""
    use_stub()
    from index.config import IndexConfig
    from index.query import parse
    from index.search import Index

    ended: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: ended.append(number))
    chance = np.random.default_rng(1)
    asked, remarks, failures = 0, Counter[str](), list[str]()
    with Index.open(IndexConfig(Path(data))) as index:
        while not ended:
            marker = str(chance.choice(json.loads(Path(known).read_text())))
            asked += 1
            try:
                hits = index.search(parse(f"what did the council say of {marker}?"))
                if not hits or marker not in hits[0].text:
                    instead = hits[0].text if hits else "nothing"
                    failures.append(f"{marker} was not found ({hits.degraded}): {instead[:90]!r}")
                if hits.degraded:
                    remarks[hits.degraded.replace(data, "…")] += 1
                    if "is embedded by stub yet" not in hits.degraded:
                        failures.append(f"{marker} was found, but {hits.degraded}")
            except Exception as error:  # noqa: BLE001 - counted
                failures.append(f"{marker}: {type(error).__name__}: {error}")
            Path(tally).write_text(json.dumps([asked, failures, remarks]))
            time.sleep(0.01)


if __name__ == "__main__":
    {"run": run, "reader": reader}[sys.argv[1]](*sys.argv[2:])
