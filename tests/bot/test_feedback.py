from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot import feedback as module
from bot.answer.types import Answer, Citation, Claim, Question
from bot.feedback import FILE, Feedback, UnknownAnswerError
from index.article import Coverage, Window

ASKED = Question("why?", Window(date(2024, 1, 1)), date(2024, 2, 1), ("Caspian Wire",))
TYPED = "because the growers blamed a very dry summer"


def answer(*versions: str) -> Answer:
    citations = tuple(
        Citation(n, version.split("@")[0], version, 5, 9, "said", "P", "T", None, None, None, "")
        for n, version in enumerate(versions, 1)
    )
    claims = tuple(Claim("said", (c.n,)) for c in citations)
    coverage = Coverage(1, None, None, 0)
    return Answer("why?", None, bool(versions), claims, citations, (), coverage, "none")


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Feedback]:
    feedback = Feedback(tmp_path)
    yield feedback
    feedback.close()


def test_an_answer_called_right_is_expected_again(kept: Feedback) -> None:
    kept.judge(kept.remember([1, 2], ASKED, answer("a@1", "b@2")), 7, is_right=True)
    (judged,) = kept.judged()
    line: dict[str, Any] = judged.as_line()
    assert (line["articles"], line["as_of"], line["since"]) == (["a", "b"], "2024-02-01", "2024-01-01")
    assert line["quotes"] == [{"version": v, "start": 5, "end": 9} for v in ("a@1", "b@2")]
    assert line["publisher"] == ["Caspian Wire"]


def test_silence_called_right_is_a_question_without_an_answer(kept: Feedback) -> None:
    kept.judge(kept.remember([1], Question("why?"), answer()), 7, is_right=True)
    assert kept.judged()[0].as_line()["answerable"] is False


def test_of_an_answer_called_wrong_the_words_given_are_expected_or_not_its_quotes(kept: Feedback) -> None:
    without, with_words, silent = (
        kept.remember([n], ASKED, answer(*v)) for n, v in enumerate((["a@1"], ["b@1"], []))
    )
    kept.judge(without, 7, is_right=False)
    kept.judge(with_words, 7, is_right=False, words=" 20\n November ", article="b")
    kept.judge(silent, 7, is_right=False)
    lines: list[dict[str, Any]] = [judged.as_line() for judged in kept.judged()]
    assert all(line["answerable"] is True for line in lines)
    assert lines[0]["rejected"] == [{"version": "a@1", "start": 5, "end": 9}]
    assert (lines[1]["words"], lines[1]["articles"]) == (["20 November"], ["b"])
    assert "rejected" not in lines[1] | lines[2]


def test_a_person_has_one_verdict_on_an_answer_and_it_is_the_last(kept: Feedback) -> None:
    id_ = kept.remember([1], ASKED, answer("a@1"))
    assert kept.judge(id_, 7, is_right=True) is False
    assert kept.judge(id_, 7, is_right=False) is True
    assert kept.judge(id_, 8, is_right=False) is False
    (judged,) = kept.judged()
    assert (judged.right, judged.wrong, judged.verdict) == (0, 2, "wrong")
    kept.judge(id_, 8, is_right=True)
    assert kept.judged()[0].verdict == "disputed"


def test_nobody_is_named_and_one_person_cannot_be_followed_from_answer_to_answer(
    kept: Feedback, tmp_path: Path
) -> None:
    person = 123456789012345678
    for n in range(2):
        kept.judge(kept.remember([n], ASKED, answer("a@1")), person, is_right=True)
    with sqlite3.connect(tmp_path / FILE) as db:
        hashes = [row[0] for row in db.execute("SELECT who FROM verdicts")]
    assert len(set(hashes)) == 2
    assert str(person).encode() not in (tmp_path / FILE).read_bytes()


def test_what_is_taken_out_takes_its_answers_and_typed_words_with_it(kept: Feedback, tmp_path: Path) -> None:
    cites, other, own = (kept.remember([n], ASKED, answer(v)) for n, v in enumerate(("gone@1", "a@1", "a@1")))
    kept.judge(cites, 7, is_right=True)
    kept.judge(other, 7, is_right=False, words=TYPED)
    kept.judge(own, 7, is_right=False, words="a dry summer")
    assert kept.forget(["gone@1"], ["In Shamakhi the growers blamed a very dry summer."]) == 1
    assert [judged.id for judged in kept.judged()] == [other, own]
    assert [judged.words for judged in kept.judged()] == [(), ("a dry summer",)]
    stored = (tmp_path / FILE).read_bytes()
    assert b"growers" not in stored
    assert b"gone@1" not in stored
    with pytest.raises(UnknownAnswerError):
        kept.answer_of(0)


def test_a_private_question_is_written_nowhere_before_it_is_judged(kept: Feedback, tmp_path: Path) -> None:
    kept.hold([5], Question("a private matter?"), answer("a@1"))
    assert b"private" not in (tmp_path / FILE).read_bytes()
    kept.judge(kept.answer_of(5), 7, is_right=True)
    assert kept.answer_of(5) == kept.judged()[0].id


def test_the_oldest_answers_that_nobody_judged_leave_first(
    kept: Feedback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT", 2)
    kept.judge(kept.remember([0], ASKED, answer("a@1")), 7, is_right=True)
    for n in range(1, 5):
        kept.remember([n], ASKED, answer("a@1"))
    known = []
    for n in range(5):
        try:
            known.append((n, kept.answer_of(n)))
        except UnknownAnswerError:
            continue
    assert [n for n, _ in known] == [0, 3, 4]


def test_it_is_there_after_a_restart_and_in_memory_where_it_cannot_be_written(tmp_path: Path) -> None:
    assert Feedback.open(tmp_path) is None
    first = Feedback(tmp_path)
    id_ = first.remember([1], ASKED, answer("a@1"))
    first.judge(id_, 7, is_right=True)
    first.close()
    second = Feedback.open(tmp_path)
    assert second is not None
    assert second.judge(second.answer_of(1), 7, is_right=False) is True, "the same person, known by the key"
    second.close()
    lost = Feedback(tmp_path / "no such folder")
    lost.judge(lost.remember([1], ASKED, answer()), 7, is_right=True)
    assert len(lost.judged()) == 1
    lost.close()
