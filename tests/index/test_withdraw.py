"""Taking articles out: every file of the archive is decoded, and holds nothing of them."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import erase as erasing
from index.dense import Dense, base_manifest
from index.dense import erase as dense_erase
from index.dense.base import chroma_folder, current_name
from index.errors import LedgerError
from index.ledger import Ledger, Writer, article_id, text_hash
from index.lexical import LEXICAL_FOLDER, Lexical, Term, open_index

from .conftest import Archive, Seeded, numbered

# Words that no stemmer changes and that nothing else holds.
WORDS = "qorvexum bliptano drazwick fumoyelk grintopu hazevrol jumprixo klodwank"
SECRET: dict[str, object] = {
    "key": "secret",
    "url": "https://example.org/qorvexum-bliptano-drazwick-fumoyelk-grintopu-hazevrol-jumprixo-klodwank",
    "origin": "/archive/qorvexum-bliptano.txt",
    "title": f"Headline {WORDS}",
    "text": f"The council met. {WORDS.capitalize()}.\nAnother line says {WORDS} once more.",
    "dropped": [f"Read also {WORDS}"],
}


def take_out(archive: Archive, *articles: str, why: Any = "forgotten") -> None:
    # Some builds of SQLite overwrite what is deleted, and some don't: here it is on us.
    archive.writer._db.execute("PRAGMA secure_delete = OFF")
    with archive.writer.batch(archive.run) as batch:
        batch.withdraw(articles, why)
    archive.writer.erase()


def traces(data: Path) -> list[str]:
    """Where a word of SECRET can still be read, in raw bytes or in tantivy's dictionaries."""
    words = WORDS.split()
    found = [
        f"{path.relative_to(data)}: {word}"
        for path in sorted(data.rglob("*"))
        if path.is_file()
        for content in [path.read_bytes().lower()]
        for word in words
        if any(word.encode(code) in content for code in ("utf-8", "utf-16-le"))
    ]
    searcher = open_index(data / LEXICAL_FOLDER).searcher()
    found += [
        f"term in {field}: {word}"
        for field in ("title", "text")
        for word in words
        if searcher.terms_with_prefix(field, word)
    ]
    return found


def holds_vector(data: Path, vector: np.ndarray) -> list[str]:
    """Files in which the vector lies, as numbers of two or of four bytes, or in Chroma's graph."""
    found = []
    for path in sorted(data.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            patterns = [vector.astype(kind).tobytes()[:24] for kind in (np.float16, np.float32)]
            if any(pattern in content for pattern in patterns):
                found.append(str(path.relative_to(data)))
    graphs = [graph(path, len(vector)) for path in data.rglob("data_level0.bin")]
    return found + ["graph" for rows in graphs if (rows @ vector > 0.999).any()]


def graph(path: Path, dim: int) -> np.ndarray:
    """The vectors in hnswlib's file, deleted ones too: 32 links and their number, the vector, a label."""
    size = 4 + 32 * 4 + 4 * dim + 8
    raw = np.frombuffer(path.read_bytes(), dtype=np.uint8)
    rows = raw[: len(raw) // size * size].reshape(-1, size)[:, 132 : 132 + 4 * dim]
    vectors = np.ascontiguousarray(rows).view(np.float32)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def vectors_of(archive: Archive, article: str) -> list[np.ndarray]:
    texts = archive.writer.embed_text(
        passage.id
        for page in archive.writer.iter_passages()
        for passage in page
        if passage.version.startswith(article)
    )
    return list(archive.embedder.encode(list(texts.values()), "passage"))


class TestNothingIsLeft:
    def test_of_words_and_vectors_in_any_file(self, meaningless: Archive) -> None:
        archive = meaningless
        archive.add(*numbered(0, 30), SECRET)
        archive.add(SECRET | {"text": f"Corrected: {WORDS}.", "reason": "publisher"})
        secret = article_id("secret")
        with archive.writer.batch(archive.run) as batch:
            origin = str(SECRET["origin"])
            batch.see_source(origin, "raw", 1, "in", secret)
            batch.see_source(
                "/archive/copy.txt", "other", 1, "duplicate", secret, f"the same text as {origin}"
            )
            batch.fail(origin, "read", f"line 3 is no JSON: {WORDS}")
            batch.add_bands(f"{secret}@1", [99])
        archive.writer.start_run([origin, "/archive", str(SECRET["url"]) + "?utm_source=x"])
        archive.embed()
        archive.build()
        vectors = vectors_of(archive, secret)
        assert len(vectors) == 3
        assert traces(archive.data)
        assert all("graph" in holds_vector(archive.data, vector) for vector in vectors)

        take_out(archive, secret)

        assert traces(archive.data) == []
        assert [holds_vector(archive.data, vector) for vector in vectors] == [[]] * 3
        with closing(sqlite3.connect(archive.writer.path)) as db:
            assert db.execute("PRAGMA freelist_count").fetchone()[0] == 0
            assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            assert db.execute("SELECT count(*) FROM bands").fetchone()[0] == 0
        assert json.loads(archive.writer._rows("SELECT sources FROM runs ORDER BY id DESC")[0][0]) == [
            "(withdrawn)",
            "/archive",
            "(withdrawn)",
        ]

    def test_of_what_an_earlier_run_left_behind(self, meaningless: Archive) -> None:
        archive = meaningless
        archive.add(*numbered(0, 3), SECRET)
        (archive.data / "chroma").mkdir()
        for name in ("lexical.tmp", "lexical.old", "chroma/base-9.tmp", "chroma/base-0"):
            folder = archive.data / name
            folder.mkdir()
            (folder / "file").write_text(WORDS)
        (archive.data / "CURRENT.tmp").write_text(WORDS)
        take_out(archive, article_id("secret"))
        assert traces(archive.data) == []

    def test_of_a_copy_that_a_killed_run_had_put_into_the_word_index(self, meaningless: Archive) -> None:
        archive = meaningless
        archive.add(*numbered(0, 3))
        archive.writer._lexical.add(str(SECRET["title"]), [(999, str(SECRET["text"]))])
        archive.writer._lexical.commit(archive.writer.sequence() + 1)
        archive.writer.close()
        archive.open_writer()
        (version,) = archive.add(SECRET)
        assert version.article == article_id("secret")
        take_out(archive, version.article)
        assert traces(archive.data) == []


class TestTheRest:
    def test_is_found_as_before_by_words_and_by_meaning(self, meaningless: Archive) -> None:
        archive = meaningless
        archive.add(*numbered(0, 30), SECRET)
        archive.embed()
        archive.build()
        archive.add(*numbered(30, 5))
        archive.embed()
        take_out(archive, article_id("secret"))
        assert archive.writer.stats()["passages"] == 35
        for n in (3, 33):
            words = Lexical(archive.data).search([Term(f"marker{n}")], 5)
            (vector,) = vectors_of(archive, article_id(f"n{n}"))
            with closing(archive.vectors()) as vectors, closing(Dense(archive.writer, vectors)) as dense:
                meaning = dense.search(vector, 1)
                assert dense.degraded is None
            place = archive.writer.places([words[0][0]])[0]
            assert len(words) == 1
            assert (place.article, meaning[0][0]) == (article_id(f"n{n}"), place.passage)

    def test_keeps_the_vector_of_a_text_that_another_article_shares(self, meaningless: Archive) -> None:
        archive = meaningless
        archive.add(SECRET, SECRET | {"key": "copy", "url": "https://other.example/copy"})
        archive.embed()
        take_out(archive, article_id("secret"))
        with closing(archive.vectors()) as vectors:
            assert vectors.count() == 2
        assert archive.embed() == 0

    def test_of_a_story_goes_on_under_its_oldest_article(self, meaningless: Archive) -> None:
        archive = meaningless
        story = {"story": article_id("first")}
        archive.add(
            {"key": "first", "text": "The wire wrote this.", "published": "2024-01-01"},
            {"key": "third", "text": "The wire wrote this.", "published": "2024-01-03", **story},
            {"key": "second", "text": "The wire wrote this too.", "published": "2024-01-02", **story},
        )
        take_out(archive, article_id("first"))
        found = archive.writer.articles([article_id("second"), article_id("third")])
        assert {article.story for article in found.values()} == {article_id("second")}

    def test_comes_through_when_everything_goes(self, meaningless: Archive) -> None:
        archive = meaningless
        archive.add(SECRET)
        archive.embed()
        archive.build()
        take_out(archive, article_id("secret"))
        assert archive.writer.stats()["articles"] == 0
        assert base_manifest(archive.data) is None
        assert traces(archive.data) == []
        archive.add(*numbered(0, 1))
        assert archive.embed() == 1
        assert archive.build() is not None


class TestTheWordIndex:
    def test_is_written_anew_where_the_article_lay_and_nowhere_else(
        self, meaningless: Archive, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        archive = meaningless
        archive.add(*numbered(0, 40))
        archive.add(*numbered(40, 3), SECRET)
        before = segments(archive.data)
        monkeypatch.setattr(archive.writer, "rebuild_lexical", lambda: pytest.fail("built anew"))
        take_out(archive, article_id("secret"))
        assert traces(archive.data) == []
        assert len(segments(archive.data) & before) == 1
        for n in (3, 41):
            assert len(Lexical(archive.data).search([Term(f"marker{n}")], 5)) == 1
        archive.add(*numbered(50, 2))
        assert len(Lexical(archive.data).search([Term("marker51")], 5)) == 1

    def test_loses_a_segment_of_which_nothing_is_left(
        self, meaningless: Archive, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        archive = meaningless
        archive.add(*numbered(0, 10))
        archive.add(SECRET)
        monkeypatch.setattr(archive.writer, "rebuild_lexical", lambda: pytest.fail("built anew"))
        take_out(archive, article_id("secret"))
        assert traces(archive.data) == []
        assert len(segments(archive.data)) == 1


def segments(data: Path) -> set[str]:
    meta = json.loads((data / LEXICAL_FOLDER / "meta.json").read_text())
    return {segment["segment_id"] for segment in meta["segments"]}


@pytest.mark.slow
class TestALargeBase:
    @pytest.fixture
    def large(self, meaningless: Archive, monkeypatch: pytest.MonkeyPatch) -> Archive:
        """Larger than what is built anew, as it is copied and overwritten."""
        monkeypatch.setattr(dense_erase, "COPY_FROM", 500)
        meaningless.add(*numbered(0, 1100), SECRET)
        meaningless.embed()
        meaningless.build()
        return meaningless

    @pytest.mark.parametrize("more", [[], [f"n{n}" for n in range(1, 500)]], ids=["two", "501"])
    def test_is_overwritten_where_an_article_lay(
        self, large: Archive, more: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(dense_erase, "_AT_MOST", 0.6)
        monkeypatch.setattr(dense_erase, "build_if_due", lambda *_: pytest.fail("built anew"))
        secret = article_id("secret")
        vectors = vectors_of(large, secret)
        before = current_name(large.data)
        take_out(large, secret, *map(article_id, more))
        name = current_name(large.data)
        assert name is not None
        assert name != before
        folder = chroma_folder(large.data)
        assert {path.name for path in folder.glob("base-*")} == {name}
        assert [holds_vector(large.data, vector) for vector in vectors] == [[], []]
        (kept,) = vectors_of(large, article_id("n700"))
        assert "graph" in holds_vector(large.data, kept)
        with closing(large.vectors()) as stored, closing(Dense(large.writer, stored)) as dense:
            (place,) = dense.search(kept, 1)
            assert large.writer.places([place[0]])[0].article == article_id("n700")
            assert dense.degraded is None
        # A reader has nothing left to write into the sealed base.
        before_reading = sorted((p.name, p.stat().st_mtime_ns) for p in (folder / name).rglob("*.bin"))
        with closing(large.vectors()) as stored, closing(Dense(large.writer, stored)) as dense:
            dense.search(kept, 5)
        assert (
            sorted((p.name, p.stat().st_mtime_ns) for p in (folder / name).rglob("*.bin")) == before_reading
        )

    def test_that_can_not_be_cleaned_is_removed(
        self, large: Archive, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object) -> None:
            raise OSError("no space left")

        monkeypatch.setattr(dense_erase.shutil, "copytree", broken)
        vectors = vectors_of(large, article_id("secret"))
        take_out(large, article_id("secret"))
        assert base_manifest(large.data) is None
        assert [holds_vector(large.data, vector) for vector in vectors] == [[], []]
        assert not large.writer.is_erasing()


class TestWhatIsKnownAfterwards:
    def test_is_a_date_and_hashes(self, meaningless: Archive) -> None:
        archive = meaningless
        archive.add(SECRET, *numbered(0, 1))
        secret = article_id("secret")
        take_out(archive, secret)
        known = archive.writer.withdrawn(f"{secret}@1")
        assert known is not None
        assert (known.article, known.last, known.why, known.restored) == (secret, 1, "forgotten", None)
        assert archive.writer.withdrawn(article_id("n0")) is None
        assert archive.writer.withdrawn_versions([f"{secret}@1", f"{secret}@2", f"{article_id('n0')}@1"]) == {
            f"{secret}@1": known.at
        }
        for hashes in (("key", secret), ("raw", "raw"), ("text", text_hash(str(SECRET["text"])))):
            found = archive.writer.forgotten([hashes])  # type: ignore[list-item]
            assert found is not None
            assert found.article == secret

    def test_leaves_out_hashes_that_another_article_shares(self, meaningless: Archive) -> None:
        archive = meaningless
        archive.add(SECRET | {"raw_hash": "one"}, SECRET | {"key": "copy", "raw_hash": "two"})
        with archive.writer.batch(archive.run) as batch:
            batch.see_source("/archive/both.txt", "one", 1, "in", article_id("copy"))
        take_out(archive, article_id("secret"))
        text = text_hash(str(SECRET["text"]))
        assert archive.writer.forgotten([("text", text), ("raw", "one")]) is None
        take_out(archive, article_id("copy"))
        assert archive.writer.forgotten([("text", text)]) is not None

    def test_keeps_no_hash_of_what_was_pruned(self, meaningless: Archive) -> None:
        archive = meaningless
        archive.add(SECRET, *numbered(0, 1))
        secret = article_id("secret")
        take_out(archive, secret, why="pruned")
        assert archive.writer.withdrawn(secret) is not None
        assert archive.writer.forgotten([("key", secret), ("raw", "raw")]) is None
        assert traces(archive.data) == []

    def test_what_comes_back_is_counted_on(self, meaningless: Archive) -> None:
        archive = meaningless
        archive.add(SECRET, *numbered(0, 1))
        secret = article_id("secret")
        take_out(archive, secret)
        (again,) = archive.add(SECRET)
        assert again.id == f"{secret}@2"
        known = archive.writer.withdrawn(secret)
        assert known is not None
        assert known.restored is not None
        assert archive.writer.forgotten([("key", secret), ("raw", "raw")]) is None
        assert set(archive.writer.withdrawn_versions([f"{secret}@1", f"{secret}@2"])) == {f"{secret}@1"}


@pytest.mark.slow
class TestAKill:
    STEPS = (
        "leftovers",
        "erase_from_lexical",
        "rebuild_lexical",
        "erase_vectors",
        "erase_from_base",
        "vacuum",
        "_truncate_log",
    )

    @pytest.fixture
    def filled(self, tmp_path: Path) -> Path:
        archive = Archive(tmp_path / "data", Seeded())
        archive.add(*numbered(0, 20), SECRET)
        archive.embed()
        archive.build()
        archive.writer.close()
        return archive.data

    @pytest.mark.parametrize("step", STEPS)
    def test_at_any_step_is_made_up_for_by_the_next_writer(self, filled: Path, step: str) -> None:
        process = subprocess.run(
            [sys.executable, "-c", KILLED, str(filled), article_id("secret"), step],
            capture_output=True,
            text=True,
            check=False,
        )
        assert process.returncode == -signal.SIGKILL, process.stderr
        with Ledger(filled) as ledger:
            assert ledger.article(article_id("secret")) is None
            assert ledger.stats()["articles"] == 20
        with closing(sqlite3.connect(filled / "ledger.sqlite")) as db:
            assert db.execute("SELECT value FROM meta WHERE key = 'erasing'").fetchone()[0] == "1"
        with Writer(filled) as writer:
            assert not writer.is_erasing()
            assert writer.stats()["passages"] == 20
        assert traces(filled) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from index import erase, lexical_erase, vectors
from index.dense import erase as dense
from index.ledger import Writer

data, article, step = sys.argv[1:]

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

writer = Writer(Path(data))
with writer.batch(writer.start_run(["test"])) as batch:
    batch.withdraw([article], "forgotten")
if step == "leftovers":
    erase._remove_leftovers = die
elif step == "erase_from_lexical":
    lexical_erase._AT_MOST = 1
    writer.index_words = die
elif step == "rebuild_lexical":
    lexical_erase._AT_MOST = -1
    writer._lexical.take_over = die
elif step == "erase_vectors":
    vectors.erase_vectors = die
elif step == "erase_from_base":
    dense.erase_from_base = die
else:
    setattr(erase, step, die)
writer.erase()
"""


def test_a_reader_that_holds_the_log_leaves_the_wish_standing(
    meaningless: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = meaningless
    archive.add(SECRET, *numbered(0, 2))
    connect = sqlite3.connect
    monkeypatch.setattr(
        erasing.sqlite3, "connect", lambda *given, **named: connect(*given, **{**named, "timeout": 0.05})
    )
    with closing(connect(archive.writer.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()
        with pytest.raises(LedgerError, match="the next `dateline ingest`"):
            take_out(archive, article_id("secret"))
        reader.execute("COMMIT")
    assert archive.writer.is_erasing()
    archive.writer.erase()
    assert traces(archive.data) == []


def test_a_damaged_file_of_vectors_is_removed(meaningless: Archive) -> None:
    archive = meaningless
    archive.add(SECRET, *numbered(0, 2))
    archive.embed()
    with closing(archive.vectors()) as vectors:
        path = vectors.path
    path.write_bytes(b"not a database, but " + WORDS.encode() * 200)
    take_out(archive, article_id("secret"))
    assert traces(archive.data) == []
    assert archive.embed() == 2


@pytest.mark.parametrize("may_be_free", [0, 2_500])
def test_an_archive_of_the_first_release_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, may_be_free: int
) -> None:
    """A ledger as 0.1.0 made it, with content, learns to take out."""
    monkeypatch.setattr("index.ledger.migrate._FREE", may_be_free)
    from importlib import resources

    data = tmp_path / "data"
    data.mkdir()
    sql = (resources.files("index.ledger") / "migrations" / "0001_first.sql").read_text()
    with closing(sqlite3.connect(data / "ledger.sqlite", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(f"BEGIN;{sql}PRAGMA user_version = 1;COMMIT;")
        db.execute("INSERT INTO meta VALUES ('identity', 'first')")
        db.execute("INSERT INTO runs (started, sources) VALUES ('2026-11-01', '[\"/archive\"]')")
        for n, words in enumerate((WORDS, "The harvest was good this year.")):
            key = f"https://example.org/{n}"
            article = article_id(key)
            db.execute(
                "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?)",
                (article, key, key, f"/archive/{n}.txt", article, f"{article}@1"),
            )
            db.execute(
                "INSERT INTO versions (id, article, n, text, text_hash, title, seen, reason, raw_hash, "
                "cleaner, run, sequence) "
                "VALUES (?, ?, 1, ?, ?, 'A title', '2026-11-01', 'first', ?, 1, 1, 1)",
                (f"{article}@1", article, words, text_hash(words), f"raw{n}"),
            )
            db.execute(
                'INSERT INTO passages (version, n, start, "end", vector, embed_head, sequence) '
                "VALUES (?, 0, 0, ?, 'vector', 'A title\n', 1)",
                (f"{article}@1", len(words)),
            )
            db.execute(
                "INSERT INTO sources VALUES (?, ?, 1, 'in', ?, NULL, 1)", (f"{n}.txt", f"raw{n}", article)
            )
        db.execute("UPDATE meta SET value = '1' WHERE key = 'sequence'")
    gone, kept = (article_id(f"https://example.org/{n}") for n in (0, 1))
    with pytest.raises(LedgerError, match="older Dateline"):
        Ledger(data)
    with Writer(data) as writer:
        assert writer.stats()["articles"] == 2
        assert writer.version(f"{gone}@1").text == WORDS  # type: ignore[union-attr]
        assert writer.withdrawn(gone) is None
        assert writer.stats()["passages"] == 2
        with closing(sqlite3.connect(data / "ledger.sqlite")) as db:
            assert db.execute("PRAGMA foreign_key_check").fetchall() == []
            assert (db.execute("PRAGMA freelist_count").fetchone() == (0,)) is (may_be_free == 0)
        with writer.batch(1) as batch:
            batch.withdraw([gone], "forgotten")
        assert writer.stats()["passages"] == 1
        writer.erase()
        assert [a.id for a in writer.articles([gone, kept]).values()] == [kept]
        assert writer.forgotten([("raw", "raw0")]) is not None
    assert traces(data) == []
    assert Lexical(data).search([Term("harvest")], 5) != []
