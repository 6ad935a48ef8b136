from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clean import Cleaned, clean, normalise
from ingest.raw import NotAnArticle, RawArticle

SCRAPES = sorted((Path(__file__).parent / "scrapes").glob("*.txt"))


def cleaned(text: str, **known: object) -> Cleaned:
    return clean(RawArticle("/archive/page.txt", "hash", text, **known))  # type: ignore[arg-type]


@pytest.mark.parametrize("path", SCRAPES, ids=lambda path: path.stem)
class TestARawScrape:
    def test_keeps_every_paragraph_of_the_story_in_order(self, path: Path) -> None:
        story = expected(path)["story"]
        text = cleaned(path.read_text(encoding="utf-8")).text
        places = [text.find(paragraph) for paragraph in story]
        assert -1 not in places, story[places.index(-1)]
        assert places == sorted(places)

    def test_loses_the_page_around_it_and_records_what_went(self, path: Path) -> None:
        article = cleaned(path.read_text(encoding="utf-8"))
        assert [line for line in expected(path)["chrome"] if line in article.text] == []
        assert all(line not in article.text.split("\n") for line in article.dropped)

    def test_gives_headline_outlet_author_and_date(self, path: Path) -> None:
        article = cleaned(path.read_text(encoding="utf-8"))
        known = expected(path)
        for field in ("publisher", "author", "published", "modified", "url", "language"):
            assert getattr(article, field) == known.get(field), field
        assert "title" not in known or article.title == known["title"]


def expected(path: Path) -> dict[str, list[str]]:
    return tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))


HEAD = ["Harbour Times", "Home | Politics | World", "Search", "Subscribe", "Menu"]
FOOT = [
    "Share on Facebook",
    "Tweet",
    "Tags: talks, ministers",
    "Comments (3)",
    "© 2023 Harbour Times. All rights reserved.",
]
SENTENCES = [
    "The minister said on Thursday that the talks would not take place.",
    "Nobody in the capital had expected another answer!",
    '"We were ready," her spokesman told the newspaper.',
    "Was it the right decision?",
    "Prices of bread rose by 4.5 per cent in Nov. 2023, the office of statistics reported.",
    "Follow the money, an old editor used to say, and you will find the story.",
    "Məclis qərarı sentyabrın 19-da qəbul edib.",
    "Bakanlık toplantının ertelendiğini duyurdu.",
    "Переговоры перенесли на весну, сообщили в министерстве.",
    "Բանակցությունները կշարունակվեն գարնանը։",
    "Share prices fell. So did the currency.",
    "Comments made in parliament did not help.",
]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4), min_size=2, max_size=8),
    st.booleans(),
)
def test_no_sentence_of_a_story_is_ever_lost(paragraphs: list[list[str]], blank_lines: bool) -> None:
    # The first paragraph is long enough to be told from a headline.
    story = [SENTENCES[0], *(" ".join(paragraph) for paragraph in paragraphs)]
    body = ("\n\n" if blank_lines else "\n").join(story)
    page = "\n".join([*HEAD, "Ministers' talks called off", "16 November 2023", body, *FOOT])
    text = cleaned(page).text
    assert all(paragraph in text for paragraph in story)
    assert "Home | Politics" not in text and "Tags:" not in text


class TestDates:
    def test_the_day_on_which_a_page_was_saved_is_no_date_of_its_article(self) -> None:
        page = (
            "Harbour Times\nFriday, 9 February 2024\nHome | World | Sport\nSearch\nLog in\nMenu\nLive\n"
            + STORY
        )
        assert cleaned(page).published is None

    def test_days_of_other_articles_below_the_story_are_not_taken(self) -> None:
        page = STORY + "\nRelated\n12 January 2024\nStorm closes the port\n14 January 2024\nBridge reopens\n"
        assert cleaned(page).published is None

    def test_a_dateline_gets_its_year_only_from_the_same_article(self) -> None:
        story = STORY.replace("The minister", "BAKU, Nov 16 (HT) - The minister")
        assert cleaned(story).published is None
        known = cleaned(story, url="https://harbour.example/2023/11/talks-off")
        assert known.published == "2023-11-16"

    def test_a_chronology_keeps_its_days(self) -> None:
        days = (
            "1 March 2024\nThe border opened to cars for a day.\n2 March 2024\nIt was closed by the evening."
        )
        assert "2 March 2024" in cleaned(STORY + "\n" + days).text


STORY = (
    "Ministers' talks called off\n\n"
    "The minister said on Thursday that the talks would not take place next week.\n\n"
    "Her colleague abroad had not been told, officials said. No other day was named.\n"
)


def test_lists_in_a_story_stay() -> None:
    scores = "\n".join(
        f"{home} {n}, {away} {n // 2}" for n, (home, away) in enumerate([("Perry", "Loudon")] * 12, 14)
    )
    text = cleaned("Friday's scores\n\n" + STORY + "\nFriday's games\n" + scores + "\nRead more.\n").text
    assert scores in text
    assert "Friday's games" in text
    assert "Read more" not in text


def test_a_copy_within_the_story_of_the_headline_is_dropped_once_only() -> None:
    article = cleaned("Ministers' talks called off\n" + STORY)
    assert article.title == "Ministers' talks called off"
    assert article.text.startswith("The minister said")


def test_lines_that_a_folder_shares_go_from_head_and_foot_and_stay_in_the_story() -> None:
    shared = frozenset(
        ["the voice of the coast since 1911", "printed on recycled paper", "her colleague was not told."]
    )
    page = "The voice of the coast since 1911\n" + STORY.replace(
        "officials said", "officials said.\nHer colleague was not told."
    )
    article = clean(RawArticle("/a", "h", page + "\nPrinted on recycled paper"), shared)
    assert "voice of the coast" not in article.text
    assert "recycled" not in article.text
    assert "Her colleague was not told." in article.text


def test_a_title_that_the_source_gives_wins_and_its_line_goes() -> None:
    article = cleaned(STORY, title="Ministers' talks called off")
    assert article.title == "Ministers' talks called off"
    assert article.text.startswith("The minister said")


def test_a_text_without_a_headline_is_called_by_its_first_sentence() -> None:
    text = "Rain fell on the pass all night and closed it. By noon it was open again, drivers told the paper."
    article = cleaned(text)
    assert article.title == "Rain fell on the pass all night and closed it."
    assert article.text == text


@pytest.mark.parametrize(
    "text", ["", "   \n\n", "Home\nPolitics\nContact", "Subscribe | Sign in\n© 2023 Harbour Times"]
)
def test_a_page_without_a_story_is_no_article(text: str) -> None:
    with pytest.raises(NotAnArticle, match="no article text found"):
        cleaned(text)


def test_an_address_of_another_outlet_is_not_the_articles_own() -> None:
    page = (
        STORY
        + "Source: https://steppenews.example/2023/11/16/talks\n© 2023 Harbour Times. All rights reserved.\n"
    )
    article = cleaned(page)
    assert article.publisher == "Harbour Times"
    assert article.url is None


def test_invisible_marks_and_half_characters_go() -> None:
    assert normalise("Ba\u00adku\u200b \u202eno\u202c \ud83d\u00a0talks\r\n\x00") == "Baku no  talks\n"
    assert normalise("I\u0307ndi") == "İndi"


class TestABodyThatIsExtractedAlready:
    def test_only_plain_chrome_goes(self) -> None:
        head = "World\nMinisters' talks called off\nBy Nara Vell\n"
        story = "The minister said that the talks were off.\nWhat comes next\nNobody knows."
        body = f"{head}{story}\nADVERTISEMENT\nRead also: Snow closes the pass"
        article = cleaned(body, title="Ministers' talks called off", extracted=True)
        assert article.text == story
        assert article.author == "Nara Vell"

    def test_a_line_of_credits_goes(self) -> None:
        body = "Harbour Times with agencies\n\nThe minister said that the talks were off."
        article = cleaned(body, title="Talks off", publisher="Harbour Times", extracted=True)
        assert article.text == "The minister said that the talks were off."


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "tr",
            "Bakanlık, toplantının Washington'da yapılmayacağını perşembe günü bir açıklamayla duyurdu.",
        ),
        ("az", "Nazirlik görüşün Vaşinqtonda keçirilməyəcəyini cümə axşamı yayılan bəyanatda açıqlayıb."),
        ("ru", "Министерство сообщило в четверг, что встреча в Вашингтоне на следующей неделе не состоится."),
        (
            "hy",
            "Նախարարությունը հինգշաբթի հայտարարեց, որ հանդիպումը Վաշինգտոնում տեղի չի ունենա հաջորդ շաբաթ։",
        ),
        (None, "The talks are off. So it goes."),
    ],
)
def test_languages_are_told_apart_where_the_text_is_long_enough(language: str | None, text: str) -> None:
    assert cleaned(text).language == language


@pytest.mark.parametrize(
    "sentence",
    [
        "By Wednesday, the greatest threat was to the coast between the port and the lighthouse.",
        "Watch this space: the minister has promised a new date before long.",
        "Source of concern: the road to the north is closed, and nobody clears it.",
        "Photo editors at three newspapers said they had not seen the picture.",
        "Comments by the envoy: none, for he had left by the back door.",
        "More than 100,000 people left the region in those days.",
        "Leap day was on Feb. 29, 2024.",
        "Share of exports: 40 per cent, the office of statistics found.",
    ],
)
def test_a_sentence_that_begins_like_a_label_stays(sentence: str) -> None:
    around = STORY.split("\n\n")
    assert sentence in cleaned("\n\n".join([around[0], around[1], sentence, around[2]])).text
    assert sentence in cleaned("\n\n".join([*around, sentence])).text


class TestBodiesThatAReaderCutOut:
    def read(self, *lines: str) -> list[str]:
        body = RawArticle("/page.html", "hash", "\n".join(lines), title="A month in the port", extracted=True)
        return clean(body).text.split("\n")

    def test_a_chronicle_keeps_its_days(self) -> None:
        days = [line for day in range(1, 29) for line in (f"{day} March 2023", f"Ice of {day} cm")]
        last = "The harbour master opened the port again on the last day of the month."
        assert self.read(*days, last) == [*days, last]

    def test_a_list_keeps_its_addresses(self) -> None:
        lines = [
            "The minister said on Thursday that the talks would not take place next week.",
            "The plan: https://harbour.example/plan",
            "Her colleague abroad had not been told, officials said, and no other day was named.",
        ]
        assert self.read(*lines) == lines

    def test_a_body_without_a_full_stop_is_one(self) -> None:
        verse = ["The tide went out at seven", "and took the boats along", "the quay was left to children",
                 "who made of it a song"]  # fmt: skip
        assert self.read(*verse) == verse


@pytest.mark.parametrize(
    ("byline", "author"),
    [
        ("Հեղինակ՝ Անի Գրիգորյան", "Անի Գրիգորյան"),
        ("Հեղինակ՝ Անի Գրիգորյան | 16 նոյեմբերի, 2023", "Անի Գրիգորյան"),
        ("بقلم ليلى حسن", "ليلى حسن"),
        ("كتب: محمد علي", "محمد علي"),
        ("الكاتب: ليلى حسن", "ليلى حسن"),
    ],
)
def test_a_byline_is_read_in_scripts_with_marks_or_without_capitals(byline: str, author: str) -> None:
    page = "\n".join(["Baku stays away from the talks", byline, "16.11.2023", *SENTENCES])
    assert cleaned(page).author == author


def test_a_byline_in_words_wins_over_a_name_beside_a_date() -> None:
    page = ["Harbour Times - 16 November 2023", "Pier falls into the sea", "By Ann Lee", *SENTENCES]
    assert cleaned("\n".join(page)).author == "Ann Lee"


def test_words_without_capitals_beside_a_date_are_no_name() -> None:
    page = ["باكو ترفض المشاركة في المحادثات", "أخبار محلية", "16.11.2023", *SENTENCES]
    assert cleaned("\n".join(page)).author is None


def test_a_running_head_that_comes_again_is_no_author() -> None:
    head = "Harbour Times - 16 November 2023"
    page = [head, "Pier falls into the sea", *SENTENCES[:2], head, *SENTENCES[2:]]
    assert cleaned("\n".join(page)).author is None
