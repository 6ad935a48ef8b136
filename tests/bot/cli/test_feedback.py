"""What people said of answers, written as questions and measured by."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.answer.answer import Answerer
from bot.answer.types import Question
from bot.feedback import Feedback
from bot.llm import LLMConfig
from index.config import IndexConfig
from index.search import Index

TALKS, BRIDGE, CUP = "who called off the talks?", "when does the bridge open?", "who won the 2022 World Cup?"


@pytest.fixture
def judged(archive: Path, tmp_path: Path) -> Path:
    """The small archive, and verdicts on its real answers."""
    data = tmp_path / "data"
    shutil.copytree(archive, data)
    kept = Feedback(data)
    with Index.open(IndexConfig(data)) as index:
        answerer = Answerer(index, LLMConfig("none"))
        for n, (text, is_right, words) in enumerate(
            (
                (TALKS, True, ""),
                (CUP, True, ""),
                (BRIDGE, False, "in a year that nobody named"),
                (TALKS, False, ""),
            )
        ):
            question = Question(text)
            kept.judge(
                kept.remember([n], question, answerer.ask(question)), n, is_right=is_right, words=words
            )
        even = kept.remember([9], Question("even?"), answerer.ask(Question(CUP)))
        for person in range(2):
            kept.judge(even, person, is_right=bool(person))
    kept.close()
    return data


def test_they_are_listed_and_written(run: Any, judged: Path, tmp_path: Path) -> None:
    told = run("feedback").out
    assert told.startswith("5 answers judged: 2 right, 2 wrong, 1 disputed")
    assert "right would be: in a year that nobody named" in told
    file = tmp_path / "mine.jsonl"
    assert "Written: " in run("feedback", "--export", str(file)).out
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line["question"] for line in lines] == [TALKS, CUP, BRIDGE, TALKS]
    assert run("feedback", "--export", "-").out == file.read_text(encoding="utf-8")


def test_what_was_written_is_measured_by(run: Any, judged: Path, tmp_path: Path) -> None:
    file, out = tmp_path / "mine.jsonl", tmp_path / "out"
    run("feedback", "--export", str(file))
    ran = run("eval", "answers", str(file), "--llm", "none", "--out", str(out))
    assert ran.code == 0, ran.err
    assert sorted(path.name for path in out.iterdir()) == ["mine.answers.csv", "mine.answers.svg"]
    report = json.loads(run("eval", "answers", str(file), "--llm", "none", "--json").out)["none"]
    by_id = {failure["id"]: failure for failure in report["failures"]}
    assert report["written"] == []
    assert report["all"]["right"] == 1
    assert report["all"]["quiet"] == 1
    assert [f["outcome"] for f in by_id.values()] == [f["outcome"] for f in report["failures"]]
    again = by_id["feedback-4"]
    assert (again["outcome"], again["expected"]) == ("wrong", "another answer")
    assert by_id["feedback-3"]["expected"] == "“in a year that nobody named”"
    assert by_id["feedback-3"]["stood"] == "not found"
    found = json.loads(run("eval", "retrieval", str(file), "--json").out)
    assert [one["rank"] for one in found["results"]] == [1, None]
    assert found["unanswerable"] == 2


def test_every_failure_is_told_with_what_was_expected_and_where_it_stood(
    run: Any, judged: Path, tmp_path: Path
) -> None:
    file = tmp_path / "mine.jsonl"
    run("feedback", "--export", str(file))
    told = run("eval", "answers", str(file), "--llm", "none").out
    assert "Failures: 2" in told
    assert "feedback-3: when does the bridge open?" in told
    assert "expected “in a year that nobody named”" in told
    assert "stood    not found: it stands in no passage found for the question" in told
    assert (Path("mine.answers.svg")).is_file()


def test_without_any_it_says_so(run: Any, archive: Path) -> None:
    ran = run("feedback", "--data", str(archive))
    assert (ran.code, ran.out) == (0, "Nobody has said of an answer yet whether it is right.\n")
