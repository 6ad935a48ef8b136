"""Reuters SGML, as the collections Reuters-21578 and Reuters-22173 have it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from functools import partial

from ingest.clean import NO_TEXT
from ingest.raw import NotAnArticle, RawArticle, ReadError, Record, unreadable
from ingest.raw import raw_hash as hash_of
from ingest.readers import xml
from ingest.readers.pieces import Pieces
from ingest.readers.reader import Document, Head

FORMAT = "Reuters SGML"
_MARKS = re.compile(r"</?(?:DATELINE|BODY)>")
_DATE = re.compile(r"<DATE>\s*(?P<day>\d{1,2}-[A-Z]{3}-\d{4})(?:\s+(?P<clock>\d\d?:\d\d:\d\d)\b)?")
_CONTROLS = re.compile(r"&#(?:[0-8]|1[1-9]|2\d|3[01]|127);|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SIGN_OFF = re.compile(r"^\W*(?:reuters?|reut|more)\W*$", re.IGNORECASE)
_PLACEHOLDER = "Blah blah blah."
"""What the collection's makers put where a bulletin has no body."""
_WIDTH = 58
"""A line shorter than that, with what the next begins with, was ended on purpose."""


def recognises(head: Head) -> bool:
    root = xml.root_of(head)
    return root is not None and root.name == "REUTERS"


def records(document: Document) -> Iterator[Record]:
    pieces = Pieces(document.stream, ("REUTERS",), None, document.max_bytes)
    for number, piece in enumerate(pieces, 1):
        origin = f"{document.origin}#{number}"
        if piece.fault:
            yield Record(origin, "", partial(unreadable, piece.fault))
        else:
            digest = hash_of(piece.data)
            yield Record(origin, digest, partial(_read, origin, digest, piece.data))


def _read(origin: str, digest: str, data: bytes) -> RawArticle:
    item = data.decode("latin-1")
    _, whole, _ = _apart(item, "TEXT")
    if whole is None:
        raise ReadError("no <TEXT> in it")
    before, author, after = _apart(whole, "AUTHOR")
    before, title, after = _apart(before + after, "TITLE")
    title = " ".join(_unescaped(title or "").split()) or None
    text = _story(before + after)
    if not text and title:
        text = title  # a bulletin: the headline is all that was sent
    if not text:
        raise NotAnArticle(NO_TEXT)
    number = re.search(r'NEWID="(\d+)"', item)
    return RawArticle(
        origin,
        digest,
        text,
        title=title or text.partition("\n")[0][:100].strip(),
        publisher="Reuters",
        author=_author(author),
        published=_date(item),
        language="en",
        identifier=number[1] if number else None,
        extracted=True,
        whole=True,
    )


def _apart(text: str, name: str) -> tuple[str, str | None, str]:
    """What stands before the first element of that name, in it, and after it."""
    begin = re.search(rf"<{name}(?: [^<>]*)?>", text)
    end = text.find(f"</{name}>", begin.end()) if begin else -1
    if begin is None or end < 0:
        return text, None, ""
    return text[: begin.start()], text[begin.end() : end], text[end + len(name) + 3 :]


def _story(text: str) -> str:
    """Dateline and body as they were sent, and what was sent beside them."""
    before, _, body = text.partition("</DATELINE>")
    if body:
        text = f"{before.rstrip()} {body.lstrip().removeprefix('<BODY>').lstrip()}"
    sent = _unescaped(_MARKS.sub("", text))
    if not re.search(r"\w", sent.replace(_PLACEHOLDER, "")):
        return ""
    return "\n\n".join(unwrapped(sent.strip("\n")))


def _unescaped(text: str) -> str:
    """Characters for entities, without the wire's control characters; lines kept."""
    text = re.sub(r"&#\d{8,};?", "\ufffd", text)  # html.unescape raises over a number of 4,301 digits
    return html.unescape(_CONTROLS.sub("", text)).replace("\t", " ")


def unwrapped(text: str) -> list[str]:
    """Paragraphs, each on one line, of text in lines of some 65 columns, without its sign-off. A paragraph
    begins with four spaces; tables keep their lines, joined by single breaks."""
    lines = text.rstrip().split("\n")
    while lines and (not lines[-1].strip() or _SIGN_OFF.match(lines[-1])):
        lines.pop()
    out: list[str] = []
    before = ""
    for line in lines:
        stripped = " ".join(line.split())
        if not stripped:
            before = ""
            continue
        if before and _goes_on(before, line):
            out[-1] += f" {stripped}"
        elif before and not _begins_paragraph(line):
            out[-1] += f"\n{stripped}"
        else:
            out.append(stripped)
        before = line
    return out


def _begins_paragraph(line: str) -> bool:
    return len(line) - len(line.lstrip(" ")) >= 3 and not _is_row(line)


def _goes_on(before: str, line: str) -> bool:
    """Whether a line is the rest of the paragraph of the one before: it stands at the margin, and its first
    word had no room there."""
    if line.startswith(" ") or _is_row(before) or _is_row(line):
        return False
    return len(before.rstrip()) + 1 + len(line.split(" ", 1)[0]) > _WIDTH


def _is_row(line: str) -> bool:
    """Whether a line is a table's: it has columns."""
    return len(re.findall(r"\S {2,}(?=\S)", line)) >= 2 or line.strip(" -=_.") == ""


def _author(byline: str | None) -> str | None:
    """`Chaitanya Kalbag` of `By Chaitanya Kalbag, Reuters`."""
    name = re.sub(r"(?i)^\W*by\s+", "", " ".join(_unescaped(byline or "").split()))
    return re.sub(r"(?i)[\s,]+reuters?\W*$", "", name).strip(" ,-") or None


def _date(item: str) -> str | None:
    """To the second, in an hour of no stated zone; to the day where the time is garbled."""
    found = _DATE.search(item)
    if found is None:
        return None
    for stated, form in (
        (f"{found['day']} {found['clock']}", "%d-%b-%Y %H:%M:%S"),
        (found["day"], "%d-%b-%Y"),
    ):
        with suppress(ValueError):
            moment = datetime.strptime(stated, form)
            return moment.isoformat() if "%H" in form else moment.date().isoformat()
    return None
