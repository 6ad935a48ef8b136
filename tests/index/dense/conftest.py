"""One archive over each of three stores: the data folder, a Chroma server, and what stands in for Cloud."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from index.config import IndexConfig
from index.dense import Dense, build, build_if_due, erase
from index.dense.server import Published, Publisher, ServerDense
from index.embedder import Embedder
from index.ledger import Ledger
from index.search import Index

from ...chroma_server import KEY
from ..conftest import Archive, Seeded

STORES = (pytest.param("embedded", marks=pytest.mark.slow), "server", "cloud")
"""The data folder's base has its own in test_dense.py; that it passes these too is seen in the slow ones."""


@dataclass
class House(Archive):
    """An archive and the store that its vectors are in."""

    store: IndexConfig = field(default_factory=lambda: IndexConfig(Path()))

    @property
    def config(self) -> IndexConfig:
        return self.store

    def settle(self) -> None:
        """What the end of a run does: embeds, then builds a base or writes to the server."""
        self.embed()
        if self.config.has_server:
            self.publish()
        else:
            with closing(self.vectors()) as vectors:
                build_if_due(self.writer, vectors, IndexConfig(self.data, delta_limit=0))

    def publish(self, *, verify: bool = False) -> Published:
        with closing(self.vectors()) as vectors:
            publisher = Publisher(self.writer, vectors, self.config)
            try:
                return publisher.finish(verify=verify)
            finally:
                publisher.close()

    @contextmanager
    def reader(self) -> Iterator[Dense | ServerDense]:
        """As another process reads: a ledger of its own."""
        with self.index() as index:
            yield index.dense()

    @contextmanager
    def index(self) -> Iterator[Index]:
        with Index(self.config, Ledger(self.data)) as index:
            index._embedder = cast(Embedder, self.embedder)
            yield index

    def vector(self, passage: int) -> np.ndarray:
        text = self.writer.embed_text([passage])[passage]
        return np.asarray(self.embedder.encode([text], "query")[0])


def config_of(kind: str, data: Path, request: pytest.FixtureRequest) -> IndexConfig:
    if kind == "embedded":
        return IndexConfig(data)
    if kind == "server":
        return IndexConfig(data, chroma_url=request.getfixturevalue("chroma").url)
    return IndexConfig(data, chroma_url=request.getfixturevalue("cloud").url, chroma_api_key=KEY)


@pytest.fixture
def house(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    kind = getattr(request, "param", "server")
    if kind == "embedded":  # a process for each base; test_dense.py has them
        for module in (build, erase):
            monkeypatch.setattr(module, "verify", lambda *_: None)
    data = tmp_path / "data"
    house = House(data, cast(Embedder, Seeded()), store=config_of(kind, data, request))
    yield house
    house.writer.close()
    if kind == "cloud":
        assert request.getfixturevalue("cloud").refused == [], "a quota was passed over"
