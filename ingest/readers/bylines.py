"""Names of people and outlets as pages give them, to the names alone."""

from __future__ import annotations

import re

from index.text import fold
from ingest import urls

_DESK = re.compile(
    r"""\b(?:staff|admin|administrator|editor|editors|editorial|newsroom|news\s?desk|web\s?desk|webmaster|redaksiya
        |redaktor|redaksiyon|editör|haber\smerkezi|редакция|редактор|խմբագրություն|desk|reports?|newswire|unknown
        |anonymous|guest|contributor|team)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_ROLE = re.compile(
    r"\b(?:writer|reporter|correspondent|columnist|producer|analyst|contributor)s?\b", re.IGNORECASE
)


def person(author: str | None, outlet: str | None, url: str | None) -> str | None:
    """The people of a byline, without desks, roles and the outlet itself; None where nobody is left."""
    if not author:
        return None
    own = {_bare(outlet)} if outlet else set()
    if url:
        host = urls.host(url)
        own |= {_bare(host), _bare(host.rpartition(".")[0])}
    parts = [part.strip() for part in re.split(r"\s*[,;|]\s*", author)]
    people = [
        part
        for part in parts
        if part
        and _bare(part) not in own
        and not _DESK.search(part)
        and not (len(parts) > 1 and _ROLE.search(part))
    ]
    return ", ".join(dict.fromkeys(people)) or None


def _bare(name: str) -> str:
    return re.sub(r"[\W_]", "", fold(name)).removeprefix("the")


PLATFORM = re.compile(
    r"(?:blogger|wordpress|medium|tumblr|substack|wix|drupal|joomla)\b|designed by|powered by", re.I
)


def display_name(name: str | None) -> str | None:
    """`Harbour Times` of `Harbour Times | HarbourTimes.example` and of `Harbour Times | Politics | Sport`."""
    return re.split(r"\s+[|•·]\s+", name.strip())[0] or None if name else None
