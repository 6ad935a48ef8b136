"""The list of feeds to watch: an address a line, or OPML as feed readers export it."""

from __future__ import annotations

import re
from pathlib import Path

from index.errors import DatelineError
from ingest import urls
from ingest.encoding import decode
from ingest.raw import NotAnArticle, ReadError


class FeedListError(DatelineError):
    """The list of feeds can't be read, or names none."""


def read_list(path: Path) -> tuple[list[str], list[str]]:
    """The addresses, each once, and what else stands there. FeedListError where there is no address."""
    try:
        text = decode(path.read_bytes())
    except OSError as error:
        raise FeedListError(f"{path} can't be read: {error.strerror or error}.") from error
    except (ReadError, NotAnArticle) as error:
        raise FeedListError(f"{path} can't be read: {error}.") from error
    found, other = _opml(text, path) if text.lstrip("\ufeff \t\r\n").startswith("<") else _lines(text)
    if not found:
        raise FeedListError(f"{path} names no feed: write the address of a feed or sitemap on each line.")
    return list(dict.fromkeys(found)), other


def _lines(text: str) -> tuple[list[str], list[str]]:
    found: list[str] = []
    other: list[str] = []
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        named = re.sub(r"(?:^|\s)#.*", "", line).strip()
        url = urls.clean(named)
        if url is not None:
            found.append(url)
        elif named:
            other.append(f"line {number}: {named[:80]}")
    return found, other


def _opml(text: str, path: Path) -> tuple[list[str], list[str]]:
    from lxml import etree

    if re.search(r"<!(?:DOCTYPE|ENTITY)\b", text, re.I):
        raise FeedListError(f"{path} declares a document type, which no list of feeds needs: remove it.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(text.lstrip("\ufeff \t\r\n").encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        raise FeedListError(f"{path} is neither a list of addresses nor OPML: {error}.") from error
    named = [outline.get("xmlUrl") for outline in root.iter("outline") if outline.get("xmlUrl")]
    found = [url for name in named if (url := urls.clean(name)) is not None]
    return found, [f"outline {name[:80]}" for name in named if urls.clean(name) is None]
