"""One JSON document: an article, or a list of them, perhaps under a name such as `articles`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from ingest import dates, repeated
from ingest.encoding import decode
from ingest.raw import RawArticle, ReadError, Record, raw_hash
from ingest.readers import fields, mapping
from ingest.readers.reader import Document, Head

FORMAT = "JSON"
_LISTS = (
    *("articles", "items", "results", "data", "docs", "documents", "news", "posts", "entries", "hits"),
    *("stories", "response", "feed"),
)


def recognises(head: Head) -> bool:
    """To be asked after JSON Lines, which begins with `{` too."""
    start = head.text
    return start.startswith("{") or head.is_named(".json") or bool(re.match(r"\[\s*[{\[]", start))


def records(document: Document) -> Iterator[Record]:
    """A Record an article, `origin#n` with n counting from 1 where the document is a list. ReadError
    where it is no JSON."""
    yield from of_bytes(document.origin, document.data(), document.fields)


def of_bytes(origin: str, data: bytes, names: Mapping[str, str] | None = None) -> Iterator[Record]:
    """`records` of a document in memory; `names` is what `--map` said."""
    names = dict(names or {})
    try:
        document = json.loads(decode(data), strict=False)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"not JSON: {error}") from error
    found = _articles(document, names)
    if fault := mapping.unknown([document] if found is None else found, names):
        raise ReadError(fault)
    if found is None:
        digest = raw_hash(data, names)
        yield Record(origin, digest, partial(_read, origin, digest, document, None, frozenset(), names))
        return
    known = [item for item in found[:200] if isinstance(item, Mapping)]
    day_first = dates.day_first(value for item in known for value in fields.date_values(item, names))
    shared = repeated.in_texts(body for item in known if (body := fields.body_of(item, names)))
    for number, item in enumerate(found, 1):
        digest = raw_hash(
            json.dumps(item, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass"), names
        )
        name = f"{origin}#{number}"
        yield Record(name, digest, partial(_read, name, digest, item, day_first, shared, names))


def _articles(document: Any, names: Mapping[str, str], depth: int = 0) -> list[Any] | None:
    """The list of articles in the document; None where the document is an article itself."""
    if isinstance(document, list):
        return document
    if not isinstance(document, dict) or depth > 3 or fields.body_of(document, names):
        return None
    for name in _LISTS:
        if isinstance(document.get(name), list | dict):
            found = _articles(document[name], names, depth + 1)
            if found is not None:
                return found
    values = list(document.values())
    if values and all(_is_article(value, names) for value in values):
        return values  # articles by their ids
    lists = (value for value in values if isinstance(value, list))
    return next((found for found in lists if any(_is_article(item, names) for item in found[:20])), None)


def _is_article(item: Any, names: Mapping[str, str]) -> bool:
    return isinstance(item, dict) and bool(fields.body_of(item, names))


def _read(
    origin: str,
    digest: str,
    item: Any,
    day_first: bool | None,
    shared: frozenset[str],
    names: Mapping[str, str],
) -> RawArticle:
    if not isinstance(item, dict):
        raise ReadError(f"not a JSON object but a {type(item).__name__}")
    return fields.from_record(origin, digest, item, day_first=day_first, repeated=shared, mapping=names)
