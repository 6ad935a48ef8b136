"""Whose article it is, where only the page's text tells: the foot's copyright line, the site's name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from index.text import fold, words
from index.who.names import outlet_at
from ingest import urls
from ingest.line import Line
from ingest.metalines import has_no_case

_MARK = re.compile(r"©|\(\s*[cс]\s*\)(?!\w)|\bcopyright\b", re.IGNORECASE)
_RIGHTS = re.compile(
    r"all rights reserved|tüm hakları saklıdır|her hakkı saklıdır|bütün hüquqlar\w* qorun\w*"
    r"|все права защищены|(?:جميع|كافة|كل) الحقوق محفوظة|բոլոր իրավունքները պաշտպանված են",
    re.IGNORECASE,
)
_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d(?:\s*[-–—/,]\s*(?:(?:19|20)?\d\d|present|now))?(?!\d)")
_BREAK = re.compile(r"\s*[|·•–—/:;]\s*|\s+-\s+|\.\s+|\.$|,\s+|\s{2,}|\t")
_GENERIC = re.compile(
    r"^(?:the )?(?:news|home|menu|website|site|company|inc|llc|ltd|all|rights|privacy|terms|imprint|contact"
    r"|photo|reuters photo|getty images|ap photo|afp photo)$",
    re.IGNORECASE,
)


def at(url: str | None) -> str | None:
    """The name of last resort: the outlet known to be at the address, or the address's host."""
    if not url:
        return None
    host = urls.host(url)
    return outlet_at(host) or host


def from_page(head: Iterable[Line], foot: Iterable[Line], url: str | None) -> str | None:
    """The publisher's name as the lines above and below a story give it; None where they don't.

    A copyright line at the foot first; else a name at the head that the foot or the address repeats.
    """
    head_lines, foot_lines = list(head)[:12], list(foot)
    at_head = [name for line in head_lines for name in _names(line.text)]
    for line in foot_lines[::-1]:
        if _MARK.search(line.text) or _RIGHTS.search(line.text):
            name = _from_rights(line.text, at_head, url)
            if name:
                return name
    # On a short page a line may be both, and repeats nothing.
    at_head_too = {id(line) for line in head_lines}
    at_foot = [name for line in foot_lines if id(line) not in at_head_too for name in _names(line.text)]
    for name in at_head[:4]:
        repeated = [other for other in at_foot if fold(other) == fold(name)]
        if repeated:
            return _nicer(name, repeated)
        if url and _is_host(name, url):
            return _nicer(name, at_foot)
    return next((name for name in at_foot[::-1] if url and _is_host(name, url)), None)


def _from_rights(line: str, at_head: list[str], url: str | None) -> str | None:
    """The name in `© 2023 Caspian Courier. All rights reserved.`"""
    mark = _MARK.search(line)
    after = _pieces(line[mark.end() :] if mark else line)
    before = _pieces(line[: mark.start()]) if mark else []
    for name in (*after, *before):
        known = next(
            (o for o in at_head if fold(name) == fold(o) or fold(name).startswith(fold(o) + " ")), None
        )
        if known:
            # "HRAZDAN PRESS News Agency" is the HRAZDAN PRESS of the page's head.
            name = name[: len(known)]
            return _nicer(name, at_head) if name.isupper() else name
    # "Ararat Dispatch, ISSN pending. Copyright 2023. Powered by …": no name follows the year itself.
    if after and mark and line[mark.end() :].strip(" ©0123456789-–,").startswith("."):
        after = []
    names = [name for name in (*after[:2], *before[:1]) if _is_plausible(name, caseless=True)]
    if url is not None:
        names = [name for name in names if urls.names_the_same(name, url)] or names
    return names[0] if names else None


def _pieces(text: str) -> list[str]:
    bare = _YEARS.sub(". ", _RIGHTS.sub(". ", _MARK.sub(" ", text)))
    pieces = [re.sub(r"(?i)^\W*by\s+", "", piece) for piece in _BREAK.split(bare)]
    names = [piece.strip(" .,-–—()[]\"'«»“”„’‘") for piece in pieces]
    return [name for name in names if name]


def _names(text: str) -> list[str]:
    """What in a line may be a site's name: short, capitalised, no sentence."""
    pieces = [piece.strip(" .,-–—()[]\"'«»“”„’‘") for piece in _BREAK.split(text)]
    return [piece for piece in pieces if _is_plausible(piece)]


def _is_plausible(name: str, *, caseless: bool = False) -> bool:
    """`caseless` where it may be in a script without capitals, which don't tell a name from other words."""
    count = len(name.split())
    return (
        1 <= count <= 6
        and 2 <= len(name) <= 60
        and (name[0].isupper() or (caseless and has_no_case(name[0])))
        and bool(re.search(r"[^\W\d_]{2}", name))
        and not _GENERIC.match(name)
        and "@" not in name
    )


def _is_host(name: str, url: str) -> bool:
    """Whether the address is plainly this name's: `Caspian Courier`, caspiancourier.example."""
    joined = "".join(words(name))
    labels = [re.sub(r"[^a-z0-9]", "", label) for label in urls.host(url).split(".")[:-1]]
    return (
        len(joined) >= 3
        and joined.isascii()
        and any(
            len(label) >= 3 and (joined.startswith(label) or label.startswith(joined)) for label in labels
        )
    )


def _nicer(name: str, others: list[str]) -> str:
    """The spelling that isn't all capitals, where the page has one."""
    if not name.isupper():
        return name
    return next((other for other in others if fold(other) == fold(name) and not other.isupper()), name)
