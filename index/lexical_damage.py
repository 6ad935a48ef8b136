"""Whether the files of the word index are as they were written: tantivy ends each with a checksum, and reads
them without looking at it."""

from __future__ import annotations

import contextlib
import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

NOTE = "DAMAGED"
"""A reader's word to the next writer, in the index's folder; it goes with the folder."""
_MAGIC = 1337
_BLOCK = 1 << 22


class PanicError(ValueError):
    """tantivy met what can't be in a file of its own."""


@contextlib.contextmanager
def panics() -> Iterator[None]:
    """PanicError for a panic in tantivy, which no `except Exception` catches."""
    try:
        yield
    except BaseException as error:
        # pyo3 doesn't export the class.
        if type(error).__name__ != "PanicException":
            raise
        raise PanicError(str(error)) from error


def damaged_file(folder: Path) -> str | None:
    """The name of a file of the index in `folder` whose checksum is wrong; None where there is none. Reads
    all of it. Files that aren't there are no matter of this: tantivy names them."""
    try:
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        segments = {str(each["segment_id"]).replace("-", "") for each in meta["segments"]}
    except OSError:
        return None
    except (ValueError, KeyError, TypeError):
        return "meta.json"
    for path in sorted(folder.iterdir()):
        if path.name.partition(".")[0] in segments:
            with contextlib.suppress(FileNotFoundError):  # merged away meanwhile
                if not _is_whole(path):
                    return path.name
    return None


def leave_note(folder: Path) -> None:
    """Tells the next writer that the index is to be made anew, where a checksum is wrong: what else went
    wrong may be a writer's exchange of the folder."""
    with contextlib.suppress(OSError):
        if damaged_file(folder) is not None:
            (folder / NOTE).touch()


def _is_whole(path: Path) -> bool:
    """A file is its contents, then `{"version": …, "crc": …}`, that JSON's length and a fixed number."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if size < 8:
            return False
        file.seek(size - 8)
        length, magic = struct.unpack("<II", file.read(8))
        contents = size - 8 - length
        if magic != _MAGIC or contents < 0:
            return False
        file.seek(contents)
        try:
            stated = json.loads(file.read(length))["crc"]
        except (ValueError, KeyError, TypeError):
            return False
        file.seek(0)
        crc = 0
        while contents:
            block = file.read(min(_BLOCK, contents))
            if not block:
                return False
            crc, contents = zlib.crc32(block, crc), contents - len(block)
    return bool(crc == stated)
