"""Words by their bases: every form of a name finds every other, and English is left alone."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from index.aliases import canonical, mentions
from index.stems import analysis_of, asked, is_turkic
from index.text import fold

TABLE = tomllib.loads((Path(__file__).parent / "inflected.toml").read_text(encoding="utf-8"))
NAMES = [(language, forms) for language, described in TABLE.items() for forms in described["forms"]]


def tokens(language: str, form: str) -> set[str]:
    analyse = analysis_of(turkic=is_turkic(language, form))
    return {token for of_word in analyse(fold(form)) for token in of_word}


def asked_for(form: str) -> set[str]:
    (first, *_), *others = asked(fold(form.partition("'")[0].partition("’")[0]), turkic=True)
    return {*first, *(token for way in others for of_word in way for token in of_word)}


@pytest.mark.parametrize(("language", "forms"), NAMES)
def test_every_form_of_a_name_is_found_by_every_other(language: str, forms: str) -> None:
    lost = [
        (asking, standing)
        for asking in forms.split()
        for standing in forms.split()
        if not asked_for(asking) & tokens(language, standing)
    ]
    assert lost == []


@pytest.mark.parametrize("language", TABLE)
def test_another_word_that_begins_alike_is_not_taken_for_the_name(language: str) -> None:
    for other in TABLE[language]["others"]:
        for forms in TABLE[language]["forms"]:
            cited = forms.split()[0]
            assert fold(cited) not in {token.removeprefix("~") for token in tokens(language, other)}


def test_what_an_ending_leaves_in_turkish_is_no_english_word() -> None:
    assert "~bak" in tokens("az", "Bakıda")
    assert tokens("en", "bak") == {"bak"}
    assert "bak" not in asked_for("Bakıda")


def test_english_goes_by_porters_stem_alone() -> None:
    assert analysis_of(turkic=False)("the ministers refused") == [("the",), ("minist",), ("refus",)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ankara’da", ["~ankara"]),
        ("Bakı’nın", ["~baki"]),
        ("O'Brien'ın", ["o", "~brien"]),
        ("Kur'an", ["~kur", "~an"]),
    ],
)
def test_an_ending_behind_an_apostrophe_is_no_word(text: str, words: list[str]) -> None:
    analysed = analysis_of(turkic=True)(fold(text))
    assert [of_word[0].lstrip("~") for of_word in analysed] == [word.lstrip("~") for word in words]


def test_a_text_of_unknown_language_is_told_by_its_letters() -> None:
    assert is_turkic(None, "Bakıda görüş keçirilib, nazirliyin açıqlaması")
    assert not is_turkic(None, "The envoy Erdoğan sent left for Paris")
    assert not is_turkic("en", "İlham Əliyev və Bakının şəhəri")


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("Ankara'da görüşme", ["ankara", "gorusme"]),
        ("Bakı’nın mövqeyi", ["baki", "movqeyi"]),
        ("O'Brien'ın sözü", ["o", "brien", "sozu"]),
        ("can't we'll Sana'a Xi'an", ["can", "t", "we", "ll", "sana", "xi", "an"]),
    ],
)
def test_a_question_asks_for_the_name_before_the_apostrophe(question: str, terms: list[str]) -> None:
    assert [mention.text for mention in mentions(question)] == terms


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Bakıda nə oldu?", "Baku"),
        ("Bakı’nın şərhi", "Baku"),
        ("Что сказал Баку?", "Baku"),
        ("Слова Пашиняна", "Pashinyan"),
        ("Երևանում կայացավ", "Yerevan"),
        ("Ermənistanın şərhi", "Armenia"),
        ("Əliyevin sözləri", "Aliyev"),
    ],
)
def test_an_inflected_name_goes_by_its_other_names_too(question: str, name: str) -> None:
    groups = {mention.group for mention in mentions(question)}
    assert canonical(name) in groups


def test_english_words_are_no_inflected_names() -> None:
    question = "made in china bakes iranians armed chin bakin"
    assert [m.group for m in mentions(question) if m.group] == [canonical("China"), canonical("Iran")]
