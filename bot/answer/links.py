"""Where a click on a quote goes."""

from __future__ import annotations

import re
from pathlib import PurePath
from urllib.parse import quote, urlsplit

from bot.answer.plain import address
from index.article import Hit

_WHOLE = 8  # words; a longer quote is named by its first and last few, which survive small edits between
_EDGE = 4


def link(hit: Hit, text: str) -> str:
    """The page with a text fragment, so that a browser scrolls to `text` and highlights it; the file
    as a `file:` address when the article has no page; "" when it came from standard input."""
    if hit.url is not None and urlsplit(hit.url).scheme in ("http", "https"):
        return f"{address(hit.url).split('#', 1)[0]}#:~:text={_fragment(text)}"
    path = PurePath(re.sub(r"#\d+$", "", hit.origin))
    return path.as_uri() if path.is_absolute() else ""


def _fragment(text: str) -> str:
    parts = text.split()
    if len(parts) <= _WHOLE:
        return _escape(" ".join(parts))
    return f"{_escape(' '.join(parts[:_EDGE]))},{_escape(' '.join(parts[-_EDGE:]))}"


def _escape(text: str) -> str:
    # "-", "," and "&" are the fragment's own signs; quote() leaves "-" alone.
    return quote(text, safe="").replace("-", "%2D")
