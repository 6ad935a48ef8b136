from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


def test_json_holds_what_the_contract_names(run: Any, archive: Path) -> None:
    ran = run("status", "--json", "--data", str(archive))
    assert ran.code == 0
    held = json.loads(ran.out)
    assert (held["articles"], held["versions"], held["passages"], held["embedded"]) == (4, 5, 5, 5)
    assert held["coverage"] == {
        "articles": 4,
        "oldest": "2023-11-16",
        "newest": "2024-02-01",
        "undated": 1,
        "window": None,
    }
    assert held["months"] == {"2023-11": 2, "2024-02": 1}
    assert held["models"]["embedding"] == "all-MiniLM-L6-v2"
    assert (held["base"]["name"], held["base"]["passages"]) == ("base-1", 5)
    assert held["sequence"] == 6
    assert held["last_run"]["counts"] == {"new": 4, "changed": 1, "failed": 1}
    assert held["gaps"] == [{"since": "2023-12", "until": "2024-01"}]
    assert held["publishers"][0] == {
        "publisher": "Caspian Courier",
        "articles": 2,
        "months": {"2023-11": 1, "2024-02": 1},
        "newest": "2024-02-01",
    }


def test_for_people_there_is_a_picture_of_the_months(run: Any, archive: Path) -> None:
    out = run("status", "--data", str(archive)).out
    lines = {" ".join(line.split()) for line in out.splitlines()}
    assert "Dates 16 Nov 2023 – 1 Feb 2024, newest 1 Feb 2024; 1 undated" in lines
    assert any(line.startswith("Nov 2023 █") and line.endswith(" 2") for line in lines)
    assert "Dec 2023 0" in lines
    assert "Gaps no articles of Dec 2023 – Jan 2024" in lines
    assert any(line.startswith("Last run") and line.endswith("4 new, 1 changed, 1 failed") for line in lines)
    assert "100 % embedded" in out


def test_another_embedding_model_has_embedded_nothing_yet(
    run: Any, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMBEDDING_MODEL", "no/such-model")
    held = json.loads(run("status", "--json", "--data", str(archive)).out)
    assert held["embedded"] is None
    assert "no/such-model" in held["remark"]


def test_failures_of_the_last_run_are_listed(run: Any, archive: Path) -> None:
    ran = run("failures", "--data", str(archive))
    assert (ran.code, ran.out) == (0, "/archive/bad.json\n    read: line 3 is no JSON\n")
    told = json.loads(run("failures", "--json", "--data", str(archive)).out)
    assert told["failures"][0]["stage"] == "read"


def test_without_an_archive_status_and_failures_say_how_to_make_one(run: Any, tmp_path: Path) -> None:
    for command in ("status", "failures"):
        ran = run(command, "--data", str(tmp_path / "none"))
        assert ran.code == 1
        assert "dateline ingest" in ran.err
        assert not (tmp_path / "none").exists()
