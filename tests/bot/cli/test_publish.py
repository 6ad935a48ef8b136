"""`dateline publish`, and what the other commands say of a Chroma server."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ...chroma_server import KEY, ChromaRun, CloudStandIn

QUESTION = "why did Baku refuse Washington talks?"


@pytest.fixture
def archive(samples: Path, tmp_path: Path) -> Path:
    """The sample archive, embedded, in the working directory's data folder."""
    return Path(shutil.copytree(samples, tmp_path / "data"))


@pytest.fixture
def set_(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def set_(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return set_


def embeds(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on, whoever embeds a passage fails."""

    def never(*_: object, **__: object) -> None:
        raise AssertionError("a passage was embedded")

    monkeypatch.setattr("index.embed.embed_missing", never)


@pytest.mark.usefixtures("archive")
def test_moves_the_vectors_and_afterwards_the_address_is_all_that_it_takes(
    run: Any, chroma: ChromaRun, set_: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = json.loads(run("search", QUESTION, "--json").out)["hits"]
    embeds(monkeypatch)
    ran = run("publish", "--to", chroma.url)
    assert ran.code == 0, ran.err
    held = int(ran.out.partition(" passages written")[0])
    assert f"{chroma.url} holds {held} passages of this archive." in ran.out
    sample = re.search(r"Of a sample of (\d+), (\d+) are found by their own vectors", ran.out)
    assert sample is not None and sample[1] == sample[2] != "0"
    assert f"once CHROMA_URL={chroma.url} is set" in ran.out
    assert "publishing" in ran.err

    set_(CHROMA_URL=chroma.url)
    shutil.rmtree("data/chroma")  # what is found is found there
    hits = json.loads(run("search", QUESTION, "--json").out)["hits"]
    assert [hit["version"] for hit in hits] == [hit["version"] for hit in before]
    again = json.loads(run("publish", "--json").out)
    assert (again["written"], again["held"], again["waiting"]) == (0, held, 0)
    assert run("publish").out.startswith("Nothing was missing there; ")

    status = run("status")
    assert f"{chroma.url} holds {held} passages, all that there are" in status.out
    (server,) = json.loads(run("status", "--json").out)["servers"]
    assert (server["is_set"], server["passages"], server["waiting"]) == (True, held, 0)
    doctor = json.loads(run("doctor", "--json").out)["checks"]
    (found,) = [check for check in doctor if check["what"] == "Server"]
    assert found["state"] == "fine" and f"it holds all {held} passages" in found["said"]
    assert not [check for check in doctor if check["what"] == "Base"]


@pytest.mark.usefixtures("archive")
def test_moves_them_to_cloud_with_its_key(
    run: Any,
    chroma: ChromaRun,
    cloud: CloudStandIn,
    set_: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("index.dense.server.http.CLOUD", cloud.url)
    run("publish", "--to", chroma.url, "--remove")  # behind the stand-in is the server of the other tests
    assert "CHROMA_API_KEY" in run("publish", "--to", "cloud").err
    set_(CHROMA_API_KEY=KEY, CHROMA_TENANT="default_tenant", CHROMA_DATABASE="default_database")
    ran = run("publish", "--to", "cloud")
    assert ran.code == 0, ran.err
    assert "Questions are asked there while CHROMA_API_KEY is set" in ran.out
    assert json.loads(run("search", QUESTION, "--json").out)["hits"]
    assert cloud.requests["search"] > 0
    assert cloud.refused == []
    assert KEY not in ran.out + ran.err


@pytest.mark.usefixtures("archive")
def test_the_key_of_cloud_is_told_to_no_other_server(
    run: Any, chroma: ChromaRun, cloud: CloudStandIn, set_: Callable[..., None]
) -> None:
    set_(CHROMA_API_KEY=KEY)
    assert "CHROMA_API_KEY" in run("publish", "--to", cloud.url).err  # it wasn't told the key, and refuses
    assert cloud.refused == ["Unauthorized"] * len(cloud.refused) != []
    assert run("publish", "--to", chroma.url).code == 0


@pytest.mark.usefixtures("archive")
def test_says_where_to_and_what_is_wrong(run: Any, set_: Callable[..., None]) -> None:
    assert run("publish").err == "dateline: Where to? Say --to URL, or --to cloud, or set CHROMA_URL.\n"
    assert "CHROMA_URL=ftp://x" in run("publish", "--to", "ftp://x").err
    set_(CHROMA_URL="http://127.0.0.1:9")
    ran = run("publish")
    assert ran.code == 1
    assert "127.0.0.1:9 can't be used: it can't be reached" in ran.err
    doctor = json.loads(run("doctor", "--json").out)["checks"]
    assert [check["state"] for check in doctor if check["what"] == "Server"] == ["fault"]


def test_without_an_archive_it_makes_none(run: Any, tmp_path: Path) -> None:
    assert "There is no archive" in run("publish", "--to", "http://127.0.0.1:9").err
    assert not (tmp_path / "data").exists()


@pytest.mark.usefixtures("archive")
def test_what_was_written_there_can_be_removed(run: Any, chroma: ChromaRun) -> None:
    run("publish", "--to", chroma.url)
    assert run("publish", "--to", chroma.url, "--remove").out.startswith("Deleted there: dateline-")
    assert run("publish", "--to", chroma.url, "--remove").out.startswith("The server holds nothing")
    assert json.loads(run("status", "--json").out)["servers"] == []


@pytest.mark.usefixtures("archive")
def test_a_run_whose_server_is_away_brings_articles_in_and_names_it_and_the_next_one_writes(
    run: Any,
    own_chroma: ChromaRun,
    set_: Callable[..., None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("index.dense.server.http._TRIES", {"read": 1, "write": 1})
    set_(CHROMA_URL=own_chroma.url)
    assert run("publish").code == 0
    own_chroma.stop()
    article = {
        "title": "Rain",
        "text": "Heavy rain closed the valley road for two days. " * 6,
        "url": "https://h.example/r",
    }
    (tmp_path / "new.json").write_text(json.dumps(article))
    ran = run("ingest", "new.json", "--json")
    report = json.loads(ran.out)
    assert (ran.code, report["counts"]["new"], report["embedded"] > 0) == (3, 1, True)
    (failed,) = report["failed"]
    assert (failed["origin"], failed["stage"]) == (own_chroma.url, "publish")
    assert "see that it runs" in failed["reason"]
    assert own_chroma.url in run("failures").out
    assert ", 1 wait" in run("status").out
    asked = json.loads(run("ask", "--json", "which road did heavy rain close?").out)
    assert "by words alone" in asked["degraded"]
    own_chroma.start()
    report = json.loads(run("ingest", "new.json", "--json").out)
    assert (report["exit_code"], report["published"]) == (0, 1)
    assert own_chroma.url not in run("failures").out
