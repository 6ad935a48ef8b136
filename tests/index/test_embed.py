"""Giving passages their vectors: all of them, once, whatever comes between."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import pytest

from index import embed
from index.embed import embed_missing
from index.errors import ModelError

from .conftest import Archive, Seeded, numbered


def missing(archive: Archive) -> list[str]:
    with closing(archive.vectors()) as vectors:
        pages = list(archive.writer.iter_passages())
        return [name for page in pages for name in vectors.missing([p.vector for p in page])]


class Looking(Seeded):
    """Notes what it was asked to embed."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def encode(self, texts, kind):  # type: ignore[no-untyped-def]
        self.asked.append(list(texts))
        return super().encode(texts, kind)


def test_every_passage_gets_the_vector_of_its_own_text(
    meaningless: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embed, "_WINDOW", 150)
    articles = numbered(0, 400)
    for n, article in enumerate(articles):
        article["text"] = f"{article['text']} {'and so on ' * (n % 7)}".strip()
    meaningless.add(*articles)
    looking = Looking()
    assert embed_missing(meaningless.writer, meaningless.config, embedder=looking) == 400
    passages = meaningless.writer.passages_after(0, 400)
    texts = meaningless.writer.embed_text(p.id for p in passages)
    with closing(meaningless.vectors()) as vectors:
        rows, found = vectors.get_many([p.vector for p in passages])
    assert found.all()
    expected = Seeded().encode([texts[p.id] for p in passages], "passage")
    assert (rows * expected).sum(axis=1).min() > 0.999
    assert sum(map(len, looking.asked)) == 400
    assert all(batch == sorted(batch, key=len) for batch in looking.asked), "sorted, so that little is padded"


def test_what_asks_it_to_stop_stops_it_after_what_is_under_way(meaningless: Archive) -> None:
    meaningless.add(*numbered(0, 400))
    steps: list[tuple[int, int]] = []

    def stop_after_two(done: int, total: int) -> None:
        steps.append((done, total))
        if len(steps) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        embed_missing(meaningless.writer, meaningless.config, stop_after_two, meaningless.embedder)
    assert steps[0] == (0, 400)
    assert steps[-1][0] < 400, "it went on to the end"
    assert len(missing(meaningless)) == 400 - steps[-1][0], "what was told is not what was kept"
    assert meaningless.embed() == 400 - steps[-1][0]
    assert missing(meaningless) == []
    assert meaningless.embed() == 0


def test_the_oldest_window_comes_first(meaningless: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed, "_WINDOW", 64)
    meaningless.add(*numbered(0, 192))
    looking = Looking()
    embed_missing(meaningless.writer, meaningless.config, embedder=looking)
    assert {int(text.rpartition("marker")[2].strip(".")) for text in looking.asked[0]} == set(range(64))


def test_a_model_that_fails_half_way_keeps_what_it_did(meaningless: Archive) -> None:
    meaningless.add(*numbered(0, 400))

    class Failing(Looking):
        def encode(self, texts, kind):  # type: ignore[no-untyped-def]
            if len(self.asked) == 2:
                raise ModelError("out of order")
            return super().encode(texts, kind)

    failing = Failing()
    with pytest.raises(ModelError, match="out of order"):
        embed_missing(meaningless.writer, meaningless.config, embedder=failing)
    left = missing(meaningless)
    assert 0 < len(left) < 400
    assert meaningless.embed() == len(left)


def test_a_run_looks_only_at_passages_behind_those_known_to_be_embedded(
    meaningless: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    meaningless.add(*numbered(0, 50))
    meaningless.embed()
    looked_at: list[int] = []
    iter_passages: Callable[..., object] = meaningless.writer.iter_passages

    def noting(after: int = 0, size: int = 2000) -> object:
        looked_at.append(after)
        return iter_passages(after, size)

    monkeypatch.setattr(meaningless.writer, "iter_passages", noting)
    meaningless.add(*numbered(50, 5))
    assert meaningless.embed() == 5
    assert looked_at == [50]


def test_after_another_model_or_lost_vectors_all_is_looked_at_again(meaningless: Archive) -> None:
    meaningless.add(*numbered(0, 20))
    meaningless.embed()

    class Other(Seeded):
        identity = "other"

    assert embed_missing(meaningless.writer, meaningless.config, embedder=Other()) == 20
    with closing(meaningless.vectors()) as vectors:
        path = vectors.path
    for file in path.parent.glob(path.name + "*"):
        file.unlink()
    assert meaningless.embed() == 20
