"""An article from named fields, by the names that exports, crawlers and front matter usually give them."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from index.text import fold
from ingest import dates, urls
from ingest.clean import NO_TEXT
from ingest.raw import NotAnArticle, RawArticle
from ingest.readers import values
from ingest.readers.mapping import lookup, parse_map

__all__ = ["body_of", "date_values", "flatten", "from_record", "language_code", "parse_map", "with_fields"]

_HTML = re.compile(
    r"<(?:p|div|br|a|span|h[1-6]|ul|ol|li|article|section|html|body|strong|em|b|i|img|figure)\b[^>]*>", re.I
)
_WHOLE_PAGE = re.compile(r"<(?:html|body|head)\b", re.I)


KINDS = (
    *("title", "body", "published", "modified", "url", "publisher", "author", "language"),
    "identifier",
)


@cache
def names(kind: str) -> tuple[str, ...]:
    """Folded names of a kind of field of fields.toml, best first; a summary's behind the body's."""
    listed = [*_listed()[kind].split(), *(_listed()["summary"].split() if kind == "body" else ())]
    return tuple(_folded(name) for name in listed)


@cache
def _listed() -> dict[str, str]:
    return tomllib.loads((Path(__file__).parent / "fields.toml").read_text(encoding="utf-8"))


def _folded(name: str) -> str:
    return re.sub(r"[\W_]", "", fold(name))


def flatten(record: Mapping[str, Any], mapping: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Fields by folded name; the first of a name wins, and what `mapping` (kind -> their name) says before
    all."""
    flat = _flatten(record)
    for kind, theirs in (mapping or {}).items():
        with suppress(KeyError):
            value = lookup(record, theirs)
            if not _is_empty(value):
                flat[names(kind)[0]] = value
    return flat


_EMPTY: tuple[Any, ...] = (None, "", [], {})
_NOTHING = frozenset(("nan", "NaN", "NaT", "None", "null", "NULL", "<NA>"))
"""What programs write into a field that has no value, pandas first of all."""


def _is_empty(value: Any) -> bool:
    if isinstance(value, float):
        return math.isnan(value)
    return value in _EMPTY or (isinstance(value, str) and value.strip() in _NOTHING)


def _flatten(record: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in record.items():
        if not _is_empty(value):
            flat.setdefault(_folded(str(name)), value)
    # Static site generators keep some of the front matter apart.
    for aside in ("extra", "params", "meta", "metadata", "custom", "og"):
        inner = flat.get(aside)
        if isinstance(inner, Mapping):
            flat = {**_flatten(inner), **flat}
    # WordPress gives a number for an author, and the person among what it embeds.
    embedded = flat.pop("embedded", None)
    if isinstance(embedded, Mapping):
        inside = _flatten(embedded)
        flat |= {name: value for name, value in inside.items() if isinstance(flat.get(name, 0), int)}
    # Elasticsearch, and exports that wrap the article.
    bodies = names("body")[:10]
    for wrapper in ("source", "article", "data", "attributes", "fields", "story", "content"):
        inner = flat.get(wrapper)
        if not isinstance(inner, Mapping) or any(name in flat for name in bodies if name != wrapper):
            continue
        unwrapped = _flatten(inner)
        if any(name in unwrapped for name in bodies):
            # What was unwrapped is no field of its own: `_source` would be read as the publisher.
            del flat[wrapper]
            return flat | unwrapped
    return flat


def from_record(
    origin: str,
    raw_hash: str,
    record: Mapping[str, Any],
    *,
    day_first: bool | None = None,
    repeated: frozenset[str] = frozenset(),
    mapping: Mapping[str, str] | None = None,
) -> RawArticle:
    """The article that a JSON object holds. NotAnArticle where it has no text.

    `day_first` says how the source writes numeric dates; `repeated` are lines that its texts share;
    `mapping` is what `--map` said.
    """
    flat = flatten(record, mapping)
    body = _first_text(flat, "body")
    if not body or not body.strip():
        raise NotAnArticle(f"{NO_TEXT} in the fields {', '.join(list(record)[:12])}")
    article = RawArticle(origin, raw_hash, "", repeated=repeated)
    article = with_fields(article, flat, day_first=day_first)
    if _HTML.search(body):
        return _from_html(article, body)
    if "\\n" in body and "\n" not in body:
        body = body.replace("\\r", "").replace("\\n", "\n")
    return replace(article, text=values.unescaped(body))


def body_of(record: Mapping[str, Any], mapping: Mapping[str, str] | None = None) -> str | None:
    """The text of a record's article, as it stands."""
    return _first_text(flatten(record, mapping), "body")


def has_full_text(record: Mapping[str, Any], mapping: Mapping[str, str] | None = None) -> bool:
    """Whether a record's text is more than what is called a summary."""
    flat = flatten(record, mapping)
    return bool(_first_text({name: flat[name] for name in flat if name not in names("summary")}, "body"))


def says_something(record: Mapping[str, Any], mapping: Mapping[str, str] | None = None) -> bool:
    """Whether a record has a title, a date or an author, as an article has whose text is missing."""
    flat = flatten(record, mapping)
    return any(name in flat for kind in ("title", "published", "author") for name in names(kind))


def with_fields(article: RawArticle, flat: Mapping[str, Any], *, day_first: bool | None = None) -> RawArticle:
    """`article` with what its fields (by folded name) say of it."""
    language = language_code(_first_text(flat, "language"))
    day_first = day_first if day_first is not None else dates.writes_day_first(language)
    title = _first(flat, "title", values.label)
    return replace(
        article,
        title=values.plain(title) if title else article.title,
        publisher=_publisher(flat) or article.publisher,
        author=_first(flat, "author", values.people) or article.author,
        published=_date(flat, "published", day_first) or article.published,
        modified=_date(flat, "modified", day_first) or article.modified,
        language=language or article.language,
        url=_first(flat, "url", values.address) or article.url,
        identifier=_first(flat, "identifier", values.identifier) or article.identifier,
    )


def date_values(record: Mapping[str, Any], mapping: Mapping[str, str] | None = None) -> list[object]:
    """The values of a record's date fields, to learn how its source writes dates."""
    flat = flatten(record, mapping)
    return [flat[name] for name in (*names("published"), *names("modified")) if name in flat]


def _from_html(article: RawArticle, body: str) -> RawArticle:
    from ingest.readers.blocks import parse, remove_hidden, text_of
    from ingest.readers.html import from_text

    if _WHOLE_PAGE.search(body[:5000]):
        read = from_text(article.origin, article.raw_hash, body)
        stated = {
            name: value
            for name in (
                "title",
                "publisher",
                "author",
                "published",
                "modified",
                "language",
                "url",
                "identifier",
            )
            if (value := getattr(article, name)) is not None
        }
        return replace(read, **stated)
    root = parse(f"<div>{body}</div>")
    remove_hidden(root)
    return replace(article, text=text_of(root))


def _values(flat: Mapping[str, Any], kind: str) -> Iterator[Any]:
    """What a record has of a kind of field, best first."""
    return (flat[name] for name in names(kind) if name in flat)


def _first_text(flat: Mapping[str, Any], kind: str) -> str | None:
    for value in _values(flat, kind):
        if kind == "body" and isinstance(value, int | float):
            continue  # how many paragraphs there are, or which story of the day it is
        text = values.text(value)
        if text:
            return text
    return None


def _first(flat: Mapping[str, Any], kind: str, of: Callable[[Any], str | None]) -> str | None:
    return next((found for value in _values(flat, kind) if (found := of(value))), None)


def _date(flat: Mapping[str, Any], kind: str, day_first: bool | None) -> str | None:
    # WordPress gives a day without its zone, and the same again in UTC.
    in_utc = {name[:-3]: value for name, value in flat.items() if name.endswith(("gmt", "utc"))}
    for name in names(kind):
        found = None
        if name in in_utc:
            found = values.moment_of_both(flat.get(name), in_utc[name], day_first)
        if name in flat and not found:
            found = values.moment(flat[name], day_first)
        if found:
            return found
    return None


def _publisher(flat: Mapping[str, Any]) -> str | None:
    for value in _values(flat, "publisher"):
        text = values.label(value)
        if not text or len(text) > 80:
            continue
        if "://" in text:
            text = urlsplit(text).hostname or ""
        if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", text):
            text = urls.host(f"https://{text.lower()}")
        if text.strip() and not text.strip().isdigit():
            return values.plain(text)
    return None


def language_code(text: str | None) -> str | None:
    """`en` of `en-US`, `eng` or `English`."""
    if not text:
        return None
    code = re.split(r"[-_]", fold(text).strip())[0]
    if len(code) == 2 and code.isalpha():
        return code
    return _LANGUAGE_NAMES.get(code)


_LANGUAGE_NAMES = {
    name: code
    for code, known in {
        "en": "eng english", "tr": "tur turkish turkce", "az": "aze azerbaijani azeri azərbaycanca",
        "ru": "rus russian русский",
        "hy": "hye arm armenian", "ka": "kat geo georgian", "fa": "fas per persian", "fr": "fra fre french",
        "de": "deu ger german", "es": "spa spanish",
    }.items()
    for name in known.split()
}  # fmt: skip
