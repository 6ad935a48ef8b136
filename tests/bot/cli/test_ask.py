from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from index.article import Window


def test_an_answer_is_shown_with_its_sources_and_exits_0(run: Any, scripted: Any) -> None:
    ran = run("ask", "why did Baku refuse?")
    assert ran.code == 0
    assert ran.out.startswith("Baku called Washington biased. [1]\n")
    assert "[1] Caspian Courier · Baku calls off the meeting · 16 Nov 2023" in ran.out
    assert ran.out.endswith("41 articles, 16 Nov 2023 – 19 Apr 2024, newest 19 Apr 2024; 1 undated\n")
    assert ran.err == ""
    assert scripted.closed


def test_no_answer_exits_4_and_shows_what_comes_nearest(run: Any, scripted: Any) -> None:
    ran = run("ask", "who won the 2022 World Cup?")
    assert ran.code == 4
    assert ran.out.startswith("The archive holds nothing on this between 16 Nov 2023 and 19 Apr 2024.\n")
    assert "Baku calls off the meeting" in ran.out


def test_a_fault_is_one_line_on_the_error_stream_and_exits_1(run: Any, scripted: Any) -> None:
    ran = run("ask", "explode")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "dateline: The model exploded: run `dateline doctor`.\n"


def test_ctrl_c_exits_130_without_a_traceback(run: Any, scripted: Any) -> None:
    ran = run("ask", "interrupt")
    assert ran.code == 130
    assert "Traceback" not in ran.err
    assert scripted.closed


def test_json_is_the_contracts_object(run: Any, scripted: Any) -> None:
    ran = run("ask", "why did Baku refuse?", "--json")
    answer = json.loads(ran.out)
    assert ran.code == 0
    assert set(answer) >= {
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
    }
    (claim,) = answer["claims"]
    assert (claim["text"], claim["citations"]) == ("Baku called Washington biased.", [1])
    refused = run("ask", "who won?", "--json")
    assert refused.code == 4
    assert json.loads(refused.out)["nearest"][0]["article"] == "abcdefghijkl"


def test_a_question_without_quotes_is_taken_whole(run: Any, scripted: Any) -> None:
    run("ask", "why", "did", "Baku", "--json", "refuse?")
    assert scripted.asked[0].text == "why did Baku refuse?"


def test_options_narrow_the_question(run: Any, scripted: Any) -> None:
    run(
        *("ask", "why did Baku refuse?", "--since", "2024-01-01", "--until", "2024-02-01"),
        *("--as-of", "2024-03-01", "--publisher", "A", "--publisher", "B", "--json"),
    )
    question = scripted.asked[0]
    assert question.window == Window(date(2024, 1, 1), date(2024, 2, 1))
    assert (question.as_of, question.publishers) == (date(2024, 3, 1), ("A", "B"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ask",), "QUESTION"),
        (("ask", "  "), "empty"),
        (("ask", "why?", "--batch", "-"), "not both"),
        (("ask", "why?", "--since", "tomorrow"), "2024-02-05"),
        (("ask", "why?", "--since", "2024-02-05", "--until", "2024-01-01"), "later than"),
        (("ask", "why?", "--colour"), "--colour"),
        (("answer", "why?"), "answer"),
    ],
)
def test_wrong_use_exits_2_and_says_what_is_wrong(
    run: Any, scripted: Any, arguments: tuple[str, ...], said: str
) -> None:
    ran = run(*arguments)
    assert ran.code == 2
    assert said in " ".join(ran.err.replace("│", "").split())
    assert not scripted.asked


def test_a_wrong_setting_names_variable_and_allowed_values(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM", "gpt4")
    ran = run("ask", "why?")
    assert ran.code == 1
    assert ran.err.startswith("dateline: LLM=gpt4 in the environment is not allowed; allowed: embedded, ")
    assert "LLM=gpt5 on the command line" in run("ask", "why?", "--llm", "gpt5").err


def test_without_an_archive_it_says_how_to_make_one(run: Any, tmp_path: Path) -> None:
    ran = run("ask", "why?", "--data", str(tmp_path / "nowhere"))
    assert ran.code == 1
    assert ran.err.startswith("dateline: ")
    assert "dateline ingest" in ran.err


@pytest.mark.parametrize("before", [True, False])
def test_data_is_taken_before_and_after_the_command_and_wins(
    run: Any, scripted: Any, monkeypatch: pytest.MonkeyPatch, before: bool
) -> None:
    from bot.cli import _open

    opened: list[Path] = []
    monkeypatch.setattr(_open, "open_answerer", lambda settings: opened.append(settings.data) or scripted)
    monkeypatch.setenv("DATELINE_DATA", "from-environment")
    data = ("--data", "given")
    run(*(data if before else ()), "ask", "why did Baku?", *(() if before else data))
    assert opened == [Path("given")]
    run(*("--data", "first"), "ask", "why did Baku?", *("--data", "second"))
    assert opened[-1] == Path("second")
    run("ask", "why did Baku?")
    assert opened[-1] == Path("from-environment")
