"""tar: a folder in one file, read forwards, so that one of any size in gzip is read once."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO, cast

from ingest.raw import NotAnArticle, ReadError, Record
from ingest.readers import packed
from ingest.readers.reader import Document, Head
from ingest.readers.unpacking import FAULTS, Names, buffered, safe_name

FORMAT = "tar"
_BLOCK = 512
_LARGEST_READ = 1024 * 1024
"""tarfile reads a member's extended header whole, whatever size it claims; members come in smaller pieces."""
_HELD_BYTES = 8 * 1024 * 1024
"""Texts held back at the start of a folder, to learn which lines they share."""


def recognises(head: Head) -> bool:
    block = head.data[:_BLOCK]
    return len(block) == _BLOCK and (block[257:262] == b"ustar" or _is_header(block))


def _is_header(block: bytes) -> bool:
    stated = block[148:156].strip(b" \0")
    if not stated or not all(c in b"01234567" for c in stated):
        return False
    return int(stated, 8) == sum(block) - sum(block[148:156]) + 8 * 32


def records(document: Document) -> Iterator[Record]:
    """A broken member is named alone; after a broken header nothing can be found, and one record says so."""
    stream = _Forwards(document.stream)
    held: list[_Held] = []
    learned: dict[str, frozenset[str]] = {}
    names = Names()
    fault = None
    try:
        archive = tarfile.open(fileobj=cast(BinaryIO, stream), mode="r:", errorlevel=0)  # noqa: SIM115
    except ReadError:
        raise
    except (*FAULTS, AttributeError, TypeError) as error:
        raise ReadError(f"a damaged tar file: {error}") from error
    while True:
        try:
            entry = archive.next()
        except (*FAULTS, AttributeError, TypeError) as error:
            fault = str(error)
            break
        if entry is None:
            break
        archive.members.clear()  # type: ignore[attr-defined]  # it keeps every entry that it has seen
        if not entry.isfile():
            continue
        name = names.distinct(safe_name(entry.name))
        try:
            passed_over = packed.passed_over(document, name)
        except NotAnArticle:
            continue
        if passed_over is not None:
            yield passed_over
            continue
        folder = packed.folder_of(name)
        if packed.may_share_lines(name) and entry.size <= packed.SAMPLED_BYTES and folder not in learned:
            try:
                held.append(_Held(name, folder, _member(archive, entry, document).read()))
            except ReadError as error:
                yield packed.broken(document, name, str(error))
                continue
            here = [other.data for other in held if other.folder == folder]
            if len(here) >= packed.SAMPLE or sum(len(other.data) for other in held) > _HELD_BYTES:
                yield from _released(document, held, learned)
            continue
        lines = learned.get(folder, frozenset())
        yield from document.inside(name, _member(archive, entry, document), partial(_known, lines))
    yield from _released(document, held, learned)
    if fault is None and not stream.ended_well:
        fault = "it is cut off or a header in it is broken"
    if fault is not None:
        yield packed.broken(
            document, "…", f"damaged: {fault}; what comes after byte {stream.tell():,} can't be found"
        )


@dataclass
class _Held:
    name: str
    folder: str
    data: bytes


def _released(document: Document, held: list[_Held], learned: dict[str, frozenset[str]]) -> Iterator[Record]:
    for folder in {text.folder for text in held}:
        learned[folder] = packed.shared_by(text.data for text in held if text.folder == folder)
    for text in held:
        yield from document.inside(text.name, io.BytesIO(text.data), partial(_known, learned[text.folder]))
    held.clear()


def _known(lines: frozenset[str]) -> frozenset[str]:
    return lines


def _member(archive: tarfile.TarFile, entry: tarfile.TarInfo, document: Document) -> io.BufferedReader:
    """Good until the next entry is asked for."""
    member = archive.extractfile(entry)
    assert member is not None
    return buffered(member.read1, document.budget)  # type: ignore[attr-defined]


class _Forwards:
    """The file that tarfile reads: forwards only, in bounded pieces."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._at = 0
        self.ended_well = False

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int) -> int:
        # Going back, as a header with a negative size asks for, could go on for ever.
        while self._at < offset and (data := self._stream.read(min(offset - self._at, 256 * 1024))):
            self._at += len(data)
        if self._at > offset:
            raise ReadError("damaged: a header in it points backwards")
        return self._at

    def read(self, size: int) -> bytes:
        if size > _LARGEST_READ:
            raise ReadError(f"damaged: a header of {size // 1024 // 1024} MiB in it")
        data = self._stream.read(size)
        self._at += len(data)
        if size == _BLOCK:
            self.ended_well = not data or not data.strip(b"\0")
        return data
