"""What a page says of its article: JSON-LD, meta tags, the heading, times, the foot."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from index.text import fold, words
from ingest import dates, urls
from ingest.raw import RawArticle
from ingest.readers import bylines, fields, times

_ARTICLE_TYPE = re.compile(r"(?:Article|Posting|Report|ReportageNewsArticle)$")


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


# Names of meta tags, best first.
_PUBLISHED = _listed("""
    article:published_time og:article:published_time og:published_time datepublished publishdate publish-date
    publish_date published_time pubdate publication_date publication-date article.published dc.date.issued
    dcterms.issued dcterms.created dc.date dc.date.created dcterms.date citation_publication_date
    parsely-pub-date sailthru.date cxenseparse:recs:publishtime originalpublicationdate
    article_date_original date.release release_date datecreated date created""")
_MODIFIED = _listed("""
    article:modified_time og:article:modified_time og:updated_time datemodified lastmod last-modified
    last_modified modified dcterms.modified dc.date.modified article.updated revision_date updated_time""")
_AUTHOR = _listed("""
    author article:author_name articleauthor article:author dc.creator dcterms.creator byl parsely-author
    sailthru.author citation_author twitter:creator_name creator""")
_PUBLISHER = _listed("""
    og:site_name application-name dc.publisher dcterms.publisher publisher article:publisher_name
    apple-mobile-web-app-title copyright""")
_TITLE = _listed("""
    og:title twitter:title headline dc.title dcterms.title parsely-title sailthru.title title""")
_AUTHOR_MARKUP = (
    "//*[@rel='author' or @itemprop='author' or contains(@class, 'author-name')"
    " or contains(concat(' ', @class, ' '), ' author ') or contains(concat(' ', @class, ' '), ' byline ')]"
)
_TITLE_BREAK = re.compile(r"\s+(?:[|–—·•»›]|::?|-)\s+")


@dataclass(slots=True)
class Page:
    """Metadata of one page; what it doesn't say is None."""

    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    published: str | None = None
    modified: str | None = None
    language: str | None = None
    url: str | None = None
    body: str | None = None
    """The article's text as JSON-LD gives it."""
    description: str | None = None
    is_front_page: bool = False
    """Whether it gives the site's own address for its own; some sites do so on every page."""
    kinds: set[str] = field(default_factory=set)
    """og:type and JSON-LD types."""


def read(root: Any) -> Page:
    """Metadata of the page whose root element this is, hidden parts included."""
    page = Page()
    metas = _metas(root)
    linked = _linked_data(root)
    for item in _own(
        linked, _address(root, metas), _headings(root) + [metas[n] for n in _TITLE if n in metas]
    ):
        _take_linked(page, item)
    language = (root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip()
    page.language = (
        page.language or fields.language_code(language) or fields.language_code(metas.get("og:locale"))
    )
    addresses = _addresses(root, metas)
    page.is_front_page = bool(addresses) and all(urls.is_front_page(url) for url in addresses)
    page.url = page.url or _address(root, metas)
    page.published = page.published or _dated(metas, _PUBLISHED) or _time(root, "datePublished")
    page.modified = page.modified or _dated(metas, _MODIFIED) or _time(root, "dateModified")
    published, modified = times.of_page(root)
    page.published, page.modified = page.published or published, page.modified or modified
    page.author = page.author or _author(root, metas)
    page.publisher = bylines.display_name(page.publisher) or _named(metas, _PUBLISHER)
    page.title = _title(root, metas, page)
    page.author = bylines.person(page.author, page.publisher, page.url)
    page.description = metas.get("og:description") or metas.get("description")
    if "og:type" in metas:
        page.kinds.add(metas["og:type"])
    return page


def _metas(root: Any) -> dict[str, str]:
    """Content of meta tags by lower-case property, name or itemprop; the first of a name wins."""
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        content = " ".join((meta.get("content") or "").split())
        for attribute in ("property", "name", "itemprop"):
            name = (meta.get(attribute) or "").strip().lower()
            if name and content:
                found.setdefault(name, content)
    return found


def _linked_data(root: Any) -> list[Mapping[str, Any]]:
    """Articles first, of all JSON-LD on the page."""
    items: list[Mapping[str, Any]] = []
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            items.extend(_items(_loads(script.text or "")))
    by_id = {item["@id"]: item for item in items if isinstance(item.get("@id"), str) and len(item) > 1}
    articles = [item for item in items if any(_ARTICLE_TYPE.search(kind) for kind in _types(item))]
    return [_resolved(item, by_id) for item in articles]


def _own(items: list[Mapping[str, Any]], address: str | None, titles: list[str]) -> list[Mapping[str, Any]]:
    """Of several articles in JSON-LD those that the page is about, by address or headline; all, where
    that tells of none."""
    if len(items) < 2:
        return items

    def is_own(item: Mapping[str, Any]) -> bool:
        url = urls.clean(item["url"]) if isinstance(item.get("url"), str) else None
        if address and url:
            return urls.identity(url) == urls.identity(address)
        headline = words(str(item.get("headline") or ""))
        return bool(headline) and any(words(title)[: len(headline)] == headline for title in titles)

    return [item for item in items if is_own(item)] or items


def _loads(text: str) -> Any:
    text = re.sub(r"^\s*(?://)?\s*<!\[CDATA\[|^\s*<!--|(?://)?\s*\]\]>\s*$|-->\s*$", "", text.strip())
    try:
        return json.loads(text, strict=False)
    except RecursionError:
        return None
    except ValueError:
        try:
            return json.loads(re.sub(r",(\s*[}\]])", r"\1", text), strict=False)
        except ValueError:
            return None


def _items(data: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(data, list):
        for item in data:
            yield from _items(item)
    elif isinstance(data, Mapping):
        yield data
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _items(data.get(name))


def _types(item: Mapping[str, Any]) -> list[str]:
    kind = item.get("@type")
    return [str(k) for k in kind] if isinstance(kind, list) else [str(kind)] if kind else []


def _resolved(item: Mapping[str, Any], by_id: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """`{"@id": …}` replaced by what it names."""

    def follow(value: Any) -> Any:
        if isinstance(value, list):
            return [follow(v) for v in value]
        if isinstance(value, Mapping) and set(value) == {"@id"}:
            return by_id.get(value["@id"], value)
        return value

    return {name: follow(value) for name, value in item.items()}


def _take_linked(page: Page, item: Mapping[str, Any]) -> None:
    article = fields.with_fields(RawArticle("", "", ""), fields.flatten(item))
    page.kinds.update(_types(item))
    page.title = page.title or article.title
    page.publisher = page.publisher or article.publisher
    page.author = page.author or article.author
    page.published = page.published or article.published
    page.modified = page.modified or article.modified
    page.language = page.language or article.language
    url = item.get("mainEntityOfPage")
    url = url.get("@id") if isinstance(url, Mapping) else url
    stated = urls.clean(url) if isinstance(url, str) else None
    page.url = page.url or article.url or (stated if stated and not urls.is_front_page(stated) else None)
    body = item.get("articleBody")
    if isinstance(body, str) and len(body) > len(page.body or ""):
        page.body = body


def _address(root: Any, metas: Mapping[str, str]) -> str | None:
    return next((url for url in _addresses(root, metas) if not urls.is_front_page(url)), None)


def _addresses(root: Any, metas: Mapping[str, str]) -> list[str]:
    """What the page gives for its address, best first."""
    links = [
        link.get("href")
        for link in root.iter("link")
        if "canonical" in (link.get("rel") or "").lower().split()
    ]
    stated = (*links, metas.get("og:url"), metas.get("twitter:url"), metas.get("parsely-link"))
    return [url for candidate in stated if (url := urls.clean(candidate))]


def site(root: Any) -> str | None:
    """An address of the page's own site, by where its mail goes or most of its full links lead; no page's."""
    hosts: Counter[str] = Counter()
    for link in root.iter("a"):
        target = (link.get("href") or "").strip()
        if target.lower().startswith("mailto:"):
            return (
                f"https://{target.rpartition('@')[2].partition('?')[0].lower()}/" if "@" in target else None
            )
        url = urls.clean(target)
        if url and not urls.is_social(url):
            hosts[urls.host(url)] += 1
    common = hosts.most_common(1)
    return f"https://{common[0][0]}/" if common and common[0][1] >= 3 else None


def _dated(metas: Mapping[str, str], listed: tuple[str, ...]) -> str | None:
    return next((iso for name in listed if name in metas and (iso := dates.parse(metas[name]))), None)


def _time(root: Any, itemprop: str) -> str | None:
    """A date marked up by itemprop in the page's text."""
    marked = root.xpath("//*[contains(concat(' ', @itemprop, ' '), $p)]", p=f" {itemprop} ")
    for element in marked:
        value = element.get("datetime") or element.get("content") or element.text_content()
        if iso := dates.parse(value):
            return iso
    return None


def _author(root: Any, metas: Mapping[str, str]) -> str | None:
    for name in _AUTHOR:
        value = metas.get(name)
        if value and "://" not in value and len(value) <= 100 and not value.startswith("@"):
            return re.sub(r"(?i)^by\s+", "", value)
    for element in root.xpath(_AUTHOR_MARKUP):
        name = " ".join(element.text_content().split())
        name = re.sub(r"(?i)^(?:by|автор|müəllif|yazar|հեղինակ|بقلم)\s*[:՝]?\s+", "", name)
        if 3 <= len(name) <= 80 and len(name.split()) <= 6 and not any(c.isdigit() for c in name):
            return name
    return None


def _named(metas: Mapping[str, str], listed: tuple[str, ...]) -> str | None:
    for name in listed:
        value = metas.get(name, "")
        value = re.sub(
            r"^\W*(?:copyright|©|\(c\))?\W*(?:(?:19|20)\d\d)?\W*", "", value, flags=re.IGNORECASE
        ).strip()
        if value and "://" not in value and len(value) <= 60 and not bylines.PLATFORM.match(value):
            return bylines.display_name(value)
    return None


def _headings(root: Any) -> list[str]:
    return [" ".join(heading.text_content().split()) for heading in root.iter("h1")]


def _title(root: Any, metas: Mapping[str, str], page: Page) -> str | None:
    headings = [
        h
        for h in _headings(root)
        if len(h.split()) >= 2 and (not page.publisher or fold(h) != fold(page.publisher))
    ]
    stated = next((metas[name] for name in _TITLE if name in metas), None)
    element = root.find(".//head/title")
    window = " ".join(element.text_content().split()) if element is not None else None
    if window and page.publisher is None:
        without_site(window, page, headings)
    for title in (stated, page.title, headings[0] if len(headings) == 1 else None, window, *headings):
        if title:
            return without_site(title, page, headings)
    return None


def without_site(title: str, page: Page, headings: list[str]) -> str:
    """`Baku says no | Kura Valley Observer` without the site's name, where that is known to be one."""
    parts = _TITLE_BREAK.split(title)
    if len(parts) < 2:
        return title
    last = parts[-1]
    before = title[: title.rfind(last)]
    before = re.sub(r"\s+(?:[|–—·•»›]|::?|-)\s+$", "", before)
    is_site = (page.publisher and fold(last) == fold(page.publisher)) or any(
        fold(before) == fold(h) for h in headings
    )
    if not is_site and page.url and len(last.split()) <= 5:
        is_site = "".join(fold(last).split()).replace(".", "") in re.sub(
            r"[^a-z0-9]", "", urls.host(page.url)
        )
    if is_site and page.publisher is None and len(last.split()) <= 5:
        page.publisher = last
    return before if is_site and len(before) > 3 else title
