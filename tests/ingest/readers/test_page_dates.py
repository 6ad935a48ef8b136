"""When a page says that its article appeared: which source is believed, and what is no date of it."""

from __future__ import annotations

import json

import pytest

from ingest.clean import Cleaned, clean
from ingest.readers import html

STORY = (
    "<p>The minister said on Thursday that the talks in the port would not take place next week.</p>"
    "<p>Her colleague abroad had not been told, officials said. No other day was named for them to meet.</p>"
    "<p>Fishermen on the quay shrugged. They had seen three such conferences come and go, one said.</p>"
)
TITLE = "Ministers' talks in the port called off"


def read(head: str = "", above: str = "", below: str = "", story: str = STORY, title: str = TITLE) -> Cleaned:
    body = f"<main><article><h1>{title}</h1>{above}{story}</article>{below}</main>"
    return clean(
        html.read("/page.html", "hash", f"<html><head>{head}</head><body>{body}</body></html>".encode())
    )


def linked(**fields: object) -> str:
    data = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": TITLE, **fields}
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def address(path: str) -> str:
    return f'<link rel="canonical" href="https://harbour.example{path}">'


class TestSources:
    def test_json_ld_comes_before_meta_tags(self) -> None:
        head = meta("article:published_time", "2023-11-18") + linked(
            datePublished="2023-11-16T14:05:00+04:00"
        )
        assert read(head).published == "2023-11-16T14:05:00+04:00"

    def test_meta_tags_come_before_the_page(self) -> None:
        above = '<time datetime="2023-11-20T08:00:00Z">20 November 2023</time>'
        assert read(meta("article:published_time", "2023-11-16"), above).published == "2023-11-16"

    def test_the_page_comes_before_the_address(self) -> None:
        above = '<time datetime="2023-11-16T14:05+04:00">Thursday</time>'
        assert read(address("/2023/11/17/talks"), above).published == "2023-11-16T14:05+04:00"

    def test_the_address_comes_before_the_dateline(self) -> None:
        story = STORY.replace("The minister", "PORT VELL, Nov 15, 2023 (MWS) - The minister")
        assert read(address("/2023/11/16/talks"), story=story).published == "2023-11-16"

    def test_the_dateline_is_believed_where_nothing_else_tells(self) -> None:
        story = STORY.replace("The minister", "PORT VELL, Nov 15, 2023 (MWS) - The minister")
        assert read(story=story).published == "2023-11-15"

    def test_a_dateline_without_its_year_takes_it_from_the_month_in_the_address(self) -> None:
        story = STORY.replace("The minister", "BAKU, Nov 16 (MWS) - The minister")
        assert read(address("/2023/11/talks-called-off"), story=story).published == "2023-11-16"

    def test_a_dateline_without_any_year_dates_nothing(self) -> None:
        story = STORY.replace("The minister", "BAKU, Nov 16 (MWS) - The minister")
        assert read(story=story).published is None

    @pytest.mark.parametrize(
        ("name", "value", "iso"),
        [
            ("article:published_time", "2023-11-16T14:05:00+04:00", "2023-11-16T14:05:00+04:00"),
            ("article:published_time", "2023-11-16T10:05:00Z", "2023-11-16T10:05:00+00:00"),
            ("article:published_time", "2023-11-16 14:05", "2023-11-16T14:05"),
            ("datePublished", "2023-11-16", "2023-11-16"),
            ("dc.date.issued", "20231116", "2023-11-16"),
            ("pubdate", "Thu, 16 Nov 2023 14:05:00 +0400", "2023-11-16T14:05:00+04:00"),
            ("pubdate", "1700129100", "2023-11-16T10:05:00+00:00"),
        ],
    )
    def test_precision_and_offset_are_kept(self, name: str, value: str, iso: str) -> None:
        found = read(meta(name, value)).published
        assert found is not None
        assert found.replace(":00+", "+") == iso.replace(":00+", "+")

    @pytest.mark.parametrize(
        ("said", "language"),
        [
            ("16 noyabr 2023, 14:05", "az"),
            ("16 Noyabr 2023 14:05", "az"),
            ("16 Kasım 2023 14:05", "tr"),
            ("16 ноября 2023, 14:05", "ru"),
            ("16 նոյեմբերի 2023, 14:05", "hy"),
            ("16 Nov 2023 14:05", "en"),
            ("November 16, 2023, 14:05", "en"),
            ("16.11.2023 14:05", "ru"),
        ],
    )
    def test_months_are_read_in_the_languages_of_the_region(self, said: str, language: str) -> None:
        assert read(above=f"<div class='when'>{said}</div>").published == "2023-11-16T14:05"


class TestTraps:
    def test_nothing_dated_has_no_date(self) -> None:
        assert read().published is None

    @pytest.mark.parametrize(
        "below",
        [
            "<footer>© 2019–2024 Harbour Times. All rights reserved.</footer>",
            "<footer>Copyright 2021 Harbour Times</footer>",
            "<footer>Today is Monday, 3 June 2024</footer>",
            "<aside><h3>Related</h3><div><a href=/a>Storm closes the port</a> <span>3 March 2022</span></div>"
            "<div><a href=/b>Fish is dear this year</a> <span>9 May 2022</span></div></aside>",
            "<section class=related><h3>More</h3><article><a href=/a>Storm closes port</a>"
            "<time datetime='2022-03-03'>3 March</time></article><article><a href=/b>Fish is dear</a>"
            "<time datetime='2022-05-09'>9 May</time></article></section>",
            "<section id=comments><h3>2 comments</h3><div class=comment>Anna "
            "<time datetime='2024-01-02T10:00'>2 January 2024</time>"
            "<p>I have seen this coming for a long while.</p></div></section>",
            "<aside class=related><h3>Read also</h3><a href=/a>Storm closes the port</a>"
            "<time datetime='2022-03-03'>3 March 2022</time></aside>",
        ],
    )
    def test_dates_around_the_article_are_not_its_own(self, below: str) -> None:
        assert read(below=below).published is None

    def test_a_date_within_the_story_is_not_its_own(self) -> None:
        story = STORY + "<p>The last such meeting was held on 12 May 2019 and ended without a paper.</p>"
        assert read(story=story).published is None

    def test_an_updated_stamp_is_the_modified_date(self) -> None:
        article = read(above="<p>Published: 16 November 2023 14:05</p><p>Updated: 17 November 2023 09:00</p>")
        assert (article.published, article.modified) == ("2023-11-16T14:05", "2023-11-17T09:00")

    def test_an_updated_stamp_alone_is_no_date_of_publication(self) -> None:
        article = read(above="<p>Last updated: 17 November 2023 09:00</p>")
        assert (article.published, article.modified) == (None, "2023-11-17T09:00")

    def test_a_time_element_called_updated_is_the_modified_date(self) -> None:
        above = (
            '<time class="published" datetime="2023-11-16T14:05+04:00">16 Nov</time>'
            '<time class="updated" datetime="2023-11-17T09:00+04:00">17 Nov</time>'
        )
        article = read(above=above)
        assert (article.published, article.modified) == ("2023-11-16T14:05+04:00", "2023-11-17T09:00+04:00")

    def test_a_modified_tag_alone_is_no_date_of_publication(self) -> None:
        article = read(meta("article:modified_time", "2023-11-17T09:00:00Z"))
        assert article.published is None
        assert article.modified is not None

    def test_a_numeric_date_that_can_be_read_two_ways_is_none_in_english(self) -> None:
        assert read(above="<div>03/04/2024</div>").published is None

    def test_a_numeric_date_is_day_first_where_the_language_is(self) -> None:
        turkish = (
            "<p>Bakanlık toplantının perşembe günü yapılmayacağını yazılı bir açıklamayla duyurdu.</p>"
            "<p>Başka bir tarih verilmedi, heyetler ülkelerine döndü ve görüşmeler bahara kaldı.</p>"
        )
        assert read(
            above="<div>03/04/2024</div>", story=turkish, title="Toplantı bahara ertelendi"
        ).published == ("2024-04-03")

    def test_the_json_ld_of_another_article_on_the_page_dates_nothing(self) -> None:
        teaser = json.dumps(
            {
                "@type": "ItemList",
                "itemListElement": [{"@type": "NewsArticle", "datePublished": "2022-03-03"}],
            }
        )
        assert read(f'<script type="application/ld+json">{teaser}</script>').published is None

    def test_of_two_articles_in_json_ld_the_one_that_is_the_page_counts(self) -> None:
        other = linked(
            headline="Storm closes the port", datePublished="2022-03-03", url="https://harbour.example/s"
        )
        own = linked(datePublished="2023-11-16", url="https://harbour.example/talks")
        assert read(address("/talks") + other + own).published == "2023-11-16"

    def test_a_date_to_come_is_none(self) -> None:
        assert read(meta("article:published_time", "2199-01-01")).published is None
