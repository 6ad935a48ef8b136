"""What zip and tar have in common: which members are looked at, and the lines that their texts share."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from ingest import repeated
from ingest.encoding import decode, refuse_binary
from ingest.raw import NotAnArticle, ReadError, Record, no_article, unreadable
from ingest.readers.reader import Document
from ingest.sources import is_ignored, other_format

SAMPLE = repeated.SAMPLE
SAMPLED_BYTES = 200_000
"""Largest member looked at for the lines that texts share."""


def passed_over(document: Document, name: str) -> Record | None:
    """A record that says why a member isn't read, by the rules of files in folders. NotAnArticle where it
    isn't worth a word: a thumbnail, a hidden file."""
    if is_ignored(name):
        raise NotAnArticle("ignored")
    reason = other_format(name)
    return skipped(document, name, reason) if reason else None


def skipped(document: Document, name: str, reason: str) -> Record:
    return Record(f"{document.origin}!/{name}", "", partial(no_article, reason))


def broken(document: Document, name: str, reason: str) -> Record:
    return Record(f"{document.origin}!/{name}", "", partial(unreadable, reason))


BEHIND = "damaged: what stands behind its end isn't packed as it is, and isn't read"


def folder_of(name: str) -> str:
    return name.rpartition("/")[0]


def may_share_lines(name: str) -> bool:
    """Whether it looks a scrape as plain text, as `ingest.repeated` has it."""
    last = name.rpartition("/")[2].lower()
    return "." not in last or last.endswith((".txt", ".text"))


def shared_by(texts: Iterable[bytes]) -> frozenset[str]:
    """Folded lines that members of one folder share."""
    return repeated.in_texts(text for data in texts if (text := _text(data)) is not None)


def _text(data: bytes) -> str | None:
    try:
        refuse_binary(data[:2000])
        return None if b"<html" in data[:2000].lower() else decode(data)
    except (ReadError, NotAnArticle):
        return None
