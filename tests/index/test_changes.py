from __future__ import annotations

import pytest

from index.changes import changes, words

BEFORE = (
    "Twelve people died in the blast on Monday. The cause is not known. "
    "Rescuers went on through the night. The mayor spoke to families."
)


def told(before: str, after: str) -> list[tuple[str, str, str]]:
    return [
        (c.kind, before[slice(*c.before)] if c.before else "", after[slice(*c.after)] if c.after else "")
        for c in changes(before, after)
        if c.kind != "same"
    ]


def test_a_reworded_sentence_is_a_change_and_not_one_gone_and_one_new() -> None:
    after = BEFORE.replace("Twelve people died", "Nine people died")
    assert told(BEFORE, after) == [
        ("changed", "Twelve people died in the blast on Monday.", "Nine people died in the blast on Monday.")
    ]


def test_sentences_that_went_and_came_are_named_where_they_stood() -> None:
    after = BEFORE.replace("The cause is not known. ", "").replace(
        "Rescuers", "Gas had leaked from a pipe under the school, the ministry said. Rescuers"
    )
    assert told(BEFORE, after) == [
        ("gone", "The cause is not known.", ""),
        ("new", "", "Gas had leaked from a pipe under the school, the ministry said."),
    ]


def test_rewordings_are_paired_in_order_among_new_ones() -> None:
    after = (
        "The town mourns. Nine people died in the blast on Monday evening. Schools are shut. The cause is "
        "now known. Rescuers went on through the night. The mayor spoke to families."
    )
    assert [kind for kind, _, _ in told(BEFORE, after)] == ["new", "changed", "new", "changed"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BEFORE, ""),
        ("", BEFORE),
        (BEFORE, BEFORE),
        (BEFORE, "İstanbul’da görüşmə olmadı. Бакинские переговоры отменены!\n\nWhy?"),
        ("One. " * 90, "Two. " * 90 + "One."),
    ],
)
def test_every_sentence_of_both_is_there_once_and_in_order(before: str, after: str) -> None:
    found = changes(before, after)
    for text, spans in (
        (before, [c.before for c in found if c.before]),
        (after, [c.after for c in found if c.after]),
    ):
        assert spans == sorted(spans)
        assert "".join("".join(text[a:b] for a, b in spans).split()) == "".join(text.split())
    assert all(
        " ".join(before[slice(*c.before)].split()) == " ".join(after[slice(*c.after)].split())  # type: ignore[misc]
        for c in found
        if c.kind == "same"
    )


def test_a_sentence_that_only_moved_to_another_line_is_the_same() -> None:
    assert told("It rained.\nThe road was shut.", "It rained. The road\u00a0was shut.") == []


def test_words_within_a_sentence_are_marked() -> None:
    before, after = "Twelve people died on Monday.", "Nine people died."
    runs = words(before, after)
    assert runs == [
        ("gone", "Twelve"),
        ("new", "Nine"),
        ("same", " people died"),
        ("gone", " on Monday"),
        ("same", "."),
    ]
    assert "".join(run for mark, run in runs if mark != "new") == before
    assert "".join(run for mark, run in runs if mark != "gone") == after
