from __future__ import annotations

import pytest

from bot.answer.write import Drafted, split


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
