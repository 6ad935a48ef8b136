from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

TOKEN = "MTE5ODYyMjQ4MzQ3MTkyNTI0OA." + "Cl2FMQ." + "x" * 38


@pytest.fixture(autouse=True)
def _no_language_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM", "none")


@pytest.fixture
def copied(archive: Path, tmp_path: Path) -> Path:
    """The archive, to be broken."""
    return Path(shutil.copytree(archive, tmp_path / "copied"))


def findings(ran: Any) -> dict[str, dict[str, str]]:
    return {check["what"]: check for check in json.loads(ran.out)["checks"]}


def test_all_in_order_but_the_token_exits_0_and_says_where_to_get_one(run: Any, archive: Path) -> None:
    ran = run("doctor", "--data", str(archive))
    assert ran.code == 0
    marks = [line[0] for line in ran.out.splitlines() if not line.startswith(" ")]
    assert marks == ["✓"] * 8 + ["!"]
    assert "! Discord token  DISCORD_TOKEN is not set" in ran.out
    assert "https://discord.com/developers/applications" in ran.out


def test_a_token_is_told_from_what_people_paste_by_mistake(
    run: Any, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for token, state in (
        (TOKEN, "fine"),
        (f"Bot {TOKEN}", "fault"),
        ("a" * 32, "fault"),
        ("f0" * 32, "fault"),
    ):
        monkeypatch.setenv("DISCORD_TOKEN", token)
        ran = run("doctor", "--json", "--data", str(archive))
        assert findings(ran)["Discord token"]["state"] == state, token
        assert ran.code == (1 if state == "fault" else 0)
        assert token not in ran.out


def test_without_an_archive_it_says_so_once(run: Any, tmp_path: Path) -> None:
    ran = run("doctor", "--json", "--data", str(tmp_path / "none"))
    assert ran.code == 1
    found = findings(ran)
    assert "dateline ingest" in found["Ledger"]["said"]
    assert {"Words", "Vectors", "Base"}.isdisjoint(found)
    assert not (tmp_path / "none").exists()


def test_a_wrong_setting_is_a_fault_and_named(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM", "gpt4")
    ran = run("doctor")
    assert ran.code == 1
    assert "✗ Settings  LLM=gpt4 in the environment is not allowed" in ran.out


def test_a_slip_in_dotenv_is_a_warning(run: Any, archive: Path) -> None:
    Path(".env").write_text("DISCORD_TOKN=x\n")
    ran = run("doctor", "--data", str(archive))
    assert ran.code == 0
    assert "! Settings  DISCORD_TOKN in .env is no setting" in ran.out


def test_taking_out_that_was_cut_off_is_a_warning_with_the_way_out(run: Any, copied: Path) -> None:
    assert "Taking out" not in findings(run("doctor", "--json", "--data", str(copied)))
    with sqlite3.connect(copied / "ledger.sqlite") as db:
        db.execute("UPDATE meta SET value = '1' WHERE key = 'erasing'")
    db.close()
    ran = run("doctor", "--json", "--data", str(copied))
    found = findings(ran)["Taking out"]
    assert (ran.code, found["state"]) == (0, "warning")
    assert "dateline ingest" in found["fix"]


def test_a_damaged_ledger_is_found(run: Any, copied: Path) -> None:
    ledger = copied / "ledger.sqlite"
    with sqlite3.connect(ledger) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        root = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'failures'").fetchone()[0]
        page = db.execute("PRAGMA page_size").fetchone()[0]
    db.close()
    with ledger.open("r+b") as file:
        file.seek((root - 1) * page)
        file.write(b"\xff" * 200)
    ran = run("doctor", "--json", "--data", str(copied))
    assert ran.code == 1
    assert findings(ran)["Ledger"]["state"] == "fault"
    assert "damaged" in findings(ran)["Ledger"]["said"]


def test_a_lost_word_index_is_found(run: Any, copied: Path) -> None:
    shutil.rmtree(copied / "lexical")
    ran = run("doctor", "--json", "--data", str(copied))
    assert ran.code == 1
    assert findings(ran)["Words"]["state"] == "fault"
    assert "dateline ingest" in findings(ran)["Words"]["said"]


def test_a_changed_base_is_found(run: Any, copied: Path) -> None:
    graph = next(path for path in (copied / "chroma" / "base-1").rglob("*.bin"))
    graph.write_bytes(b"\0" * 8)
    ran = run("doctor", "--json", "--data", str(copied))
    assert ran.code == 1
    assert findings(ran)["Base"]["state"] == "fault"
    assert "dateline ingest" in findings(ran)["Base"]["fix"]


def test_damage_inside_the_vectors_is_found_before_a_question_meets_it(run: Any, copied: Path) -> None:
    own = next((copied / "vectors").glob("*.sqlite"))
    with closing(sqlite3.connect(own, isolation_level=None)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(own.read_bytes())
    content[-8192:] = b"\xa5" * 8192
    own.write_bytes(content)
    ran = run("doctor", "--json", "--data", str(copied))
    assert ran.code == 1
    found = findings(ran)["Vectors"]
    assert found["state"] == "fault"
    assert "the next `dateline ingest` sets the file aside" in found["said"]


def test_vectors_of_another_model_only_are_a_fault(run: Any, copied: Path) -> None:
    own = next((copied / "vectors").glob("*.sqlite"))
    for path in (copied / "vectors").glob(f"{own.name}*"):
        path.rename(path.with_name(path.name.replace("all-MiniLM-L6-v2", "another-model")))
    ran = run("doctor", "--json", "--data", str(copied))
    assert ran.code == 1
    assert findings(ran)["Vectors"]["state"] == "fault"
    assert "another-model" in findings(ran)["Vectors"]["said"]


def test_another_model_than_the_archives_is_a_fault_with_the_way_out(
    run: Any, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMBEDDING_PASSAGE_PROMPT", "passage:")
    ran = run("doctor", "--json", "--data", str(copied))
    assert ran.code == 1
    found = findings(ran)["Vectors"]
    assert found["state"] == "fault"
    assert "dateline reindex" in found["fix"]
    assert "passages behind “passage:”" in findings(ran)["Embedding model"]["said"]


def test_an_embedding_model_that_is_not_here_is_a_fault(
    run: Any, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMBEDDING_MODEL", "no/such-model")
    ran = run("doctor", "--json", "--data", str(archive))
    assert ran.code == 1
    assert findings(ran)["Embedding model"]["state"] == "fault"


def test_a_provider_that_is_down_is_a_fault_with_its_address(
    run: Any, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLM", "openai-like")
    monkeypatch.setenv("LLM_MODEL", "llama")
    monkeypatch.setenv("LLM_BASE_URL", "http://127.0.0.1:9/v1")
    ran = run("doctor", "--json", "--data", str(archive))
    assert ran.code == 1
    assert findings(ran)["Language model"]["state"] == "fault"
    assert "http://127.0.0.1:9/v1" in findings(ran)["Language model"]["fix"]


def test_a_language_model_without_its_settings_is_a_fault(
    run: Any, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLM", "openai-like")
    ran = run("doctor", "--json", "--data", str(archive))
    assert "LLM_MODEL" in findings(ran)["Language model"]["said"]


def test_a_folder_that_can_not_be_written_to_is_a_fault(
    run: Any, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Tests may run as root, who may write anywhere.
    monkeypatch.setattr("os.access", lambda _path, mode: not mode & os.W_OK)
    ran = run("doctor", "--json", "--data", str(archive))
    assert ran.code == 1
    assert findings(ran)["Data folder"]["state"] == "fault"
