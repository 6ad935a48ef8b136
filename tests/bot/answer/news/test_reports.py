from __future__ import annotations

from datetime import date

from bot.answer.answer import Answerer
from bot.answer.news import notes
from bot.answer.types import Answer, Question

KILLED = Question("How many people were killed when the bridge collapsed near Vanadzor?")
VOTES = Question("How many votes did the plan for the harbour at Noratus get in favour in Gavar?")


def said(answer: Answer) -> list[list[tuple[str, str | None]]]:
    return [[(r.says, r.day) for r in each.reports] for each in answer.differences]


def assert_quoted(answer: Answer, answerer: Answerer) -> None:
    versions = answerer.index.ledger.versions_by_id(c.version for c in answer.citations)
    for c in answer.citations:
        assert versions[c.version].text[c.start : c.end] == c.quote
    cited = {c.n: c for c in answer.citations}
    for difference in answer.differences:
        for report in difference.reports:
            assert report.says in cited[report.citation].quote


def test_a_later_report_stands_beside_the_earlier_one_with_their_days(differing: Answerer) -> None:
    answer = differing.ask(KILLED)
    assert [d.kind for d in answer.differences] == ["later"]
    ((earlier, later),) = said(answer)
    assert earlier == ("Three people", "2024-03-02")
    assert later == ("Five people", "2024-03-04")
    assert_quoted(answer, differing)
    (line, _), (latest, _) = notes.side_by_side(answer.differences[0], answer)
    assert "2 Mar 2024" in line
    assert "4 Mar 2024" in latest
    assert "latest last" in notes.heading(answer.differences[0])


def test_as_of_a_day_nothing_later_is_set_beside_it(differing: Answerer) -> None:
    answer = differing.ask(Question(KILLED.text, as_of=date(2024, 3, 3)))
    assert answer.answered
    assert answer.differences == ()
    assert answer.stands == "2024-03-03"


def test_copies_of_a_wire_story_neither_differ_nor_count_as_sources(differing: Answerer) -> None:
    answer = differing.ask(Question(KILLED.text, as_of=date(2024, 3, 3)))
    assert answer.sources.independent == 1
    assert answer.sources.outlets == 3


def test_a_number_that_its_publisher_corrected_is_shown_with_the_one_before(differing: Answerer) -> None:
    answer = differing.ask(VOTES)
    assert "76 votes" in answer.text
    assert "86" not in answer.text
    assert [d.kind for d in answer.differences] == ["corrected"]
    assert said(answer) == [[("86 votes", "2024-01-10"), ("76 votes", "2024-01-12")]]
    assert_quoted(answer, differing)
    before = next(c for c in answer.citations if "86" in c.quote)
    assert before.version.endswith("@1")


def test_as_of_a_day_before_the_correction_the_first_number_stands_alone(differing: Answerer) -> None:
    answer = differing.ask(Question(VOTES.text, as_of=date(2024, 1, 11)))
    assert "86 votes" in answer.text
    assert answer.differences == ()


def test_days_and_speakers_stand_beside_the_claim_and_in_its_json(differing: Answerer) -> None:
    answer = differing.ask(Question("How many people were killed when the bridge collapsed near Vanadzor?"))
    claim = next(c for c in answer.claims if "Saturday" in c.text)
    assert [(d.text, d.shown) for d in claim.days] == [("Saturday", "2 Mar 2024")]
    assert "2 Mar" not in claim.text
    out = answer.as_json()
    assert out["stands"] == "2024-03-04"
    assert out["differences"] == [d.as_json() for d in answer.differences]
    citations = out["citations"]
    assert isinstance(citations, list)
    assert citations[0]["days"] or citations[0]["speaker"]
