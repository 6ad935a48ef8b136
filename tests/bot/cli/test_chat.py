from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.feedback import Feedback


def test_a_follow_up_is_asked_with_what_was_said_before(run: Any, scripted: Any) -> None:
    ran = run("chat", stdin=b"why did Baku refuse?\n\nand who won?\n")
    assert ran.code == 0
    assert scripted.warmed
    assert scripted.closed
    assert [q.text for q in scripted.asked] == ["why did Baku refuse?", "and who won?"]
    assert scripted.asked[0].history == ()
    assert scripted.asked[1].history == (("why did Baku refuse?", "Baku called Washington biased. [1]"),)


def test_sources_are_one_line_each_until_asked_for(run: Any, scripted: Any) -> None:
    brief = run("chat", stdin=b"why did Baku refuse?\n")
    assert "[1] Caspian Courier · Baku calls off the meeting · 16 Nov 2023" in brief.out
    assert "│" not in brief.out
    full = run("chat", stdin=b"why did Baku refuse?\n/sources\n")
    assert "│ We see no possibility" in full.out


def test_a_source_that_was_withdrawn_since_says_so(run: Any, scripted: Any) -> None:
    scripted.gone = frozenset({"abcdefghijkl@1"})
    ran = run("chat", stdin=b"why did Baku refuse?\n/sources\n")
    assert "[1] This article has been withdrawn." in ran.out
    assert "We see no possibility" not in ran.out


def test_quit_ends_and_new_forgets(run: Any, scripted: Any) -> None:
    ran = run("chat", stdin=b"Baku?\n/new\nBaku again?\n/quit\nBaku never?\n")
    assert ran.code == 0
    assert [q.text for q in scripted.asked] == ["Baku?", "Baku again?"]
    assert scripted.asked[1].history == ()


def test_an_unknown_command_is_not_asked_of_the_archive(run: Any, scripted: Any) -> None:
    ran = run("chat", stdin=b"/source\n/sources\n")
    assert "/source is no command here" in ran.out
    assert "Nothing has been asked yet" in ran.out
    assert not scripted.asked


def test_ctrl_c_stops_an_answer_and_the_talk_goes_on(run: Any, scripted: Any) -> None:
    ran = run("chat", stdin=b"interrupt\nBaku?\n")
    assert ran.code == 0
    assert "Stopped." in ran.out
    assert "Baku called Washington biased." in ran.out


def test_a_fault_at_one_question_does_not_end_the_talk(run: Any, scripted: Any) -> None:
    ran = run("chat", stdin=b"explode\nBaku?\n")
    assert ran.code == 0
    assert "The model exploded" in ran.out
    assert "Baku called Washington biased." in ran.out


def test_a_verdict_is_kept_once_an_answer_with_the_words_that_would_be_right(
    run: Any, scripted: Any, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    ran = run("chat", stdin=b"/right\nBaku?\n/right\n/wrong 20 November\nwho won?\n/right\n")
    assert "Nothing has been asked yet" in ran.out
    assert ran.out.count("Noted") == 3
    kept = Feedback(tmp_path / "data")
    first, second = kept.judged()
    kept.close()
    assert (first.question, first.right, first.wrong, first.words) == ("Baku?", 0, 1, ("20 November",))
    assert second.as_line()["answerable"] is False


def test_a_number_chooses_what_an_unclear_question_meant(run: Any, scripted: Any) -> None:
    ran = run("chat", stdin=b"what about the talks?\n2\n2\n")
    assert "Which talks are meant?" in ran.out
    assert "  2. Baku talks?" in ran.out
    assert [q.text for q in scripted.asked] == ["what about the talks?", "Baku talks?", "2"]
    assert scripted.asked[1].history == ()
