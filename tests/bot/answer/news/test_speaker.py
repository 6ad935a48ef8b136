from __future__ import annotations

import pytest

from bot.answer.news.speaker import speaker

ARTICLE = (
    "Azerbaijan will not take part in the meeting, its Foreign Ministry said on Thursday.\n\n"
    "The ministry called the position of the United States one-sided. It said that this could cost "
    "Washington its role.\n\n"
    "Armenian Foreign Minister Ararat Mirzoyan spoke to reporters in Yerevan. He added that his delegation "
    "was ready to travel.\n\n"
    "“We were told nothing. We learned of it from the press,” said Nino Kapanadze, a spokeswoman for the "
    "embassy.\n\n"
    "The talks were to be held on 20 November."
)


def said(sentence: str, text: str = ARTICLE, language: str = "en") -> tuple[str, str | None] | None:
    """Who says it, and the sentence that names them where it is another."""
    start = text.index(sentence)
    found = speaker(text, start, start + len(sentence), language)
    if found is None:
        return None
    for span in (found.name, found.owner, found.sentence):
        assert span is None or text[span.start : span.end] == span.text
    return found.shown, found.sentence.text if found.sentence else None


def test_a_speaker_named_in_the_sentence_is_found_with_whose_ministry_it_is() -> None:
    sentence = "Azerbaijan will not take part in the meeting, its Foreign Ministry said on Thursday."
    assert said(sentence) == ("Foreign Ministry (Azerbaijan)", None)


def test_it_said_names_the_speaker_of_the_sentence_before() -> None:
    found = said("It said that this could cost Washington its role.")
    assert found is not None
    assert found[0] == "Foreign Ministry (Azerbaijan)"


def test_he_added_names_the_person_of_the_sentence_before() -> None:
    assert said("He added that his delegation was ready to travel.") == (
        "Armenian Foreign Minister Ararat Mirzoyan",
        "Armenian Foreign Minister Ararat Mirzoyan spoke to reporters in Yerevan.",
    )


def test_a_sentence_of_a_longer_quotation_is_its_speakers() -> None:
    found = said("“We were told nothing.")
    assert found is not None
    assert found[0] == "Nino Kapanadze"
    assert found[1] is not None
    assert found[1].startswith("We learned of it")


def test_what_the_article_tells_itself_is_nobodys_word() -> None:
    assert said("The talks were to be held on 20 November.") is None


def test_who_is_told_not_to_say_a_thing_does_not_say_it() -> None:
    assert said("Baku did not say why.", "Baku did not say why.") is None


@pytest.mark.parametrize(
    ("language", "text", "sentence", "name"),
    [
        (
            "ru",
            "Баку не приедет, сообщил Айхан Гаджизаде. Он добавил, что это решено.",
            "Он добавил",
            "Айхан Гаджизаде",
        ),
        ("az", "Ceyhun Bayramov bildirib ki, görüş olmayacaq.", "Ceyhun", "Ceyhun Bayramov"),
    ],
)
def test_other_languages_are_read_by_their_phrases(
    language: str, text: str, sentence: str, name: str
) -> None:
    start = text.index(sentence)
    found = speaker(text, start, len(text), language)
    assert found is not None
    assert name in found.shown
