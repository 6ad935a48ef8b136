"""Whose article it is, who wrote it, and in which language, where a page says so in several places."""

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


def read(head: str = "", above: str = "", below: str = "", story: str = STORY, lang: str = "en") -> Cleaned:
    body = f"<main><article><h1>{TITLE}</h1>{above}{story}</article>{below}</main>"
    return clean(
        html.read(
            "/page.html", "hash", f"<html lang={lang}><head>{head}</head><body>{body}</body></html>".encode()
        )
    )


def linked(**fields: object) -> str:
    data = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": TITLE, **fields}
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


CANONICAL = '<link rel="canonical" href="https://www.harbourtimes.example/talks-called-off">'


class TestPublisher:
    def test_json_ld_comes_before_the_site_name(self) -> None:
        head = meta("og:site_name", "HT Online") + linked(publisher={"name": "Harbour Times"})
        assert read(head).publisher == "Harbour Times"

    def test_the_site_name_comes_before_the_window_title(self) -> None:
        head = meta("og:site_name", "Harbour Times") + f"<title>{TITLE} - HT Online</title>"
        assert read(head).publisher == "Harbour Times"

    def test_the_window_title_names_the_site_after_the_headline(self) -> None:
        article = read(f"<title>{TITLE} | Harbour Times</title>")
        assert (article.publisher, article.title) == ("Harbour Times", TITLE)

    def test_a_name_with_sections_or_a_domain_after_it_is_cut(self) -> None:
        assert read(meta("og:site_name", "Harbour Times | Politics | Sport")).publisher == "Harbour Times"

    @pytest.mark.parametrize("content", ["Blogger", "WordPress", "Designed by Vell Media"])
    def test_the_platform_is_not_the_publisher(self, content: str) -> None:
        head = meta("application-name", content) + meta("copyright", "© 2023 Harbour Times")
        assert read(head).publisher == "Harbour Times"

    def test_the_address_is_the_last_resort(self) -> None:
        assert read(CANONICAL).publisher == "harbourtimes.example"

    def test_a_name_at_the_head_is_known_by_where_the_mail_goes(self) -> None:
        above = "<div>Harbour Times, text version</div>"
        below = "<a href='mailto:desk@harbourtimes.example'>Write to the desk</a>"
        assert read(above=above, below=below).publisher == "Harbour Times"


class TestAuthor:
    def test_json_ld_comes_before_the_meta_tag(self) -> None:
        head = meta("author", "Web Desk") + linked(author={"@type": "Person", "name": "Nara Vell"})
        assert read(head).author == "Nara Vell"

    def test_the_byline_is_read_where_no_tag_tells(self) -> None:
        assert read(above="<div class=byline>By Nara Vell</div>").author == "Nara Vell"

    @pytest.mark.parametrize(
        "name",
        ["Staff", "Staff Reports", "admin", "Editorial", "Редакция", "Haber Merkezi", "Redaksiya",
         "Harbour Times", "HarbourTimes.example", "Harbour Times Newsroom"],
    )  # fmt: skip
    def test_a_desk_or_the_outlet_is_nobody(self, name: str) -> None:
        head = CANONICAL + meta("og:site_name", "Harbour Times") + linked(author={"name": name})
        assert read(head).author is None

    def test_the_outlet_and_the_role_beside_a_name_go(self) -> None:
        head = meta("og:site_name", "Harbour Times") + meta(
            "author", "Nara Vell, Senior Writer, Harbour Times"
        )
        assert read(head).author == "Nara Vell"

    def test_an_address_is_nobody(self) -> None:
        assert read(meta("article:author", "https://social.example/naravell")).author is None


class TestLanguage:
    TEXTS = (
        ("az", "Nazirlik bildirib ki, danışıqlar gələn həftə keçirilməyəcək, yeni tarix hələ bəlli deyil. "),
        ("tr", "Bakanlık toplantının perşembe günü yapılmayacağını yazılı bir açıklamayla duyurdu. "),
        ("ru", "Министр сообщила в четверг, что переговоры в порту на следующей неделе не состоятся. "),
        ("hy", "Նախարարը հինգշաբթի օրը հայտարարեց, որ բանակցությունները հաջորդ շաբաթ տեղի չեն ունենա։ "),
        ("ka", "მინისტრმა ხუთშაბათს განაცხადა, რომ მოლაპარაკებები პორტში მომავალ კვირას არ გაიმართება. "),
    )  # fmt: skip

    @pytest.mark.parametrize(("language", "sentence"), TEXTS)
    def test_the_text_counts_over_the_template(self, language: str, sentence: str) -> None:
        article = read(meta("og:locale", "en_US"), story=f"<p>{sentence}</p>" * 3)
        assert article.language == language
        assert sentence.strip() in article.text

    def test_the_template_counts_where_there_is_little_text(self) -> None:
        article = read(
            story="<p>Ok. Hamburg sagt ja zum Plan, Kiel nicht.</p><p>Mehr bald hier.</p>", lang="de-DE"
        )
        assert article.language == "de"
