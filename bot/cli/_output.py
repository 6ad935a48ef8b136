"""JSON on standard output."""

from __future__ import annotations

import json
import sys


def write_json(value: object, *, indent: int | None = None) -> None:
    """One JSON value and a newline, at once; escaped where the terminal's encoding lacks a character."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, indent=indent)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
