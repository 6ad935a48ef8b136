"""What a question wants: its words by their rarity, under any of their names, and the kind of answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from index.lexical_query import Term
from index.rank.wanted import Kind, Wanted, beginning, kind_of, rarity, tokens_of
from index.stems import tokens_of_words
from index.text import fold

SAMPLES = Path(__file__).parents[3] / "samples"


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who resigned?", "name"),
        ("Which country hosts the talks?", "name"),
        ("How many people died in the blast?", "number"),
        ("When did the ferry sink?", "time"),
        ("What year did the ferry sink?", "time"),
        ("Why did Baku refuse?", "reason"),
        ("Сколько человек погибло?", "number"),
        ("Kim istifa etti?", "name"),
        ("Toplantı ne zaman yapıldı?", "time"),
        ("Talks in Washington", "other"),
    ],
)
def test_the_kind_of_answer_is_told_by_the_question_words(question: str, kind: Kind) -> None:
    assert kind_of(question) == kind


def test_a_rare_word_counts_for_more_than_a_common_one() -> None:
    wanted = Wanted("ferry minister", (Term("ferry"), Term("minister")), {"ferri": 9.0, "minist": 1.0})
    ferry, minister = wanted.bits["ferri"], wanted.bits["minist"]
    assert wanted.share(ferry) == pytest.approx(0.9)
    assert wanted.share(ferry | minister) == pytest.approx(1.0)
    assert wanted.share(0) == 0.0


def test_another_name_counts_for_less_and_a_name_of_several_words_only_whole() -> None:
    wanted = Wanted("Baku", (Term("baku", ("azerbaijani government",)),), {"baku": 4.0})
    azerbaijani, government = wanted.bits["azerbaijani"], wanted.bits["govern"]
    assert wanted.share(azerbaijani) == 0.0
    assert 0 < wanted.share(azerbaijani | government) < wanted.share(wanted.bits["baku"]) == 1.0


def test_a_question_without_telling_words_wants_nothing() -> None:
    wanted = Wanted("?", (), {})
    assert wanted.share(0) == 0.0


def test_rarity_falls_with_frequency_and_is_asked_for_stems() -> None:
    assert rarity(1000, 1) > rarity(1000, 100) > rarity(1000, 999) > 0
    assert {"ferri", "talk"} <= tokens_of((Term("ferries"), Term("talks")))


def test_a_word_that_only_turkish_has_is_as_rare_as_it_is_there() -> None:
    assert Wanted("", (Term("bakü"),), {"bakü": 9.0, "~baku": 2.0, "~bakü": 2.0}).total == 2.0


@pytest.mark.parametrize("ending", ["", "s", "es", "ed", "ing", "ies", "ying", "ly", "ability", "ization"])
def test_every_english_word_begins_as_its_stem_is_said_to(ending: str) -> None:
    words = {
        word + ending
        for file in sorted((SAMPLES / "archive").rglob("*"))
        if file.suffix in (".md", ".txt", ".html")
        for word in re.findall("[a-z0-9]+", fold(file.read_text(encoding="utf-8")))
    }
    words |= {"dying", "lying", "tying", "skies", "happy", "happier", "possibility", "hoping", "ugly", "only"}
    words = {word for word in words if len(word) > len(ending) + 1}  # "ting" is none of "t"
    assert len(words) > 500
    for word in words:
        (token,) = tokens_of_words(turkic=False)[word]
        assert word.encode().startswith(beginning(token)), (word, token)
