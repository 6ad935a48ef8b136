from __future__ import annotations

from datetime import date

import pytest

from bot.answer.verify.check import check
from bot.answer.verify.sources import Evidence

LEFT = "More than 100,000 ethnic Armenians left Karabakh for Armenia in September 2023."
SAID = "“We will not take part in the talks in Washington,” Foreign Minister Jeyhun Bayramov said on Friday."
ENVOY = "Armenia recalled its envoy, Ararat Mirzoyan told reporters in Minsk."
COST = "The pipeline cost $1.2 billion and opened on 2 March."
EVIDENCE = (LEFT, SAID, ENVOY, COST, "Rain fell on the capital all day.")
FRIDAY = date(2023, 11, 17)


def found(claim: str, evidence: tuple[str, ...] = EVIDENCE, day: date | None = FRIDAY) -> set[str]:
    """Kinds of what the checks have against a claim."""
    return {f.kind for f in check(claim, Evidence(evidence, day), None).findings}


@pytest.mark.parametrize("claim", EVIDENCE)
def test_nothing_speaks_against_the_evidence_itself(claim: str) -> None:
    assert found(claim) == set()


@pytest.mark.parametrize(
    "claim",
    [
        "Over 100,000 Armenians left Artsakh for Armenia in September 2023.",
        "The pipeline cost about 1.2 billion dollars.",
        "Armenia recalled its envoy, according to Ararat Mirzoyan.",
        "Mirzoyan said that Armenia recalled its envoy.",
        "Bayramov said on 17 November that they will not take part in the talks.",
        "“We will not take part in the talks”, said Bayramov.",
    ],
)
def test_nor_against_other_words_for_it(claim: str) -> None:
    assert found(claim, day=FRIDAY) == set()


@pytest.mark.parametrize(
    ("kind", "claim"),
    [
        ("number", "More than 120,000 ethnic Armenians left Karabakh for Armenia."),
        ("number", "The pipeline cost $3 billion and opened on 2 March."),
        ("name", "More than 100,000 ethnic Armenians left Karabakh for Georgia."),
        ("name", "Armenia recalled its envoy, Ararat Mirzoyan told reporters in Washington."),
        ("day", "The pipeline cost $1.2 billion and opened on 9 May."),
        (
            "day",
            "Bayramov said on 12 November that Azerbaijan will not take part in the talks in Washington.",
        ),
        ("day", "More than 100,000 ethnic Armenians left Karabakh in October 2023."),
        ("negation", "Armenia did not recall its envoy."),
        ("negation", "Bayramov said that Azerbaijan will take part in the talks in Washington."),
        ("speaker", "Armenia recalled its envoy, Jeyhun Bayramov told reporters in Minsk."),
        ("speaker", "Mirzoyan said: “We will not take part in the talks in Washington.”"),
        ("quote", "“We will never again take part in the talks”, said Bayramov."),
    ],
)
def test_what_the_evidence_lacks_or_contradicts_is_found(kind: str, claim: str) -> None:
    assert kind in found(claim)


def test_a_day_of_the_week_is_one_only_for_a_text_with_a_date() -> None:
    claim = "Bayramov said on 17 November that they will not take part in the talks."
    assert "day" not in found(claim)
    assert "day" in found(claim, day=None)


def test_a_title_in_quotation_marks_is_nobodys_words() -> None:
    evidence = ("The band played its album The Long Road to the Sea in Minsk.",)
    assert "quote" not in found("The band played “The Long Road Home to the Sea” in Minsk.", evidence)


def test_a_number_of_one_thing_is_not_that_of_another() -> None:
    evidence = ("The blast killed 12 soldiers.", "Rescuers freed 40 miners in the south on Monday.")
    assert "number" in found("The blast killed 40 soldiers.", evidence)
    assert "number" not in found("The blast killed 12 soldiers.", evidence)
