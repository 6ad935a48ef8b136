from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.embedder import find_model
from index.text import sentences
from ingest import pieces
from ingest.pieces import MARKS, WordPieces


@pytest.fixture(scope="module")
def file() -> Path:
    return find_model("all-MiniLM-L6-v2") / "tokenizer.json"


@pytest.fixture(scope="module")
def counted(file: Path) -> WordPieces:
    return WordPieces(file)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80) | st.text(alphabet="abC 19.,'-_$€\u0301é\x1c\x85\n漢字[SEP]", max_size=60))
@example("talks.The next [SEP] day[CLS]. a\x1cb c\x85d \u2028e ﬁ İstanbul " + "x" * 150)
def test_a_text_counts_what_the_tokenizer_makes_of_it_as_a_whole(counted: WordPieces, text: str) -> None:
    whole = len(counted._tokenizer.encode(text).ids)
    assert counted([text, text]) == [whole, whole]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80) | st.text(alphabet="abC 19.,'’“-_$€\u0301é\x1c\n漢[SEP]Yı", max_size=60))
@example("talks.The next [SEP] day[CLS]. Éire.The “end”.So it goes… İstanbul ﬁ. " + "x" * 150)
def test_parts_of_a_text_count_as_each_of_them_does_alone(counted: WordPieces, text: str) -> None:
    spans = sentences(text)
    parts = [text[start:end] for start, end in spans]
    alone = [(pieces - MARKS, len(part.split())) for pieces, part in zip(counted(parts), parts, strict=True)]
    assert counted.of_spans(text, spans) == alone


def test_two_words_in_one_slot_are_told_apart(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = WordPieces(file)
    monkeypatch.setattr(counted, "_slots", np.zeros(1 << 18, dtype=np.uint64))
    of_all = np.zeros(1 << 18, dtype=np.int32)
    monkeypatch.setattr(counted, "_counts", of_all)
    monkeypatch.setattr(pieces, "_SLOT_BITS", np.uint64(63))  # two slots for all words
    text = "Unquestionably the foreign ministers met antidisestablishmentarians"
    for _ in range(2):
        assert counted.of_spans(text, [(0, len(text))]) == [(counted([text])[0] - MARKS, 6)]


def test_what_is_remembered_is_bounded(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "_REMEMBERED", 10)
    counted = WordPieces(file)
    text = " ".join(f"word{n}" for n in range(200))
    assert counted([text]) == [len(counted._tokenizer.encode(text).ids)]
    assert len(counted._words) <= 10


def test_another_kind_of_tokenizer_is_asked_about_the_text_as_a_whole(file: Path, tmp_path: Path) -> None:
    described = json.loads(file.read_text(encoding="utf-8"))
    described["pre_tokenizer"] = {"type": "Whitespace"}
    other = tmp_path / "tokenizer.json"
    other.write_text(json.dumps(described), encoding="utf-8")
    counted = WordPieces(other)
    assert not counted.adds
    assert counted(["The talks, it said."]) == [len(counted._tokenizer.encode("The talks, it said.").ids)]
