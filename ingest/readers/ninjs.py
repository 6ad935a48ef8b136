"""ninjs, the IPTC's news in JSON, 1.x to 3.x: one item, a list of them, or one a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from ingest import dates, urls
from ingest.encoding import decode
from ingest.raw import NotAnArticle, RawArticle, ReadError, Record, raw_hash, unreadable
from ingest.readers import fields, nitf
from ingest.readers.body import from_html, plain, without_headline
from ingest.readers.reader import Document, Head
from ingest.readers.status import refuse_unpublished

FORMAT = "ninjs"
_OWN = re.compile(
    r'"(?:version_?created|first_?created|content_?created|pub_?status|body_xhtml|bodies|headlines|copyright_?holder'
    r'|representation_?type)"\s*:',
    re.IGNORECASE,
)
_SAYS_SO = re.compile(r'"standard"\s*:\s*\{[^{}]*"ninjs"', re.IGNORECASE)
_KINDS = {
    "picture": "a picture",
    "video": "a video",
    "audio": "a sound",
    "graphic": "a graphic",
    "event": "an event",
    "planning": "a plan for coverage",
}


def recognises(head: Head) -> bool:
    """To be asked before JSON and JSON Lines. Two of its own names tell it, or its standard by name."""
    start = head.text
    if not re.match(r"\{|\[\s*\{", start):
        return False
    names = {name.lower().replace("_", "") for name in _OWN.findall(start)}
    return bool(_SAYS_SO.search(start)) or (len(names) >= 2 and '"uri"' in start)


def records(document: Document) -> Iterator[Record]:
    """A Record an item, `origin#n` where there are several. ReadError where the document is no JSON."""
    one = _lines(document)
    if one is not None:
        yield from one
        return
    try:
        found = json.loads(decode(document.data()), strict=False)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"not JSON: {error}") from error
    if not isinstance(found, list):
        yield _record(document.origin, found)
        return
    for number, item in enumerate(found, 1):
        yield _record(f"{document.origin}#{number}", item)


def _lines(document: Document) -> Iterator[Record] | None:
    """The items of JSON Lines; None where the document is none: its first line isn't an item."""
    first = document.stream.readline(document.max_bytes + 1)
    rest = document.stream.read(1024)
    document.stream.seek(0)
    try:
        if rest.strip() and isinstance(json.loads(decode(first)), dict):
            return _of_lines(document)
    except (ValueError, RecursionError, ReadError):
        pass
    return None


def _of_lines(document: Document) -> Iterator[Record]:
    from ingest.readers import json_lines

    for number, line in json_lines.numbered_lines(document.stream, document.max_bytes):
        origin = f"{document.origin}#{number}"
        if line is None:
            reason = f"longer than {document.max_bytes / 1024 / 1024:.3g} MiB"
            yield Record(origin, "", partial(unreadable, reason))
        else:
            yield Record(origin, raw_hash(line), partial(_read_line, origin, raw_hash(line), line))


def _record(origin: str, item: Any) -> Record:
    data = json.dumps(item, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
    return Record(origin, raw_hash(data), partial(_read, origin, raw_hash(data), item))


def _read_line(origin: str, digest: str, line: bytes) -> RawArticle:
    try:
        item = json.loads(decode(line), strict=False)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"not a JSON object: {error}") from error
    return _read(origin, digest, item)


def _read(origin: str, digest: str, item: Any) -> RawArticle:
    if not isinstance(item, dict):
        raise ReadError(f"not a JSON object but a {type(item).__name__}")
    flat = {re.sub(r"[\W_]", "", str(name)).lower(): value for name, value in item.items()}
    refuse_unpublished(_string(flat.get("pubstatus")), _string(flat.get("embargoed")))
    text = _body(flat)
    if not text:
        kind = _KINDS.get(str(flat.get("type")).lower())
        raise NotAnArticle(f"{kind}, not a text" if kind else "an item without a body")
    title = plain(
        _string(flat.get("headline")) or _valued(flat.get("headlines")) or _string(flat.get("title"))
    )
    version = dates.parse(_string(flat.get("versioncreated")))
    published = (
        dates.parse(_string(flat.get("firstcreated")))
        or dates.parse(_string(flat.get("contentcreated")))
        or version
    )
    uri = _string(flat.get("uri"))
    url = urls.clean(_string(flat.get("url")) or _string(flat.get("canonicalurl")) or uri)
    return RawArticle(
        origin,
        digest,
        without_headline(text, title),
        title=title,
        publisher=_publisher(flat),
        author=_author(flat),
        published=published,
        modified=version if version != published else None,
        language=fields.language_code(_string(flat.get("language"))),
        url=url,
        identifier=uri,
        extracted=True,
        whole=True,
    )


def _string(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _body(flat: Mapping[str, Any]) -> str | None:
    """The body with most structure: marked up before plain."""
    for name in ("bodyxhtml", "bodyhtml"):
        if (stated := _string(flat.get(name))) and (text := from_html(stated)):
            return text
    bodies = [body for body in _listed(flat.get("bodies")) if _string(body.get("value"))]
    ranked = sorted(bodies, key=lambda body: _MARKED.search(_kind(body)) is None)
    for body in ranked:
        kind, value = _kind(body), str(body["value"])
        text = (
            _from_nitf(value)
            if "nitf" in kind
            else from_html(value)
            if "plain" not in kind
            else value.strip()
        )
        if text:
            return text
    return _string(flat.get("bodytext"))


_MARKED = re.compile("html|nitf|xml")


def _kind(body: Mapping[str, Any]) -> str:
    return str(body.get("contentType") or body.get("contenttype") or body.get("role") or "").lower()


def _from_nitf(value: str) -> str:
    from ingest.readers import xml

    element = xml.parse(value.encode())
    whole = next(xml.descendants(element, "nitf"), None)
    return nitf.story_of(whole).text if whole is not None else nitf.text_of(element)


def _listed(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _valued(headlines: Any) -> str | None:
    """The main one of ninjs 2's headlines, else the first."""
    listed = [each for each in _listed(headlines) if _string(each.get("value"))]
    main = [each for each in listed if str(each.get("role")).lower() in ("main", "headline")]
    return str((main or listed)[0]["value"]) if listed else None


def _names(value: Any) -> list[str]:
    """Names in a string, an object with a name, or a list of these."""
    if isinstance(value, list):
        return [name for each in value for name in _names(each)]
    if isinstance(value, dict):
        value = value.get("name") or value.get("value")
    name = plain(_string(value))
    return [name] if name and "://" not in name else []


def _publisher(flat: Mapping[str, Any]) -> str | None:
    """Whose copyright it is, else the source that is named; else the host of its address."""
    sources = [*_listed(flat.get("infosources")), *_listed(flat.get("infosource"))]
    named = [*_names(flat.get("provider")), *_names(flat.get("copyrightholder")), *_names(sources)]
    return next((name for name in named if len(name) <= 80), None)


def _author(flat: Mapping[str, Any]) -> str | None:
    for name in ("byline", "by", "bylines", "creator", "authors"):
        people = [who for each in _names(flat.get(name)) if (who := nitf.name_in_byline(each))]
        if people:
            return ", ".join(dict.fromkeys(people))
    return None
