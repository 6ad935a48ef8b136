from __future__ import annotations

import pytest

from bot.answer.question import deed_keys, leans_on, understand, whole
from bot.answer.terms import keys
from bot.answer.types import Question
from index.article import Window


@pytest.mark.parametrize(
    ("question", "language", "kind"),
    [
        ("why did Baku refuse Washington talks?", "en", "why"),
        ("What was the reason for the refusal?", "en", "why"),
        ("how come azerbaijan isnt going", "en", "why"),
        ("Who hosted the ministers?", "en", "who"),
        ("What is the name of the spokesman?", "en", "who"),
        ("When will COP29 open?", "en", "when"),
        ("Which city hosted the talks?", "en", "where"),
        ("How many Armenians left?", "en", "howmany"),
        ("Did Baku refuse the talks?", "en", "yesno"),
        ("What did Baku say?", "en", "what"),
        ("Почему Баку отказался от переговоров?", "ru", "why"),
        ("Сколько беженцев прибыло?", "ru", "howmany"),
        ("Кто победил на выборах?", "ru", "who"),
        ("Bakü görüşmeyi neden reddetti?", "tr", "why"),
        ("Görüşme ne zaman yapılacak?", "tr", "when"),
        ("Bakı görüşdən niyə imtina etdi, kim dedi ki, gəlməyəcək?", "az", "why"),
        ("Görüş harada keçirildi, nə vaxt? Əliyev", "az", "when"),
        ("Ինչու՞ Բաքուն մերժեց", "hy", "why"),
        ("Որտե՞ղ տեղի ունեցավ հանդիպումը", "hy", "where"),
    ],
)
def test_what_is_asked_for_is_read_in_five_languages(question: str, language: str, kind: str) -> None:
    asked = understand(Question(question))
    assert (asked.language, asked.kind) == (language, kind)


def test_the_deed_and_its_doer_are_told() -> None:
    asked = understand(Question("why did Baku refuse Washington talks?"))
    assert asked.deed is not None
    assert asked.deed.phrase == "refuse"
    assert asked.deed.agents == ("Baku",)
    assert asked.doer_known
    assert asked.subject & keys("Azerbaijan"), "Baku stands for Azerbaijan"
    kinds = {t.text: t.kind for t in asked.terms}
    assert kinds["Baku"] == kinds["Washington"] == "name"
    assert kinds["refuse"] == "deed"


@pytest.mark.parametrize(
    "question",
    [
        "why wouldn't Baku go to Washington?",
        "Why will Azerbaijan not attend the talks?",
        "Why did Baku not take part in the talks?",
        "why did Baku pull out of the talks?",
        "Why did Baku call off the talks?",
        "Why did Baku turn down the talks?",
    ],
)
def test_ways_to_say_no_are_one_deed(question: str) -> None:
    deed = understand(Question(question)).deed
    assert deed is not None
    assert "+refuse" in deed_keys(deed)


def test_going_is_no_refusal() -> None:
    deed = understand(Question("Why did Baku attend the talks?")).deed
    assert deed is not None
    assert "+refuse" not in deed_keys(deed)


def test_small_letters_get_back_the_capitals_of_the_texts() -> None:
    texts = ["Hajizada told reporters that Granada was off.", "The talks in Granada"]
    bare = understand(Question("why did hajizada refuse granada"))
    asked = understand(Question("why did hajizada refuse granada"), texts)
    assert {t.text for t in asked.terms if t.kind == "name"} >= {"Hajizada", "Granada"}
    assert asked.deed is not None
    assert asked.deed.named
    assert "Hajizada" not in {t.text for t in bare.terms}


def test_a_word_that_texts_write_both_ways_stays_small() -> None:
    asked = understand(Question("why did talks fail"), ["Talks failed.", "The talks failed."])
    assert "talks" in {t.text for t in asked.terms}


@pytest.mark.parametrize(
    ("question", "counted"),
    [
        ("How many ethnic Armenians left Karabakh?", "Armenians"),
        ("how many soldiers were killed in 2023?", "soldiers"),
        ("What number of observers did the EU send?", "observers"),
    ],
)
def test_what_is_counted_is_told(question: str, counted: str) -> None:
    assert understand(Question(question)).counted & keys(counted)


def test_numbers_and_places_are_held_to_the_letter() -> None:
    asked = understand(Question("Where in Germany did the 2 ministers meet in February 2024?"))
    kinds = {t.text: t.kind for t in asked.terms}
    assert kinds["Germany"] == "place"
    assert kinds["2024"] == "number"


HISTORY = (("why did Baku refuse Washington talks?", "It called Washington biased."),)


@pytest.mark.parametrize("text", ["What did he say?", "how many came?", "And how did Paris respond?"])
def test_a_follow_up_with_nothing_to_put_in_carries_what_it_leans_on(text: str) -> None:
    question = Question(text, history=HISTORY)
    assert leans_on(question) == HISTORY[0][0]
    assert whole(question) == f"why did Baku refuse Washington talks? {text}"
    asked = understand(question)
    assert asked.text == whole(question)
    assert asked.keys & keys("Washington")


def test_a_follow_up_about_another_leaves_the_first_behind() -> None:
    asked = understand(Question("And what did Yerevan say about it?", history=HISTORY))
    assert asked.subject & keys("Armenia")
    assert not asked.keys & {"@azerbaijan"}
    assert asked.kind == "what"
    assert asked.saying


@pytest.mark.parametrize(
    "question",
    [
        Question("Who won the elections held in Georgia in October?", history=HISTORY),
        Question("And when was it?"),
        Question("And when was it?", window=Window()),
    ],
)
def test_a_whole_question_stands_alone(question: Question) -> None:
    assert leans_on(question) is None
    assert whole(question) == question.text


def test_white_space_is_no_part_of_a_question() -> None:
    assert understand(Question("  why did\n Baku  leave? ")).text == "why did Baku leave?"
