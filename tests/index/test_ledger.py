"""The ledger: versions are immutable, batches are whole, readers see the last commit."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from zlib import crc32

import pytest

from index.article import NewPassage, Window
from index.errors import LedgerError
from index.ledger import Ledger, Writer, bands, text_hash
from index.ledger.migrate import migrations
from index.narrow import Narrow

from .conftest import Archive, add_version, numbered


def test_a_missing_archive_names_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="dateline ingest"):
        Ledger(tmp_path)


def test_a_file_that_is_no_ledger_is_named(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(LedgerError, match=r"ledger\.sqlite"):
        Ledger(tmp_path)


@pytest.mark.parametrize("opened", [Ledger, Writer])
def test_a_ledger_of_a_newer_release_is_refused(meaningless: Archive, opened: type[Ledger]) -> None:
    meaningless.writer.close()
    with sqlite3.connect(meaningless.data / "ledger.sqlite") as db:
        db.execute(f"PRAGMA user_version = {migrations()[-1][0] + 1}")
    with pytest.raises(LedgerError, match="upgrade Dateline"):
        opened(meaningless.data)


def test_a_second_writer_is_told_which_process_writes(meaningless: Archive) -> None:
    import os

    with pytest.raises(LedgerError, match=str(os.getpid())):
        Writer(meaningless.data)


def test_a_changed_article_becomes_a_new_version_and_the_old_one_stays(meaningless: Archive) -> None:
    (first,) = meaningless.add({"key": "k", "text": "The old text."})
    (second,) = meaningless.add({"key": "k", "text": "The new text.", "reason": "publisher"})
    with Ledger(meaningless.data) as ledger:
        old, new = ledger.versions(first.article)
        assert (old.id, old.text, old.superseded_by) == (first.id, "The old text.", second.id)
        assert (new.id, new.n, new.superseded_by) == (second.id, 2, None)
        assert ledger.current_versions([first.article]) == {first.article: second.id}
        assert ledger.article(second.id) == ledger.article(first.article)


def test_as_of_a_day_an_article_reads_as_it_did_then(meaningless: Archive) -> None:
    (first,) = meaningless.add({"key": "k", "text": "The old text.", "published": "2023-11-16"})
    (second,) = meaningless.add(
        {"key": "k", "text": "The new.", "published": "2023-11-16", "modified": "2023-11-18T09:00:00+04:00"}
    )
    (undated,) = meaningless.add({"key": "u", "text": "No date.", "published": None})
    ledger = meaningless.writer
    both = [first.article, undated.article]
    assert ledger.current_versions(both, date(2023, 11, 15)) == {}
    assert ledger.current_versions(both, date(2023, 11, 17)) == {first.article: first.id}
    assert ledger.current_versions(both, date(2030, 1, 1)) == {first.article: second.id}
    assert ledger.current_versions(both) == {first.article: second.id, undated.article: undated.id}


def test_a_window_leaves_out_what_is_older_newer_and_undated(meaningless: Archive) -> None:
    meaningless.add(
        {"key": "old", "text": "Old.", "published": "2023-01-01"},
        {"key": "in", "text": "In.", "published": "2023-06-30T23:30:00-05:00"},
        {"key": "new", "text": "New.", "published": "2023-07-01"},
        {"key": "undated", "text": "Undated.", "published": None},
    )
    june = Window(date(2023, 6, 1), date(2023, 6, 30))
    allowed = meaningless.writer.allowed(Narrow(june))
    assert allowed is not None
    assert [place.start for place in meaningless.writer.places(allowed)] == [0]
    (place,) = meaningless.writer.places(allowed)
    assert meaningless.writer.version(place.version).text == "In."  # type: ignore[union-attr]
    coverage = meaningless.writer.coverage(Narrow(june))
    assert (coverage.articles, coverage.oldest, coverage.newest) == (1, "2023-06-30", "2023-06-30")
    assert coverage.undated == 1
    assert meaningless.writer.coverage().articles == 4
    assert meaningless.writer.allowed(Narrow()) is None


def test_publishers_are_compared_folded(meaningless: Archive) -> None:
    meaningless.add(
        {"key": "a", "text": "One.", "publisher": "Yeni İzmir"},
        {"key": "b", "text": "Two.", "publisher": "Other"},
    )
    allowed = meaningless.writer.allowed(Narrow(publishers=("yeni izmir",)))
    assert allowed is not None
    assert len(allowed) == 1
    assert meaningless.writer.allowed(Narrow(publishers=("nobody",))) == set()
    assert meaningless.writer.coverage(Narrow(publishers=("YENI IZMIR",))).articles == 1


def test_outlets_of_a_story_are_its_publishers_the_articles_own_first(meaningless: Archive) -> None:
    (wire,) = meaningless.add(
        {"key": "a", "text": "Wire copy.", "publisher": "Wire", "published": "2023-11-01"}
    )
    (copy,) = meaningless.add(
        {
            "key": "b",
            "text": "Wire copy!",
            "publisher": "Copy",
            "published": "2023-11-03",
            "story": wire.article,
        }
    )
    meaningless.add(
        {
            "key": "c",
            "text": "Wire copy?",
            "publisher": "Late",
            "published": "2023-11-02",
            "story": wire.article,
        }
    )
    assert meaningless.writer.outlets(wire.article) == ("Wire", "Late", "Copy")
    assert meaningless.writer.outlets(copy.article) == ("Copy", "Wire", "Late")
    assert meaningless.writer.outlets(wire.article, date(2023, 11, 2)) == ("Wire", "Late")


def test_clusters_that_turn_out_to_be_one_story_are_joined(meaningless: Archive) -> None:
    a, b, c = meaningless.add(*({"key": key, "text": f"Text {key}."} for key in "abc"))
    with meaningless.writer.batch(meaningless.run) as batch:
        batch.set_story(c.article, b.article)
        batch.set_story(b.article, a.article)
    articles = meaningless.writer.articles([a.article, b.article, c.article]).values()
    assert {article.story for article in articles} == {a.article}


def test_a_batch_that_fails_leaves_nothing_and_the_next_one_works(meaningless: Archive) -> None:
    before = meaningless.writer.stats()
    with pytest.raises(RuntimeError), meaningless.writer.batch(meaningless.run) as batch:
        add_version(batch, "lost", "It was never in.")
        batch.see_source("lost", "hash", 1, "in")
        raise RuntimeError
    assert meaningless.writer.stats() == before
    assert meaningless.writer.source("lost") is None
    meaningless.add(*numbered(0, 2))
    assert meaningless.writer.stats()["articles"] == 2


def test_a_passage_must_be_what_its_offsets_say(meaningless: Archive) -> None:
    with pytest.raises(ValueError, match="passage 0"):
        meaningless.add({"key": "k", "text": "Some text.", "passages": [NewPassage(0, 4, "Title\ntext")]})
    with pytest.raises(ValueError, match="passage 0"):
        meaningless.add({"key": "k", "text": "Some text.", "passages": [NewPassage(5, 99, "Title\ntext.")]})
    assert meaningless.writer.stats()["versions"] == 0


def test_what_is_embedded_is_head_and_text_by_code_points(meaningless: Archive) -> None:
    text = "👩‍💻 e\u0301 İ.\nA NUL \0 and more."
    meaningless.add({"key": "k", "text": text, "title": "Başlıq"})
    one, two = meaningless.writer.passages_after(0, 10)
    assert meaningless.writer.embed_text([one.id, two.id]) == {
        one.id: "Başlıq\n👩‍💻 e\u0301 İ.",
        two.id: "Başlıq\nA NUL \0 and more.",
    }


def test_equal_text_under_equal_titles_shares_a_vector(meaningless: Archive) -> None:
    meaningless.add({"key": "a", "text": "Wire copy."}, {"key": "b", "text": "Wire copy."})
    meaningless.add({"key": "c", "text": "Wire copy.", "title": "Another"})
    a, b, c = meaningless.writer.passages_after(0, 10)
    assert a.vector == b.vector != c.vector
    found = meaningless.writer.version_by_text_hash(text_hash("Wire copy."))
    assert [version.article for version in found] == [
        meaningless.writer.article_by_key(key).id  # type: ignore[union-attr]
        for key in "abc"
    ] or len(found) == 3


def test_a_source_is_remembered_as_it_was_last_read(meaningless: Archive) -> None:
    with meaningless.writer.batch(meaningless.run) as batch:
        batch.see_source("/a", "h1", 1, "in", "article")
    with meaningless.writer.batch(meaningless.run) as batch:
        batch.see_source("/a", "h2", 2, "skipped", None, "too short")
    seen = meaningless.writer.source("/a")
    assert seen is not None
    assert (seen.raw_hash, seen.cleaner, seen.outcome, seen.reason) == ("h2", 2, "skipped", "too short")


def test_a_run_tells_what_it_did_and_a_killed_one_has_no_end(meaningless: Archive) -> None:
    with meaningless.writer.batch(meaningless.run) as batch:
        batch.fail("/broken", "read", "not text")
    with Ledger(meaningless.data) as ledger:
        assert ledger.last_run()["finished"] is None  # type: ignore[index]
        meaningless.writer.finish_run(meaningless.run, {"new": 3})
        run = ledger.last_run()
        assert run is not None
        assert run["finished"] is not None
        assert (run["sources"], run["counts"]) == (["test"], {"new": 3})
        assert [failure["origin"] for failure in ledger.failures(meaningless.run)] == ["/broken"]
        assert ledger.failures(meaningless.run + 1) == []


def test_versions_that_share_bands_are_candidates_those_with_more_first(meaningless: Archive) -> None:
    a, b = meaningless.add({"key": "a", "text": "A."}, {"key": "b", "text": "B."})
    with meaningless.writer.batch(meaningless.run) as batch:
        batch.add_bands(a.id, [1, 2, 2**63 - 1])
        assert meaningless.writer.candidates([1, 2, 0]) == [a.id]
        batch.add_bands(b.id, [1, 9, -(2**63)])
        assert meaningless.writer.candidates([1, 2, 0]) == [a.id, b.id]
    assert meaningless.writer.candidates([1, 9, 0]) == [b.id, a.id]
    assert meaningless.writer.candidates([-(2**63)]) == [b.id]
    assert meaningless.writer.candidates([0]) == []
    assert meaningless.writer.candidates([]) == []


def test_bands_of_another_scheme_are_made_anew_and_go_on_where_they_were_cut_off(
    meaningless: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bands, "_AT_ONCE", 2)
    writer = meaningless.writer
    ids = sorted(version.id for version in meaningless.add(*numbered(0, 5)))
    with writer.batch(meaningless.run) as batch:
        batch.add_bands(ids[0], [99])
    signed: list[str] = []

    def sign(text: str, title: str) -> list[int] | None:
        signed.append(text)
        return [crc32(text.encode())] if text != texts[1] else None

    texts = [version.text for version in map(writer.version, ids) if version]
    writer.sign_anew(7, sign, lambda: len(signed) >= 2)
    assert signed == texts[:2]
    assert writer.candidates([99]) == []

    writer.sign_anew(7, sign)
    assert signed == texts
    found = [writer.candidates([crc32(text.encode())]) for text in texts]
    assert found == [[ids[0]], [], *([id_] for id_ in ids[2:])]

    writer.sign_anew(7, sign)
    assert signed == texts
    writer.sign_anew(8, sign)
    assert signed == texts * 2


def test_a_fault_while_bands_are_made_anew_leaves_those_that_were_there(meaningless: Archive) -> None:
    (version,) = meaningless.add({"key": "a", "text": "A."})
    with meaningless.writer.batch(meaningless.run) as batch:
        batch.add_bands(version.id, [99])
    with pytest.raises(sqlite3.Error):
        meaningless.writer.sign_anew(7, lambda text, title: [object()])  # type: ignore[list-item]
    assert meaningless.writer.candidates([99]) == [version.id]


def test_bands_of_an_older_ledger_are_made_anew_by_the_next_run(meaningless: Archive) -> None:
    (version,) = meaningless.add({"key": "a", "text": "A."})
    meaningless.writer.sign_anew(7, lambda text, title: [5])
    meaningless.writer.close()
    with closing(sqlite3.connect(meaningless.data / "ledger.sqlite", isolation_level=None)) as db:
        db.executescript(
            "DROP TABLE bands; CREATE TABLE bands (band INTEGER NOT NULL, hash BLOB NOT NULL, "
            "version TEXT NOT NULL, PRIMARY KEY (band, hash, version)) WITHOUT ROWID; PRAGMA user_version = 8"
        )
        db.execute("INSERT INTO bands VALUES (0, x'0500000000000000', ?)", (version.id,))
    meaningless.open_writer()
    assert meaningless.writer.candidates([5]) == []
    meaningless.writer.sign_anew(7, lambda text, title: [5])
    assert meaningless.writer.candidates([5]) == [version.id]


def test_an_article_taken_out_by_the_batch_that_brought_it_leaves_no_bands(meaningless: Archive) -> None:
    with meaningless.writer.batch(meaningless.run) as batch:
        version = add_version(batch, "a", "A.")
        batch.add_bands(version.id, [5])
        batch.withdraw([version.article], "pruned")
        assert meaningless.writer.candidates([5]) == []
    assert meaningless.writer.candidates([5]) == []


def test_bands_of_a_batch_that_is_given_up_are_not_kept(meaningless: Archive) -> None:
    (version,) = meaningless.add({"key": "a", "text": "A."})
    with pytest.raises(RuntimeError), meaningless.writer.batch(meaningless.run) as batch:
        batch.add_bands(version.id, [5])
        raise RuntimeError
    assert meaningless.writer.candidates([5]) == []


def test_a_passage_id_is_never_used_again(meaningless: Archive) -> None:
    meaningless.add(*numbered(0, 3))
    last = meaningless.writer.last_passage()
    with sqlite3.connect(meaningless.data / "ledger.sqlite") as db:
        db.execute("DELETE FROM passages WHERE id = ?", (last,))
    meaningless.add(*numbered(3, 1))
    assert meaningless.writer.last_passage() == last + 1


def test_each_batch_is_one_step_of_the_sequence(meaningless: Archive) -> None:
    with Ledger(meaningless.data) as reader:
        before = reader.sequence()
        meaningless.add(*numbered(0, 5))
        assert reader.sequence() == before + 1


def test_threads_read_beside_each_other(meaningless: Archive) -> None:
    from concurrent.futures import ThreadPoolExecutor

    meaningless.add(*numbered(0, 20))
    with Ledger(meaningless.data) as reader, ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda _: len(reader.passages(range(1, 21))), range(40)))
    assert counts == [20] * 40
