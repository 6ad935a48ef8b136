"""What disks and people do to a data folder: each is said plainly, and nothing that was committed is lost."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index.database import Database
from index.dense import Dense, base_manifest, build
from index.dense.base import chroma_folder
from index.errors import DamagedVectorsError, DatelineError, DiskError, LedgerError, NoRoomError
from index.files import disk_error
from index.ledger import Ledger, Writer
from index.lexical import Lexical, Term
from index.vectors import Vectors, count_embedded

from .conftest import Archive, Seeded, numbered

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def held(data: Path) -> int:
    """Articles that are in and found by words."""
    with Ledger(data) as ledger:
        ids = [passage.id for page in ledger.iter_passages() for passage in page]
        assert Lexical(data).scores([Term("council")], ids).keys() == set(ids)
        return ledger.stats()["articles"]


def refuse(error: Exception) -> Callable[..., None]:
    def refusing(*_: object, **__: object) -> None:
        raise error

    return refusing


class TestFullDisk:
    def test_at_tantivys_commit_leaves_what_was_committed(
        self, meaningless: Archive, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        meaningless.add(*numbered(0, 3))
        with monkeypatch.context() as patched:
            patched.setattr("index.lexical.replace_text", refuse(FULL))
            with pytest.raises(DiskError, match=r"is full .*make room"):
                meaningless.add(*numbered(3, 3))
        assert held(meaningless.data) == 3
        meaningless.add(*numbered(3, 3))
        assert held(meaningless.data) == 6

    def test_at_the_ledgers_commit_leaves_what_was_committed(self, meaningless: Archive) -> None:
        meaningless.add(*numbered(0, 3))
        pages = meaningless.writer._db.execute("PRAGMA page_count").fetchone()[0]
        meaningless.writer._db.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(DiskError, match="is full"):
            meaningless.add(*numbered(3, 300))
        meaningless.writer._db.execute("PRAGMA max_page_count = 1000000")
        assert held(meaningless.data) == 3
        meaningless.add(*numbered(3, 300))
        assert held(meaningless.data) == 303

    def test_while_embedding_keeps_the_vectors_committed(self, meaningless: Archive) -> None:
        meaningless.add(*numbered(0, 200))
        with closing(meaningless.vectors()) as vectors:
            names = [passage.vector for passage in meaningless.writer.passages_after(0, 200)]
            rows = meaningless.embedder.encode(names, "passage")
            vectors.put_many(names[:100], rows[:100], "fp32")
            db = vectors._database.connection()
            db.execute(f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0]}")
            with pytest.raises(DiskError, match="is full"):
                vectors.put_many(names[100:], rows[100:], "fp32")
            assert vectors.count() == 100
        assert meaningless.embed() == 100

    def test_while_a_base_is_built_leaves_the_present_one_and_no_draft(
        self, meaningless: Archive, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        meaningless.add(*numbered(0, 5))
        meaningless.embed()
        meaningless.build()
        meaningless.add(*numbered(5, 5))
        meaningless.embed()
        with monkeypatch.context() as patched:
            patched.setattr(build, "sync_tree", refuse(FULL))
            with pytest.raises(DiskError, match="is full"):
                meaningless.build(delta_limit=0)
        assert base_manifest(meaningless.data)["name"] == "base-1"  # type: ignore[index]
        assert not list(chroma_folder(meaningless.data).glob("*.tmp"))
        assert meaningless.build(delta_limit=0) == "base-2"

    def test_a_base_that_would_fill_the_disk_is_not_begun(
        self, meaningless: Archive, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        meaningless.add(*numbered(0, 5))
        meaningless.embed()
        usage = shutil.disk_usage(meaningless.data)
        monkeypatch.setattr(build.shutil, "disk_usage", lambda _: usage._replace(free=1000))
        with pytest.raises(NoRoomError, match="make room"):
            meaningless.build()
        assert base_manifest(meaningless.data) is None


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FULL, "is full"),
        (PermissionError(errno.EACCES, "Permission denied"), "may not write"),
        (OSError(errno.EROFS, "Read-only file system"), "may not write"),
        (OSError(errno.EIO, "Input/output error"), "fails"),
        (ValueError("An IO error occurred: 'No space left on device (os error 28)'"), "is full"),
        (sqlite3.OperationalError("database or disk is full"), "is full"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "may not write"),
        (sqlite3.OperationalError("disk I/O error"), "fails"),
    ],
)
def test_a_disks_refusal_is_told_by_its_kind(tmp_path: Path, error: Exception, said: str) -> None:
    told = disk_error(error, tmp_path)
    assert told is not None
    assert said in str(told)
    assert str(tmp_path) in str(told)


def test_another_fault_is_not_the_disks(tmp_path: Path) -> None:
    assert disk_error(ValueError("not a date"), tmp_path) is None
    assert disk_error(FileNotFoundError(errno.ENOENT, "No such file"), tmp_path) is None


def test_a_folder_that_may_not_be_written_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "open", refuse(PermissionError(errno.EACCES, "Permission denied")))
    with pytest.raises(DiskError, match=r"may not write to .*DATELINE_DATA"):
        Writer(tmp_path / "data")


# --- the ledger ---


def scribble(path: Path) -> None:
    path.write_bytes(b"scribble" * 1000)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def spoil_a_page(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [scribble, truncate, spoil_a_page])
def test_a_damaged_ledger_is_named_with_the_way_out(
    meaningless: Archive, damage: Callable[[Path], None]
) -> None:
    meaningless.add(*numbered(0, 300))
    meaningless.writer.close()
    damage(meaningless.data / "ledger.sqlite")
    with (
        pytest.raises(LedgerError, match=r"ledger\.sqlite can't be read .*backup"),
        Ledger(meaningless.data) as ledger,
    ):
        ledger.stats()
    with pytest.raises(LedgerError, match=r"ledger\.sqlite can't be read .*backup"):
        Writer(meaningless.data)


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as db:
        db.execute("CREATE TABLE recipes (name TEXT)")
    for opening in (Ledger, Writer):
        with pytest.raises(LedgerError, match="no ledger of Dateline's"):
            opening(tmp_path)
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as db:
        assert [row[0] for row in db.execute("SELECT name FROM sqlite_schema")] == ["recipes"]


def test_damage_met_in_a_batch_ends_the_run_and_not_article_by_article(meaningless: Archive) -> None:
    meaningless.add(*numbered(0, 3))
    with pytest.raises(LedgerError, match="backup"), meaningless.writer.batch(meaningless.run):
        raise sqlite3.DatabaseError("database disk image is malformed")


# --- a backup put back ---


def backup(data: Path, to: Path) -> None:
    with closing(sqlite3.connect(data / "ledger.sqlite")) as db, closing(sqlite3.connect(to)) as copy:
        db.backup(copy)


def put_back(backup: Path, data: Path) -> None:
    """As docs/operations.md says: a log left of the other file would be read over it."""
    for beside in ("-wal", "-shm"):
        (data / f"ledger.sqlite{beside}").unlink(missing_ok=True)
    backup.rename(data / "ledger.sqlite")


def test_a_writer_that_closes_leaves_no_log_to_be_read_over_a_backup(meaningless: Archive) -> None:
    meaningless.add(*numbered(0, 2))
    with Ledger(meaningless.data) as reader:
        reader.stats()
        meaningless.writer.close()
        assert (meaningless.data / "ledger.sqlite-wal").stat().st_size == 0
        assert reader.stats()["articles"] == 2


def test_a_reader_reads_the_file_that_has_the_name_now(meaningless: Archive, tmp_path: Path) -> None:
    meaningless.add(*numbered(0, 2))
    backup(meaningless.data, tmp_path / "backup")
    meaningless.add(*numbered(2, 2))
    with Ledger(meaningless.data) as reader:
        assert reader.stats()["articles"] == 4
        meaningless.writer.close()
        put_back(tmp_path / "backup", meaningless.data)
        assert reader.stats()["articles"] == 2
        meaningless.open_writer()
        meaningless.add(*numbered(7, 1))
        assert reader.stats()["articles"] == 3


def test_indexes_of_the_lost_time_are_not_taken_for_those_of_an_older_ledger(
    meaningless: Archive, tmp_path: Path
) -> None:
    """Its passages get ids that the base and the vectors' file know as others'."""
    meaningless.add(*numbered(0, 2))
    backup(meaningless.data, tmp_path / "backup")
    for first in (2, 4, 6):
        meaningless.add(*numbered(first, 2))
    meaningless.embed()
    meaningless.build()
    with (
        closing(Vectors(meaningless.data, "seeded")) as vectors,
        Ledger(meaningless.data) as reader,
        closing(Dense(reader, vectors)) as dense,
    ):
        assert dense.search(vector_of(meaningless, 3), 1)[0][0] == 4
        meaningless.writer.close()
        put_back(tmp_path / "backup", meaningless.data)
        meaningless.open_writer()
        for first in (52, 54, 56):
            meaningless.add(*numbered(first, 2))
        assert count_embedded(reader, vectors) == 2
        assert meaningless.embed() == 6
        passage, cosine = dense.search(vector_of(meaningless, 53), 1)[0]
        assert (passage, cosine) == (4, pytest.approx(1, abs=2e-3))
        assert meaningless.build() == "base-2"
    assert held(meaningless.data) == 8


def vector_of(archive: Archive, marker: int) -> np.ndarray:
    text = f"A title\nThe council met and the word was marker{marker}."
    return archive.embedder.encode([text], "query")[0]


# --- what is derived ---


def test_damaged_vectors_are_set_aside_and_made_again(
    meaningless: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    meaningless.add(*numbered(0, 5))
    meaningless.embed()
    path = meaningless.vectors().path
    scribble(path)
    with caplog.at_level(logging.WARNING):
        assert meaningless.embed() == 5
    assert "seeded.sqlite.damaged-1" in caplog.text
    assert path.with_name("seeded.sqlite.damaged-1").is_file()
    with closing(meaningless.vectors()) as vectors:
        assert count_embedded(meaningless.writer, vectors) == 5


def test_damage_inside_the_vectors_file_is_noted_by_the_reader_and_mended_by_the_next_run(
    meaningless: Archive,
) -> None:
    meaningless.add(*numbered(0, 400))
    meaningless.embed()
    with closing(meaningless.vectors()) as vectors:
        vectors._database.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        path = vectors.path
    content = bytearray(path.read_bytes())
    content[5 * 4096 :] = b"\xa5" * (len(content) - 5 * 4096)
    path.write_bytes(content)
    names = [passage.vector for passage in meaningless.writer.passages_after(0, 400)]
    with closing(Vectors(meaningless.data, "seeded")) as reader:
        with pytest.raises(DamagedVectorsError, match="sets the file aside"):
            reader.get_many(names)
        assert meaningless.embed() == 400
        assert reader.get_many(names)[1].all()


def every_file(archive: Archive) -> list[Path]:
    base = chroma_folder(archive.data) / "base-1"
    return sorted(path for path in base.rglob("*") if path.is_file())


def test_whichever_file_of_a_base_is_damaged_the_next_run_builds_another(tmp_path: Path) -> None:
    made = Archive(tmp_path / "made", Seeded())
    made.add(*numbered(0, 60))
    made.embed()
    made.build()
    made.writer.close()
    files = [path.relative_to(made.data) for path in every_file(made)]
    assert len(files) >= 6
    for number, file in enumerate(files):
        archive = Archive(tmp_path / str(number), Seeded())
        archive.writer.close()
        shutil.rmtree(archive.data)
        shutil.copytree(made.data, archive.data)
        scribble(archive.data / file)
        archive.open_writer()
        with closing(archive.writer):
            assert archive.embed() == 0, file
            assert archive.build() == "base-2", file


def test_a_base_from_which_chroma_cannot_go_on_is_replaced_by_one_from_nothing(
    meaningless: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "COPY_FROM", 1)
    meaningless.add(*numbered(0, 30))
    meaningless.embed()
    meaningless.build()
    with closing(sqlite3.connect(chroma_folder(meaningless.data) / "base-1" / "chroma.sqlite3")) as db:
        db.execute("DROP TABLE collections")
        db.commit()
    meaningless.add(*numbered(30, 30))
    meaningless.embed()
    assert meaningless.build(delta_limit=0) == "base-2"
    assert base_manifest(meaningless.data)["passages"] == 60  # type: ignore[index]


def test_a_word_index_left_between_two_renames_still_answers(meaningless: Archive) -> None:
    meaningless.add(*numbered(0, 3))
    meaningless.writer.close()
    (meaningless.data / "lexical").rename(meaningless.data / "lexical.old")
    assert held(meaningless.data) == 3
    meaningless.open_writer()
    assert held(meaningless.data) == 3
    assert not (meaningless.data / "lexical.old").exists()


# --- two runs, and the clock ---


def test_a_second_writer_is_told_who_writes(meaningless: Archive) -> None:
    with pytest.raises(LedgerError, match=rf"Another Dateline process \({os.getpid()}\)"):
        Writer(meaningless.data)


def test_a_clock_that_was_set_back_is_remarked_on_and_stops_nothing(
    meaningless: Archive, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("index.ledger.writer.now", lambda: "2001-01-01T00:00:00+00:00")
    with caplog.at_level(logging.WARNING):
        meaningless.run = meaningless.writer.start_run(["test"])
    assert "clock says 2001-01-01" in caplog.text
    meaningless.add(*numbered(0, 2))
    assert held(meaningless.data) == 2


def test_every_message_is_one_that_a_person_can_act_on() -> None:
    for kind in (DiskError, LedgerError, NoRoomError, DamagedVectorsError):
        assert issubclass(kind, DatelineError)


def test_a_disk_that_is_mounted_read_only_is_read(
    meaningless: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    meaningless.add(*numbered(0, 2))
    meaningless.writer.close()
    opening = Database._open

    def refused_by_the_disk(self: Database, mode: str) -> sqlite3.Connection:
        if mode == "ro":
            sqlite3.connect(f"{(self.path / 'nowhere').as_uri()}?mode=ro", uri=True)  # what SQLite says there
        return opening(self, mode)

    monkeypatch.setattr(Database, "_open", refused_by_the_disk)
    with pytest.raises(LedgerError, match="unable to open database file"):
        Ledger(meaningless.data)
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    with Ledger(meaningless.data) as opened:
        assert opened.stats()["articles"] == 2
