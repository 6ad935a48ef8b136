"""Markdown, with or without front matter (YAML between `---`, TOML between `+++`, or a JSON object)."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ingest.encoding import decode
from ingest.raw import RawArticle, ReadError, Record
from ingest.raw import raw_hash as hash_of
from ingest.readers import fields
from ingest.readers.markdown_marks import without_marks
from ingest.readers.reader import Document, Head

FORMAT = "Markdown"

_YAML = re.compile(
    r"\A\s*---[ \t]*\r?\n(?P<head>.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)
_TOML = re.compile(r"\A\s*\+\+\+[ \t]*\r?\n(?P<head>.*?)^\+\+\+[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)


_ENDINGS = (".md", ".markdown", ".mdown")
_json = json.JSONDecoder(strict=False)


def recognises(head: Head) -> bool:
    start = head.text
    if has_front_matter(start) or begins_with_json(head) or head.is_named(*_ENDINGS):
        return True
    return bool(re.match(r"#{1,2} \S", start))


def records(document: Document) -> Iterator[Record]:
    data = document.data()
    digest = hash_of(data)
    yield Record(document.origin, digest, partial(read, document.origin, digest, data))


def has_front_matter(text: str) -> bool:
    """Whether a text begins with fields between `---` or `+++`, rather than with a mere rule."""
    match = _YAML.match(text) or _TOML.match(text)
    return match is not None and bool(re.search(r"^\s*[\w-]+\s*[:=]", match["head"], re.MULTILINE))


def begins_with_json(head: Head) -> bool:
    """Whether a text stands behind fields in JSON. The readers of JSON ask this first."""
    if not head.text.startswith("{"):
        return False
    is_named = head.is_named(*_ENDINGS)
    if not is_named and head.text.rstrip()[-1] in "}]":
        return False
    found = _json_matter(head.text)
    # On one line, without a name that says so, it is rather the first of many lines of JSON.
    return found is not None and (is_named or "\n" in head.text[: found[1]])


def _json_matter(text: str) -> tuple[Mapping[str, Any], int] | None:
    """The object that a text begins with, and where that ends; None where it is an article itself, or what
    comes behind it is no text."""
    try:
        stated, end = _json.raw_decode(text, len(text) - len(text.lstrip()))
    except (ValueError, RecursionError):
        return None
    if not isinstance(stated, dict) or not re.match(r'[ \t]*\r?\n\s*(?!\{\s*["}]|,)\S', text[end:]):
        return None
    return None if fields.has_full_text(stated) else (stated, end)


def read(origin: str, raw_hash: str, data: bytes) -> RawArticle:
    """ReadError where the front matter isn't what it begins as."""
    text = decode(data)
    stated, body = _front_matter(text)
    heading, plain = to_text(body)
    article = RawArticle(origin, raw_hash, plain, extracted=bool(stated))
    article = fields.with_fields(article, fields.flatten(stated))
    # A heading first in the body is the headline, unless the front matter names another.
    return replace(article, title=article.title or heading)


def _front_matter(text: str) -> tuple[Mapping[str, Any], str]:
    if text.lstrip().startswith("{") and (found := _json_matter(text)):
        return found[0], text[found[1] :]
    if match := _TOML.match(text):
        try:
            return tomllib.loads(match["head"].replace("\r\n", "\n")), text[match.end() :]
        except tomllib.TOMLDecodeError as error:
            raise ReadError(f"its front matter is no TOML: {error}") from error
    match = _YAML.match(text)
    if match is None or not has_front_matter(text):
        return {}, text
    import yaml

    try:
        stated = yaml.safe_load(match["head"])
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return _loose(match["head"], error), text[match.end() :]
    return (stated if isinstance(stated, dict) else {}), text[match.end() :]


def _loose(head: str, error: Exception) -> Mapping[str, Any]:
    """`title: Baku: no talks` isn't YAML, but it is what people write."""
    pairs = dict(re.findall(r"^([\w-]+)\s*:\s*(.+?)\s*$", head, re.MULTILINE))
    if not pairs:
        raise ReadError(f"its front matter is no YAML: {' '.join(str(error).split())}") from error
    return {name: value.strip("\"'") for name, value in pairs.items()}


def to_text(markdown: str) -> tuple[str | None, str]:
    """The leading heading, if there is one, and the text without marks: a paragraph a line."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(without_marks(markdown))
    blocks: list[str] = []
    heading: str | None = None
    opened: list[str] = []
    row: list[str] = []
    for token in tokens:
        if token.type.endswith("_open"):
            opened.append(token.type)
        elif token.type.endswith("_close"):
            if opened.pop() == "tr_open":
                blocks.append(" | ".join(row))
                row = []
        elif token.type == "inline":
            line = _inline(token.children or ())
            if not line:
                continue
            if "tr_open" in opened:
                row.append(line)
                continue
            if "heading_open" in opened and not blocks and heading is None and len(line.split()) > 1:
                heading = line
                continue
            blocks.append(f"- {line}" if "list_item_open" in opened else line)
        elif token.type in ("fence", "code_block"):
            blocks.append(token.content.strip())
        elif token.type == "html_block" and (shown := _visible(token.content)):
            blocks.append(shown)
    return heading, "\n\n".join(blocks)


def _inline(children: Iterable[Any]) -> str:
    parts: list[str] = []
    for token in children:
        if token.type in ("text", "code_inline"):
            parts.append(token.content)
        elif token.type == "softbreak":
            parts.append(" ")
        elif token.type == "hardbreak" or (
            token.type == "html_inline" and re.match(r"(?i)<br\b", token.content)
        ):
            parts.append("\n")
    return "\n".join(" ".join(line.split()) for line in "".join(parts).split("\n")).strip()


def _visible(fragment: str) -> str:
    from lxml import etree

    from ingest.readers.blocks import parse, remove_hidden, text_of

    try:
        root = parse(f"<div>{fragment}</div>")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ""
    remove_hidden(root)
    return text_of(root)
