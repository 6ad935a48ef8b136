from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.answer.answer import Answerer
from bot.answer.types import Answer, CheckedClaim, Question, Status
from bot.llm import LLMConfig
from index.article import Window
from index.search import Index

from .conftest import ingest

SAMPLE = "why did Baku refuse Washington talks?"
BENCH = Path(__file__).parents[3] / "bench" / "judge" / "scrapes"


def shown(answer: Answer) -> str:
    return " ".join([*(c.text for c in answer.claims), *(c.quote for c in answer.citations)]).lower()


def assert_checkable(answer: Answer, index: Index) -> None:
    """Every quote is the text at its offsets, and every claim's numbers are those of citations."""
    assert [c.n for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    for citation in answer.citations:
        version = index.ledger.version(citation.version)
        assert version is not None
        assert version.text[citation.start : citation.end] == citation.quote
        assert citation.quote == citation.quote.strip() != ""
        assert version.article == citation.article
    for claim in answer.claims:
        assert claim.citations
        assert set(claim.citations) <= {c.n for c in answer.citations}


@pytest.mark.parametrize(
    "question",
    [
        SAMPLE,
        "Why did Azerbaijan turn down the talks in Washington?",
        "why wouldn't baku go to washington?",
        "For what reason did the Azerbaijani side pull out of the meeting in the United States?",
        "How did Azerbaijan's foreign ministry justify skipping the US talks?",
    ],
)
def test_a_raw_scrape_answers_the_sample_question_and_its_paraphrases(
    answerer: Answerer, question: str
) -> None:
    answer = answerer.ask(Question(question))
    assert answer.answered
    assert "biased" in shown(answer) or "one-sided" in shown(answer)
    assert_checkable(answer, answerer.index)
    assert answer.model == "none"
    assert answer.degraded is None


@pytest.mark.parametrize(
    "question",
    [
        "who won the 2022 World Cup?",
        "why did Yerevan refuse Washington talks?",
        "why did Baku refuse Moscow talks?",
        "Why did Azerbaijan refuse to meet Georgia in Washington?",
        "Why did Baku accept the Washington talks?",
    ],
)
def test_a_question_that_only_comes_near_is_not_answered(answerer: Answerer, question: str) -> None:
    answer = answerer.ask(Question(question))
    assert not answer.answered, answer.text
    assert not answer.claims
    assert not answer.citations
    assert 1 <= len(answer.nearest) <= 3
    assert answer.text == ""


@pytest.mark.slow
@pytest.mark.parametrize("number", ["01", "02"])
def test_each_of_two_other_scrapes_answers_alone(tmp_path: Path, number: str) -> None:
    config = ingest(tmp_path / "data", [BENCH / number / "article.txt"])
    with Index.open(config) as index:
        answerer = Answerer(index, LLMConfig("none"))
        answer = answerer.ask(Question(SAMPLE))
        assert "biased" in shown(answer) or "one-sided" in shown(answer)
        assert_checkable(answer, index)
        for near in ("why did Yerevan refuse Washington talks?", "why did Baku refuse Moscow talks?"):
            assert not answerer.ask(Question(near)).answered


def test_the_stream_is_statuses_then_checked_claims_then_the_answer(answerer: Answerer) -> None:
    events = list(answerer.stream(Question(SAMPLE)))
    assert isinstance(events[-1], Answer)
    kinds = [(Status, CheckedClaim, Answer).index(type(event)) for event in events]
    assert kinds == sorted(kinds)
    statuses = [event.text for event in events if isinstance(event, Status)]
    assert statuses == ["Searching 6 articles", "Reading 1 article"]
    claims = [event for event in events if isinstance(event, CheckedClaim)]
    assert tuple(event.claim for event in claims) == events[-1].claims
    assert tuple(c for event in claims for c in event.citations) == events[-1].citations


def test_chrome_of_the_page_is_never_quoted(answerer: Answerer) -> None:
    said = answerer.ask(Question(SAMPLE)).text
    for line in ("takip", "Share on", "All rights", "Read also", "Log in"):
        assert line not in said


@pytest.mark.parametrize(
    ("question", "expected", "url"),
    [
        (
            "Sumqayıt zavodunda yanğın nə vaxt söndürülüb?",
            "saat 3-də",
            "https://gundelik.example/az/sumqayit",
        ),
        (
            "İstanbul'da tahıl koridoru anlaşması ne zaman imzalandı?",
            "Cuma",
            "https://gundem.example/haber/istanbul-tahil",
        ),
        ("Ո՞վ է Գյումրիում բացված նոր դպրոցի տնօրենը", "Սարգսյան", "https://lur.example/hy/gyumri"),
        (
            "Who won the prize for the best bakery of Georgia?",
            "J\u0304anis Lef\u00e8vre, who",
            "https://quotidien.example/cafe",
        ),
    ],
)
def test_quotes_are_exact_in_letters_that_fold_to_other_lengths(
    answerer: Answerer, question: str, expected: str, url: str
) -> None:
    answer = answerer.ask(Question(question))
    assert answer.answered
    assert_checkable(answer, answerer.index)
    assert any(expected in citation.quote for citation in answer.citations)
    links = [c.link for c in answer.citations if (c.url or "").startswith(url)]
    assert links
    assert all(link.startswith(url) and link.count("#") == 1 and "#:~:text=" in link for link in links)


def test_a_quote_of_a_file_links_to_that_file(answerer: Answerer) -> None:
    citation = answerer.ask(Question(SAMPLE)).citations[0]
    assert citation.url is None
    assert citation.link.startswith("file:///")
    assert citation.link.endswith("/scrape%232.txt")


def test_a_follow_up_is_answered_from_what_it_leans_on(answerer: Answerer) -> None:
    history = (("When did the grape harvest in Shamakhi end?", "Two weeks early."),)
    answer = answerer.ask(Question("And what did the growers blame for it?", history=history))
    assert "dry summer" in shown(answer)


def test_a_day_before_the_news_answers_nothing(answerer: Answerer) -> None:
    assert not answerer.ask(Question(SAMPLE, as_of=date(2023, 11, 1))).answered
    assert not answerer.ask(Question(SAMPLE, window=Window(since=date(2023, 12, 1)))).answered
    later = answerer.ask(Question(SAMPLE, as_of=date(2023, 11, 16)))
    assert later.answered
    assert later.as_json()["as_of"] == "2023-11-16"


def test_the_answer_as_json_keeps_the_contract(answerer: Answerer) -> None:
    found = answerer.ask(Question(SAMPLE)).as_json()
    assert list(found)[:11] == [
        "question",
        "as_of",
        "answered",
        "answer",
        "claims",
        "citations",
        "coverage",
        "model",
        "degraded",
        "understood",
        "taken_back",
    ]
    assert "[1]" in str(found["answer"])
    missing = answerer.ask(Question("who won the 2022 World Cup?")).as_json()
    assert missing["nearest"]
    assert missing["answer"] == ""
