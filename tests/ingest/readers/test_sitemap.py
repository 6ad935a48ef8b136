from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from ingest.raw import NotAnArticle, ReadError, Record
from ingest.readers import recognise, sitemap
from ingest.readers.reader import Head
from ingest.readers.sitemap import Listed

Reading = Callable[..., list[Record]]

NEWS = b"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
 <url>
  <loc>https://kuravalleyobserver.example/2023/11/16/harbour?a=1&amp;b=2</loc>
  <lastmod>2023-11-16T10:00:00+04:00</lastmod>
  <news:news>
   <news:publication><news:name>Kura Valley Observer</news:name>
    <news:language>en</news:language></news:publication>
   <news:publication_date>2023-11-16T09:30:00+04:00</news:publication_date>
   <news:title>Harbour master &amp; storm</news:title>
  </news:news>
  <image:image><image:loc>https://kuravalleyobserver.example/pier.jpg</image:loc></image:image>
 </url>
 <url><loc>not an address</loc></url>
 <url><loc> https://kuravalleyobserver.example/about </loc></url>
</urlset>"""

INDEX = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://kuravalleyobserver.example/news.xml</loc><lastmod>2023-11-16</lastmod></sitemap>
<sitemap><loc>https://kuravalleyobserver.example/old.xml.gz</loc></sitemap>
</sitemapindex>"""


def test_a_news_sitemap_lists_its_articles() -> None:
    first, second = sitemap.listed(NEWS)
    assert first == Listed(
        "https://kuravalleyobserver.example/2023/11/16/harbour?a=1&b=2",
        lastmod="2023-11-16T10:00:00+04:00",
        title="Harbour master & storm",
        published="2023-11-16T09:30:00+04:00",
        publisher="Kura Valley Observer",
        language="en",
    )
    assert second == Listed("https://kuravalleyobserver.example/about")


def test_an_index_lists_other_sitemaps() -> None:
    assert [(each.url[-10:], each.is_sitemap, each.lastmod) for each in sitemap.listed(INDEX)] == [
        ("e/news.xml", True, "2023-11-16"),
        ("old.xml.gz", True, None),
    ]


ONE = b"<urlset><url><loc>https://kuravalleyobserver.example/about</loc></url></urlset>"


@pytest.mark.parametrize(
    ("data", "reason"), [(NEWS, "2 addresses"), (INDEX, "2 other sitemaps"), (ONE, "1 address")]
)
def test_as_a_file_it_holds_no_text(records_of: Reading, data: bytes, reason: str) -> None:
    assert recognise(Head(data, "sitemap.xml")).FORMAT == sitemap.FORMAT
    with pytest.raises(NotAnArticle, match=f"a sitemap: it names {reason} and holds no text"):
        records_of(data)


def test_what_stands_before_a_fault_is_listed() -> None:
    entries = sitemap.listed(io.BytesIO(NEWS[:-60]))
    assert next(entries).title == "Harbour master & storm"
    with pytest.raises(ReadError, match="cut off"):
        next(entries)


@pytest.mark.parametrize("data", [b"<html><body>Not found</body></html>", b"", b"{}"])
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ReadError, match="no sitemap"):
        list(sitemap.listed(data))


def test_entities_of_its_own_are_refused() -> None:
    bomb = b'<!DOCTYPE urlset [<!ENTITY a "https://x.example/">]>' + NEWS.partition(b"?>\n")[2]
    with pytest.raises(ReadError, match="entities of its own"):
        list(sitemap.listed(bomb))
