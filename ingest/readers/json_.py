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
from ingest.readers import fields, mapping, markdown
from ingest.readers.reader import Document, Head

FORMAT = "JSON"
_LISTS = (
    *("articles", "items", "results", "data", "docs", "documents", "news", "posts", "entries", "hits"),
    *("stories", "response", "feed"),
)

_decoder = json.JSONDecoder(strict=False)
_SOMETHING = re.compile(r"\S")


def recognises(head: Head) -> bool:
    """To be asked after JSON Lines, which begins with `{` too."""
    if head.is_named(".json"):
        return True
    # `{{< … >}}`, `{% … %}` and `{: … }` are a site generator's.
    start = re.match(r"\[\s*[{\[]|\{(?![{%:#])", head.text)
    return start is not None and not markdown.begins_with_json(head)


def records(document: Document) -> Iterator[Record]:
    """A Record an article, `origin#n` with n counting from 1 where the document is a list. ReadError
    where it is no JSON."""
    yield from of_bytes(document.origin, document.data(), document.fields)


def of_bytes(origin: str, data: bytes, names: Mapping[str, str] | None = None) -> Iterator[Record]:
    """`records` of a document in memory; `names` is what `--map` said."""
    names = dict(names or {})
    try:
        document = _parsed(decode(data))
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


def _parsed(text: str) -> Any:
    """The document, or a list of the objects that stand one after another in place of one."""
    try:
        return json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        if error.msg != "Extra data" or not text.lstrip().startswith("{"):
            raise
        found = []
        at = _between(text, 0)
        while at < len(text):
            try:
                one, at = _decoder.raw_decode(text, at)
            except ValueError:
                raise error from None
            found.append(one)
            at = _between(text, at)
        return found


def _between(text: str, at: int) -> int:
    """Where the white space at `at` ends."""
    match = _SOMETHING.search(text, at)
    return match.start() if match else len(text)


def _articles(document: Any, names: Mapping[str, str], depth: int = 0) -> list[Any] | None:
    """The list of articles in the document; None where the document is an article itself."""
    if isinstance(document, list):
        return _of_pages(document, names, depth) or document
    if not isinstance(document, dict) or depth > 3:
        return None
    values = list(document.values())
    if fields.body_of(document, names):
        # A feed says what it is about, as an article does that comes without its text.
        return None if fields.has_full_text(document, names) else _listed(document, names)
    for name in _LISTS:
        if isinstance(document.get(name), list | dict):
            found = _articles(document[name], names, depth + 1)
            if found is not None:
                return found
    if values and all(_is_article(value, names) for value in values):
        return values  # articles by their ids
    for value in values:
        if isinstance(value, list) and _holds_articles(value, names):
            return value
    if fields.says_something(document, names):
        return None
    # Wrapped in whatever name, alone or in a list.
    for value in values:
        if _is_article(value, names):
            return [value]
        found = _articles(value, names, depth + 1)
        if found is not None and _holds_articles(found, names):
            return found
    return None


def _of_pages(document: list[Any], names: Mapping[str, str], depth: int) -> list[Any]:
    """The articles of an interface's answers, kept one after another; none where the list isn't of such."""
    if depth > 3 or _holds_articles(document, names):
        return []
    pages = [page for page in document if isinstance(page, dict) and not fields.says_something(page, names)]
    found = [_articles(page, names, depth + 1) for page in pages]
    return [item for page in found if page is not None and _holds_articles(page, names) for item in page]


def _listed(document: Mapping[str, Any], names: Mapping[str, str]) -> list[Any] | None:
    """The articles of a feed that has a summary itself; None where it may be an article with comments."""
    usual = (document.get(name) for name in _LISTS)
    others = () if fields.date_values(document, names) else document.values()
    return next((value for value in (*usual, *others) if _holds_articles(value, names)), None)


def _holds_articles(value: Any, names: Mapping[str, str]) -> bool:
    return isinstance(value, list) and any(_is_article(item, names) for item in value[:20])


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
