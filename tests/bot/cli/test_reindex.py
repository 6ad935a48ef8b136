"""dateline reindex, on the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def copied(archive: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(archive, tmp_path / "data"))


def test_the_model_in_use_is_left_in_use(run: Any, copied: Path) -> None:
    ran = run("reindex", "--data", str(copied))
    assert (ran.code, "is in use already" in ran.out) == (0, True)


def test_another_one_is_put_in_use(run: Any, copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDDING_PASSAGE_PROMPT", "passage:")  # which makes it another
    refused = run("ingest", str(copied), "--data", str(copied))
    assert refused.code == 1
    assert "dateline reindex" in refused.err
    ran = run("search", "talks called off", "--data", str(copied))
    assert "Searched without meaning" in ran.out
    told = json.loads(run("status", "--json", "--data", str(copied)).out)
    assert told["embedded"] is None
    assert "dateline reindex" in told["remark"]
    ran = run("reindex", "--json", "--data", str(copied))
    assert ran.code == 0, ran.err
    done = json.loads(ran.out)
    assert (done["in_use"], done["embedded"], done["recut"]) == (True, 5, 0)
    ran = run("search", "talks called off", "--data", str(copied))
    assert "Searched without" not in ran.out
    ran = run("reindex", "--remove-old", "--data", str(copied))
    assert "Deleted: the vectors of all-MiniLM-L6-v2" in ran.out
    assert len(list((copied / "vectors").glob("*.sqlite"))) == 1


def test_without_an_archive_the_way_out_is_named(run: Any, tmp_path: Path) -> None:
    ran = run("reindex", "--data", str(tmp_path / "none"))
    assert ran.code == 1
    assert "dateline ingest" in ran.err
