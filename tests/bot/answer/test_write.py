from __future__ import annotations

import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from bot.answer.write import Drafted, DraftError, draft, split


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        ("Baku called it biased [1].", [("Baku called it biased.", (1,))]),
        ("Baku called it biased. [1]", [("Baku called it biased.", (1,))]),
        ("Baku called it biased.[1]", [("Baku called it biased.", (1,))]),
        ("Baku called it biased [1][3].", [("Baku called it biased.", (1, 3))]),
        ("Baku called it biased [1, 3].", [("Baku called it biased.", (1, 3))]),
        ("Baku called it biased. [1] [3]", [("Baku called it biased.", (1, 3))]),
        ("Baku called it biased.", [("Baku called it biased.", ())]),
        (
            "Baku called it biased. [1] It will not go. [2]",
            [("Baku called it biased.", (1,)), ("It will not go.", (2,))],
        ),
        (
            "Baku called it biased [1]. It will not go [2].",
            [("Baku called it biased.", (1,)), ("It will not go.", (2,))],
        ),
        (
            "- Baku called it biased [1].\n* It will not go [2].\n• Talks are off.",
            [("Baku called it biased.", (1,)), ("It will not go.", (2,)), ("Talks are off.", ())],
        ),
        ("In 2023 it cost $1.5 million [4].", [("In 2023 it cost $1.5 million.", (4,))]),
    ],
)
def test_marks_belong_to_the_sentence_before_them(
    draft: str, expected: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert split(draft) == [Drafted(text, marks) for text, marks in expected]


@pytest.mark.parametrize("draft", ["NOT IN THE ARCHIVE", "Not in the archive.", " \n", "[1]", "- [2]\n"])
def test_a_draft_that_says_nothing_has_no_sentences(draft: str) -> None:
    assert split(draft) == []


def test_what_is_said_beside_the_refusal_is_kept() -> None:
    assert split("NOT IN THE ARCHIVE.\nBaku left [2].") == [Drafted("Baku left.", (2,))]


class Writing:
    """A language model that writes word by word, `held_at` a word until it may go on."""

    def __init__(self, text: str, fault: Exception | None = None, held_at: str = "") -> None:
        self.words = text.split(" ")
        self.fault = fault
        self.held_at = held_at
        self.may_go_on = threading.Event()

    def stream_chat(self, messages: Any) -> Iterator[Any]:
        for word in self.words:
            if word == self.held_at and not self.may_go_on.wait(5):
                raise TimeoutError("nobody waited for the rest")
            yield SimpleNamespace(delta=word + " ")
        if self.fault is not None:
            raise self.fault


def drafted(writing: Any) -> Iterator[Drafted]:
    return draft(writing, "scripted", "Why?", [], 20)


def test_each_sentence_is_told_while_the_model_writes_on() -> None:
    writing = Writing("Baku called it biased. [1] It will not go. [2]", held_at="go.")
    sentences = drafted(writing)
    assert next(sentences) == Drafted("Baku called it biased.", (1,))
    assert not writing.may_go_on.is_set()
    writing.may_go_on.set()
    assert list(sentences) == [Drafted("It will not go.", (2,))]


@pytest.mark.parametrize(
    "text",
    [
        "Baku called it biased. [1] It will not go. [2]",
        "Mr. Bayramov of the U.S. desk said so at 3 p.m. on Nov. 16. [1] He left [2].",
        "- Baku called it biased [1].\n* It will not go [2].\n• Talks are off.",
        "NOT IN THE ARCHIVE. Baku left [2].",
        "One. [1] Two. Three? [2] [3] Four!",
    ],
)
def test_told_one_by_one_they_are_the_same_as_at_once(text: str) -> None:
    assert list(drafted(Writing(text))) == split(text)


def test_what_came_before_a_fault_is_told_and_then_the_fault() -> None:
    sentences = drafted(Writing("Baku called it biased. [1] It will not go.", OSError("cut off")))
    assert next(sentences) == Drafted("Baku called it biased.", (1,))
    with pytest.raises(DraftError, match=r"scripted failed \(cut off\)"):
        list(sentences)
