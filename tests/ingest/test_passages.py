from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.config import IndexConfig
from index.text import sentences
from ingest.passages import MAX_WORDS, Cutter

TITLE = "Baku says no to Washington meeting with Yerevan"


@pytest.fixture(scope="module")
def cutter() -> Cutter:
    return Cutter.for_model(IndexConfig(Path("unused")))


@pytest.fixture(scope="module")
def count() -> Callable[[str], int]:
    from tokenizers import Tokenizer

    from index.embedder import find_model

    tokenizer = Tokenizer.from_file(str(find_model("all-MiniLM-L6-v2") / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return lambda text: len(tokenizer.encode(text).ids)


def story(number: int) -> str:
    return "\n\n".join(
        f"The ministry said on day {i} that talks would go on. Nobody knew where; the {i} envoys were silent."
        for i in range(number)
    )


def test_every_sentence_is_whole_and_in_one_passage(cutter: Cutter) -> None:
    text = story(60)
    passages = cutter.cut(text, TITLE, "2023-11-16")
    assert len(passages) > 3
    for start, end in sentences(text):
        assert sum(p.start <= start and end <= p.end for p in passages) == 1


def test_the_model_reads_each_passage_to_its_end(cutter: Cutter, count: Callable[[str], int]) -> None:
    for text in (
        story(60),
        "Բանակցությունները կշարունակվեն գարնանը։ " * 80,
        "Переговоры отложены до весны. " * 80,
    ):
        for passage in cutter.cut(text, TITLE, "2023-11-16T14:05"):
            assert count(passage.embed) <= 256
            assert len(text[passage.start : passage.end].split()) <= MAX_WORDS


def test_title_and_spoken_date_are_embedded_before_the_text(cutter: Cutter) -> None:
    text = story(2)
    (passage,) = cutter.cut(text, TITLE, "2023-11-16T14:05+04:00")
    assert passage.embed == f"{TITLE}. 16 November 2023\n{text}"
    (undated,) = cutter.cut(text, "Why?", None)
    assert undated.embed == f"Why?\n{text}"


def test_passages_are_of_about_the_same_size(cutter: Cutter) -> None:
    sizes = [p.end - p.start for p in cutter.cut(story(31), TITLE, None)]
    assert min(sizes) > 0.5 * max(sizes)


def test_a_sentence_longer_than_the_model_reads_is_cut_between_words(cutter: Cutter) -> None:
    text = " ".join(f"word{i}" for i in range(2000)) + "."
    passages = cutter.cut(text, TITLE, None)
    assert " ".join(text[p.start : p.end] for p in passages) == text


def test_an_endless_headline_leaves_room_for_the_text(cutter: Cutter, count: Callable[[str], int]) -> None:
    passages = cutter.cut(story(20), "Endless headline " * 100, "2023-11-16")
    assert all(count(p.embed) <= 256 for p in passages)
    assert all(p.end - p.start > 300 for p in passages[:-1])


def test_an_empty_text_has_no_passages(cutter: Cutter) -> None:
    assert cutter.cut("", TITLE, None) == []


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from("aЖəա界🙂 .?\n-’1"), max_size=2500))
def test_nothing_but_white_space_is_lost_or_doubled(text: str) -> None:
    cutter = Cutter.for_model(IndexConfig(Path("unused")))
    passages = cutter.cut(text, TITLE, None)
    assert "".join("".join(text[p.start : p.end].split()) for p in passages) == "".join(text.split())
    assert all(p.start < p.end and p.embed.endswith(text[p.start : p.end]) for p in passages)
    assert all(a.end <= b.start for a, b in pairwise(passages))
