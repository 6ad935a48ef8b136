"""What a reader hands over: a record that can be skipped unread, and the article that it holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from index.errors import DatelineError


class ReadError(DatelineError):
    """A file or record can't be read; the run names it and goes on."""


class NotAnArticle(DatelineError):  # noqa: N818 - an outcome, not a fault
    """A file or record was read and holds no article; it is skipped with this reason."""


@dataclass(frozen=True, slots=True)
class RawArticle:
    """An article as its source gives it. Dates are ISO 8601, as `index.article.Version` has them."""

    origin: str
    """Absolute path, `path#3` for the third line or item of a file, or a name for standard input."""
    raw_hash: str
    text: str
    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: str | None = None
    modified: str | None = None
    language: str | None = None
    """ISO 639-1 code, where the source gives one."""
    url: str | None = None
    identifier: str | None = None
    """The source's own id of the article, where it gives one."""
    extracted: bool = False
    """Whether `text` is the article's body already, so that only plain chrome may still be in it."""
    whole: bool = False
    """Whether it is the article to the letter, as an agency's own file holds it: nothing of it is chrome."""
    repeated: frozenset[str] = frozenset()
    """Folded lines that are its source's chrome: many of its texts share them, or it puts them below each."""


@dataclass(frozen=True, slots=True)
class Record:
    """One article's worth of a source: cheap to have, read only when it isn't known yet."""

    origin: str
    raw_hash: str
    """`raw_hash` of the file's or record's bytes, unpacked; empty where they can't be had."""
    read: Callable[[], RawArticle]
    """Raises ReadError or NotAnArticle with the reason. A `functools.partial` of a module's function with
    plain data, so that another process can be given it."""
    bytes_done: int = 0
    """Bytes of the source's file read so far, as they lie on disk."""


def raw_hash(data: bytes, fields: Mapping[str, str] | None = None) -> str:
    """With a `~` and a digest of what `--map` said behind it: under other names they are read anew."""
    digest = hashlib.sha256(data).hexdigest()
    if not fields:
        return digest
    named = json.dumps(sorted(fields.items()), ensure_ascii=False).encode("utf-8", "surrogatepass")
    return f"{digest}~{hashlib.sha256(named).hexdigest()[:8]}"


def same_bytes(one: str, other: str) -> bool:
    """Whether two raw hashes are of the same bytes, by whatever names their fields were read."""
    return one.partition("~")[0] == other.partition("~")[0]


def no_article(reason: str) -> RawArticle:
    """The `read` of a Record that was found to hold none."""
    raise NotAnArticle(reason)


def unreadable(reason: str) -> RawArticle:
    """The `read` of a Record that is broken."""
    raise ReadError(reason)
