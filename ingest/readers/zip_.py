"""zip: a folder in one file. Office documents are zips too, and are no archives of articles."""

from __future__ import annotations

import stat
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import BinaryIO, cast

from ingest.raw import NotAnArticle, ReadError, Record
from ingest.readers import packed, zip_names
from ingest.readers.reader import Document, Head
from ingest.readers.unpacking import FAULTS, Bomb, Names, buffered, safe_name

FORMAT = "zip"
_LARGEST_READ = 64 * 1024 * 1024
"""zipfile reads the list of members whole: this is one of about 800,000."""
_ENCRYPTED = 0x1


def recognises(head: Head) -> bool:
    return head.data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x06", b"PK00PK\x03\x04"))


def records(document: Document) -> Iterator[Record]:
    """A broken, or encrypted, member is named alone. Bomb where the members come to too much by their own
    account already, however they overlap."""
    try:
        archive = zipfile.ZipFile(cast(BinaryIO, _Bounded(document.spooled())))
    except ReadError:
        raise
    except (*FAULTS, IndexError, TypeError) as error:
        raise ReadError(f"a damaged zip file: {error}") from error
    with archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        kind = _other_kind(archive, entries)
        if kind is not None:
            raise NotAnArticle(f"not text: {kind}")
        document.budget.check(sum(max(0, entry.file_size) for entry in entries))
        yield from _members(document, archive, entries)


def _members(
    document: Document, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]
) -> Iterator[Record]:
    shared = _Shared(document, archive, entries)
    names = Names()
    for entry in entries:
        name = names.distinct(safe_name(zip_names.shown(entry)))
        if stat.S_ISLNK(entry.external_attr >> 16):
            continue
        try:
            passed_over = packed.passed_over(document, name)
        except NotAnArticle:
            continue
        if passed_over is not None:
            yield passed_over
        elif entry.flag_bits & _ENCRYPTED:
            yield packed.broken(document, name, "encrypted: unpack it with its password first")
        else:
            yield from document.inside(name, _open(document, archive, entry), shared.of(entry))


def _open(document: Document, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> BinaryIO:
    def opened() -> Callable[[int], bytes]:
        return cast(zipfile.ZipExtFile, archive.open(entry)).read1

    def when_read(size: int) -> bytes:  # so that its faults are its own
        if not reading:
            reading.append(opened())
        return reading[0](size)

    reading: list[Callable[[int], bytes]] = []
    return cast(BinaryIO, buffered(when_read, document.budget, opened))


class _Shared:
    """The lines that texts of one folder of the zip share; found when first asked for, from a sample."""

    def __init__(self, document: Document, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
        self._document = document
        self._archive = archive
        self._folders: dict[str, list[zipfile.ZipInfo]] = defaultdict(list)
        self._learned: dict[str, frozenset[str]] = {}
        for entry in entries:
            if packed.may_share_lines(entry.filename) and entry.file_size <= packed.SAMPLED_BYTES:
                self._folders[packed.folder_of(entry.filename)].append(entry)

    def of(self, entry: zipfile.ZipInfo) -> Callable[[], frozenset[str]]:
        return lambda: self._in(packed.folder_of(entry.filename))

    def _in(self, folder: str) -> frozenset[str]:
        if folder not in self._learned:
            entries = self._folders.get(folder, [])
            step = max(1, len(entries) // packed.SAMPLE)
            sample = entries[::step][: packed.SAMPLE]
            self._learned[folder] = packed.shared_by(
                data for entry in sample if (data := self._data(entry)) is not None
            )
        return self._learned[folder]

    def _data(self, entry: zipfile.ZipInfo) -> bytes | None:
        try:
            with _open(self._document, self._archive, entry) as stream:
                return stream.read(packed.SAMPLED_BYTES)
        except Bomb:
            raise
        except (ReadError, OSError):
            return None


def _other_kind(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> str | None:
    """What it is when it is a zip only by packing."""
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" in names:
        for folder, kind in (("word/", "Word"), ("xl/", "Excel"), ("ppt/", "PowerPoint")):
            if any(name.startswith(folder) for name in names):
                return f"{kind} document"
    if "mimetype" in names:
        try:
            with archive.open("mimetype") as stream:
                said = stream.read(100).decode("latin-1")
        except FAULTS:
            return None
        if "opendocument" in said:
            return "OpenDocument file"
        if "epub" in said:
            return "EPUB book"
    if "META-INF/MANIFEST.MF" in names:
        return "Java program"
    return None


class _Bounded:
    """The file that zipfile reads, in bounded pieces."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.seek = stream.seek
        self.tell = stream.tell
        self.close = lambda: None

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if size > _LARGEST_READ:
            raise ReadError(f"its list of members takes {size // 1024 // 1024} MiB: split it")
        return self._stream.read(_LARGEST_READ if size < 0 else size)
