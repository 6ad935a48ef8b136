"""dateline eval retrieval, over a small archive."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

QUESTIONS = (
    {"id": "by-title", "question": "who called off the talks?", "articles": ["Baku calls off the meeting"]},
    {"id": "by-address", "question": "when does the bridge open?", "articles": ["https://courier.example/d"]},
    {"id": "by-copy", "question": "were the talks called off?", "articles": ["https://midwire.example/b"]},
    {"id": "by-file", "question": "how was the wheat harvest?", "articles": ["c.txt"]},
    {"id": "by-words", "question": "how much less wheat was there?", "words": ["by a tenth"]},
    {"id": "as-of", "question": "bridge", "articles": ["https://courier.example/d"], "as_of": "2024-01-01"},
)


def put(tmp_path: Path) -> Path:
    file = tmp_path / "mine.jsonl"
    file.write_text("\n".join(json.dumps(one) for one in QUESTIONS), encoding="utf-8")
    return file


def test_ranks_figures_and_files(run: Any, archive: Path, tmp_path: Path) -> None:
    file, out = put(tmp_path), tmp_path / "out"
    ran = run("eval", "retrieval", str(file), "--data", str(archive), "--out", str(out))
    assert ran.code == 0, ran.err
    assert "6 questions, MRR@10 0.8" in ran.out
    assert "as-of: bridge (not found" in ran.out
    assert sorted(path.name for path in out.iterdir()) == ["mine.retrieval.csv", "mine.retrieval.svg"]
    assert (out / "mine.retrieval.csv").read_text().count("\n") == 7
    found = json.loads(run("eval", "retrieval", str(file), "--data", str(archive), "--json").out)
    ranks = {one["id"]: one["rank"] for one in found["results"]}
    assert ranks == dict.fromkeys(("by-title", "by-address", "by-copy", "by-file", "by-words"), 1) | {
        "as-of": None
    }
    assert found["mrr10"] == round(5 / 6, 4)
    assert found["words_in_context"]["200"] == 1.0
    assert found["written"] == []
    assert not list(tmp_path.glob("*.retrieval.*"))


def test_a_wrong_line_is_named(run: Any, archive: Path, tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text('{"question": "who?", "words": ["x"]}\n{"question": 3}\n')
    ran = run("eval", "retrieval", str(file), "--data", str(archive))
    assert ran.code == 1
    assert "line 2: " in ran.err
    assert "Traceback" not in ran.err
