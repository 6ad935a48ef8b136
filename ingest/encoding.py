"""Bytes to text: byte order marks, UTF-8, what a page declares, and only then a guess."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection

from ingest.raw import NotAnArticle, ReadError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)|^<\?xml[^>]{0,100}encoding=["']([\w.:-]+)""", re.I
)
# Pages that say Latin-1 or Latin-5 mean Microsoft's supersets of them.
_MEANT = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-9": "cp1254",
}
_SINGLE_BYTE = ("cp1252", "cp1254", "cp1250", "cp1251", "cp1257", "cp1253")
_BINARY = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP or office document"),
    (b"\x89PNG", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF8", "GIF image"),
    (b"RIFF", "media file"),
    (b"\xd0\xcf\x11\xe0", "office document"),
    (b"SQLite format 3", "SQLite database"),
    (b"BZh", "bzip2 archive"),
    (b"\xfd7zXZ", "xz archive"),
    (b"\x28\xb5\x2f\xfd", "zstandard archive"),
    (b"PAR1", "Parquet table"),
    (b"7z\xbc\xaf", "7z archive"),
    (b"Rar!", "RAR archive"),
    (b"\x7fELF", "program"),
    (b"ID3", "sound"),
    (b"OggS", "media file"),
)


def refuse_binary(head: bytes) -> None:
    """NotAnArticle naming what it is, where the first bytes of a file are no text's."""
    for magic, name in _BINARY:
        if head.startswith(magic):
            raise NotAnArticle(f"not text: {name}")
    if (
        b"\0" in head
        and not head.startswith(tuple(mark for mark, _ in _MARKS))
        and not _utf16_without_mark(head)
    ):
        raise NotAnArticle("not text: binary")


def decode(data: bytes) -> str:
    """`data` as text. ReadError where no encoding fits."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _decode(data, name)
    wide = _utf16_without_mark(data)
    if wide:
        return _decode(data, wide)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = _DECLARED.search(data[:4096])
    if declared:
        name = (declared[1] or declared[2]).decode("ascii").lower()
        try:
            return data.decode(_MEANT.get(name, name))
        except (LookupError, UnicodeDecodeError):
            pass
    lenient = data.decode("utf-8", "replace")
    faults = lenient.count("\ufffd")
    sound = sum(ord(c) > 127 for c in lenient) - faults
    if faults * 20 <= sound or (faults <= 2 and faults * 5 <= sound):
        return lenient.replace("\ufffd", "")  # UTF-8 with a few bytes cut off
    return _guess(data)


def encoding_of(start: bytes) -> str:
    """The encoding to read on in, of a text that begins so; a little of it may not fit."""
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    wide = _utf16_without_mark(start)
    if wide:
        return wide
    for cut in range(4):  # a character may be cut off at the end
        try:
            start[: len(start) - cut].decode("utf-8")
            return "utf-8"
        except UnicodeDecodeError:
            continue
    lenient = start.decode("utf-8", "replace")
    faults = lenient.count("\ufffd")
    if faults * 20 <= sum(ord(c) > 127 for c in lenient) - faults:
        return "utf-8"
    # No line of another encoding is UTF-8 by chance: where most are, some were written by another program.
    lines = [line for line in start.splitlines() if not line.isascii()]
    if sum(map(_is_utf8, lines)) * 2 > len(lines):
        return "utf-8"
    from charset_normalizer import from_bytes

    best = from_bytes(start[:200_000]).best()
    return best.encoding if best is not None else "cp1252"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def stray_encoding(data: bytes, letters: Collection[str]) -> str:
    """The encoding of a line or two in a text that is UTF-8 otherwise, in which `letters` beyond ASCII occur:
    they tell more than so few bytes do."""
    beyond = bytes(byte for byte in data if byte > 127)

    def known(encoding: str) -> int:
        return sum(char in letters for char in beyond.decode(encoding, "replace"))

    best = max(_SINGLE_BYTE, key=known)
    if known(best):
        return best
    if len(beyond) <= len(re.findall(rb"[A-Za-z]", data)):
        return "cp1252"
    guessed = encoding_of(data)
    return "cp1252" if guessed.startswith("utf") else guessed


def wide_encoding(start: bytes) -> str | None:
    """`utf-16` or the like, where a document that begins so has two or four bytes a character."""
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), None)
    return _utf16_without_mark(start) if marked is None else None if marked == "utf-8-sig" else marked


def declared_encoding(start: bytes) -> str | None:
    """What a document says of its own encoding, in lower case."""
    declared = _DECLARED.search(start.removeprefix(codecs.BOM_UTF8)[:4096])
    return (declared[1] or declared[2]).decode("ascii").lower() if declared else None


def _guess(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    if best is None:
        raise ReadError("its characters can't be decoded: save it as UTF-8")
    return _decode(data, best.encoding)


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReadError(f"its characters can't be decoded as {encoding}: save it as UTF-8") from error


def _utf16_without_mark(data: bytes) -> str | None:
    """Text in a Latin or Cyrillic alphabet has a zero, or a 4, in every second byte."""
    sample = data[:2000]
    if len(sample) < 8 or b"\0" not in sample:
        return None
    high, low = sample[1::2], sample[0::2]
    if sum(b in (0, 4, 5) for b in high) > 0.9 * len(high) and low.count(0) < 0.1 * len(low):
        return "utf-16-le"
    if sum(b in (0, 4, 5) for b in low) > 0.9 * len(low) and high.count(0) < 0.1 * len(high):
        return "utf-16-be"
    return None
