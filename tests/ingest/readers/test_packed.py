from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from ingest.raw import NotAnArticle, RawArticle, ReadError, Record
from ingest.readers import Readers
from ingest.sources import Source

Outcomes = Callable[..., list[RawArticle | str]]
Reading = Callable[..., list[Record]]
MIB = 1024 * 1024


def zstandard(data: bytes) -> bytes:
    from backports import zstd

    return zstd.compress(data)


def members(records: list[Record]) -> list[str]:
    return [record.origin.partition("!/")[2] for record in records]


def said(found: list[RawArticle | str]) -> list[str]:
    return [one for one in found if isinstance(one, str)]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstandard])
def test_what_is_packed_alone_is_read_as_it_would_be_unpacked(
    records_of: Reading, seeds: ModuleType, pack: Callable[[bytes], bytes]
) -> None:
    plain = seeds.json_lines(range(300))
    packed, unpacked = records_of(pack(plain), "dump.jsonl.x"), records_of(plain, "dump.jsonl")
    assert [r.raw_hash for r in packed] == [r.raw_hash for r in unpacked]
    assert packed[299].read().title == seeds.title(299)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstandard])
def test_packed_pieces_joined_are_read_to_the_end_and_a_cut_off_one_is_damaged(
    outcomes_of: Outcomes, seeds: ModuleType, pack: Callable[[bytes], bytes]
) -> None:
    joined = pack(seeds.json_lines([1])) + pack(seeds.json_lines([2]))
    assert [one.title for one in outcomes_of(joined) if isinstance(one, RawArticle)] == [
        seeds.title(1),
        seeds.title(2),
    ]
    assert "ReadError: damaged" in outcomes_of(joined[:-12])[-1]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstandard])
@pytest.mark.parametrize("garbage", [b"<!-- from cache -->", b"x", b"\0\0\1 garbage \xff" * 9000])
def test_what_is_packed_whole_comes_in_and_garbage_behind_it_is_named(
    outcomes_of: Outcomes, seeds: ModuleType, pack: Callable[[bytes], bytes], garbage: bytes
) -> None:
    text = f"{seeds.title(1)}\n\n{seeds.body(1)}".encode()
    for plain in (text, seeds.json_lines([1])):
        article, fault = outcomes_of(pack(plain) + garbage)
        assert isinstance(article, RawArticle)
        assert seeds.body(1) in article.text
        assert fault == "ReadError: damaged: what stands behind its end isn't packed as it is, and isn't read"


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstandard])
def test_padding_behind_what_is_packed_is_no_fault(
    outcomes_of: Outcomes, seeds: ModuleType, pack: Callable[[bytes], bytes]
) -> None:
    one, two = pack(seeds.json_lines([1])), pack(seeds.json_lines([2]))
    assert len(outcomes_of(one + b"\0" * 512 + two + b"\0" * 512)) == 2


@pytest.mark.parametrize("name", ["json_lines", "csv"])
def test_records_before_the_damage_come_in_however_few(
    outcomes_of: Outcomes, seeds: ModuleType, name: str
) -> None:
    made = getattr(seeds, name)([1, 2, 3])
    data = made if isinstance(made, bytes) else made.encode()
    *articles, fault = outcomes_of(gzip.compress(data.rstrip())[:-6])
    assert [one.title for one in articles if isinstance(one, RawArticle)][:2] == [
        seeds.title(1),
        seeds.title(2),
    ]
    assert "ReadError: damaged: Compressed file ended" in fault


@pytest.mark.parametrize("make", ["zipped", "tarred"])
def test_members_of_any_format_are_read_and_named_by_their_path(
    records_of: Reading, seeds: ModuleType, make: str
) -> None:
    files = {
        "news/1.txt": f"{seeds.title(1)}\n\n{seeds.body(1)}".encode(),
        "news/2.html": seeds.page(2).encode(),
        "dump.jsonl.gz": gzip.compress(seeds.json_lines([3, 4])),
        "more.zip": seeds.zipped({"table.csv": seeds.csv([5])}),
        "more.tgz": seeds.tarred({"feed.xml": seeds.rss([6])}, "w:gz"),
    }
    found = records_of(getattr(seeds, make)(files))
    assert sorted(members(found)) == [
        "dump.jsonl.gz#1", "dump.jsonl.gz#2", "more.tgz!/feed.xml#1", "more.zip!/table.csv#1",
        "news/1.txt", "news/2.html",
    ]  # fmt: skip
    texts = {record.origin.rpartition("!/")[2]: record.read().text for record in found}
    assert seeds.body(1) in texts["news/1.txt"]
    assert texts["table.csv#1"] == seeds.body(5)


@pytest.mark.parametrize("make", ["zipped", "tarred"])
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\Windows\\a.txt", "Windows/a.txt"),
        ("a/../b/./c.txt", "a/b/c.txt"),
        ("esc\x1b[2J.txt", "esc\ufffd[2J.txt"),
        ("..", "unnamed"),
    ],
)
def test_names_of_members_are_shown_safely(
    records_of: Reading, seeds: ModuleType, make: str, name: str, shown: str
) -> None:
    assert members(records_of(getattr(seeds, make)({name: seeds.body(1).encode()}))) == [shown]


def test_two_members_of_one_name_are_told_apart(records_of: Reading, seeds: ModuleType) -> None:
    data = seeds.zipped({"a.txt": seeds.body(1).encode(), "b.txt": seeds.body(2).encode()}).replace(
        b"b.txt", b"a.txt"
    )
    assert members(records_of(data)) == ["a.txt", "a.txt~2"]


@pytest.mark.parametrize("make", ["zipped", "tarred"])
def test_members_are_left_out_by_the_rules_of_folders(
    outcomes_of: Outcomes, records_of: Reading, seeds: ModuleType, make: str
) -> None:
    files = {
        "a.txt": seeds.body(1).encode(),
        "b.jpg": b"\xff\xd8\xff",
        "__MACOSX/._a.txt": b"\0",
        ".DS_Store": b"\0",
    }
    data = getattr(seeds, make)(files)
    assert sorted(members(records_of(data))) == ["a.txt", "b.jpg"]
    assert said(outcomes_of(data)) == ["NotAnArticle: jpg files aren't read"]


@pytest.mark.parametrize("make", ["zipped", "tarred"])
def test_texts_of_one_folder_share_their_sites_menu(
    records_of: Reading, seeds: ModuleType, make: str
) -> None:
    menu = "Home | Politics | Sport\nThe Caspian Courier online\n\n"
    files = {f"site/{n}.txt": f"{menu}{seeds.title(n)}\n\n{seeds.body(n)}".encode() for n in range(8)}
    found = records_of(getattr(seeds, make)({**files, "else/x.txt": seeds.body(9).encode()}))
    lines = {record.origin.rpartition("/")[2]: record.read().repeated for record in found}
    assert "the caspian courier online" in lines["3.txt"]
    assert not lines["x.txt"]


def test_links_and_devices_in_a_tar_are_passed_over(records_of: Reading, seeds: ModuleType) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for n, kind in enumerate((tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE)):
            entry = tarfile.TarInfo(f"{n}.txt")
            entry.type, entry.linkname = kind, "/etc/passwd"
            archive.addfile(entry)
        entry = tarfile.TarInfo("a.txt")
        entry.size = len(seeds.body(1))
        archive.addfile(entry, io.BytesIO(seeds.body(1).encode()))
    assert members(records_of(out.getvalue())) == ["a.txt"]


def test_a_tar_cut_off_keeps_what_came_before(outcomes_of: Outcomes, seeds: ModuleType) -> None:
    data = seeds.tarred({f"{n}.txt": seeds.body(n).encode() for n in range(5)})
    found = outcomes_of(data[: 512 * 5 + 100])
    assert len([one for one in found if isinstance(one, RawArticle)]) == 2
    assert "can't be found" in said(found)[-1]


@pytest.mark.parametrize("size", [b"\xff" * 12, b"\x80" + b"\xff" * 11, b"77777777777\0", b"nonsense    "])
@pytest.mark.parametrize("flag", [b"0", b"x", b"L"])
def test_a_tar_that_lies_about_sizes_comes_to_an_end(
    outcomes_of: Outcomes, seeds: ModuleType, size: bytes, flag: bytes
) -> None:
    block = bytearray(tarfile.TarInfo("a.txt").tobuf())
    block[124:136], block[156:157], block[148:156] = size, flag, b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    try:
        outcomes_of(bytes(block) + seeds.tarred({"b.txt": seeds.body(1).encode()}))
    except ReadError as error:
        assert "damaged" in str(error)


def test_broken_and_encrypted_members_of_a_zip_are_named_alone(
    outcomes_of: Outcomes, seeds: ModuleType
) -> None:
    data = bytearray(seeds.zipped({f"{n}.txt": seeds.body(n).encode() for n in range(3)}))
    first, second, _ = (i for i in range(len(data)) if data[i : i + 4] == b"PK\x01\x02")
    data[first + 8] |= 1
    struct.pack_into("<I", data, second + 16, 12345)
    found = outcomes_of(bytes(data))
    assert [str(one) for one in found[:2]] == [
        "ReadError: encrypted: unpack it with its password first",
        "ReadError: damaged: Bad CRC-32 for file '1.txt'",
    ]
    assert isinstance(found[2], RawArticle)


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["[Content_Types].xml", "word/document.xml"], "Word document"),
        (["[Content_Types].xml", "xl/workbook.xml"], "Excel document"),
        (["META-INF/MANIFEST.MF", "a.class"], "Java program"),
    ],
)
def test_office_documents_are_no_archives(
    outcomes_of: Outcomes, seeds: ModuleType, names: list[str], kind: str
) -> None:
    with pytest.raises(NotAnArticle, match=f"not text: {kind}"):
        outcomes_of(seeds.zipped(dict.fromkeys(names, b"<x/>")))


def test_what_is_packed_too_often_is_refused(outcomes_of: Outcomes, seeds: ModuleType) -> None:
    data = seeds.json_lines([1])
    for _ in range(5):
        data = seeds.zipped({"inner": data})
    assert outcomes_of(data) == ["ReadError: packed more than 4 times over"]


def small_limits(path: Path) -> list[Record]:
    readers = Readers(MIB, max_unpacked=4 * MIB, max_ratio=20)
    return list(readers.records(Source(str(path), path, path.stat().st_size)))


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstandard])
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "bomb.jsonl.gz"
    path.write_bytes(pack(b'{"text": "' + b"talks off " * 1_000_000))
    with pytest.raises(ReadError, match=r"comes to more than 4 MiB.*a bomb"):
        small_limits(path)


def test_a_bomb_within_an_archive_is_named_and_ends_it(tmp_path: Path, seeds: ModuleType) -> None:
    path = tmp_path / "bomb.tar"
    bomb = gzip.compress(b'{"text": "' + b"talks off " * 1_000_000)
    path.write_bytes(seeds.tarred({"a.json": seeds.json_lines([1]), "b.jsonl.gz": bomb, "c.json": b"{}"}))
    with pytest.raises(ReadError, match=r"a bomb.*\(in .*bomb.tar!/b.jsonl.gz\)"):
        small_limits(path)


def test_a_zip_whose_members_overlap_is_refused_unread(tmp_path: Path, seeds: ModuleType) -> None:
    path = tmp_path / "bomb.zip"
    data = seeds.zipped({"a.txt": b"talks off. " * 50_000})
    at, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry, tail = data[at:end] * 100, bytearray(data[end:])
    struct.pack_into("<HHII", tail, 8, 100, 100, len(entry), at)
    path.write_bytes(data[:at] + entry + bytes(tail))
    assert len(zipfile.ZipFile(path).infolist()) == 100
    with pytest.raises(ReadError, match="a bomb"):
        small_limits(path)


def test_an_honest_archive_may_be_as_large_as_it_likes(tmp_path: Path, seeds: ModuleType) -> None:
    path = tmp_path / "large.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(60):
            archive.writestr(f"{n}.txt", seeds.body(n) * 300)
    assert path.stat().st_size > 4 * MIB
    assert len(small_limits(path)) == 60


@pytest.mark.parametrize("make", ["zipped", "tarred"])
def test_an_archive_in_a_pipe_or_an_archive_is_read_forwards(
    records_of: Reading, seeds: ModuleType, make: str
) -> None:
    """A zip's list stands at its end: within a tar it is copied first."""
    inner = getattr(seeds, make)({f"{n}.txt": seeds.body(n).encode() * 200 for n in range(20)})
    found = records_of(seeds.tarred({"in": inner, "z.txt": seeds.body(30).encode()}, "w:gz"))
    assert len(found) == 21
    assert all(seeds.body(n) in found[n].read().text for n in range(20))
