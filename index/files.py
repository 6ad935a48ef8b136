"""Writing files so that a reader sees the old or the new, never half; and what a disk's refusal means."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from index.errors import DiskError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
# As Rust, SQLite and Chroma word them: their errors carry no number.
_SAYS_FULL = ("os error 28", "os error 122", "os error 27", "no space left", "disk is full", "file too large")
_SAYS_FORBIDDEN = ("os error 13", "os error 30", "permission denied", "readonly database", "read-only")


def disk_error(error: Exception, folder: Path) -> DiskError | None:
    """What to tell a person when the disk or its rights are why `folder` couldn't be written; else None."""
    number = error.errno if isinstance(error, OSError) else None
    said = "" if number is not None else str(error).lower()
    if number in _FULL or any(words in said for words in _SAYS_FULL):
        return DiskError(
            f"The disk that holds {folder.absolute()} is full ({_free(folder)}): make room and run it again. "
            "What was committed stays."
        )
    if number in _FORBIDDEN or any(words in said for words in _SAYS_FORBIDDEN):
        return DiskError(
            f"Dateline may not write to {folder.absolute()}: give it the right to, or choose another folder "
            "with DATELINE_DATA or --data. What is there stays as it is."
        )
    if number == errno.EIO or "i/o error" in said:
        return DiskError(
            f"The disk that holds {folder.absolute()} fails ({error}): see to the disk, and run it again. "
            "`dateline doctor` says what is whole."
        )
    return None


def _free(folder: Path) -> str:
    try:
        return f"{shutil.disk_usage(folder).free / 1e6:,.0f} MB free"
    except OSError:
        return "no room"


def replace_text(path: Path, text: str, *, durable: bool = True) -> None:
    """Writes `text` to `path` atomically; unless `durable`, a power cut may take it back or empty it."""
    replace_bytes(path, text.encode("utf-8"), durable=durable)


def replace_bytes(path: Path, content: bytes, *, durable: bool = True) -> None:
    """As `replace_text`."""
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("wb") as file:
        file.write(content)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    temporary.replace(path)
    if durable:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes renames in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Makes every file below `folder`, and their names, survive a power cut."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        elif path.is_dir():
            sync_folder(path)
    sync_folder(folder)
