"""A Chroma server that is away, slow, strange, wiped or set back: a sentence, and the next run mends."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from index.dense.server import Publisher, http, remove
from index.dense.server import search as server_search
from index.dense.server.collection import Collection, collection_name
from index.dense.server.http import ChromaServer
from index.errors import DatelineError, IndexMismatchError, ServerError
from index.ledger import stores
from index.narrow import Narrow
from index.query import Query
from ingest.forget import find, forget

from ...chroma_server import KEY, ChromaRun, CloudStandIn
from ..conftest import Archive, Seeded, numbered
from .conftest import House


@pytest.fixture
def at(house: House) -> Callable[..., House]:
    """The house, with its vectors elsewhere."""

    def moved(url: str, **more: str) -> House:
        house.store = replace(house.store, chroma_url=url, **more)
        return house

    return moved


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_SECONDS", {"read": 0.3, "write": 0.3})
    monkeypatch.setattr(http, "_TRIES", {"read": 2, "write": 2})
    monkeypatch.setattr(server_search, "_REST", 0.0)


def count(house: House) -> int:
    with closing(ChromaServer(house.config)) as server:
        return Collection(server, house.writer.identity, house.embedder.identity, house.embedder.dim).count()


@pytest.mark.usefixtures("impatient")
def test_while_it_is_away_words_answer_and_say_so_and_then_it_is_asked_again(
    own_chroma: ChromaRun, at: Callable[..., House]
) -> None:
    house = at(own_chroma.url)
    house.add(*numbered(1, 12))
    house.settle()
    with house.index() as index:
        assert index.search(Query("council marker3"), 3).degraded is None
        own_chroma.stop(kill=True)
        hits = index.search(Query("council marker3"), 3)
        assert hits.degraded is not None and "can't be reached" in hits.degraded
        assert "by words alone" in hits.degraded
        assert hits[0].passage == 3
        own_chroma.start()
        assert index.search(Query("council marker3"), 3).degraded is None


@pytest.mark.usefixtures("impatient")
def test_what_a_run_couldn_t_write_is_written_by_the_next(
    own_chroma: ChromaRun, at: Callable[..., House]
) -> None:
    house = at(own_chroma.url)
    house.add(*numbered(1, 12))
    house.settle()
    own_chroma.stop()
    house.add(*numbered(13, 5))
    house.embed()
    with pytest.raises(ServerError, match="see that it runs"):
        house.publish()
    with house.reader() as dense:
        assert 15 in dict(dense.search(house.vector(15), 3))  # at hand, and so found without the server
    own_chroma.start()
    assert (house.publish().written, count(house)) == (5, 17)


@pytest.mark.usefixtures("impatient")
def test_one_that_fails_for_a_moment_is_tried_again_and_one_that_goes_on_failing_is_named(
    cloud: CloudStandIn, at: Callable[..., House]
) -> None:
    house = at(cloud.url, chroma_api_key=KEY)
    house.add(*numbered(1, 5))
    house.embed()
    cloud.faults = [503]
    assert house.publish().held == 5
    house.add(*numbered(6, 5))
    house.embed()
    cloud.faults = [500] * 20
    with pytest.raises(ServerError, match=r"answers 500 .the stand-in was told to fail.: see its log"):
        house.publish()
    cloud.faults = [429] * 20
    with pytest.raises(ServerError, match="too many requests"):
        house.publish()
    cloud.faults = []
    assert house.publish().held == 10


@pytest.mark.usefixtures("impatient")
def test_one_that_is_slow_isn_t_waited_for_without_end(cloud: CloudStandIn, at: Callable[..., House]) -> None:
    house = at(cloud.url, chroma_api_key=KEY)
    house.add(*numbered(1, 5))
    house.settle()
    with house.index() as index:
        cloud.delay = 1.0
        hits = index.search(Query("council marker3"), 3)
        assert hits.degraded is not None and "doesn't answer within" in hits.degraded
        assert hits[0].passage == 3


def test_a_wrong_key_tenant_database_or_address_is_named(
    chroma: ChromaRun, cloud: CloudStandIn, at: Callable[..., House]
) -> None:
    house = at(cloud.url, chroma_api_key="another")
    house.add(*numbered(1, 2))
    house.embed()
    with pytest.raises(ServerError, match=r"401 .*CHROMA_API_KEY"):
        house.publish()
    for setting in ("chroma_tenant", "chroma_database"):
        house.store = replace(house.store, chroma_url=chroma.url, chroma_api_key=None, **{setting: "nobody"})
        with pytest.raises(ServerError, match="CHROMA_TENANT and CHROMA_DATABASE"):
            house.publish()
        house.store = replace(house.store, **{setting: None})


def test_what_answers_but_is_no_chroma_is_named(at: Callable[..., House], tmp_path: Path) -> None:
    import threading
    from http.server import HTTPServer, SimpleHTTPRequestHandler

    class Silent(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    web = HTTPServer(("127.0.0.1", 0), Silent)
    threading.Thread(target=web.serve_forever, args=(0.05,), daemon=True).start()
    house = at(f"http://127.0.0.1:{web.server_address[1]}")
    house.add(*numbered(1, 2))
    house.embed()
    try:
        with pytest.raises(ServerError, match="it answers 404"):
            house.publish()
    finally:
        web.shutdown()
        web.server_close()


def test_no_password_is_ever_shown(at: Callable[..., House], caplog: pytest.LogCaptureFixture) -> None:
    house = at("http://reader:secret@127.0.0.1:9/sub")
    house.add(*numbered(1, 2))
    house.embed()
    with closing(ChromaServer(house.config)) as server:
        assert server.address == "http://127.0.0.1:9/sub"
        with pytest.raises(ServerError) as caught:
            server.call("GET", "/version", kind="read")
    assert "secret" not in f"{caught.value}{caplog.text}{house.config.chroma_api_key}"


def test_a_collection_of_another_dimension_or_of_somebody_else_is_refused(house: House) -> None:
    house.add(*numbered(1, 3))
    house.settle()

    class Longer(Seeded):
        dim = 48

    shutil.rmtree(house.data / "vectors")
    house.embedder = Longer()  # the same name, and other vectors
    house.embed()
    with pytest.raises(IndexMismatchError, match="with 32 numbers a vector, not of seeded with 48"):
        house.publish()
    house.embedder = Seeded()
    foreign = collection_name(house.writer.identity, "foreign")
    url = f"{house.config.chroma_url}/api/v2/tenants/default_tenant/databases/default_database/collections"
    httpx.post(url, json={"name": foreign, "metadata": {"by": "somebody"}}).raise_for_status()
    with (
        closing(ChromaServer(house.config)) as server,
        pytest.raises(IndexMismatchError, match="something else"),
    ):
        Collection(server, house.writer.identity, "foreign", 32).find()


def test_a_model_that_the_server_has_nothing_of_is_named_with_the_one_it_has(house: House) -> None:
    house.add(*numbered(1, 3))
    house.settle()
    with (
        closing(ChromaServer(house.config)) as server,
        pytest.raises(DatelineError, match="it does by seeded"),
    ):
        Collection(server, house.writer.identity, "another", 32).find()


def test_one_that_was_wiped_is_filled_again(house: House) -> None:
    house.add(*numbered(1, 20))
    house.settle()
    with house.reader() as dense:
        assert dense.search(house.vector(5), 1)[0][0] == 5
        remove(house.writer, replace(house.config))
        assert house.publish().written == 20
        assert dense.search(house.vector(5), 1)[0][0] == 5
        assert dense.degraded is None
    with closing(ChromaServer(house.config)) as server:
        name = collection_name(house.writer.identity, house.embedder.identity)
        server.call("DELETE", f"{server.home()}/collections/{name}", kind="write")
    assert (house.publish().written, count(house)) == (20, 20)


def test_one_that_lost_some_and_has_others_is_mended(house: House) -> None:
    house.add(*numbered(1, 20))
    house.settle()
    with closing(ChromaServer(house.config)) as server:
        collection = Collection(server, house.writer.identity, house.embedder.identity, house.embedder.dim)
        collection.delete([3, 4, 5])
        assert collection.count() == 17
    done = house.publish(verify=True)
    assert (done.held, done.mended) == (20, 3)


def test_one_that_lost_some_still_answers_for_the_others(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_search, "_EXACT_UP_TO", 0)
    house.add(*numbered(1, 60))
    house.settle()
    with closing(ChromaServer(house.config)) as server:
        Collection(server, house.writer.identity, house.embedder.identity, house.embedder.dim).delete([3])
    with house.reader() as dense:
        # Named to it, one that isn't there makes it fail; told what they have in common, it doesn't.
        query = Query("council", publishers=("The Courier",))
        assert dense.search(house.vector(4), 1, {3, 4, 5}, query)[0][0] == 4
        assert dense.degraded is None


def test_a_data_folder_that_is_put_back_writes_over_what_came_after_it(house: House, tmp_path: Path) -> None:
    house.add(*numbered(1, 10))
    house.settle()
    house.writer.close()
    shutil.copytree(house.data, tmp_path / "backup")
    house.open_writer()
    house.add(*numbered(11, 5))  # passages 11 to 15, of which the backup knows nothing
    house.settle()
    house.writer.close()
    shutil.rmtree(house.data)
    (tmp_path / "backup").rename(house.data)
    house.open_writer()
    house.add(*numbered(101, 3))  # passages 11 to 13, of other texts
    house.settle()
    assert count(house) == 13
    with house.reader() as dense:
        assert dense.search(house.vector(12), 1) == [(12, pytest.approx(1, abs=2e-3))]


def test_two_copies_of_an_archive_that_write_to_one_collection_don_t_mix_their_passages(
    house: House, tmp_path: Path
) -> None:
    house.add(*numbered(1, 10))
    house.settle()
    house.writer.close()
    shutil.copytree(house.data, tmp_path / "copy")
    house.open_writer()
    house.add(*numbered(11, 5))
    house.settle()
    copy = House(tmp_path / "copy", house.embedder, store=replace(house.config, data=tmp_path / "copy"))
    with closing(copy.writer):
        copy.add(*numbered(101, 5))  # passages 11 to 15 there, too
        copy.settle()
        with copy.reader() as dense:
            assert dense.search(copy.vector(13), 1) == [(13, pytest.approx(1, abs=2e-3))]
    house.settle()
    with house.reader() as dense:
        assert dense.search(house.vector(13), 1) == [(13, pytest.approx(1, abs=2e-3))]


def test_an_archive_is_published_without_its_superseded_versions(house: House) -> None:
    house.add(*numbered(1, 6))
    house.add(numbered(2, 1)[0] | {"text": "The council said nothing.", "reason": "publisher"})
    house.embed()
    done = house.publish(verify=True)
    assert (done.written, done.held, done.mended, count(house)) == (6, 6, 0, 6)


def test_what_is_forgotten_while_it_is_away_is_deleted_later(
    own_chroma: ChromaRun, at: Callable[..., House], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "_TRIES", {"read": 1, "write": 1})
    house = at(own_chroma.url)
    house.add(*numbered(1, 8))
    house.settle()
    own_chroma.stop()
    done = forget(house.writer, [find(house.writer, "https://example.org/n4")], house.config)
    assert done.unfinished is not None and "still on the Chroma server" in done.unfinished
    unset = forget(house.writer, [find(house.writer, "https://example.org/n5")])
    assert unset.unfinished is not None and "set CHROMA_URL" in unset.unfinished
    own_chroma.start()
    done = forget(house.writer, [find(house.writer, "https://example.org/n6")], house.config)
    assert (done.unfinished, count(house)) == (None, 5)
    assert all(not stores.leaving(house.writer, store.name, 1) for store in stores.every(house.writer))


def test_forgetting_reaches_the_collections_of_other_models(house: House) -> None:
    house.add(*numbered(1, 4))
    house.settle()

    class Other(Seeded):
        identity = "another"

    first, house.embedder = house.embedder, Other()
    house.settle()
    forget(house.writer, [find(house.writer, "https://example.org/n2")], house.config)
    assert count(house) == 3
    house.embedder = first
    assert count(house) == 3


def test_a_run_stops_before_the_first_passage_that_has_no_vector(house: House) -> None:
    house.add(*numbered(1, 10))
    house.embed()
    house.add(*numbered(11, 5))
    done = house.publish()
    assert (done.written, done.held, done.waiting) == (10, 10, 5)
    house.embed()
    assert (house.publish().written, count(house)) == (5, 15)


def test_a_write_that_is_stopped_goes_on_from_there(house: House) -> None:
    house.add(*numbered(1, 700))
    house.embed()

    def stop(done: int, _total: int) -> None:
        if done >= 300:
            raise KeyboardInterrupt

    with closing(house.vectors()) as vectors:
        publisher = Publisher(house.writer, vectors, house.config, stop)
        with closing(publisher), pytest.raises(KeyboardInterrupt):
            publisher.finish()
    done = house.publish()
    assert (done.written, done.held) == (400, 700)


def test_cloud_is_asked_for_words_too_and_no_request_passes_its_quotas(
    cloud: CloudStandIn, at: Callable[..., House], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_search, "_EXACT_UP_TO", 0)
    house = at(cloud.url, chroma_api_key=KEY)
    long = "The envoy of Tatooine spoke. " + "И ещё одно слово. " * 1_000  # 30 kB in one passage
    publisher = "The " + "very " * 1_000 + "long name"
    house.add({"key": "long", "text": long, "publisher": publisher}, *numbered(1, 640))
    house.settle()
    with house.reader() as dense:
        far = house.vector(500)
        found = dense.search(far, 16, None, Query("Who is the envoy of Tatooine?"))
        assert 1 in dict(found) and len(found) == 16  # far by its vector, found by its words
        allowed = house.writer.allowed(Narrow(publishers=(publisher,)))
        assert dense.search(far, 5, allowed, Query("x", publishers=(publisher,)))[0][0] == 1
        assert 300 <= len(dense.search(far, 1_600, None, Query("council"))) < 641
        assert dense.degraded is None
    assert cloud.refused == []
    assert cloud.requests["search"] > 0 and cloud.requests["upsert"] == 3


def test_an_archive_that_was_never_written_to_a_server_notes_nothing_for_one(meaningless: Archive) -> None:
    versions = meaningless.add(*numbered(1, 3))
    with meaningless.writer.batch(meaningless.run) as batch:
        batch.withdraw([versions[0].article], "forgotten")
    assert stores.every(meaningless.writer) == []
    assert meaningless.writer._rows("SELECT count(*) FROM leaving")[0][0] == 0
