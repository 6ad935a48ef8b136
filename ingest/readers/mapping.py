"""`--map title=Kop,text=Inhalt`: which of a source's fields holds what we look for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from index.errors import DatelineError
from index.text import fold

OURS = ("title", "text", "published", "modified", "url", "publisher", "author", "language", "id")
"""Names to the left of `=`."""
_KINDS = {
    **{name: name for name in OURS},
    **{"headline": "title", "text": "body", "body": "body", "content": "body", "date": "published"},
    **{"link": "url", "source": "publisher", "outlet": "publisher", "byline": "author", "lang": "language"},
    **{"id": "identifier", "identifier": "identifier"},
}


class MapError(DatelineError):
    """What `--map` says can't be made out."""


def parse_map(text: Iterable[str]) -> dict[str, str]:
    """Kind of field of fields.toml -> the source's name for it, from `title=Kop,text=a.b` and the like.
    MapError where that names no field of ours, or one twice."""
    found: dict[str, str] = {}
    for part in (part.strip() for given in text for part in given.split(",")):
        if not part:
            continue
        ours, equals, theirs = (side.strip() for side in part.partition("="))
        if not equals or not ours or not theirs:
            raise MapError(
                f"--map {part}: write our name, =, and theirs, as in --map title=Headline,text=Body"
            )
        kind = _KINDS.get(ours.lower())
        if kind is None:
            raise MapError(f"--map {part}: there is no field {ours}; ours are {', '.join(OURS)}")
        if kind in found:
            raise MapError(f"--map {part}: {ours} is given twice, as {found[kind]} before")
        found[kind] = theirs
    return found


def our_name(kind: str) -> str:
    """As `--map` has it."""
    return {"body": "text", "identifier": "id"}.get(kind, kind)


def lookup(record: Any, path: str) -> Any:
    """The value at a path such as `article.content.text`; KeyError where there is none. A name with dots of
    its own goes before a path, and of a list each item is looked into."""
    if isinstance(record, list):
        found = [value for item in record if (value := _or_none(item, path)) is not None]
        if not found:
            raise KeyError(path)
        return found
    if not isinstance(record, Mapping):
        raise KeyError(path)
    if path in record:
        return record[path]
    folded = fold(path)
    for name, value in record.items():
        if fold(str(name)) == folded:
            return value
    at = path.find(".")
    while at != -1:
        try:
            return lookup(lookup(record, path[:at]), path[at + 1 :])
        except KeyError:
            at = path.find(".", at + 1)
    raise KeyError(path)


def _or_none(record: Any, path: str) -> Any:
    try:
        return lookup(record, path)
    except KeyError:
        return None


def unknown(records: list[Any], fields: Mapping[str, str]) -> str | None:
    """Says which field that `--map` names none of these records has; None where each is there."""
    for kind, theirs in fields.items():
        if records and all(_is_absent(record, theirs) for record in records):
            has = next((list(record) for record in records if isinstance(record, Mapping)), [])
            shown = ", ".join(str(name) for name in has[:20])
            return f"no field {theirs}, which --map {our_name(kind)}={theirs} names; there are {shown}"
    return None


def _is_absent(record: Any, path: str) -> bool:
    try:
        lookup(record, path)
    except KeyError:
        return True
    return False
