"""Which links may stand on a button, and what is shown where none can."""

from __future__ import annotations

import re
from pathlib import PurePath
from urllib.parse import quote, unquote, urlsplit, urlunsplit

URL_LIMIT = 512
"""Characters in a link button's URL, by Discord's reference."""

_SAFE = "%/:;,@&=+$-_.!~*'()?"
_HOST = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z0-9-]*[a-z0-9](?<!-)", re.IGNORECASE)


def button_url(link: str | None) -> str | None:
    """The link as Discord accepts it on a button, or None.

    Only http and https with a host that has a dot: Discord refuses a whole message for one odd link. Beyond
    512 characters the fragment (which highlights the quote) is given up first.
    """
    try:
        parts = urlsplit(link or "")
        host, port = parts.hostname or "", parts.port
        if not host.isascii():
            host = host.encode("idna").decode("ascii")
        path, query, fragment = (
            quote(part, safe=_SAFE) for part in (parts.path, parts.query, parts.fragment)
        )
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        return None
    place = host if port is None else f"{host}:{port}"
    for tail in (fragment, ""):
        url = urlunsplit((parts.scheme, place, path, query, tail))
        if len(url) <= URL_LIMIT:
            return url
    return None


def file_name(link: str | None) -> str | None:
    """The last part of a path or address: it names the file and doesn't tell how the server is laid out."""
    if not link:
        return None
    try:
        path = unquote(urlsplit(link).path) if "://" in link else link
    except ValueError:
        path = link
    return PurePath(path).name or None
