"""Which part of a page is the article, on pages of many kinds; and pages that hold none."""

from __future__ import annotations

import json

import pytest

from ingest.clean import Cleaned, clean
from ingest.raw import NotAnArticle
from ingest.readers import html

PARAGRAPHS = [
    "The minister said on Thursday that the talks in the port would not take place next week.",
    "Her colleague abroad had not been told, officials said. No other day was named for them to meet.",
    "Fishermen on the quay shrugged. They had seen three such conferences come and go, one said.",
    "The harbour master, who had ordered flags, sent them back to the maker and asked for the money.",
]
MENU = "<nav><a href=/>Home</a> <a href=/p>Politics</a> <a href=/s>Sport</a></nav>"
FOOT = (
    "<footer><p>Harbour Times is a member of the press council and keeps to its code of conduct.</p>"
    "<p>© 2023 Harbour Times. All rights reserved.</p></footer>"
)
TEASERS = "".join(
    f"<article class=teaser><h3><a href=/{n}>{title}</a></h3><p><a href=/{n}>{text}</a></p></article>"
    for n, (title, text) in enumerate(
        [
            ("Storm closes the port", "Ferries stay in harbour until Sunday as waves reach six metres."),
            ("Fish is dear this year", "Buyers paid a third more at the auction than they did last spring."),
            (
                "Town to get a new bridge",
                "The council has voted for the plan that costs the most of the three.",
            ),
        ]
    )
)


def read(body: str, head: str = "") -> Cleaned:
    return clean(
        html.read(
            "/p.html", "hash", f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()
        )
    )


def story(*, wrap: str = "<p>{}</p>") -> str:
    return "".join(wrap.format(text) for text in PARAGRAPHS)


def lines(article: Cleaned) -> list[str]:
    return [line for line in article.text.split("\n") if line]


class TestBodies:
    def test_menu_teasers_comments_and_foot_stay_out(self) -> None:
        comments = (
            "<section id=comments><h3>2 comments</h3><div class=comment><b>Anna</b><p>I saw this coming for"
            " years, and so has everybody who lives by the water.</p></div><div class=comment><b>Olaf</b>"
            "<p>The flags were ugly anyway, so no harm was done to anyone here.</p></div></section>"
        )
        article = read(
            f"{MENU}<main><article><h1>Talks in the port called off</h1>{story()}</article>{comments}</main>"
            f"<aside class=related><h3>More stories</h3>{TEASERS}</aside>{FOOT}"
        )
        assert lines(article) == PARAGRAPHS

    def test_no_paragraph_elements_are_needed(self) -> None:
        blocks = story(wrap="<div class=para>{}</div>")
        article = read(
            f"{MENU}<div id=c><h1>Talks in the port called off</h1><div>{blocks}</div></div>{FOOT}"
        )
        assert lines(article) == PARAGRAPHS

    def test_links_emphasis_and_subheadings_stay_in_the_text(self) -> None:
        marked = (
            story()
            .replace("The minister", '<a href="/m">The minister</a>')
            .replace("shrugged", "<em>shrugged</em>")
        )
        marked = marked.replace("<p>Fishermen", "<h2>What the quay says</h2><p>Fishermen")
        article = read(
            f"{MENU}<main><article><h1>Talks in the port called off</h1>{marked}</article></main>{FOOT}"
        )
        assert lines(article) == [*PARAGRAPHS[:2], "What the quay says", *PARAGRAPHS[2:]]

    def test_lists_and_tables_of_the_article_stay(self) -> None:
        listed = (
            "<p>Three things were on the table:</p><ul><li>the price of ice in the harbour</li>"
            "<li>the depth of the channel</li><li>a common flag for pilots</li></ul>"
        )
        table = (
            "<table><tr><th>Year</th><th>Ships</th></tr><tr><td>2021</td><td>310</td></tr>"
            "<tr><td>2022</td><td>295</td></tr></table>"
        )
        article = read(
            f"{MENU}<main><article><h1>Talks in the port called off</h1>{story()}{listed}{table}"
            f"{story()}</article></main>{FOOT}"
        )
        assert "- the depth of the channel" in lines(article)
        assert "2022 | 295" in lines(article)

    def test_a_live_blog_keeps_its_entries(self) -> None:
        entries = "".join(
            f"<div class=entry><time datetime='2023-11-16T{hour}:00'>{hour}:00</time><h3>{head}</h3>"
            f"<p>{text}</p></div>"
            for hour, head, text in zip(
                ("14", "13", "12", "11"),
                ("Flags sent back", "Quay unmoved", "Colleague not told", "No talks"),
                reversed(PARAGRAPHS),
                strict=True,
            )
        )
        article = read(
            f"{MENU}<main><article><h1>The port talks as they happened</h1>{entries}</article></main>{FOOT}"
        )
        assert [line for line in lines(article) if line in PARAGRAPHS] == PARAGRAPHS[::-1]

    def test_what_a_paywall_keeps_back_is_taken_from_json_ld(self) -> None:
        full = " ".join(PARAGRAPHS * 3)
        data = json.dumps({"@type": "NewsArticle", "articleBody": full})
        head = f'<script type="application/ld+json">{data}</script>'
        wall = "<div class=paywall><p>Subscribe to read on. Already a subscriber? Log in.</p></div>"
        article = read(f"<article><h1>Talks called off</h1><p>{PARAGRAPHS[0]}</p>{wall}</article>", head)
        assert article.text == full

    @pytest.mark.parametrize(
        "text",
        [
            "北京市政府周四宣布，新的地铁线路将于明年春天开通。市民对此表示欢迎，但也有人担心票价上涨。官员说票价暂时不会改变。",
            "東京都は木曜日、新しい地下鉄路線が来年春に開業すると発表した。市民は歓迎しているが、値上げを心配する声もある。",
            "กรุงเทพมหานครประกาศเมื่อวันพฤหัสบดีว่ารถไฟฟ้าสายใหม่จะเปิดให้บริการในฤดูใบไม้ผลิปีหน้า"
            " ประชาชนยินดีแต่บางคนกังวลเรื่องค่าโดยสาร",
            "أعلنت الحكومة يوم الخميس أن المحادثات في الميناء لن تجري الأسبوع المقبل"
            " ولم يتم تحديد موعد آخر للاجتماع",
        ],
    )
    def test_scripts_without_spaces_or_full_stops_are_read(self, text: str) -> None:
        article = read(f"{MENU}<main><article><h1>—</h1><p>{text}</p><p>{text[::-1]}</p></article></main>")
        assert text in article.text.replace("\n", "")

    def test_a_chronicle_keeps_its_days(self) -> None:
        days = "".join(
            f"<p>{day} March 2023</p><p>{text}</p>"
            for day, text in zip(range(3, 30), PARAGRAPHS * 6, strict=False)
        )
        assert (
            "9 March 2023" in read(f"<main><article><h1>A month in the port</h1>{days}</article></main>").text
        )


class TestNoArticle:
    @pytest.mark.parametrize(
        "body",
        [
            "",
            "<h1>404</h1><p>Page not found</p>",
            f"{MENU}<h1>Page not found</h1><p>Sorry, the page you are looking for does not exist.</p>{FOOT}",
            "<p>Please enable JavaScript to view this page.</p>",
            "<h1>Just a moment...</h1><p>Verify you are human by completing the action below.</p>",
            "<div id=consent><h2>Your privacy</h2><p>We use cookies to improve your experience."
            " By clicking Accept you agree to our use of cookies.</p><button>Accept</button></div>",
        ],
    )
    def test_a_notice_is_none(self, body: str) -> None:
        with pytest.raises(NotAnArticle):
            read(body)

    @pytest.mark.parametrize("kind", ["website", ""])
    def test_a_front_page_is_none(self, kind: str) -> None:
        head = (
            f'<meta property="og:type" content="{kind}"><link rel=canonical href="https://harbour.example/">'
        )
        with pytest.raises(NotAnArticle, match="front page"):
            read(f"{MENU}<main>{TEASERS * 3}</main>{FOOT}", head)

    def test_a_list_of_teasers_is_none(self) -> None:
        with pytest.raises(NotAnArticle, match="list of links"):
            read(f"{MENU}<main><h1>Politics</h1>{TEASERS * 4}</main>{FOOT}")

    def test_an_article_about_a_missing_page_is_one(self) -> None:
        article = read(
            f"<main><article><h1>Page not found: how sites say sorry</h1>{story()}</article></main>"
        )
        assert lines(article) == PARAGRAPHS
