from __future__ import annotations

import subprocess
import sys

import pytest

from bot.answer import grammar


def told(sentence: str) -> dict[str, tuple[str, ...]]:
    """Doers by deed."""
    return {d.phrase: d.agents for d in grammar.deeds(grammar.parse([sentence])[0])}


def deed(sentence: str, phrase: str) -> grammar.Deed:
    return next(d for d in grammar.deeds(grammar.parse([sentence])[0]) if d.phrase == phrase)


@pytest.mark.parametrize(
    ("sentence", "phrase", "doer"),
    [
        ("Baku refused the talks.", "refuse", "Baku"),
        ("The talks were refused by Baku.", "refuse", "Baku"),
        ("Armenia, which refused the offer, left.", "refuse", "Armenia"),
        ("Baku decided to skip the meeting.", "skip", "Baku"),
        ("Baku said that it would skip the meeting.", "skip", "Baku"),
        ("Baku criticised Yerevan for skipping the meeting.", "criticise", "Baku"),
        ("Azerbaijan's refusal surprised Washington.", "refusal", "Azerbaijan"),
        ("Baku called off the meeting.", "call off", "Baku"),
        ("Azerbaijan pulls out of Washington meeting", "pull out", "Azerbaijan"),
        ("Baku walked away from the talks.", "walk away", "Baku"),
        ("Azerbaijan will not take part in the meeting.", "take part", "Azerbaijan"),
    ],
)
def test_a_deed_has_its_doer(sentence: str, phrase: str, doer: str) -> None:
    assert told(sentence)[phrase] == (doer,)
    assert deed(sentence, phrase).named


def test_one_who_suffers_a_deed_does_not_do_it() -> None:
    assert told("The meeting was cancelled.")["cancel"] == ()
    assert "Washington" not in told("Washington was criticised by Baku.")["criticise"]


def test_joint_subjects_are_both_named() -> None:
    doers = told("The Armenian and Azerbaijani ministers met in Brussels.")["meet"]
    assert {"Armenian", "Azerbaijani"} <= set(doers)


def test_where_somebody_sits_belongs_to_them_and_what_they_do_does_not() -> None:
    doers = told("The Foreign Ministry in Baku, which Bayramov leads, rejected the offer.")["reject"]
    assert "Baku" in doers
    assert "Bayramov" not in doers


def test_a_doer_without_a_name_is_not_named() -> None:
    assert not deed("The ministry refused the talks.", "refuse").named


@pytest.mark.parametrize(
    ("sentence", "phrase", "negated"),
    [
        ("Baku will not attend the talks.", "attend", True),
        ("Baku never attended the talks.", "attend", True),
        ("Baku was unable to attend the talks.", "attend", True),
        ("Baku does not plan to attend the talks.", "attend", True),
        ("Baku did not say that it would attend the talks.", "attend", False),
        ("Baku will attend the talks.", "attend", False),
    ],
)
def test_a_deed_denied_is_negated(sentence: str, phrase: str, negated: bool) -> None:
    assert deed(sentence, phrase).negated is negated


@pytest.mark.parametrize(
    ("sentence", "phrase", "hedges"),
    [
        ("Russia left Karabakh.", "leave", set()),
        ("Russia threatened to leave Karabakh.", "leave", {"threaten"}),
        ("Russia could leave Karabakh.", "leave", {"could"}),
        ("Russia will leave Karabakh if Baku asks.", "leave", {"if"}),
    ],
)
def test_what_makes_a_deed_less_than_done_is_told(sentence: str, phrase: str, hedges: set[str]) -> None:
    assert grammar.hedges(deed(sentence, phrase).verb) == hedges


def test_a_sentence_is_parsed_without_importing_torch_which_can_be_imported_later() -> None:
    script = (
        "import sys; from bot.answer import grammar; grammar.parse(['Baku refused the talks.']); "
        "assert 'torch' not in sys.modules; import torch"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
