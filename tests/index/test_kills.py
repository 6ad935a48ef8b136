"""SIGKILL in the middle of the work: everything goes on answering and the next run finishes."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from zlib import crc32

import pytest

from index.config import IndexConfig
from index.dense import Dense, base_manifest
from index.ledger import Ledger
from index.lexical import Lexical, Term
from index.query import parse
from index.search import Index
from index.vectors import Vectors

from .conftest import Archive, Seeded, numbered

ROOT = Path(__file__).parents[2]
PASSAGES = 3
WORK = """
import sys, time
from pathlib import Path
import index.embed
from tests.index.conftest import Archive, Seeded, numbered

class Slow(Seeded):
    def encode(self, texts, kind):
        time.sleep(0.05)
        return super().encode(texts, kind)

archive = Archive(Path(sys.argv[2]), Slow())
say = lambda *what: print(*what, flush=True)
if sys.argv[1] == "write":
    at = archive.writer.stats()["articles"]
    while True:
        articles = [
            article | {"text": "\\n".join(f"{article['text']} Part {part}." for part in range(3))}
            for article in numbered(at, 20)
        ]
        archive.add(*articles)
        at += 20
        say(at)
elif sys.argv[1] == "embed":
    index.embed.embed_missing(archive.writer, archive.config, say, archive.embedder)
elif sys.argv[1] == "sign":
    from zlib import crc32
    from index.ledger import bands
    bands._AT_ONCE = 20
    def sign(text, title):
        say("signed")
        time.sleep(0.002)
        return [crc32(text.encode())]
    archive.writer.sign_anew(2, sign)
else:
    from index.dense import build_if_due
    build_if_due(archive.writer, archive.vectors(), archive.config, say)
say("done")
"""


class Worker:
    """`write`, `embed`, `sign` or `build` in a process that is going to be killed."""

    def __init__(self, work: str, data: Path) -> None:
        command = [sys.executable, "-c", WORK, work, str(data)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)

    def lines(self, count: int) -> list[str]:
        assert self.process.stdout is not None
        return [self.process.stdout.readline().strip() for _ in range(count)]

    def kill(self) -> list[str]:
        """Kills; what it still said before."""
        self.process.send_signal(signal.SIGKILL)
        said, _ = self.process.communicate()
        return said.split("\n")[:-1]


@pytest.fixture
def started() -> Iterator[Callable[[str, Path], Worker]]:
    workers: list[Worker] = []

    def start(work: str, data: Path) -> Worker:
        workers.append(Worker(work, data))
        return workers[-1]

    yield start
    for worker in workers:
        if worker.process.returncode is None:
            worker.kill()


def assert_whole(data: Path, reported: int) -> int:
    """That every article is in with all its passages, found by words; how many there are."""
    with Ledger(data) as ledger:
        passages = [passage for page in ledger.iter_passages() for passage in page]
        stats = ledger.stats()
        assert stats["articles"] == stats["versions"] >= reported
        assert len(passages) == PASSAGES * stats["versions"]
        versions = ledger.versions_by_id({passage.version for passage in passages})
        for passage in passages:
            assert f"Part {passage.n}." in versions[passage.version].text[passage.start : passage.end]
        found = Lexical(data).scores([Term("council")], [passage.id for passage in passages])
        assert len(found) == len(passages)
        return stats["articles"]


def kill_writers(data: Path, start: Callable[[str, Path], Worker], kills: int) -> None:
    seed = random.Random(kills)
    reported = 0
    Archive(data, Seeded()).writer.close()
    with Index.open(IndexConfig(data)) as index:
        for _ in range(kills):
            worker = start("write", data)
            said = worker.lines(1)
            time.sleep(seed.uniform(0, 0.15))
            said += worker.kill()
            reported = assert_whole(data, int(said[-1]))
            hits = index.search(parse(f"marker{reported - 1}"))
            assert f"marker{reported - 1}." in hits[0].text
    archive = Archive(data, Seeded())
    with closing(archive.writer):
        # When its writer is killed, a transaction may be in the log whole and not yet announced to readers.
        # Whoever opens the log first brings it in.
        held = archive.writer.stats()["articles"]
        assert held in (reported, reported + 20)
        text = "\n".join(f"The council finished. Part {part}." for part in range(PASSAGES))
        archive.add({"key": "last", "text": text})
        archive.embed()
        assert archive.build() == "base-1"
    assert assert_whole(data, held + 1) == held + 1
    assert base_manifest(data)["passages"] == PASSAGES * (held + 1)  # type: ignore[index]


def test_a_killed_writer_leaves_whole_articles_only(
    tmp_path: Path, started: Callable[[str, Path], Worker]
) -> None:
    kill_writers(tmp_path / "data", started, kills=2)


@pytest.mark.slow
def test_many_killed_writers_leave_whole_articles_only(
    tmp_path: Path, started: Callable[[str, Path], Worker]
) -> None:
    kill_writers(tmp_path / "data", started, kills=25)


def test_a_killed_embedding_run_keeps_what_it_committed(
    meaningless: Archive, started: Callable[[str, Path], Worker]
) -> None:
    meaningless.add(*numbered(0, 600))
    meaningless.writer.close()
    worker = started("embed", meaningless.data)
    reported = int(worker.lines(2)[-1].split()[0])
    worker.kill()
    with (
        Ledger(meaningless.data) as ledger,
        closing(Vectors(meaningless.data, "seeded")) as vectors,
        closing(Dense(ledger, vectors)) as dense,
    ):
        done = vectors.count()
        assert reported <= done < 600
        question = Seeded().encode([ledger.embed_text([5])[5]], "query")[0]
        assert dense.search(question, 1)[0][0] == 5
        meaningless.open_writer()
        assert meaningless.embed() == 600 - done
        assert len(dense.search(question, 1000)) == 600


def test_a_killed_signing_goes_on_where_it_was(
    meaningless: Archive, started: Callable[[str, Path], Worker]
) -> None:
    versions = meaningless.add(*numbered(0, 200))
    with meaningless.writer.batch(meaningless.run) as batch:
        for version in versions:
            batch.add_bands(version.id, [99])
    meaningless.writer.close()
    worker = started("sign", meaningless.data)
    worker.lines(50)
    worker.kill()
    meaningless.open_writer()
    left: list[str] = []

    def sign(text: str, title: str) -> list[int]:
        left.append(text)
        return [crc32(text.encode())]

    meaningless.writer.sign_anew(2, sign)
    assert 0 < len(left) <= 160
    assert meaningless.writer.candidates([99]) == []
    for version in versions:
        assert meaningless.writer.candidates([crc32(version.text.encode())]) == [version.id]


def at_a_step(worker: Worker, data: Path, wait: float) -> None:
    worker.lines(1)
    time.sleep(wait)


def while_verifying(worker: Worker, data: Path, wait: float) -> None:
    while not list((data / "chroma").glob("*.tmp/manifest.json")) and worker.process.poll() is None:
        time.sleep(0.005)
    time.sleep(wait)


def kill_builders(
    archive: Archive,
    start: Callable[[str, Path], Worker],
    moments: list[tuple[Callable[[Worker, Path, float], None], float]],
) -> None:
    archive.add(*numbered(0, 1200))
    archive.embed()
    archive.writer.close()
    with (
        Ledger(archive.data) as ledger,
        closing(Vectors(archive.data, "seeded")) as vectors,
        closing(Dense(ledger, vectors)) as dense,
    ):
        question = Seeded().encode([ledger.embed_text([1111])[1111]], "query")[0]
        for moment, wait in moments:
            worker = start("build", archive.data)
            moment(worker, archive.data, wait)
            worker.kill()
            assert dense.search(question, 1)[0][0] == 1111
            assert dense.degraded is None
        archive.open_writer()
        archive.build()
        assert base_manifest(archive.data)["passages"] == 1200  # type: ignore[index]
        assert not list((archive.data / "chroma").glob("*.tmp"))
        assert dense.search(question, 1)[0][0] == 1111
        assert dense._base is not None


def test_a_killed_base_is_not_used_and_the_next_run_builds_one(
    meaningless: Archive, started: Callable[[str, Path], Worker]
) -> None:
    kill_builders(meaningless, started, [(at_a_step, 0.01), (while_verifying, 0.3)])


@pytest.mark.slow
def test_a_base_killed_at_any_moment_is_not_used(
    meaningless: Archive, started: Callable[[str, Path], Worker]
) -> None:
    waits = [i / 20 for i in range(8)]
    kill_builders(
        meaningless, started, [(moment, wait) for wait in waits for moment in (at_a_step, while_verifying)]
    )
