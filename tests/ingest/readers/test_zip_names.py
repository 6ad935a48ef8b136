from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from types import ModuleType

import pytest

from ingest.raw import Record
from ingest.readers import zip_names

Reading = Callable[..., list[Record]]


def entry(name: bytes, extra: bytes = b"", flags: int = 0) -> zipfile.ZipInfo:
    found = zipfile.ZipInfo()
    found.filename = name.decode("utf-8" if flags & 0x800 else "cp437")
    found.extra, found.flag_bits = extra, flags
    return found


@pytest.mark.parametrize("name", ["новости/Переговоры 2023.txt", "xəbər/müəllif.txt", "新闻.txt", "café.txt"])
def test_a_name_in_utf8_is_read_so_whether_the_zip_says_so_or_not(name: str) -> None:
    assert zip_names.shown(entry(name.encode())) == name
    assert zip_names.shown(entry(name.encode(), flags=0x800)) == name


@pytest.mark.parametrize("name", ["новости/Переговоры 2023.txt", "МИД о встрече №2.html"])
def test_russian_in_its_old_code_page_is_read(name: str) -> None:
    assert zip_names.shown(entry(name.encode("cp866"))) == name


@pytest.mark.parametrize("name", ["Müller/Café à Genève.txt", "été.txt", "Ñandú.txt", "naïve ½.txt"])
def test_other_names_are_as_the_format_has_them(name: str) -> None:
    assert zip_names.shown(entry(name.encode("cp437"))) == name


def test_a_name_given_in_unicode_too_is_taken_unless_the_other_was_changed_since() -> None:
    raw = "Ç£Ñ.txt".encode("cp437")
    field = struct.pack("<BI", 1, zlib.crc32(raw)) + "记者.txt".encode()
    extra = struct.pack("<HH", 0x5455, 1) + b"x" + struct.pack("<HH", 0x7075, len(field)) + field
    assert zip_names.shown(entry(raw, extra)) == "记者.txt"
    assert zip_names.shown(entry(raw + b"x", extra)) == "Ç£Ñ.txtx"
    assert zip_names.shown(entry(raw, extra[:-20])) == "Ç£Ñ.txt"


def test_members_are_named_so_and_read(records_of: Reading, seeds: ModuleType) -> None:
    data = seeds.zipped({"eeeeeee/a.txt": seeds.body(1).encode()})
    (found,) = records_of(data.replace(b"eeeeeee", "новости".encode("cp866")))
    assert found.origin.endswith("!/новости/a.txt")
    assert seeds.body(1) in found.read().text
