from __future__ import annotations

import hashlib
import re

from hypothesis import given
from hypothesis import strategies as st

from ingest.numbers import Kinds, characters, numbered, runs

_kinds = Kinds(lambda character: 2 if character.isalnum() or character == "_" else 1)


def _numbers(text: str) -> list[tuple[str, int]]:
    codes = characters(text)
    inside = _kinds(codes) == 2
    starts, ends = runs(inside)
    numbers = numbered(codes, inside, starts).tolist()
    words = [text[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    return list(zip(words, numbers, strict=True))


@given(st.text(max_size=60))
def test_runs_are_the_words_of_a_text_wherever_they_stand(text: str) -> None:
    found = _numbers(text)
    assert [word for word, _ in found] == re.findall(r"\w+", text)
    for word, number in found:
        assert _numbers(f" … {word}.") == [(word, number)]


def test_other_words_have_other_numbers() -> None:
    words = [f"{a}{b}{c}" for a in "abcdeиəх" for b in "xyz012" for c in ("", *"stu789ş")]
    words += ["ab" * n for n in range(1, 40)] + ["ba" * n for n in range(1, 40)]
    numbers = {number for _, number in _numbers(" ".join(words))}
    assert len(numbers) == len(set(words))


def test_numbers_are_the_same_on_every_machine() -> None:
    numbers = ",".join(str(number) for _, number in _numbers("bakı turned 12 offers down, ереван none"))
    assert hashlib.sha256(numbers.encode()).hexdigest()[:16] == "b77a302630ea0cc4"


def test_a_word_longer_than_places_are_told_is_numbered_all_the_same() -> None:
    assert len(_numbers("x" * 200_000 + " y")) == 2
