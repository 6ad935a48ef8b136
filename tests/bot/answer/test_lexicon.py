from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import Any

import pytest

from bot.answer import lexicon
from bot.answer.question import kind_of

TABLE: dict[str, Any] = tomllib.loads((files("bot.answer") / "lexicon.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", TABLE["same"])
def test_every_word_of_a_group_leads_to_it(name: str) -> None:
    for member in TABLE["same"][name]:
        assert name in lexicon.groups(" ".join(lexicon.stem(w) for w in member.split())), member


def test_opposites_are_groups_and_mutual() -> None:
    for name, others in TABLE["opposite"].items():
        for other in others:
            assert {name, other} <= TABLE["same"].keys()
            assert other in lexicon.opposite(frozenset({name}))
            assert name in lexicon.opposite(frozenset({other}))


def test_the_group_that_the_code_names_is_there() -> None:
    assert {"refuse", "attend", "accept", "say"} <= TABLE["same"].keys()


@pytest.mark.parametrize("language", TABLE["ask"])
def test_every_phrase_of_asking_asks_for_something(language: str) -> None:
    assert language in TABLE["scaffold"]
    for kind, phrases in TABLE["ask"][language].items():
        for phrase in phrases:
            assert re.fullmatch(r"[^A-Z]+", phrase)
            found = kind_of(phrase.replace("*", "they") + " xxx", language)
            # "necə" (how) and "neçə" (how many) are one word when folded, and typed so as often as not.
            assert found == ("howmany" if phrase == "necə" else kind), phrase


def test_reasons_are_written_as_they_are_compared() -> None:
    for phrases in TABLE["reason"].values():
        for phrase in phrases:
            assert re.fullmatch(r"[a-z]+( [a-z]+)*", phrase), phrase
