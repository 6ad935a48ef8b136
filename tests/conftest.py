"""What every test may use: no model hub, and the test index, built once from samples/."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from .chroma_server import ChromaRun, CloudStandIn

os.environ["HF_HUB_OFFLINE"] = "1"  # before any test imports a library that reads it

SAMPLES = Path(__file__).parents[1] / "samples"


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an archive made of samples/archive, to be read only.

    Built by the first of pytest-xdist's workers that asks for it; the others wait.
    """
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # shared by this run's workers
    data = folder / "samples-data"
    with (folder / "samples.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "samples.built").exists():
            from index.config import IndexConfig
            from ingest.config import IngestConfig
            from ingest.job import run

            report = run([str(SAMPLES / "archive")], IngestConfig(IndexConfig(data)))
            assert report.exit_code == 0, report.lines()
            (folder / "samples.built").touch()
    return data


@pytest.fixture(scope="session")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaRun]:
    """A Chroma server for all tests that leave it running; each archive has a collection of its own there."""
    server = ChromaRun(tmp_path_factory.mktemp("chroma"))
    yield server
    server.stop()


@pytest.fixture
def own_chroma(tmp_path: Path) -> Iterator[ChromaRun]:
    """A server for a test that ends it."""
    server = ChromaRun(tmp_path / "chroma")
    yield server
    server.stop(kill=True)


@pytest.fixture
def cloud(chroma: ChromaRun) -> Iterator[CloudStandIn]:
    stand_in = CloudStandIn(chroma.url)
    yield stand_in
    stand_in.close()
