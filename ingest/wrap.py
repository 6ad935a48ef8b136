"""Undoing hard line breaks: text wrapped at 60 to 100 characters, as wires and old mail write it."""

from __future__ import annotations

import re

from ingest.chrome import SENTENCE_END

_NARROWEST, _WIDEST = 45, 100
_RULE = re.compile(r"^\W*$")


def unwrap(lines: list[str]) -> list[str]:
    """`lines` with wrapped paragraphs on one line each; as they are where the text isn't wrapped."""
    width = _width(lines)
    if width is None:
        return lines
    out: list[str] = []
    last = ""
    for line in lines:
        stripped = line.strip()
        if out and last and _continues(last, stripped, width):
            out[-1] = f"{out[-1].rstrip()} {stripped}"
        else:
            out.append(line)
        last = "" if _RULE.match(line) else line.rstrip()
    return out


def _width(lines: list[str]) -> int | None:
    """The column at which the text was wrapped; None where it wasn't."""
    lengths = [len(line.rstrip()) for line in lines if not _RULE.match(line) and "://" not in line]
    wide = [length for length in lengths if length > _WIDEST]
    narrow = [length for length in lengths if length <= _WIDEST]
    if not narrow or sum(wide) > sum(narrow) / 4:
        return None
    width = max(narrow)
    full = [
        line
        for line in lines
        if width - 15 <= len(line.rstrip()) <= width and not SENTENCE_END.search(line.rstrip())
    ]
    return width if width >= _NARROWEST and len(full) >= 4 and len(full) * 3 >= len(narrow) else None


def _continues(last: str, line: str, width: int) -> bool:
    """Whether `line` was broken off `last`: its first word would not have fitted there."""
    if not line or _RULE.match(line) or len(last) > _WIDEST or "://" in line.split(" ", 1)[0]:
        return False
    first_word = line.split(" ", 1)[0]
    fits = len(last) + 1 + len(first_word) <= width
    return not fits and len(last) >= width * 0.6
