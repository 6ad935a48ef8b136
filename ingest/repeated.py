"""Lines that many scrapes of one site share: its menu, its foot. Sampled, so that any archive fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from index.text import fold, words
from ingest.encoding import decode
from ingest.line import SENTENCE_END
from ingest.raw import NotAnArticle, ReadError

SAMPLE = 60
"""Texts looked at."""
_EDGE_LINES = 60
_MAX_BYTES = 200_000


def in_texts(texts: Iterable[str]) -> frozenset[str]:
    """Folded lines that stand at the head or foot of enough of these texts to be no story's.

    The longer a line, the more texts it takes: wire copies share headlines, and whole sentences.
    """
    counts: Counter[str] = Counter()
    number = 0
    for text in texts:
        number += 1
        lines = [" ".join(line.split()) for line in text.splitlines()]
        lines = [line for line in lines if line]
        counts.update({fold(line) for line in (*lines[:_EDGE_LINES], *lines[-_EDGE_LINES:])})
    return frozenset(line for line, count in counts.items() if _is_chrome(line, count, number))


def _is_chrome(line: str, count: int, texts: int) -> bool:
    if SENTENCE_END.search(line) or len(line) > 100:
        return count >= 6 and count * 2 > texts
    if len(words(line)) > 3:
        return count >= 5 and count * 5 >= texts
    return count >= 3 and count * 10 >= texts


def in_folder(folder: Path) -> frozenset[str]:
    """The same, for the text files of a folder: up to SAMPLE of them, spread over it."""
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix.lower() in ("", ".txt", ".text"))
    except OSError:
        return frozenset()
    files = [path for path in files if not path.name.startswith(".")]
    step = max(1, len(files) // SAMPLE)
    return in_texts(text for path in files[::step][:SAMPLE] if (text := _text_of(path)) is not None)


def _text_of(path: Path) -> str | None:
    try:
        if not path.is_file() or path.stat().st_size > _MAX_BYTES:
            return None
        data = path.read_bytes()
        if data.startswith(b"\x1f\x8b") or b"<html" in data[:2000].lower():
            return None
        return decode(data)
    except (OSError, ReadError, NotAnArticle):
        return None
