from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.answer.answer import Answerer
from bot.answer.types import Answer, Citation, Claim, Question
from bot.evaluate import evaluate
from bot.evaluate.answers import OUTCOMES, outcome
from bot.evaluate.curve import svg
from bot.evaluate.labelled import Labelled, holds, read
from bot.llm import LLMConfig
from index.article import Coverage
from index.config import IndexConfig
from index.errors import DatelineError
from index.search import Index

SAMPLES = Path(__file__).parents[3] / "samples"


@pytest.fixture(scope="module")
def answerer(samples: Path) -> Iterator[Answerer]:
    with Index.open(IndexConfig(samples)) as index:
        yield Answerer(index, LLMConfig("none"))


def answer(said: str, published: str | None = "2023-11-16") -> Answer:
    citation = Citation(1, "a", "a@1", 0, 9, f"{said}.", "P", "T", None, published, None, "")
    return Answer(
        question="?",
        as_of=None,
        answered=bool(said),
        claims=(Claim(said, (1,)),) if said else (),
        citations=(citation,) if said else (),
        nearest=(),
        coverage=Coverage(1, None, None, 0),
        model="none",
    )


def label(*expect: tuple[str, ...], answerable: bool = True) -> Labelled:
    return Labelled("q", "?", answerable, expect)


@pytest.mark.parametrize(
    ("labelled", "said", "expected"),
    [
        (label(("biased", "one-sided")), "Baku called it BIASED", "right"),
        (label(("biased",), ("Washington",)), "Washington is biased", "right"),
        (label(("biased",), ("Washington",)), "It is biased", "wrong"),
        (label(("2023-11-16",)), "It was then", "right"),
        (label(("fair",)), "Baku called it biased", "wrong"),
        (label(("biased",)), "", "silent"),
        (label(answerable=False), "", "quiet"),
        (label(answerable=False), "Anything at all", "false"),
    ],
)
def test_an_answer_is_judged_by_what_is_shown(labelled: Labelled, said: str, expected: str) -> None:
    assert expected in OUTCOMES
    assert outcome(labelled, answer(said)) == expected


@pytest.mark.parametrize(
    ("text", "expect", "held"),
    [
        ("İstanbul'da  imzalandı", [("istanbul'da imzalandi",)], True),
        ("100,000 people", [("100,000",), ("left", "people")], True),
        ("100,000 people", [("100,000",), ("left", "fled")], False),
        ("anything", [], True),
    ],
)
def test_of_each_group_one_must_be_held(text: str, expect: list[tuple[str, ...]], held: bool) -> None:
    assert holds(text, expect) is held


def write(path: Path, *lines: dict[str, Any] | str) -> Path:
    path.write_text(
        "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8"
    )
    return path


def test_labelled_questions_are_read(tmp_path: Path) -> None:
    file = write(
        tmp_path / "q.jsonl",
        {"id": "a", "question": "Why?", "answerable": True, "expect": [["b", "c"]], "as_of": "2023-11-16"},
        "",
        {"question": "Who?"},
    )
    first, second = read(file)
    assert (first.id, first.expect, first.as_of) == ("a", (("b", "c"),), date(2023, 11, 16))
    assert (second.id, second.answerable) == ("3", False)


@pytest.mark.parametrize(
    "bad",
    [
        "{oops",
        "[]",
        "3",
        '{"answerable": true}',
        '{"question": "who?", "as_of": "soon"}',
        '{"question": "who?", "expect": 3}',
        '{"question": "who?", "quotes": [3]}',
        '{"question": "?"}',
    ],
)
def test_a_bad_line_is_named_with_its_file(tmp_path: Path, bad: str) -> None:
    file = write(tmp_path / "q.jsonl", {"question": "Why?"}, bad)
    with pytest.raises(DatelineError, match=r"q\.jsonl can't be measured with; [^\n]*\n  line 2: "):
        read(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match=r"gone\.jsonl can't be read"):
        read(tmp_path / "gone.jsonl")


def test_the_sample_questions_are_labelled_questions() -> None:
    labelled = read(SAMPLES / "questions.jsonl")
    assert len(labelled) >= 60
    assert len({q.id for q in labelled}) == len(labelled)
    assert sum(not q.answerable for q in labelled) >= len(labelled) // 3
    assert all(q.expect for q in labelled if q.answerable)
    files = {str(p.relative_to(SAMPLES / "archive")) for p in (SAMPLES / "archive").rglob("*")}
    assert {s for q in labelled for s in q.sources if not s.startswith("http")} <= files


def test_a_file_of_questions_is_asked_and_counted(answerer: Answerer, tmp_path: Path) -> None:
    file = write(
        tmp_path / "q.jsonl",
        {
            "id": "why",
            "group": "g1",
            "question": "why did Baku refuse Washington talks?",
            "expect": [["biased", "one-sided"]],
            "sources": ["scrapes/cc-20231116-1405.txt"],
        },
        {"id": "cup", "group": "g2", "question": "who won the 2022 World Cup?"},
        {
            "id": "why again",
            "group": "g1",
            "question": "Why did Azerbaijan turn down the meeting in Washington?",
            "expect": [["no such words"]],
        },
        {"id": "before", "question": "why did Baku refuse Washington talks?", "as_of": "2023-11-01"},
    )
    said: list[str] = []
    report = evaluate(answerer, file, said.append, looks=True)
    assert said == [f"Question {n} of 4" for n in (1, 2, 3, 4)]
    assert [r.outcome for r in report.results] == ["right", "quiet", "wrong", "quiet"]
    assert [r.half for r in report.results] == ["even", "odd", "even", "even"], "paraphrases in one half"
    assert all(r.verbatim for r in report.results)
    assert [r.from_source is None for r in report.results] == [False, True, True, True]
    summary = report.as_json()
    assert summary["all"] == {"right": 1, "wrong": 1, "silent": 0, "quiet": 2, "false": 0}
    assert summary["even"] == {"right": 1, "wrong": 1, "silent": 0, "quiet": 1, "false": 0}
    assert summary["quotes_verbatim"] is True
    assert [f["id"] for f in summary["failures"]] == ["why again"]  # type: ignore[attr-defined]
    lines = list(report.lines())
    assert lines[0] == "none: 4 questions"
    assert [r.stood for r in report.failures] == ["not found: it stands in no passage found for the question"]
    assert report.as_csv().count("\n") == 5
    chart = svg(report, "Answers").decode()
    assert "<polyline" in chart
    assert "answered, right" in chart


def test_the_curve_falls_with_the_threshold_and_has_the_shipped_one(
    answerer: Answerer, tmp_path: Path
) -> None:
    sample = {"question": "why did Baku refuse Washington talks?", "expect": [["biased", "one-sided"]]}
    cup = {"question": "who won the 2022 World Cup?"}
    report = evaluate(answerer, write(tmp_path / "q.jsonl", sample, cup), looks=True)
    answered = [point.answered for point in report.curve]
    assert answered == sorted(answered, reverse=True)
    assert (answered[0], answered[-1]) == (1.0, 0.0)
    (shipped,) = (point for point in report.curve if point.above == 0)
    assert (shipped.answered, shipped.right, shipped.false) == (1.0, 1.0, 0.0)
    assert report.curve[-1].right is None


SAMPLE = "why did Baku refuse Washington talks?"


@pytest.mark.parametrize(
    ("expected", "outcome"),
    [
        ({"articles": ["article"]}, "right"),
        ({"article": "title"}, "right"),
        ({"articles": ["no such article"]}, "wrong"),
        ({"words": ["no such words", "biased", "one-sided"]}, "right"),
        ({"quotes": ["cited"]}, "right"),
        ({"quotes": ["elsewhere"]}, "wrong"),
        ({"rejected": ["cited"]}, "wrong"),
        ({"rejected": ["elsewhere"]}, "open"),
        ({"rejected": ["elsewhere"], "words": ["biased", "one-sided"]}, "right"),
        ({"answerable": True}, "open"),
        ({"articles": ["article"], "until": "2023-11-01"}, "silent"),
        ({"words": ["biased"], "publisher": "Nobody's Courier"}, "silent"),
    ],
)
def test_what_is_expected_may_be_an_article_a_quote_or_that_an_answer_is_not_given(
    answerer: Answerer, tmp_path: Path, expected: dict[str, Any], outcome: str
) -> None:
    cited = answerer.ask(Question(SAMPLE)).citations[0]
    named: dict[object, object] = {
        "cited": {"version": cited.version, "start": cited.start, "end": cited.end},
        "elsewhere": {"version": cited.version, "start": cited.end, "end": cited.end + 1},
        "article": cited.article,
        "title": cited.title,
    }
    line = {
        key: [named.get(one, one) for one in value] if isinstance(value, list) else named.get(value, value)
        for key, value in expected.items()
    }
    report = evaluate(answerer, write(tmp_path / "q.jsonl", {"question": SAMPLE} | line))
    assert [r.outcome for r in report.results] == [outcome]


@pytest.mark.parametrize(
    ("verdict", "outcome"), [("no", "right"), ("yes", "wrong"), ("right", "right"), ("disputed", "right")]
)
def test_a_yes_or_no_is_held_against_the_one_expected_and_not_against_what_people_said(
    answerer: Answerer, tmp_path: Path, verdict: str, outcome: str
) -> None:
    question = "Did PACE ratify the credentials of Azerbaijan's delegation?"
    line = {"question": question, "expect": [["declined"]], "verdict": verdict}
    report = evaluate(answerer, write(tmp_path / "q.jsonl", line))
    assert [r.outcome for r in report.results] == [outcome]
