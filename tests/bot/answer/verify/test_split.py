from __future__ import annotations

import pytest

from bot.answer import grammar
from bot.answer.verify.repair import without
from bot.answer.verify.split import claims


def split(text: str) -> list[str]:
    return [c.text for c in claims(grammar.parse([text])[0])]


@pytest.mark.parametrize(
    ("sentence", "parts"),
    [
        (
            "Armenia froze its membership and recalled its envoy.",
            ["Armenia froze its membership.", "Armenia recalled its envoy"],
        ),
        (
            "Mirzoyan, who leads the ministry, arrived in Paris.",
            ["Mirzoyan arrived in Paris.", "Mirzoyan leads the ministry"],
        ),
        ("Baku, the capital, was hit by rain.", ["Baku was hit by rain.", "Baku is the capital"]),
        (
            "The ministry refused the talks, accusing Washington of bias.",
            ["The ministry refused the talks.", "The ministry accusing Washington of bias"],
        ),
    ],
)
def test_a_sentence_is_taken_apart_into_what_may_be_false_by_itself(sentence: str, parts: list[str]) -> None:
    assert split(sentence) == parts


@pytest.mark.parametrize(
    "sentence",
    [
        "Armenia will not attend the summit in Minsk.",
        "Mirzoyan said that Armenia froze its membership and recalled its envoy.",
        "The ministers will meet in Washington if the position changes.",
        "Rain.",
    ],
)
def test_what_hangs_together_stays_together(sentence: str) -> None:
    assert len(split(sentence)) == 1


def test_every_telling_word_belongs_to_exactly_one_claim() -> None:
    doc = grammar.parse(
        ["Mirzoyan, who leads the ministry, froze it and left Minsk, the capital of Belarus."]
    )[0]
    owned = [i for c in claims(doc) for i in c.own]
    assert len(owned) == len(set(owned))
    assert {t.i for t in doc if t.pos_ in ("NOUN", "PROPN", "VERB")} <= set(owned)


@pytest.mark.parametrize(
    ("sentence", "failed", "rest"),
    [
        ("Armenia froze its membership and bombed the moon.", "bombed", "Armenia froze its membership."),
        ("Mirzoyan, who walked on the moon, arrived in Paris.", "walked", "Mirzoyan arrived in Paris."),
        (
            "The ministry refused the talks, accusing the moon of bias.",
            "accusing",
            "The ministry refused the talks.",
        ),
    ],
)
def test_a_claim_is_cut_out_and_a_sentence_is_left(sentence: str, failed: str, rest: str) -> None:
    doc = grammar.parse([sentence])[0]
    parts = claims(doc)
    places = [n for n, c in enumerate(parts) if failed in c.text]
    assert without(doc, parts, places) == rest


def test_without_its_main_claim_nothing_is_left() -> None:
    doc = grammar.parse(["Armenia froze its membership and recalled its envoy."])[0]
    assert without(doc, claims(doc), [0]) is None
