"""The line that WordPress and its like put below each entry of a feed: `The post HEADLINE appeared first on
SITE.`, in whatever language, known by its shape: headline, site, the links of the two, and little else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from urllib.parse import urljoin

from index.text import fold, words
from ingest import urls
from ingest.readers.body import is_html

_MOST_OTHERS = 8
"""Words besides headline and site: `L’article … est apparu en premier sur …` has seven."""


@dataclass(frozen=True, slots=True)
class _Link:
    said: list[str]
    """Its words, folded."""
    url: str


def lines_in(html: str, text: str, *, title: str | None, site: str | None, url: str | None) -> frozenset[str]:
    """Those of the last lines of `text` that are such credits, folded as `RawArticle.repeated` has them.
    `html` is what `text` was read from, an entry's body; `title` and `url` are the entry's own, `site` is
    the name of its site or feed."""
    headline, name = words(title or ""), words(site or "")
    if not headline or not name or not is_html(html):
        return frozenset()
    links: list[_Link] | None = None
    found: set[str] = set()
    for line in reversed([" ".join(line.split()) for line in text.split("\n") if line.strip()]):
        said = words(line)
        if len(said) > len(headline) + len(name) + _MOST_OTHERS or _at(said, headline) is None:
            break
        links = _links(html, url)[::-1] if links is None else links
        its = _leading(links, said)
        if not _is_credit(said, headline, name, its, url):
            break
        links = links[len(its) :]
        found.add(fold(line))
    return frozenset(found)


def _leading(links: Iterable[_Link], said: list[str]) -> list[_Link]:
    """The first of `links` whose words are among these."""
    return list(takewhile(lambda link: _holds(said, link.said), links))


def _is_credit(
    said: list[str], headline: list[str], name: list[str], links: Sequence[_Link], url: str | None
) -> bool:
    at = _at(said, headline)
    if at is None:
        return False
    rest = [*said[:at], "|", *said[at + len(headline) :]]
    own = [link for link in links if _is_of_entry(link, headline, url) or _is_of_site(link, name, url)]
    if not own or len(own) < len(links):
        return False
    # The feed's title may say more than the line does: `Kura Valley Observer - World`.
    site = next((link.said for link in own if link.said != headline), name)
    place = _at(rest, site)
    return place is not None and len(rest) - 1 - len(site) <= _MOST_OTHERS


def _is_of_entry(link: _Link, headline: list[str], url: str | None) -> bool:
    if link.said != headline:
        return False
    return url is None or urls.host(link.url) == urls.host(url) or not urls.is_front_page(link.url)


def _is_of_site(link: _Link, name: list[str], url: str | None) -> bool:
    if not _holds(name, link.said):
        return False
    return urls.is_front_page(link.url) or (url is not None and urls.host(link.url) == urls.host(url))


def _links(html: str, url: str | None) -> list[_Link]:
    from lxml import etree

    from ingest.readers.blocks import parse

    try:
        root = parse(f"<div>{html}</div>")
    except (etree.LxmlError, ValueError):
        return []
    found = []
    for element in root.iter("a"):
        said = words(element.text_content())
        try:
            address = urls.clean(urljoin(url or "", element.get("href") or ""))
        except ValueError:  # no address at all
            continue
        if said and address:
            found.append(_Link(said, address))
    return found


def _holds(said: list[str], part: list[str]) -> bool:
    return _at(said, part) is not None


def _at(said: list[str], part: list[str]) -> int | None:
    """Where `part` stands in `said` as a run."""
    return next((i for i in range(len(said) - len(part) + 1) if said[i : i + len(part)] == part), None)
