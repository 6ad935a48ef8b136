"""What is understood of a question is shown on the command line, and can be taken back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.answer.understood import SOURCES

COURIER = "the Caspian Courier report on the talks"


def searched(run: Any, archive: Path, *arguments: str) -> dict[str, Any]:
    ran = run("search", *arguments, "--json", "--data", str(archive))
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def test_a_search_is_narrowed_by_the_outlet_and_the_time_that_it_names(run: Any, archive: Path) -> None:
    found = searched(run, archive, f"{COURIER} in November 2023", "--as-of", "2024-04-01")
    assert {hit["publisher"] for hit in found["hits"]} == {"Caspian Courier"}
    assert found["window"] == {"since": "2023-10-29", "until": "2023-12-29"}
    assert found["understood"] == [
        {
            "kind": "publisher",
            "words": "the Caspian Courier",
            "start": 0,
            "end": 19,
            "shown": "Caspian Courier",
            "leans": False,
            "leaves_out": False,
        },
        {
            "kind": "time",
            "words": "November 2023",
            "start": 43,
            "end": 56,
            "shown": "29 Oct – 29 Dec 2023",
            "leans": False,
            "leaves_out": False,
        },
    ]
    assert found["taken_back"] == []


@pytest.mark.parametrize(
    ("option", "kinds"),
    [("--anywhen", {"publisher"}), ("--any-source", {"time"}), ("--as-typed", set())],
)
def test_an_option_takes_back_what_was_understood(
    run: Any, archive: Path, option: str, kinds: set[str]
) -> None:
    found = searched(run, archive, f"{COURIER} in November 2023", "--as-of", "2024-04-01", option)
    assert {each["kind"] for each in found["understood"]} == kinds
    assert (found["window"] is None) == (option != "--any-source")


def test_people_are_told_and_how_to_ask_without(run: Any, archive: Path) -> None:
    ran = run("search", f"{COURIER} this year", "--as-of", "2023-12-01", "--data", str(archive))
    said = "Understood: Caspian Courier; preferably 29 Dec 2022 – 1 Dec 2023 (“this year”)."
    assert f"{said} --as-typed asks without.\n" in ran.out


def test_what_leaves_nothing_to_be_found_is_told(run: Any, archive: Path) -> None:
    ran = run("search", "the talks in March 2021", "--as-of", "2024-04-01", "--data", str(archive))
    assert "! Nothing was found for 26 Feb – 30 Apr 2021: this was looked for without.\n" in ran.out
    assert ran.out.startswith("1. Caspian Courier (at courier.example) · Baku calls off the meeting")
    assert "\n3 articles, " in ran.out
    found = searched(run, archive, "the talks in March 2021", "--as-of", "2024-04-01")
    assert [each["words"] for each in found["taken_back"]] == ["March 2021"]


def test_since_and_until_win_over_the_question(run: Any, archive: Path) -> None:
    found = searched(run, archive, "the bridge in March 2021", "--since", "2024-01-01")
    assert found["understood"] == []
    assert [hit["title"] for hit in found["hits"]] == ["Bridge to open in June"]


def test_a_users_table_that_is_wrong_is_named(run: Any, tmp_path: Path, archive: Path) -> None:
    import shutil

    data = tmp_path / "data"
    shutil.copytree(archive, data)
    (data / "aliases.toml").write_text("[[group]]\nname = 3\n", encoding="utf-8")
    ran = run("search", "talks", "--data", str(data))
    assert ran.code == 1
    assert ran.err.startswith(f"dateline: {data / 'aliases.toml'}: group 1 is no list of names")


def test_ask_passes_on_what_is_not_to_be_understood(run: Any, scripted: Any) -> None:
    run("ask", "why did Baku refuse?", "--as-typed")
    run("ask", "why did Baku refuse?", "--anywhen")
    run(
        "ask",
        "--batch",
        "-",
        stdin=b'{"id": 1, "question": "Baku?", "as_typed": true}\n{"question": "Baku?"}\n',
    )
    assert [q.taken_back for q in scripted.asked] == [("time", *SOURCES), ("time",), ("time", *SOURCES), ()]


def test_a_batch_line_says_as_typed_by_true_or_false(run: Any, scripted: Any) -> None:
    ran = run("ask", "--batch", "-", stdin=b'{"id": 1, "question": "Baku?", "as_typed": "yes"}\n')
    assert ran.code == 3
    assert "neither true nor false" in ran.out


def test_in_a_talk_the_last_question_is_asked_again_without(run: Any, scripted: Any) -> None:
    ran = run("chat", stdin=b"Baku last week?\n/anywhen\n/any-source\nand Baku today?\n")
    assert ran.code == 0
    assert [(q.text, q.taken_back) for q in scripted.asked] == [
        ("Baku last week?", ()),
        ("Baku last week?", ("time",)),
        ("Baku last week?", ("time", *SOURCES)),
        ("and Baku today?", ()),
    ]
    assert [len(q.history) for q in scripted.asked] == [0, 0, 0, 1]


def test_in_a_talk_nothing_is_asked_again_before_a_question(run: Any, scripted: Any) -> None:
    assert "Nothing has been asked yet." in run("chat", stdin=b"/as-typed\n").out
    assert not scripted.asked
