"""A small archive in a temporary folder, made of real parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from index.article import NewPassage, Version
from index.config import IndexConfig
from index.dense import build_if_due
from index.embed import embed_missing
from index.embedder import Embedder, load_embedder
from index.ledger import Batch, Writer
from index.query import parse
from index.search import Index
from index.text import sentences
from index.vectors import Vectors

QUESTION = parse("why did Baku refuse Washington talks?")
REFUSAL = (
    "Azerbaijan's foreign ministry said on Thursday that its minister would not travel to the United States, "
    "calling the American side one-sided."
)


@dataclass
class Archive:
    """What an ingest run does to an archive, in one line each."""

    data: Path
    embedder: Embedder
    writer: Writer = field(init=False)
    run: int = field(init=False)

    def __post_init__(self) -> None:
        self.open_writer()

    @property
    def config(self) -> IndexConfig:
        return IndexConfig(self.data)

    def open_writer(self) -> None:
        self.writer = Writer(self.data)
        self.run = self.writer.start_run(["test"])

    def add(self, *articles: dict[str, object]) -> list[Version]:
        """Adds articles in one batch; each a dict for `add_version`, a passage a paragraph."""
        with self.writer.batch(self.run) as batch:
            return [add_version(batch, **article) for article in articles]

    def embed(self) -> int:
        return embed_missing(self.writer, self.config, embedder=self.embedder)

    def build(self, delta_limit: int = 10_000) -> str | None:
        config = IndexConfig(self.data, delta_limit=delta_limit)
        with closing(self.vectors()) as vectors:
            return build_if_due(self.writer, vectors, config)

    def vectors(self) -> Vectors:
        return Vectors(self.data, self.embedder.identity, self.embedder.dim, create=True)


def add_version(batch: Batch, key: str, text: str, title: str = "A title", **more: object) -> Version:
    """Adds a version with a passage a line; what isn't said is filled in."""
    values: dict[str, object] = {
        "article_key": key,
        "url": f"https://example.org/{key}",
        "origin": f"/archive/{key}.txt",
        "title": title,
        "text": text,
        "publisher": "The Courier",
        "author": None,
        "language": "en",
        "published": "2023-11-16",
        "modified": None,
        "raw_hash": "raw",
        "cleaner": 1,
        "reason": "first",
        "passages": passages_of(title, text),
    }
    return batch.add_version(**values | more)  # type: ignore[arg-type]


def passages_of(title: str, text: str) -> list[NewPassage]:
    lines: list[tuple[int, int]] = []
    for start, end in sentences(text):
        if lines and "\n" not in text[lines[-1][1] : start]:
            lines[-1] = (lines[-1][0], end)
        else:
            lines.append((start, end))
    return [NewPassage(start, end, f"{title}\n{text[start:end]}") for start, end in lines]


class Seeded:
    """An embedder without meaning: equal texts get equal vectors, others far ones. No model is loaded."""

    identity = "seeded"
    dim = 32
    max_tokens = 256
    precision = "fp32"

    def encode(self, texts: Sequence[str], kind: str) -> np.ndarray:
        rows = np.stack([np.random.default_rng(list(text.encode())).normal(size=self.dim) for text in texts])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]


@pytest.fixture(scope="session")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    return load_embedder(IndexConfig(tmp_path_factory.mktemp("unused")))


@pytest.fixture
def archive(tmp_path: Path, embedder: Embedder) -> Iterator[Archive]:
    """An empty archive with the real embedding model."""
    archive = Archive(tmp_path / "data", embedder)
    yield archive
    archive.writer.close()


@pytest.fixture
def meaningless(tmp_path: Path) -> Iterator[Archive]:
    """An empty archive for tests in which only numbers and files matter."""
    archive = Archive(tmp_path / "data", Seeded())
    yield archive
    archive.writer.close()


@pytest.fixture(scope="session")
def newsroom(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    archive = Archive(tmp_path_factory.mktemp("newsroom") / "data", embedder)
    wire = {"title": "Meeting off", "text": REFUSAL}
    (first,) = archive.add(wire | {"key": "wire", "publisher": "Wire", "published": "2023-11-16"})
    rounds = "\n".join(f"Round {i} of the chess tournament in Vienna ended in a draw." for i in range(6))
    archive.add(
        wire | {"key": "copy", "publisher": "Copy", "published": "2023-11-17", "story": first.article},
        {"key": "rain", "text": "Heavy rain closed the valley road for two days.", "published": "2023-11-20"},
        {"key": "match", "title": "Draw", "text": "Qarabag drew with Leverkusen.", "published": None},
        {"key": "long", "title": "A long tournament", "text": rounds, "published": "2023-12-01"},
        {"key": "toll", "text": "Twelve people died in the blast.", "published": "2024-01-05"},
    )
    corrected = {"text": "Nine people died in the blast, the ministry said.", "modified": "2024-01-08"}
    archive.add(corrected | {"key": "toll", "published": "2024-01-05", "reason": "publisher"})
    archive.embed()
    archive.build()
    archive.writer.close()
    return archive.data


@pytest.fixture
def index(newsroom: Path) -> Iterator[Index]:
    with Index.open(IndexConfig(newsroom)) as index:
        yield index


def numbered(first: int, count: int) -> list[dict[str, object]]:
    """Articles of one passage, each with a word of its own: marker1, marker2 …"""
    return [
        {"key": f"n{i}", "text": f"The council met and the word was marker{i}."}
        for i in range(first, first + count)
    ]
