"""The line that blogs put below each entry of their feed."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import pytest

from ingest.clean import Cleaned, clean
from ingest.raw import RawArticle
from ingest.readers import feed
from ingest.web.listed import has_full_text

Outcomes = Callable[..., list[RawArticle | str]]

TITLE = "Ferry fares rise by a tenth"
SITE = "Kura Valley Observer"
URL = "https://kvo.example/2023/11/fares/"
STORY = "<p>The council voted on Tuesday to raise ferry fares by a tenth.</p><p>Nobody spoke against it.</p>"
LINKS = f'<a href="{URL}">{TITLE}</a>', f'<a href="https://kvo.example">{SITE}</a>'


def feed_of(content: str, *, title: str = TITLE, site: str = SITE, name: str = "content:encoded") -> str:
    return f"""<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>{escape(site)}</title><link>https://kvo.example/</link>
<item><title>{escape(title)}</title><link>{URL}?utm_source=rss</link>
<{name}><![CDATA[{content}]]></{name}></item></channel></rss>"""


@pytest.fixture
def read(outcomes_of: Outcomes) -> Callable[..., Cleaned]:
    def one(content: str, **said: str) -> Cleaned:
        (article,) = outcomes_of(feed_of(content, **said))
        assert isinstance(article, RawArticle), article
        return clean(article, article.repeated)

    return one


@pytest.mark.parametrize(
    "line",
    [
        "The post {} appeared first on {}.",
        "Der Beitrag {} erschien zuerst auf {}.",
        "L’article {} est apparu en premier sur {}.",
        "La entrada {} se publicó primero en {}.",
        "Сообщение {} появились сначала на {}.",
        "{} yazısı ilk önce {} üzerinde ortaya çıktı.",
        "{} գրառումն առաջինը հայտնվել է {} կայքում։",
        "ظهرت المقالة {} أولاً على {}.",
    ],
)
@pytest.mark.parametrize("name", ["content:encoded", "description"])
def test_a_blog_s_line_below_each_entry_is_none_of_the_story(
    read: Callable[..., Cleaned], line: str, name: str
) -> None:
    article = read(f"{STORY}\n<p>{line.format(*LINKS)}</p>\n", name=name)
    assert article.text.endswith("Nobody spoke against it.")
    assert article.dropped == (line.format(TITLE, SITE),)


@pytest.mark.parametrize(
    "below",
    [
        f"<p>The post {LINKS[0]} appeared first on {SITE}.</p>",
        f"<br><br>The post {LINKS[0]} appeared first on {LINKS[1]}.",
        f"<p>The post {LINKS[0]} first appeared on {LINKS[1]}.</p><img src='https://stats.example/1.gif'>",
        f"<p>The post {LINKS[0]} appeared first on {LINKS[1]}.</p>" * 2,
        "<p>The post <a href='/2023/11/fares/'>Ferry fares rise by a tenth</a> appeared first on"
        " <a href='/'>Kura Valley Observer</a>.</p>",
    ],
)
def test_it_is_known_with_one_link_without_a_paragraph_and_twice(
    read: Callable[..., Cleaned], below: str
) -> None:
    assert read(STORY + below).text.endswith("Nobody spoke against it.")


def test_it_is_known_where_the_feed_s_title_says_more_and_the_headline_has_marks(
    read: Callable[..., Cleaned],
) -> None:
    link = f'<a href="{URL}">&#8216;Fares&#8217; &amp; ferries: what now?</a>'
    article = read(
        f"{STORY}<p>The post {link} appeared first on {LINKS[1]}.</p>",
        title="‘Fares’ & ferries: what now?",
        site=f"{SITE} - World",
    )
    assert article.text.endswith("Nobody spoke against it.")


@pytest.mark.parametrize(
    "sentence",
    [
        # names both, links none
        f"“{TITLE}” was the headline of the {SITE}.",
        # names both and links the site, and says something of its own
        f"Under “{TITLE}” the {LINKS[1]} had told in 1931 of another council, and of another ferry.",
        # links the site and another page
        f"“{TITLE}”, the {LINKS[1]} wrote, as did the <a href='https://courier.example/1'>Courier</a>.",
        # the headline isn't in it
        f"The story appeared first on {LINKS[1]}.",
        # the site isn't in it
        f"The post {LINKS[0]} is by Ann Lee.",
    ],
)
def test_a_story_s_last_sentence_that_names_its_headline_and_its_paper_stays(
    read: Callable[..., Cleaned], sentence: str
) -> None:
    article = read(f"{STORY}<p>{sentence}</p>")
    assert article.text.count("\n\n") == 2
    assert article.dropped == ()


def test_a_line_in_the_middle_stays(read: Callable[..., Cleaned]) -> None:
    line = f"<p>The post {LINKS[0]} appeared first on {LINKS[1]}.</p>"
    assert "appeared first on" in read(f"{STORY}{line}<p>So the editor said in her letter.</p>").text


def test_an_entry_cut_off_above_it_has_not_its_full_text() -> None:
    words = " ".join(["The council voted on Tuesday to raise ferry fares."] * 20)
    line = f"<p>Der Beitrag {LINKS[0]} erschien zuerst auf {LINKS[1]}.</p>"
    (cut,) = feed.read_feed(feed_of(f"<p>{words} […]</p>{line}").encode()).entries
    (whole,) = feed.read_feed(feed_of(f"<p>{words}</p>{line}").encode()).entries
    assert (has_full_text(cut), has_full_text(whole)) == (False, True)
