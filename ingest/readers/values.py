"""What a field's value comes to: exports wrap texts, days and people in objects, lists and their reprs."""

from __future__ import annotations

import ast
import html
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from ingest import dates, urls

# WordPress's and the New York Times' come first: the others' may stand beside them for something less.
_TEXT_NAMES = (
    *("rendered", "main", "value", "text", "name", "title", "html", "body", "content", "$t", "#text", "_"),
    "original",
)
_MOST_PARTS = 20_000
_LONGEST_REPR = 4000
"""Characters of a list of people that was written out as text; as many brackets as are plausible in it."""
_DEEPEST_REPR = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def text(value: Any) -> str | None:
    """A field's text: WordPress wraps it (`{"rendered": …}`), others give a list of paragraphs."""
    return _text_within(value, [_MOST_PARTS])


def _text_within(value: Any, left: list[int]) -> str | None:
    """`left` parts may yet be looked at: with YAML's references a few lines make a list without end."""
    left[0] -= 1
    if left[0] < 0:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping):
        for name in _TEXT_NAMES:
            if name in value and (found := _text_within(value[name], left)):
                return found
        return None
    if isinstance(value, list | tuple):
        parts = [found for item in value if left[0] > 0 and (found := _text_within(item, left))]
        return "\n\n".join(parts) or None
    return None


def label(value: Any) -> str | None:
    """A headline's or an outlet's text, which tables hold as the repr of the object that it was in:
    `{'id': 'ht', 'name': 'Harbour Times'}`."""
    return text(_written_out(value))


def _written_out(value: Any) -> Any:
    """The list or object that a text is the JSON or the repr of; the text itself where it is none."""
    if not isinstance(value, str) or len(value) > _LONGEST_REPR:
        return value
    written = value.strip()
    if written[:1] + written[-1:] not in ("[]", "{}", "()"):
        return value
    with suppress(ValueError, RecursionError):
        return json.loads(written)
    if sum(map(written.count, "[({")) > _DEEPEST_REPR:
        return value
    # NumPy sets no commas between the items of an array.
    for literal in (re.sub(r"(?<=['\"])\s+(?=['\"])", ", ", written), written):
        with suppress(ValueError, SyntaxError, RecursionError, MemoryError):
            found = ast.literal_eval(literal)
            return found if isinstance(found, list | tuple | dict) else value
    return value


def plain(text: str) -> str:
    """One line, without tags and entities."""
    return " ".join(unescaped(re.sub(r"</?[a-zA-Z][^>]*>", " ", text) if "<" in text else text).split())


def unescaped(text: str) -> str:
    if not re.search(r"&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,8});", text):
        return text
    return html.unescape(re.sub(r"&#\d{8,};?", "\ufffd", text))  # it raises over 4,301 digits


def moment(value: Any, day_first: bool | None) -> str | None:
    """ISO 8601, as `dates.parse` gives it, of a date in whichever wrapping; None where none is found."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, Mapping):
        if (stored := _stored(value)) is not None:
            return dates.parse(stored)
        value = text(value) or value.get("date") or value.get("$date") or value.get("iso")
    return dates.parse(value, day_first=day_first)


def _stored(value: Mapping[str, Any]) -> datetime | None:
    """MongoDB's `{"$date": {"$numberLong": "1700143500000"}}`: milliseconds, before 1970 too."""
    inner = value.get("$date", value)
    number = inner.get("$numberLong") if isinstance(inner, Mapping) else inner
    if isinstance(number, int | str) and re.fullmatch(r"-?\d{1,17}", str(number)):
        with suppress(OverflowError):
            return _EPOCH + timedelta(milliseconds=int(number))
    return None


_CLOCK = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?")


def moment_of_both(local: Any, utc: Any, day_first: bool | None) -> str | None:
    """The moment that is given in the newspaper's own time and, beside it, in UTC: in its own time, with the
    offset, so that the day stays its own."""
    here, there = _clock(local), _clock(utc)
    if there is None:
        return moment(utc, day_first)
    if here is None:
        stated = moment(local, day_first)
        return (
            stated if stated and len(stated) > len("2024-01-01") else dates.parse(there.replace(tzinfo=UTC))
        )
    ahead = here - there
    is_offset = abs(ahead) <= timedelta(hours=14) and not ahead % timedelta(minutes=15)
    return dates.parse(here.replace(tzinfo=timezone(ahead)) if is_offset else there.replace(tzinfo=UTC))


def _clock(value: Any) -> datetime | None:
    """A day and a time of day without a zone."""
    written = text(value)
    if written and _CLOCK.fullmatch(written.strip()):
        with suppress(ValueError):
            return datetime.fromisoformat(written.strip())
    return None


def address(value: Any) -> str | None:
    """A link to an article; None where it is none, or leads to a front page."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, Mapping):
        value = next((value[name] for name in ("href", "url", "rendered", "@id") if value.get(name)), None)
    url = urls.clean(value) if isinstance(value, str) else None
    return url if url and not urls.is_front_page(url) else None


def identifier(value: Any) -> str | None:
    if isinstance(value, Mapping):
        value = next((value[name] for name in ("$oid", "$numberLong", "$uuid") if value.get(name)), value)
    return text(value)


def people(value: Any) -> str | None:
    """`Nara Vell, Bo Reed` of a list of names or of objects, or of the text of such a list."""
    value = _written_out(value)
    if isinstance(value, Mapping) and not text(value):
        value = value.get("person") or value.get("people") or value
    listed = value if isinstance(value, list | tuple) else [value]
    found = [person for one in listed[:_MOST_PARTS] if (person := _person(one))]
    return ", ".join(dict.fromkeys(found)) or None


_PARTS_OF_A_NAME = (
    ("firstname", "middlename", "lastname"),
    ("first_name", "middle_name", "last_name"),
    ("givenName", "additionalName", "familyName"),
)
_NOTE_LINK = re.compile(r"\[\[(?:[^\[\]|/]*[|/])*([^\[\]|/]+)\]\]")
"""Obsidian's `[[People/Nara Vell|Nara Vell]]`."""


def _person(value: Any) -> str | None:
    name = text(value) or _joined(value)
    if not name or "://" in name or name.isdigit() or len(name) > 150:
        return None
    name = _NOTE_LINK.sub(r"\1", plain(name))
    if re.fullmatch(r"\[[^\[\]]*\]", name):
        name = name[1:-1]
    return re.sub(r"(?i)^(?:by|автор|müəllif|yazar)\s*:?\s+", "", name).strip(" ,;|") or None


def _joined(value: Any) -> str | None:
    if not isinstance(value, Mapping):
        return None
    for names in _PARTS_OF_A_NAME:
        parts = [part for name in names if isinstance(part := value.get(name), str) and part.strip()]
        if parts:
            return " ".join(parts)
    return None
