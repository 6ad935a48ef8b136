"""The names of a zip's members: its format knows UTF-8 and code page 437, its writers use their own."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from contextlib import suppress

_SAYS_UTF8 = 0x800
_UNICODE_PATH = 0x7075
_WORD = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile(r"[Ѐ-ӿ]+")


def shown(entry: zipfile.ZipInfo) -> str:
    """The name as its writer meant it: in UTF-8 where the entry says so or its bytes are that, else in code
    page 866 where that makes Russian words of it, else as zipfile has it."""
    name = entry.filename
    if name.isascii() or entry.flag_bits & _SAYS_UTF8:
        return name
    try:
        data = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    if stated := _stated(entry.extra, data):
        return stated
    with suppress(UnicodeDecodeError):
        return data.decode("utf-8")
    russian = data.decode("cp866")
    return russian if _is_russian(russian) else name


def _stated(extra: bytes, name: bytes) -> str | None:
    """What the entry says beside its name of how that is in Unicode; None where the name has been changed
    since."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        value = extra[at + 4 : at + 4 + size]
        if kind == _UNICODE_PATH and len(value) > 5 and value[1:5] == struct.pack("<I", zlib.crc32(name)):
            with suppress(UnicodeDecodeError):
                return value[5:].decode("utf-8")
        at += 4 + size
    return None


def _is_russian(name: str) -> bool:
    """Whether every letter beyond ASCII stands in a word of such letters alone, one of them longer than an
    abbreviation: `Müller` in the wrong code page mixes two alphabets."""
    words = [word for word in _WORD.findall(name) if not word.isascii()]
    return all(_CYRILLIC.fullmatch(word) for word in words) and any(len(word) > 3 for word in words)
