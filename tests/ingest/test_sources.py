from __future__ import annotations

import os
from pathlib import Path

from ingest.sources import Source, discover


def found(*wanted: str) -> list[str]:
    return [
        Path(source.origin).name for source in discover(list(wanted)) if not source.fault and not source.skip
    ]


def faults(*wanted: str) -> dict[str, str | None]:
    return {source.origin: source.fault for source in discover(list(wanted)) if source.fault}


def write(path: Path, text: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_folders_are_read_whole_and_in_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a/2.txt", "a/1.txt", "c.jsonl.gz"):
        write(tmp_path / name)
    assert found(str(tmp_path)) == ["1.txt", "2.txt", "b.txt", "c.jsonl.gz"]


def test_hidden_files_caches_and_editors_leavings_are_passed_over(tmp_path: Path) -> None:
    for name in (
        ".git/x.txt",
        ".hidden.txt",
        "__pycache__/x.txt",
        "a.txt~",
        ".a.swp",
        "a.tmp",
        "Thumbs.db",
        "a.txt",
    ):
        write(tmp_path / name)
    assert found(str(tmp_path)) == ["a.txt"]


def test_our_own_data_folder_inside_the_archive_is_no_source(tmp_path: Path) -> None:
    write(tmp_path / "data/ledger.sqlite")
    write(tmp_path / "data/vectors/x.txt")
    write(tmp_path / "a.txt")
    assert found(str(tmp_path)) == ["a.txt"]


def test_other_formats_in_a_folder_are_skipped_with_the_reason(tmp_path: Path) -> None:
    write(tmp_path / "photo.jpg")
    (source,) = discover([str(tmp_path)])
    assert source.skip == "jpg files aren't read"


def test_a_glob_finds_files_at_any_depth(tmp_path: Path) -> None:
    for name in ("a.txt", "x/b.txt", "x/y/c.txt", "x/d.md"):
        write(tmp_path / name)
    assert found(f"{tmp_path}/**/*.txt") == ["a.txt", "b.txt", "c.txt"]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt")
    assert found(str(path), str(tmp_path), f"{tmp_path}/*.txt") == ["a.txt"]


def test_what_is_not_there_is_a_fault_that_names_it(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.txt")
    assert faults(missing) == {missing: "no such file or folder"}
    assert faults(f"{tmp_path}/*.xyz") == {f"{tmp_path}/*.xyz": "no file matches"}
    assert faults(str(tmp_path)) == {str(tmp_path): "no file to read in this folder"}
    ftp = "ftp://courier.example/a.xml"
    assert faults(ftp) == {ftp: "only http and https addresses are fetched"}


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    reason = "an address that holds a user name or password: write it without"
    assert faults("https://ana:s3cret@courier.example/a@b") == {"https://…@courier.example/a@b": reason}
    assert [source.url for source in discover(["https://courier.example/@ana"])] == [
        "https://courier.example/@ana"
    ]


def test_a_link_back_up_does_not_loop(tmp_path: Path) -> None:
    write(tmp_path / "a/b/c.txt")
    (tmp_path / "a/b/up").symlink_to(tmp_path / "a")
    assert found(str(tmp_path)) == ["c.txt"]


def test_a_link_to_nothing_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "dead.txt").symlink_to(tmp_path / "gone.txt")
    assert list(faults(str(tmp_path)).values()) == ["a link to a file that isn't there"]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert list(faults(str(tmp_path / "pipe")).values()) == ["neither a file nor a folder"]


def test_standard_input_is_a_source() -> None:
    assert list(discover(["-"])) == [Source("-")]


def test_a_web_address_is_a_source_to_fetch() -> None:
    address = "https://courier.example/talks"
    assert list(discover([address, address])) == [Source(address, url=address)]
