from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from index.article import Window


def lines(*asked: object) -> bytes:
    return b"".join(json.dumps(a).encode() + b"\n" for a in asked)


def replies(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_ids_and_order_are_kept_and_one_line_out_answers_one_line_in(run: Any, scripted: Any) -> None:
    ran = run(
        *("ask", "--batch", "-"),
        stdin=lines(
            {"id": "z", "question": "who won?"},
            {"id": 7, "question": "why did Baku refuse?", "kind": "ignored"},
            {"question": "where is Baku?"},
            {"id": {"a": [1]}, "question": "Baku?"},
        ),
    )
    assert ran.code == 0
    out = replies(ran.out)
    assert [r["id"] for r in out] == ["z", 7, None, {"a": [1]}]
    assert [r["answered"] for r in out] == [False, True, True, True]
    assert out[1]["citations"][0]["article"] == "abcdefghijkl"
    assert scripted.closed


def test_a_bad_line_gives_an_error_in_its_place_and_the_rest_goes_on(run: Any, scripted: Any) -> None:
    stdin = b"\n".join(
        [
            b"{not json",
            b'["a list"]',
            b'{"id": 3}',
            b'{"id": 4, "question": 5}',
            b'{"id": 5, "question": "Baku?", "since": "yesterday"}',
            b'{"id": 6, "question": "Baku?", "as_of": 2024}',
            b'{"id": 7, "question": "Baku?", "publisher": {"name": "A"}}',
            b'{"id": 8, "question": "Baku?", "since": "2024-02-01", "until": "2024-01-01"}',
            b'{"id": 9, "question": "\xff"}',
            b'{"id": 10, "question": "explode"}',
            b"",
            b'{"id": 11, "question": "why did Baku refuse?"}',
        ]
    )
    ran = run("ask", "--batch", "-", stdin=stdin)
    out = replies(ran.out)
    assert ran.code == 3
    assert [r["id"] for r in out] == [None, None, 3, 4, 5, 6, 7, 8, None, 10, 11]
    assert all(set(r) == {"id", "error"} for r in out[:-1])
    assert out[-1]["answered"]
    assert out[4]["error"] == 'line 5: "since" "yesterday" is not a day such as "2024-02-05"'
    assert "exploded" in out[9]["error"]


def test_a_fault_of_ours_at_one_question_leaves_the_others_answered(
    run: Any, scripted: Any, monkeypatch: Any
) -> None:
    ask = scripted.ask

    def sometimes(question: Any) -> Any:
        return 1 / 0 if "zero" in question.text else ask(question)

    monkeypatch.setattr(scripted, "ask", sometimes)
    ran = run(
        "ask", "--batch", "-", stdin=lines({"id": 1, "question": "zero"}, {"id": 2, "question": "Baku?"})
    )
    assert ran.code == 3
    assert replies(ran.out)[0] == {"id": 1, "error": "line 1: ZeroDivisionError: division by zero"}
    assert replies(ran.out)[1]["answered"]


def test_a_line_narrows_its_question_and_the_options_count_where_it_does_not(run: Any, scripted: Any) -> None:
    run(
        *("ask", "--batch", "-", "--since", "2024-01-01", "--publisher", "A"),
        stdin=lines(
            {
                "id": 1,
                "question": "Baku?",
                "as_of": "2024-03-01",
                "publisher": ["B", "C"],
                "until": "2024-02-01",
            },
            {"id": 2, "question": "Baku?", "publisher": "D", "as_of": None, "since": "2023-12-01"},
            {"id": 3, "question": "Baku?", "publisher": "", "until": ""},
        ),
    )
    first, second, third = scripted.asked
    assert first.window == Window(date(2024, 1, 1), date(2024, 2, 1))
    assert (first.as_of, first.publishers) == (date(2024, 3, 1), ("B", "C"))
    assert (second.window.since, second.as_of, second.publishers) == (date(2023, 12, 1), None, ("D",))
    assert (third.window, third.publishers) == (Window(date(2024, 1, 1)), ("A",))


def test_questions_are_read_from_a_file_with_a_byte_order_mark(
    run: Any, scripted: Any, tmp_path: Path
) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + lines({"id": 1, "question": "Почему Baku?"}))
    ran = run("ask", "--batch", str(file))
    assert ran.code == 0
    assert replies(ran.out)[0]["question"] == "Почему Baku?"
    assert "Почему" in ran.out


def test_a_file_that_is_not_there_is_named(run: Any, scripted: Any) -> None:
    ran = run("ask", "--batch", "missing.jsonl")
    assert ran.code == 1
    assert "missing.jsonl" in ran.err
