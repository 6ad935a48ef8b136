"""Whether there is an answer, on an archive written for it: several outlets, one of them beside the point."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.answer import sure
from bot.answer.answer import Answerer
from bot.answer.judge import by_marks, chosen
from bot.answer.types import Question
from bot.llm import LLMConfig
from index.config import IndexConfig
from index.search import Index
from ingest.config import IngestConfig
from ingest.job import run

ARTICLES = {
    "a": (
        "Norland elects a president",
        "2024-03-04",
        "Ilma Varga won the presidential election in Norland on Sunday with 54% of the vote. Her rival Petr "
        "Holm conceded before midnight. Turnout was the highest in thirty years, the election office said.",
    ),
    "b": (
        "Varga promises a new harbour",
        "2024-03-05",
        "Norland's president-elect Ilma Varga promised a new harbour for the capital. She won Sunday's "
        "election after a short campaign about fishing rights and ferry prices.",
    ),
    "c": (
        "Ferries stop in Norland",
        "2024-03-05",
        "Ferries between Norland and the mainland stopped on Tuesday because of ice. The port said that they "
        "would sail again on Thursday at the earliest.",
    ),
}
AS_OF = date(2024, 3, 6)


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    folder: Path = tmp_path_factory.mktemp("norland")
    for name, (title, day, text) in ARTICLES.items():
        (folder / f"{name}.md").write_text(
            f"---\ntitle: {title}\ndate: {day}\n---\n\n{text}\n", encoding="utf-8"
        )
    config = IndexConfig(data=folder / "data")
    run([str(folder / f"{name}.md") for name in ARTICLES], IngestConfig(index=config))
    with Index.open(config) as index:
        yield Answerer(index, LLMConfig(kind="none"))


def test_what_two_outlets_name_is_answered(answerer: Answerer) -> None:
    answer = answerer.ask(Question("Who won the presidential election in Norland?", as_of=AS_OF))
    assert answer.answered
    assert "Varga" in answer.text


def test_what_no_article_tells_is_not(answerer: Answerer) -> None:
    answer = answerer.ask(Question("Which company will build the bridge to Ostland?", as_of=AS_OF))
    assert not answer.answered
    assert answer.nearest


def test_a_sentence_that_names_what_is_asked_for_comes_before_one_that_only_shares_words(
    answerer: Answerer,
) -> None:
    _, ranked, _ = answerer.evidence(Question("Who won the presidential election in Norland?", as_of=AS_OF))
    weights = sure.fitted()["pick"]
    best = max(ranked, key=lambda s: sure.pick(s, weights))
    assert best.text.startswith("Ilma Varga won")
    assert best.telling["fit"] == 1.0


def test_a_higher_threshold_silences_and_a_lower_one_shows(answerer: Answerer) -> None:
    asked, ranked, _ = answerer.evidence(
        Question("Who won the presidential election in Norland?", as_of=AS_OF)
    )
    assert not chosen(asked, ranked, above=10)
    assert chosen(asked, ranked, above=-10)


def test_a_reason_is_left_to_the_marks(answerer: Answerer) -> None:
    asked, ranked, _ = answerer.evidence(Question("Why did ferries stop in Norland?", as_of=AS_OF))
    assert not sure.can_tell(asked, ranked)
    assert chosen(asked, ranked) == by_marks(asked, ranked)


def test_words_are_rarer_the_fewer_passages_have_them(answerer: Answerer) -> None:
    passages, rare = answerer.index.rarities(["Norland", "harbour", "Ostland"])
    assert passages == 3
    assert rare["Norland"] < rare["harbour"] < rare["Ostland"] == 1.0


def test_one_sentence_is_not_shown_twice(answerer: Answerer) -> None:
    _, ranked, _ = answerer.evidence(Question("Who won the presidential election in Norland?", as_of=AS_OF))
    shown = sure.shown(ranked, [1.0] * len(ranked), ranked)
    assert len(shown) <= sure.MOST
    assert len({id(s) for s in shown}) == len(shown)
