"""What holds wherever the vectors are: in the data folder, on a Chroma server, on Chroma Cloud.

Cloud can't be reached from here: a proxy before a real server enforces its published quotas and wants its
key.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from index.article import Window
from index.config import IndexConfig
from index.dense.server import search as server_search
from index.ledger import Ledger
from index.query import Query
from ingest.forget import find, forget

from ..conftest import Seeded, numbered
from .conftest import STORES, House

pytestmark = pytest.mark.parametrize("house", STORES, indirect=True)


@pytest.fixture
def narrowed_by_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few are allowed, the server is asked: else so few are scored one by one, before it is."""
    monkeypatch.setattr(server_search, "_EXACT_UP_TO", 0)


def dated(first: int, count: int) -> list[dict[str, object]]:
    """One article a day from 1 January 2024, the papers in turn, and one without a paper."""
    papers = ("The Courier", "Wire", "Gazette", None)
    return [
        article
        | {"published": f"2024-01-{1 + i:02}", "publisher": papers[i % 4]}
        | {"author": f"Writer {i % 4}", "language": "en" if i % 5 else "tr"}
        for i, article in enumerate(numbered(first, count))
    ]


def test_the_nearest_are_found_with_their_cosines(house: House) -> None:
    house.add(*numbered(1, 400))
    house.settle()
    with house.reader() as dense:
        for passage in (1, 200, 400):
            vector = house.vector(passage)
            found = dense.search(vector, 10)
            cosines = {i: float(house.vector(i) @ vector) for i in range(1, 401)}
            best = sorted(cosines.values(), reverse=True)[:10]
            assert found[0] == (passage, pytest.approx(1.0, abs=2e-3))
            assert [score for _, score in found] == pytest.approx(best, abs=2e-3)
            assert [cosines[id_] for id_, _ in found] == pytest.approx(best, abs=2e-3)
        assert dense.degraded is None


def test_any_passage_can_be_scored(house: House) -> None:
    house.add(*numbered(1, 20))
    house.settle()
    house.add(*numbered(21, 1))
    with house.reader() as dense:
        vector = house.vector(7)
        scores = dense.scores(vector, [3, 7, 21, 999])
        assert scores == {
            3: pytest.approx(float(house.vector(3) @ vector), abs=2e-3),
            7: pytest.approx(1, abs=2e-3),
        }


@pytest.mark.usefixtures("narrowed_by_the_store")
def test_a_window_and_publishers_leave_the_nearest_of_theirs(house: House) -> None:
    house.add(*dated(1, 30))
    house.settle()
    queries = [
        Query("council", window=Window(date(2024, 1, 10), date(2024, 1, 20))),
        Query("council", publishers=("the courier", "Gazette")),
        Query("council", window=Window(since=date(2024, 1, 25)), publishers=("Wire",)),
        Query("council", as_of=date(2024, 1, 7)),
        Query("council", left_out=("WIRE", "Nobody")),
    ]
    with house.reader() as dense, Ledger(house.data) as ledger:
        for query in queries:
            allowed = ledger.allowed(query.narrow)
            assert allowed is not None and 0 < len(allowed) < 30
            vector = house.vector(15)
            found = dense.search(vector, 4, allowed, query)
            exact = sorted(allowed, key=lambda i: -float(house.vector(i) @ vector))[:4]
            assert [id_ for id_, _ in found] == exact
        for query, theirs in (
            (
                Query("council", authors=("Writer 1", "Writer 2")),
                {i for i in range(1, 31) if i % 4 in (2, 3)},
            ),
            (Query("council", languages=("tr",)), set(range(1, 31, 5))),
        ):
            vector = house.vector(15)
            found = dense.search(vector, 4, theirs, query)
            exact = sorted(theirs, key=lambda i: -float(house.vector(i) @ vector))[:4]
            assert [id_ for id_, _ in found] == exact
        assert dense.degraded is None


@pytest.mark.usefixtures("narrowed_by_the_store")
def test_a_new_version_takes_the_place_of_the_old_one(house: House) -> None:
    house.add(*dated(1, 20))
    house.settle()
    old = house.vector(5)
    changed = numbered(5, 1)[0] | {"text": "The council sat and nothing was said.", "reason": "publisher"}
    house.add(changed | {"published": "2024-01-05", "modified": "2024-02-01"})
    house.settle()
    new = 21
    with house.index() as index:
        now = index.search(Query("council nothing said"), 5)
        assert new in [hit.passage for hit in now] and 5 not in [hit.passage for hit in now]
        then = index.search(Query("council word marker5", as_of=date(2024, 1, 31)), 30)
        assert 5 in [hit.passage for hit in then] and new not in [hit.passage for hit in then]
        assert dict(index.dense().search(old, 3, {5, 6}, Query("x", as_of=date(2024, 1, 31))))[5] == (
            pytest.approx(1, abs=2e-3)
        )
        assert now.degraded is None and then.degraded is None


@pytest.mark.usefixtures("narrowed_by_the_store")
def test_what_comes_later_is_found_before_and_after_it_is_written_there(house: House) -> None:
    house.add(*numbered(1, 30))
    house.settle()
    with house.reader() as dense:
        house.add(*numbered(31, 5))
        house.embed()
        assert dense.search(house.vector(33), 1)[0][0] == 33
        newer = {31, 32, 34}
        assert {id_ for id_, _ in dense.search(house.vector(33), 9, newer, Query("x"))} == newer
        house.settle()
        assert dense.search(house.vector(33), 1)[0][0] == 33
        assert len({id_ for id_, _ in dense.search(house.vector(33), 35)}) == 35
        assert dense.degraded is None


def test_two_readers_see_what_a_run_brings_and_takes(house: House) -> None:
    house.add(*numbered(1, 12))
    house.settle()
    with house.reader() as one, house.reader() as other:
        for dense in (one, other):
            assert dense.search(house.vector(9), 1)[0][0] == 9
        house.add(*numbered(13, 3))
        house.settle()
        for dense in (one, other):
            assert dense.search(house.vector(14), 1)[0][0] == 14
            assert dense.degraded is None


def test_forgotten_articles_are_found_by_nobody_and_gone_from_the_store(house: House) -> None:
    house.add(*numbered(1, 12))
    house.settle()
    vector = house.vector(4)
    done = forget(house.writer, [find(house.writer, "https://example.org/n4")], house.config)
    assert (done.passages, done.unfinished) == (1, None)
    with house.reader() as dense:
        assert 4 not in dict(dense.search(vector, 12))
    house.settle()
    with house.reader() as dense:
        found = dict(dense.search(vector, 12))
        assert 4 not in found and len(found) == 11
        assert dense.degraded is None


def test_what_is_pruned_leaves_with_the_next_run(house: House) -> None:
    articles = [version.article for version in house.add(*numbered(1, 12))]
    house.settle()
    vector = house.vector(2)
    with house.writer.batch(house.run) as batch:
        batch.withdraw(articles[:5], "pruned")
    house.writer.erase()
    house.settle()
    with house.reader() as dense:
        assert sorted(dict(dense.search(vector, 12))) == [6, 7, 8, 9, 10, 11, 12]


def test_two_archives_on_one_store_never_mix(house: House) -> None:
    house.add(*numbered(1, 8))
    house.settle()
    data = house.data.with_name("other")
    other = House(data, house.embedder, store=replace(house.config, data=data))
    with closing(other.writer):
        other.add(*numbered(101, 3))
        other.settle()
        with other.reader() as dense:
            assert len(dense.search(house.vector(1), 8)) == 3
    with house.reader() as dense:
        assert len(dense.search(house.vector(1), 11)) == 8


def test_another_model_finds_nothing_of_the_first_and_its_own_when_it_has_embedded(house: House) -> None:
    house.add(*numbered(1, 8))
    house.settle()

    class Other(Seeded):
        identity = "another"
        dim = 48

    first, house.embedder = house.embedder, Other()
    with house.index() as index:
        hits = index.search(Query("council marker3"), 8)
        assert hits.degraded is not None and "dateline ingest" in hits.degraded
        assert [hit.dense for hit in hits] == [None] * len(hits) and len(hits) > 0
    house.settle()
    with house.reader() as dense:
        assert dense.search(house.vector(3), 1)[0][0] == 3
        assert dense.degraded is None
    house.embedder = first
    house.settle()
    with house.reader() as dense:
        assert dense.search(house.vector(3), 1)[0][0] == 3


def test_settling_twice_writes_nothing_anew(house: House) -> None:
    house.add(*numbered(1, 10))
    house.settle()
    if house.config.has_server:
        done = house.publish(verify=True)
        assert (done.written, done.deleted, done.mended, done.held) == (0, 0, 0, 10)
        assert done.sample == done.found > 0
    else:
        before = (house.data / "chroma" / "CURRENT").read_text()
        house.settle()
        assert (house.data / "chroma" / "CURRENT").read_text() == before


def test_many_passages_are_written_in_writes_that_the_store_takes(house: House) -> None:
    house.add(*numbered(1, 700))
    house.settle()
    with house.reader() as dense:
        assert np.isclose(dense.search(house.vector(650), 1)[0][1], 1, atol=2e-3)
        assert len(dense.search(house.vector(650), 250)) == 250


def test_the_data_folder_needs_no_vectors_to_be_read_by_a_server(house: House, tmp_path: object) -> None:
    """A reader on another machine may hold the ledger and the word index alone."""
    if not house.config.has_server:
        pytest.skip("the data folder's vectors are all there is")
    house.add(*numbered(1, 20))
    house.settle()
    vector = house.vector(11)
    for path in (house.data / "vectors").iterdir():
        path.unlink()
    with house.reader() as dense:
        assert dense.search(vector, 1) == [(11, pytest.approx(1, abs=2e-3))]
        assert dense.scores(vector, [11]) == {11: pytest.approx(1, abs=2e-3)}
        allowed = {3, 11, 12}
        assert dense.search(vector, 1, allowed, Query("x"))[0][0] == 11
        assert isinstance(house.config, IndexConfig)
