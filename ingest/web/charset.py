"""The encoding that only a header names, made plain in the bytes themselves."""

from __future__ import annotations

import codecs
import re

_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# What servers say of any page, whatever it holds.
_SAID_OF_ANY = frozenset(("utf-8", "iso8859-1", "latin-1", "ascii", "cp1252"))


def as_utf8(data: bytes, media_type: str, charset: str | None) -> bytes:
    """`data` in UTF-8 with its mark, where the header's charset is needed to read it; else as it came.

    Bytes that are UTF-8 already, or say themselves what they are, need no header, and headers are
    often wrong.
    """
    is_text = media_type in ("text/html", "text/plain", "application/xhtml+xml")
    if not charset or not is_text or data.startswith(_MARKS):
        return data
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        return data
    declares = _DECLARED.search(data[:4096]) is not None
    if name in _SAID_OF_ANY and (declares or name == "utf-8"):
        return data
    try:
        data.decode("utf-8")
        return data
    except UnicodeDecodeError:
        pass
    try:
        return codecs.BOM_UTF8 + data.decode("cp1252" if name in _SAID_OF_ANY else name).encode()
    except (UnicodeDecodeError, UnicodeEncodeError):
        return data
