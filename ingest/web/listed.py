"""What a feed or a sitemap lists: which of it is wanted, and what was said of each page."""

from __future__ import annotations

import hashlib
import heapq
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.text import fold, words
from ingest.raw import ReadError
from ingest.web.page import Hint

if TYPE_CHECKING:
    from ingest.readers.feed import Entry
    from ingest.readers.sitemap import Listed

_CUT_OFF = re.compile(
    r"(?:\[?(?:…|\.\.\.)\]?|&hellip;|\b(?:read more|continue reading|read on|read the full\b.{0,40}"
    r"|devamını oku\w*|davamını oxu\w*|читать далее|подробнее|weiterlesen|lire la suite|leer más)\W*)$",
    re.I,
)
_ARTICLE_WORDS = 120
"""Fewer words in a feed's content are a summary."""


def has_full_text(entry: Entry) -> bool:
    """Whether the feed itself brings the article, so that its page needn't be fetched."""
    if not entry.content_html:
        return False
    text = _without_credit(entry, _plain(entry.content_html))
    if _CUT_OFF.search(text[-120:]):
        return False
    n = len(words(text))
    summary = len(words(_plain(entry.summary_html or "")))
    return n >= _ARTICLE_WORDS and n > 1.2 * summary


def _without_credit(entry: Entry, text: str) -> str:
    from ingest.readers import credit

    theirs = credit.lines_in(
        entry.content_html or "", text, title=entry.title, site=entry.publisher, url=entry.url
    )
    return "\n".join(line for line in text.split("\n") if fold(line) not in theirs).strip()


def _plain(html: str) -> str:
    from lxml import etree

    from ingest.readers import blocks

    try:
        root = blocks.parse(f"<div>{html}</div>")
    except (etree.LxmlError, ValueError):
        return ""
    blocks.remove_hidden(root)
    return blocks.text_of(root)


def hint_of(entry: Entry | Listed) -> Hint:
    return Hint(
        title=entry.title,
        author=getattr(entry, "author", None),
        published=entry.published,
        publisher=entry.publisher,
        language=entry.language,
    )


def stamp_of(entry: Entry) -> str:
    """Changes when the feed says something else of the page."""
    said = (entry.updated, entry.published, entry.title, entry.summary_html, entry.content_html)
    return hashlib.sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def entry_origin(feed: str, entry: Entry) -> str:
    """The name of a feed's own text of an article, whose page may come in beside it."""
    named = entry.identifier or entry.url or entry.raw_hash
    return f"{feed}#{named}"


def is_wanted(dated: str | None, since: str | None) -> bool:
    """Whether something of this date, ISO 8601, lies in the window; what has no date may."""
    return not since or not dated or dated[: len(since)] >= since


@dataclass(frozen=True, slots=True)
class Newest:
    """What is to be looked at of a sitemap."""

    items: list[Listed]
    """Newest first, undated ones last, in the order in which they stand."""
    found: int
    """How many lie in the window."""
    fault: str | None = None
    """Why there may be more."""


def newest(found: Iterable[Listed], limit: int, since: str | None) -> Newest:
    """The `limit` newest of a sitemap within the window, in bounded memory. ReadError where it can't be read
    at all."""
    n = 0
    fault: str | None = None

    def in_window() -> Iterator[tuple[str, int, Listed]]:
        nonlocal n, fault
        try:
            for item in found:
                dated = item.lastmod or item.published
                if is_wanted(dated, since):
                    n += 1
                    yield dated or "", -n, item
        except ReadError as error:
            if n == 0:
                raise
            fault = str(error)

    best = heapq.nlargest(limit, in_window(), key=lambda one: one[:2])
    return Newest([item for _, _, item in best], n, fault)
