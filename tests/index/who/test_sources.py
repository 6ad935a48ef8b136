"""Whose articles a question asks for: publishers, authors and languages named as sources, not as topics."""

from __future__ import annotations

import pytest

from index.who import names_of, read
from index.who.names import people

PUBLISHERS = (
    "CNN",
    "usatoday.com",
    "The New York Times",
    "The Washington Post",
    "Sporting News",
    "The Verge",
    "Fortune",
    "Time",
    "TechCrunch",
    "BBC News - Entertainment & Arts",
    "FOX News - Health",
    "FOX News - Lifestyle",
    "Cnbc | World Business News Leader",
    "CBSSports.com",
    "ТАСС",
    "Trend",
    "Armenpress",
    "Caspian Wire",
    "Caspian Wire Sport",
    "Sky Sports",
)
AUTHORS = (
    "Sarah Perez",
    "By Ada Brook and Rashid Aliyev",
    "Kamran Nəsirli",
    "Тамара Кварацхелия",
    "Աննա Սարգսյան",
)
NAMES = names_of(PUBLISHERS, ["en", "ru", "tr"], lambda: people(AUTHORS))


def named(text: str, kind: str = "publisher", *, left_out: bool = False) -> set[str]:
    found = (source for source in read(text, NAMES) if source.kind == kind and source.left_out == left_out)
    return {value for source in found for value in source.values}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("According to CNN, who won?", {"CNN"}),
        ("what did cnn say about the vote?", {"CNN"}),
        ("What does the NYT report say?", {"The New York Times"}),
        ("What did the New York Times report?", {"The New York Times"}),
        ("Which firm, WaPo reports, was fined?", {"The Washington Post"}),
        ("a USA TODAY article about eggs", {"usatoday.com"}),
        ("The Sporting News report on the Bears", {"Sporting News"}),
        ("as reported by CBS Sports", {"CBSSports.com"}),
        ("the article from CNBC on rates", {"Cnbc | World Business News Leader"}),
        ("the Cnbc | World Business News Leader article", {"Cnbc | World Business News Leader"}),
        ("according to a Fox News report", {"FOX News - Health", "FOX News - Lifestyle"}),
        ("Does the FOX News - Health article agree?", {"FOX News - Health"}),
        ("a BBC article about him", {"BBC News - Entertainment & Arts"}),
        ("according to the Caspian Wire", {"Caspian Wire", "Caspian Wire Sport"}),
        ("the Caspian Wire Sport report", {"Caspian Wire Sport"}),
        ("the Sky Sports report", {"Sky Sports"}),
        ("according to Sky, who won?", set()),
        ("Who, according to Fortune, was richest?", {"Fortune"}),
        ("Do 'The Verge' and 'TechCrunch' articles agree?", {"The Verge", "TechCrunch"}),
        ("covered by both TechCrunch and The Verge", {"The Verge", "TechCrunch"}),
        ("reported by TechCrunch, The Verge, and Fortune", {"The Verge", "TechCrunch", "Fortune"}),
        ("what was said in a Time cover story, according to Time?", {"Time"}),
        ("по данным ТАСС, кто победил?", {"ТАСС"}),
        ("Trendin məlumatına görə kim qalib gəldi?", {"Trend"}),
        ("Armenpress-ի հաղորդմամբ ո՞վ հաղթեց", {"Armenpress"}),
        ("Caspian Wire'a göre kim kazandı?", {"Caspian Wire", "Caspian Wire Sport"}),
        ("Trend qəzeti nə yazdı?", {"Trend"}),
        ("besides CNN, what did Fortune report?", {"Fortune"}),
    ],
)
def test_publishers_named_as_sources_are_recognised_by_their_usual_names(
    text: str, expected: set[str]
) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Why did CNN fire Don Lemon?",
        "Who owns The Washington Post?",
        "Who is the CEO of the New York Times?",
        "Who was fired by CNN?",
        "How many CNN journalists were laid off at the time?",
        "Which firm stands on the verge of collapse?",
        "What is the Verge of Collapse about?",
        "Which Fortune 500 company was fined?",
        "What did he make a fortune with, according to his lawyer?",
        "What time did the report say it was?",
        "What trend did the report describe?",
        "What did the Guardian report?",
        "What did outlets other than CNN report?",
        "What did sources other than CNN and The Verge report?",
        "What was reported, but not by CNN?",
        "What did everyone but CNN report?",
    ],
)
def test_a_publisher_as_a_topic_or_a_word_like_one_is_no_source(text: str) -> None:
    assert named(text) == set()


@pytest.mark.parametrize(
    ("text", "expected", "words"),
    [
        ("What did outlets other than CNN report?", {"CNN"}, "other than CNN"),
        ("What did papers except The Verge say?", {"The Verge"}, "except The Verge"),
        ("Stories about eggs, not from CNN", {"CNN"}, "not from CNN"),
        ("Why were the talks called off? Not from CNN", {"CNN"}, "Not from CNN"),
        ("What was reported, but not by CNN?", {"CNN"}, "reported, but not by CNN"),
        ("What did everyone but CNN report?", {"CNN"}, "everyone but CNN"),
        ("all outlets but CNN on the vote", {"CNN"}, "all outlets but CNN"),
        ("Which outlets but CNN covered it?", {"CNN"}, "Which outlets but CNN"),
        ("Did every paper but the Verge report it?", {"The Verge"}, "every paper but the Verge"),
        ("stories about eggs, not CNN", {"CNN"}, "not CNN"),
        ("everything not by CNN about eggs", {"CNN"}, "everything not by CNN"),
        ("stories that are not by CNN", {"CNN"}, "are not by CNN"),
        ("Articles excluding 'The Verge'", {"The Verge"}, "excluding 'The Verge"),
        ("Что сообщили все, кроме ТАСС?", {"ТАСС"}, "кроме ТАСС"),
        ("Trend'den başka kim bildirdi?", {"Trend"}, "Trend'den başka"),
        ("CNN dışında hangi gazeteler yazdı?", {"CNN"}, "CNN dışında"),
        ("Trend istisna olmaqla mətbuat nə yazdı?", {"Trend"}, "Trend istisna"),
        ("Armenpress-ից բացի ո՞վ է գրել", {"Armenpress"}, "Armenpress-ից բացի"),
    ],
)  # fmt: skip
def test_a_publisher_that_a_question_leaves_out(text: str, expected: set[str], words: str) -> None:
    assert named(text, left_out=True) == expected
    assert named(text) == set()
    assert [text[s.start : s.end] for s in read(text, NAMES)] == [words]


@pytest.mark.parametrize(
    "text",
    [
        "What did sources other than CNN and The Verge report?",
        "CNN ve The Verge dışında kim yazdı?",
    ],
)
def test_whoever_is_joined_to_one_that_is_left_out_is_left_out_too(text: str) -> None:
    assert named(text, left_out=True) == {"CNN", "The Verge"}


def test_who_is_asked_for_stays_asked_for_beside_one_that_is_left_out() -> None:
    text = "What did Fortune report, other than CNN?"
    assert (named(text), named(text, left_out=True)) == ({"Fortune"}, {"CNN"})


@pytest.mark.parametrize(
    "text",
    [
        "What did Fortune report, but not CNN?",
        "according to Fortune, not CNN",
        "reports by Fortune and not by CNN",
    ],
)
def test_one_outlet_and_not_another(text: str) -> None:
    assert (named(text), named(text, left_out=True)) == ({"Fortune"}, {"CNN"})


def test_nobody_but_one_is_that_one() -> None:
    text = "What did nobody but CNN report?"
    assert (named(text), named(text, left_out=True)) == ({"CNN"}, set())


@pytest.mark.parametrize(
    "text", ["Which companies other than The New York Times were sued?", "Who was fired, not counting CNN?"]
)
def test_where_no_articles_are_asked_for_nobody_is_left_out(text: str) -> None:
    assert read(text, NAMES) == []


def test_a_publisher_is_a_source_beside_one_that_is_a_topic() -> None:
    assert named("Who owns The Washington Post, according to CNN?") == {"CNN"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the article by Sarah Perez on Spill", {"Sarah Perez"}),
        ("What has Ada Brook written about it?", {"By Ada Brook and Rashid Aliyev"}),
        ("Rashid Aliyev's column on wheat", {"By Ada Brook and Rashid Aliyev"}),
        ("according to reporter Kamran Nəsirli", {"Kamran Nəsirli"}),
        ("by Sarah Perez", {"Sarah Perez"}),
        ("author: Sarah Perez", {"Sarah Perez"}),
        ("what was Sarah Perez's analysis?", {"Sarah Perez"}),
        ("Sarah Perez'in haberi nə deyir, ne yazıyor?", {"Sarah Perez"}),
        ("Kamran Nəsirlinin məqaləsi", {"Kamran Nəsirli"}),
        ("статья Тамары Кварацхелии о дороге", {"Тамара Кварацхелия"}),
        ("Աննա Սարգսյանի հոդվածը", {"Աննա Սարգսյան"}),
        ("What did Sarah Perez eat?", set()),
        ("the bridge built by Sarah Perez", set()),
        ("the article by John Doe", set()),
    ],
)
def test_authors_are_those_whom_the_archive_holds(text: str, expected: set[str]) -> None:
    assert named(text, "author") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What do Russian-language sources say?", {"ru"}),
        ("articles in Turkish about Baku", {"tr"}),
        ("what do Turkish-language media say?", {"tr"}),
        ("Turkish articles about Baku", {"tr"}),
        ("what was reported in Turkish", {"tr"}),
        ("In Russian: what did Baku say?", {"ru"}),
        ("новости на русском о дороге", {"ru"}),
        ("türkçe haberler, şimdi", {"tr"}),
        ("What did the Turkish minister say?", set()),
        ("reports in Turkish prisons", set()),
        ("news in Russian politics", set()),
        ("что происходит на русском рынке", set()),
        ("articles in Armenian", set()),
    ],
)
def test_languages_are_those_that_the_archive_holds(text: str, expected: set[str]) -> None:
    assert named(text, "language") == expected


@pytest.mark.parametrize(
    "text",
    [
        "what does the Turkish press say?",
        "How did Russian newspapers see the talks?",
        "according to English media",
        "Russian outlets on the corridor",
        "Turkish sources confirmed it",
        "coverage in the Russian media",
        "Turkish coverage of the vote",
    ],
)
def test_a_countrys_press_is_no_language_as_it_writes_in_several(text: str) -> None:
    assert read(text, NAMES) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("what do Arabic media say?", "ar"),
        ("Farsi outlets on the corridor", "fa"),
        ("haberi türkçe basın nasıl verdi", "tr"),
    ],
)
def test_the_press_of_a_language_that_is_no_countrys_is_in_it(text: str, code: str) -> None:
    found = read(text, names_of(["CNN"], ["en", "ar", "fa", "tr"]))
    assert [source.values for source in found] == [{code}]


def test_an_archive_in_one_language_has_no_languages_to_choose_from() -> None:
    assert read("articles in Turkish", names_of([], ["tr"])) == []


def test_a_language_is_shown_by_its_english_name_as_everything_else_is() -> None:
    assert [source.shown for source in read("новости на русском языке", NAMES)] == ["in Russian"]
