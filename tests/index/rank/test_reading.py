"""What a passage's text says to a question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexical_query import Term
from index.rank.reading import Held, Text, fitting, read
from index.rank.wanted import Wanted


def held(question: str, words: str, text: str, title: str = "", language: str = "en") -> Held:
    wanted = Wanted(question, tuple(Term(word) for word in words.split()), {})
    return read(wanted, Text(title, text, language))


def test_words_count_under_any_form() -> None:
    assert held("who sank the ferry", "sank ferry", "The ferries sank.").together == 1.0
    assert held("who sank the ferry", "sank ferry", "Nothing of it.").together == 0.0


def test_words_in_one_sentence_or_the_next_count_as_together() -> None:
    near = "The ferry left at noon. It sank in the strait. Nobody was hurt."
    far = "The ferry left at noon. Nobody was hurt. Later it was said that it sank."
    assert held("", "ferry sank", near).together == 1.0
    assert held("", "ferry sank", far).together == 0.5


@pytest.mark.parametrize(
    "text",
    [
        'It sank. "Nobody was hurt." The ferry left.',
        "It sank.\n\nNobody was hurt.\n \nThe ferry left!",
        "It sank at 3.15 (U.S.A. time) . Nobody was hurt?\tThe ferry_left",
        "It sank . . . Nobody was hurt. .\nThe _ ferry",
        "It sank.\n\nThe ferry left.",
        "It sank. \nThe ferry left.",
        "The ferry sank",
        "The ferry. It_sank",
        '.\n "',
    ],
)
def test_a_text_in_ascii_is_read_like_any_other(text: str) -> None:
    beyond = held("", "ferry sank", f"\u65e5\n{text}")
    assert held("", "ferry sank", f"o\n{text}") == beyond


@given(
    st.lists(
        st.sampled_from(
            "ferry ferries Sank sinking dying die happy happily possible possibility sky skies a the us uses "
            "22 2023 xferry ferry_sank ferry's".split()
        )
        | st.sampled_from([" ", ". ", ".", "\n", "\n\n", '" ', "? ", ", ", "\t", " _ ", "-"]),
        max_size=30,
    )
)
def test_a_text_in_ascii_is_read_like_any_other_however_it_is_put_together(parts: list[str]) -> None:
    words, text = "ferry sinks died happiness possibilities skies us 2023", "".join(parts)
    assert held("", words, f"o\n{text}") == held("", words, f"\u65e5\n{text}")


def test_names_numbers_and_dates_fit_what_is_asked_but_not_the_questions_own() -> None:
    text = "Anna Petrova met Boris Ivanov in Vienna on 5 April 2023, when twelve ships had 300 passengers."
    own = frozenset({"who", "met", "petrova"})
    assert fitting("name", text, own) == 3  # Boris Ivanov, Vienna, April
    assert fitting("number", text, own) == 4
    assert fitting("time", text, own) == 2
    assert fitting("reason", text, own) == fitting("other", text, own) == 0
    assert fitting("name", "Ильхам Алиев принял Анну.", frozenset()) == 2


def test_a_turkish_name_is_found_under_its_endings() -> None:
    assert held("Bakü", "bakü", "Heyet Bakü'den ayrıldı.", language="tr").together == 1.0


def test_an_article_is_asked_about_when_its_title_is_named() -> None:
    words = "ferry sinks off coast norway"
    assert held("", words, "Text.", title="Ferry sinks off coast of Norway").is_asked_about
    assert not held("", words, "Text.", title="Ferry sinks").is_asked_about
    assert not held(
        "", words, "Text.", title="Markets rise as the ferry sinks and the port is closed"
    ).is_asked_about


def test_an_empty_passage_holds_nothing() -> None:
    assert held("", "ferry", "") == Held(0.0, 0, False)
