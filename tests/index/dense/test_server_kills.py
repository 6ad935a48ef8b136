"""Runs that write to a Chroma server, and the server itself, killed at any moment: the next completes it."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.config import IndexConfig
from index.dense.server.collection import Collection
from index.dense.server.http import ChromaServer
from index.ledger import Ledger, stores

from ...chroma_server import ChromaRun
from ..conftest import numbered
from .conftest import House

ROOT = Path(__file__).parents[3]
SCRIPT = """
import sys
from contextlib import closing
from pathlib import Path
from index.config import IndexConfig
from index.dense.server import Publisher
from index.ledger import Writer
from index.vectors import Vectors
data = Path(sys.argv[1])
with Writer(data) as writer, closing(Vectors(data, "seeded")) as vectors:
    publisher = Publisher(writer, vectors, IndexConfig(data, chroma_url=sys.argv[2]))
    print("ready", flush=True)
    publisher.finish()
"""


def started(house: House) -> subprocess.Popen[str]:
    assert house.config.chroma_url
    command = [sys.executable, "-c", SCRIPT, str(house.data), house.config.chroma_url]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT
    )
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    return process


def assert_whole(house: House) -> None:
    """The server holds the passages of the latest versions, with their vectors, and nothing else."""
    with closing(ChromaServer(house.config)) as server, Ledger(house.data) as ledger:
        collection = Collection(server, ledger.identity, house.embedder.identity, house.embedder.dim)
        old = stores.superseded(ledger)
        passages = [p for page in ledger.iter_passages() for p in page if p.id not in old]
        assert collection.ids() == {passage.id for passage in passages}
        held = collection.vectors([passage.id for passage in passages])
        texts = ledger.embed_text([passage.id for passage in passages])
        for id_, text in texts.items():
            assert np.allclose(held[id_], house.embedder.encode([text], "passage")[0], atol=2e-3)


def change(house: House, chance: random.Random, number: int) -> None:
    """What a run and a forgetting bring: new articles, new versions, articles taken out."""
    house.open_writer()
    house.add(*numbered(10_000 * number, 900))
    versions = [v for (v,) in [house.add(article) for article in numbered(10_000 * number + 5_000, 6)]]
    for article in numbered(10_000 * number, 20):
        house.add(article | {"text": f"It was said anew, {number}.", "reason": "publisher"})
    with house.writer.batch(house.run) as batch:
        batch.withdraw([versions[chance.randrange(6)].article], "forgotten")
    house.writer.erase()
    house.embed()
    house.writer.close()


def killed_child(house: House, _server: ChromaRun, after: float) -> None:
    child = started(house)
    time.sleep(after)
    child.send_signal(signal.SIGKILL)
    child.wait()


def killed_server(house: House, server: ChromaRun, after: float) -> None:
    child = started(house)
    time.sleep(after)
    server.stop(kill=True)
    server.start()
    child.wait()  # it waited for the server, or gave up


@pytest.mark.slow
@pytest.mark.parametrize("kill", [killed_child, killed_server])
def test_killed_at_any_moment_the_next_run_completes_it(
    own_chroma: ChromaRun, house: House, kill: Callable[[House, ChromaRun, float], None]
) -> None:
    chance = random.Random(11)
    house.store = replace(house.store, chroma_url=own_chroma.url)
    house.writer.close()
    for number in range(1, 5):
        change(house, chance, number)
        kill(house, own_chroma, chance.uniform(0, 0.6))
    assert started(house).wait() == 0
    assert_whole(house)
    house.open_writer()
    assert house.publish(verify=True).written == 0
    assert isinstance(house.config, IndexConfig)
