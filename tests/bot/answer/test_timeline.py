from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest

from bot.answer.answer import Answerer
from bot.answer.types import Answer, Question, Status
from bot.llm import LLMConfig
from index.article import Window
from index.search import Index

from .conftest import ingest

WIRE = (
    "Customs officers in Batumi went on strike on Monday over pay, their union said. No lorry crossed into "
    "Turkey. The strike is the first in the port since 2012."
)
STORIES = (
    ("Adjara Wire", "2024-02-06", "Customs officers strike in Batumi", WIRE),
    ("Black Sea Post", "2024-02-06", "Customs officers strike in Batumi", WIRE),
    (
        "Rioni Courier",
        "2024-02-06",
        "Port of Batumi stands still",
        "Customs officers in Batumi began a strike on Monday and closed the port. Ships waited at sea.",
    ),
    (
        "Adjara Wire",
        "2024-02-20",
        "Officers end strike in Batumi",
        "The customs officers of Batumi ended their strike on 17 February after the ministry had offered a "
        "rise. The next round of talks on the strike in Batumi will be held on Friday.",
    ),
    (
        "Rioni Courier",
        "2024-03-01",
        "Batumi counts the cost of the strike",
        "The strike of the customs officers cost the port of Batumi nine million lari, its director has told "
        "parliament.",
    ),
    ("Rioni Courier", "2024-02-10", "Grapes", "The harvest in Kakheti was good, growers told the ministry."),
)
SUBJECT = "Batumi customs strike"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    path = tmp_path_factory.mktemp("strike") / "strike.jsonl"
    path.write_text(
        "".join(
            json.dumps(
                {
                    "url": f"https://{publisher.replace(' ', '').lower()}.example/{n}",
                    "title": title,
                    "text": text,
                    "publisher": publisher,
                    "published": day,
                    "language": "en",
                }
            )
            + "\n"
            for n, (publisher, day, title, text) in enumerate(STORIES)
        )
    )
    answerer = Answerer(Index.open(ingest(tmp_path_factory.mktemp("data"), [path])), LLMConfig("none"))
    yield answerer
    answerer.close()


def ask(answerer: Answerer, subject: str = SUBJECT, **narrowed: object) -> Answer:
    *before, last = answerer.stream(Question(subject, timeline=True, **narrowed))  # type: ignore[arg-type]
    assert all(isinstance(event, Status) for event in before)
    assert isinstance(last, Answer)
    return last


def days(answer: Answer) -> list[str]:
    return [event.shown for event in answer.timeline]


def test_events_are_in_the_order_of_the_days_on_which_they_happened(told: Answerer) -> None:
    answer = ask(told)
    assert days(answer) == ["5 Feb 2024", "17 Feb 2024", "1 Mar 2024"]
    assert [event.by for event in answer.timeline] == ["sentence", "sentence", "published"]
    assert [event.words for event in answer.timeline[:2]] == ["Monday", "17 February"]


def test_each_event_is_a_claim_whose_quotes_are_in_their_articles(told: Answerer) -> None:
    answer = ask(told)
    assert answer.answered
    assert len(answer.claims) == len(answer.timeline)
    cited = {c.n: c for c in answer.citations}
    for event, claim in zip(answer.timeline, answer.claims, strict=True):
        assert answer.claims[event.claim] == claim
        assert claim.text == cited[claim.citations[0]].quote
    versions = told.index.ledger.versions_by_id(c.version for c in answer.citations)
    for c in answer.citations:
        assert versions[c.version].text[c.start : c.end] == c.quote


def test_copies_and_retellings_are_one_event_with_its_outlets_and_sources(told: Answerer) -> None:
    first = ask(told).timeline[0]
    assert set(first.outlets) == {"Adjara Wire", "Black Sea Post", "Rioni Courier"}
    assert first.independent == 2


def test_what_is_only_announced_is_no_event_of_the_day_announced(told: Answerer) -> None:
    assert "23 Feb 2024" not in days(ask(told))


def test_a_window_is_one_of_days_on_which_it_happened(told: Answerer) -> None:
    # The end was reported on the 20th.
    answer = ask(told, window=Window(date(2024, 2, 10), date(2024, 2, 18)))
    assert days(answer) == ["17 Feb 2024"]


def test_as_of_a_day_nothing_later_is_told(told: Answerer) -> None:
    assert days(ask(told, as_of=date(2024, 2, 7))) == ["5 Feb 2024"]


def test_a_subject_that_the_archive_has_nothing_on_has_no_events(told: Answerer) -> None:
    answer = ask(told, "World Cup in Qatar")
    assert not answer.answered
    assert answer.timeline == answer.claims == answer.citations == ()
