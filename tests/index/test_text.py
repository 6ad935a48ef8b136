"""Sentences and folding: offsets that hold whatever the text."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import Folded, fold, sentences, visible, words

NASTY = st.text(
    st.one_of(
        st.sampled_from("İıŞşəЙйիւև՞։ﬁßé́̆ \n.!?…«»“”’\"'()\u200d\ufe0f\u00ad\u2028👩💻🇦🇿"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=80,
)


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He said no. They left.", ["He said no.", "They left."]),
        ("Mr. Smith met Gen. Jones. They spoke.", ["Mr. Smith met Gen. Jones.", "They spoke."]),
        ("The U.S. State Department agreed.", ["The U.S. State Department agreed."]),
        ("He lives in the U.S. The talks go on.", ["He lives in the U.S.", "The talks go on."]),
        ("It opens on Jan. 5 at No. 10.", ["It opens on Jan. 5 at No. 10."]),
        ("The committee sat. Armenia objected.", ["The committee sat.", "Armenia objected."]),
        ("Rates rose to 3.5 percent. Prices fell.", ["Rates rose to 3.5 percent.", "Prices fell."]),
        ("J. R. Smith spoke. Nobody else did.", ["J. R. Smith spoke.", "Nobody else did."]),
        ("“Why?” he asked. Nobody knew.", ["“Why?” he asked.", "Nobody knew."]),
        ('"We refuse. We stay," he said.', ['"We refuse.', 'We stay," he said.']),
        ("They left.[2] Nobody stayed.", ["They left.[2]", "Nobody stayed."]),
        ("The talks failed.The envoy left.", ["The talks failed.", "The envoy left."]),
        ("See www.example.Com for more.", ["See www.example.Com for more."]),
        ("A line\nAnother line", ["A line", "Another line"]),
        ("В 2023 г. Россия ушла. Это факт.", ["В 2023 г. Россия ушла.", "Это факт."]),
        ("Ադրբեջանը մերժեց։ Նա մեկնեց։", ["Ադրբեջանը մերժեց։", "Նա մեկնեց։"]),
        ("Ադրբեջանը մերժեց: Նա մեկնեց:", ["Ադրբեջանը մերժեց:", "Նա մեկնեց:"]),
        ("2. Qarabağ müharibəsi bitdi. Sülh gəldi.", ["2. Qarabağ müharibəsi bitdi.", "Sülh gəldi."]),
        ("1. The first point. 2. The second.", ["1. The first point.", "2. The second."]),
        ("   \n \t ", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


@given(NASTY)
def test_sentences_hold_every_character_that_is_not_blank_once_and_in_order(text: str) -> None:
    spans = sentences(text)
    assert all(a < b for a, b in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert all(text[a:b] == text[a:b].strip() and "\n" not in text[a:b] for a, b in spans)
    covered = {i for a, b in spans for i in range(a, b)}
    assert all(char.isspace() for i, char in enumerate(text) if i not in covered)


@given(NASTY)
def test_folded_text_is_fold_of_the_whole(text: str) -> None:
    assert Folded(text).text == fold(text)


@given(NASTY)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(NASTY, st.data())
def test_a_span_found_in_folded_text_folds_to_what_was_found(text: str, data: st.DataObject) -> None:
    folded = Folded(text)
    start = data.draw(st.integers(0, len(folded.text)))
    end = data.draw(st.integers(start, len(folded.text)))
    a, b = folded.span(start, end)
    assert 0 <= a <= b <= len(text)
    assert folded.text[start:end] in fold(text[a:b])
    # No wider than the match: each visible character of the span has a part in it.
    assert sum(1 for char in text[a:b] if fold(char)) <= end - start


@given(st.text("abİéЙй👩é", min_size=1), st.text("xİé", min_size=1, max_size=3), st.text("abİé👩"))
def test_a_needle_is_found_where_it_stands(before: str, needle: str, after: str) -> None:
    text = f"{before} {needle} {after}"
    folded = Folded(text)
    start = folded.position(len(before) + 1)
    assert folded.span(start, start + len(fold(needle))) == (len(before) + 1, len(before) + 1 + len(needle))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("İSTANBUL", "istanbul"),
        ("Bakı", "BAKI"),
        ("Erdoğan", "erdogan"),
        ("“quoted” — it’s", '"quoted" - it\'s'),
        ("Й и й", "й и й"),
        ("и\u0306", "й"),
        ("Ինչո՞ւ", "ինչու"),
        ("so\u00adft", "soft"),
        ("ﬁve", "five"),
    ],
)
def test_what_a_reader_takes_for_the_same_folds_to_the_same(a: str, b: str) -> None:
    assert fold(a) == fold(b)


def test_a_russian_short_i_is_no_accent() -> None:
    assert fold("Бой") != fold("Бои")


@given(st.text(alphabet=st.characters(codec="utf-8")) | st.text(alphabet="ab_9 .,-'é…\n"))
def test_words_are_what_stands_between_all_that_is_no_letter_or_digit(text: str) -> None:
    assert words(text) == re.findall(r"\w+", fold(text))


def test_words_are_folded_and_in_order() -> None:
    assert words("Azerbaijan’s Əliyev said: ‘No!’ in 2023") == [
        "azerbaijan",
        "s",
        "əliyev",
        "said",
        "no",
        "in",
        "2023",
    ]


def test_a_very_long_line_is_cut_in_linear_time() -> None:
    text = "The minister met J. Smith in 2023. He said no to Əliyev. " * 5_000
    assert len(sentences(text)) == 10_000


@pytest.mark.parametrize(
    "seen",
    [
        "👩🏽‍🚒 ❤️‍🔥 🏳️‍🌈 1️⃣ 👨‍👩‍👧‍👦",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿 and 🏴󠁧󠁢󠁳󠁣󠁴󠁿",
        "می‌خواهند برگردند",
        "क्‍षेत्र",
        "葛\U000e0100",
        "Zoë Núñez, Гюмри, İğdır",
    ],
)
def test_joiners_that_change_what_is_seen_are_kept(seen: str) -> None:
    assert visible(seen) == seen


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("say" + "".join(chr(0xE0000 + ord(c)) for c in "obey"), "say"),
        ("🏴" + "".join(chr(0xE0000 + ord(c)) for c in "obey") + "\U000e007f", "🏴"),
        ("m\u200b\u200c\u200d\u2060a\ufeffyor", "mayor"),
        ("m\u200cayor", "mayor"),
        ("é\u200c\u200d\u200c\u200dé", "éé"),
        ("a\ufe01\ufe02\U000e0101b", "ab"),
        ("\u202erotcerid\u202c\u2066\u061c\u200f", "rotcerid"),
        ("filler\u3164\u115f\u1160\uffa0", "filler"),
        ("so\u00adft", "soft"),
    ],
)
def test_what_can_not_be_seen_is_left_out(text: str, seen: str) -> None:
    assert visible(text) == seen


@given(NASTY)
def test_what_is_seen_is_seen_once_more(text: str) -> None:
    assert visible(visible(text)) == visible(text)


def test_hidden_text_of_any_length_is_left_out() -> None:
    assert visible("a" + "\u200d\ufe0f" * 100_000 + "b") == "ab"
    assert visible("é" + "\u200d\u200bé" * 100_000).count("é") == 100_001
