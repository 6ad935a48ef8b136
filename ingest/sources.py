"""What a run is asked to read: files, globs, folders, standard input and addresses, as a list to open."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

STDIN = "-"


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_IGNORED_FOLDERS = frozenset(
    ("__pycache__", "node_modules", "venv", "__MACOSX", "$RECYCLE.BIN", "lost+found")
)
_IGNORED_ENDINGS = ("~", ".swp", ".tmp", ".part", ".crdownload", ".lock", ".bak", ".pyc")
_IGNORED_NAMES = frozenset(("thumbs.db", "desktop.ini", "icon\r"))
# Left alone in folders, with the reason; named on the command line they are opened all the same.
_OTHER_FORMATS = _listed("""
    css js mjs map woff woff2 ttf eot otf ico svg png jpg jpeg gif webp avif bmp tif tiff mp3 mp4 m4a avi
    mov webm wav ogg doc docx xls xlsx ppt pptx odt ods epub 7z rar exe dll so bin db sqlite
    sqlite3 yaml yml toml ini cfg py pyc sh log sql""")
_OURS = "ledger.sqlite"
"""A folder that holds it is an archive of Dateline's own, not one to read."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read, or why there is none."""

    origin: str
    """Absolute path, address, `-` for standard input, or what was asked for where it isn't there."""
    path: Path | None = None
    size: int = 0
    """Bytes on disk; 0 for standard input."""
    skip: str | None = None
    """Why the file isn't opened."""
    fault: str | None = None
    """Why nothing can be read here."""
    url: str | None = None
    """The address to fetch, of a page, a feed or a sitemap."""


def shown(name: str) -> str:
    """What was asked for, as it may be told and kept: of an address without a user name and password."""
    return re.sub(r"^(\w+://)[^/?#]*@", r"\1…@", name)


def discover(wanted: list[str]) -> Iterator[Source]:
    """Every file of `wanted`, each once, folders in sorted order; what isn't there with its fault."""
    seen: set[str] = set()
    for name in wanted:
        for source in _one(name):
            real = os.path.realpath(source.path) if source.path else source.origin
            if real not in seen:
                seen.add(real)
                yield source


def _one(name: str) -> Iterator[Source]:
    if name == STDIN:
        yield Source(STDIN)
        return
    if name.lower().startswith(("http://", "https://")):
        if shown(name) != name:
            yield Source(shown(name), fault="an address that holds a user name or password: write it without")
        else:
            yield Source(name, url=name)
        return
    path = Path(name).expanduser()
    if path.is_dir():
        yield from _folder(path)
    elif path.exists():
        yield _file(path)
    elif glob.has_magic(name):
        found = sorted(glob.glob(str(path), recursive=True))  # noqa: PTH207 - absolute patterns too
        for match in found:
            yield from _folder(Path(match)) if Path(match).is_dir() else (_file(Path(match)),)
        if not found:
            yield Source(name, fault="no file matches")
    elif path.is_symlink():
        yield Source(str(path.absolute()), fault="a link to a file that isn't there")
    elif re.match(r"\w+://", name):
        yield Source(name, fault="only http and https addresses are fetched")
    else:
        yield Source(str(path.absolute()), fault="no such file or folder")


def _folder(folder: Path) -> Iterator[Source]:
    is_empty = True
    for source in _walk(folder, {os.path.realpath(folder)}):
        is_empty = False
        yield source
    if is_empty:
        yield Source(str(folder.absolute()), fault="no file to read in this folder")


def _walk(folder: Path, inside: set[str]) -> Iterator[Source]:
    """`inside` are the real paths of the folders on the way here: a link back to one is a loop."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Source(str(folder.absolute()), fault=f"can't be listed: {error.strerror}")
        return
    if any(entry.name == _OURS for entry in entries):
        return
    for entry in entries:
        lower = entry.name.lower()
        if _is_ignored(lower):
            continue
        path = Path(entry.path)
        if entry.is_dir():
            real = os.path.realpath(path)
            if entry.name not in _IGNORED_FOLDERS and real not in inside:
                yield from _walk(path, inside | {real})
        elif entry.is_file():
            yield _file(path, skip=other_format(lower))
        elif entry.is_symlink():
            yield Source(str(path.absolute()), fault="a link to a file that isn't there")


def is_ignored(path: str) -> bool:
    """Whether a path within a folder or a packed file is of no account: hidden, a thumbnail, left over."""
    *folders, name = path.split("/")
    return _is_ignored(name.lower()) or any(f.startswith(".") or f in _IGNORED_FOLDERS for f in folders)


def _is_ignored(name: str) -> bool:
    return name.startswith(".") or name in _IGNORED_NAMES or name.endswith(_IGNORED_ENDINGS)


def other_format(path: str) -> str | None:
    """Why a file of such a name is left alone where it wasn't asked for by name."""
    name = path.rpartition("/")[2].lower()
    ending = name.removesuffix(".gz").rpartition(".")[2] if "." in name else ""
    return f"{ending} files aren't read" if ending in _OTHER_FORMATS else None


def _file(path: Path, skip: str | None = None) -> Source:
    """An absolute path with links in its folders kept: what a user would recognise."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolves `..` without following links
    try:
        size = path.stat().st_size
    except OSError as error:
        return Source(str(absolute), fault=f"can't be read: {error.strerror}")
    if skip is None and not path.is_file():
        return Source(str(absolute), fault="neither a file nor a folder")
    return Source(str(absolute), absolute, size, skip=skip)
