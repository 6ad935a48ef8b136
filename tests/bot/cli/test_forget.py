"""`dateline forget`, and what an old citation says afterwards."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.answer.types import Answer, Citation, Claim, Question
from bot.feedback import FILE, Feedback
from index.article import Coverage

URL = "https://harbour.example/2023/11/16/talks-off"
TEXT = (
    "The minister said on Thursday that the talks in the port would not take place next week after all. "
    "Her colleague abroad had not been told, officials said. No other day was named for them to meet."
)
RAIN = (
    "Heavy rain closed the valley road for two days, and the council sent bread to the villages. "
    "The road is to be open again by Sunday, the mayor said, unless the river rises further."
)


def line(url: str, text: str) -> str:
    return json.dumps(
        {"title": "A title", "text": text, "url": url, "date": "2023-11-16", "publisher": "Harbour"}
    )


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    path = folder / "feed.jsonl"
    path.write_text(line(URL, TEXT) + "\n" + line(URL + "-rain", RAIN))
    return path


@pytest.fixture
def id_(feed: Path, tmp_path: Path) -> str:
    from index.config import IndexConfig
    from ingest.config import IngestConfig
    from ingest.job import run as ingest

    report = ingest([str(feed)], IngestConfig(IndexConfig(tmp_path / "data"), embed=False))
    return report.new[0].article or ""


def test_says_what_went_and_an_old_citation_says_withdrawn(run: Any, feed: Path, id_: str) -> None:
    ran = run("forget", URL + "?utm_source=x")
    assert ran.code == 0
    assert ran.out.startswith("Forgot 1 article: 1 version, 1 passage; ")
    for cited in (id_, f"{id_}@1"):
        told = run("article", cited, "--quote", "4:12")
        assert told.code == 4
        assert told.out.startswith("This article has been withdrawn, on ")
        told = run("article", cited, "--json")
        assert told.code == 4
        known = json.loads(told.out)
        assert (known["id"], known["why"]) == (cited, "forgotten")
        assert len(known["withdrawn"]) == len("2026-11-24")
    assert run("search", "talks in the port", "--json").out.count("Thursday") == 0
    again = run("ingest", str(feed))
    assert again.code == 0
    assert "bring it back with" in again.out


def test_a_citation_of_before_is_withdrawn_though_the_article_came_in_again(
    run: Any, feed: Path, id_: str
) -> None:
    run("forget", id_)
    assert run("ingest", "--restore", str(feed)).code == 0
    old = run("article", f"{id_}@1")
    assert old.code == 4
    assert f"`dateline article {id_}` shows it" in old.out
    told = json.loads(run("article", id_, "--json").out)
    assert [version["id"] for version in told["versions"]] == [f"{id_}@2"]


def test_what_has_no_such_name_is_said_and_the_rest_is_forgotten(run: Any, id_: str) -> None:
    ran = run("forget", "nosucharticl")
    assert (ran.code, ran.out) == (4, "Nothing in the archive is called nosucharticl.\n")
    ran = run("forget", "--json", id_, "https://harbour.example/other")
    assert ran.code == 4
    told = json.loads(ran.out)
    assert told["forgotten"] == [id_]
    assert told["unknown"] == ["https://harbour.example/other"]
    assert told["unfinished"] is None
    ran = run("forget", id_)
    assert (ran.code, "had been taken out before" in ran.out) == (0, True)


def test_asks_on_a_terminal_unless_told_not_to(run: Any, id_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cli.forget._on_terminal", lambda: True)
    ran = run("forget", id_, stdin=b"n\n")
    assert ran.code == 1
    assert URL in ran.err
    assert "Forget 1 article?" in ran.err
    assert run("article", id_).code == 0
    assert run("forget", id_, stdin=b"y\n").code == 0
    assert run("article", id_).code == 4


def test_where_there_is_no_archive_none_is_made(run: Any, tmp_path: Path) -> None:
    ran = run("forget", URL, "--data", str(tmp_path / "none"))
    assert ran.code == 1
    assert "There is no archive" in ran.err
    assert not (tmp_path / "none").exists()


def test_a_run_that_is_writing_is_not_disturbed(run: Any, id_: str, tmp_path: Path) -> None:
    from index.ledger import Writer

    with Writer(tmp_path / "data"):
        ran = run("forget", id_)
    assert ran.code == 1
    assert "is writing to" in ran.err


def test_ingest_takes_out_what_is_gone_from_a_folder(run: Any, feed: Path, id_: str) -> None:
    feed.write_text(line(URL + "-rain", RAIN))
    ran = run("ingest", "--prune", str(feed.parent))
    assert ran.code == 0
    assert "1 pruned" in ran.out
    assert "gone from the folder" in ran.out
    assert run("article", id_).code == 4
    assert run("ingest", "--prune", str(feed)).code == 1


def test_what_people_said_of_answers_that_cite_it_goes_too(run: Any, id_: str, tmp_path: Path) -> None:
    cited = Citation(1, id_, f"{id_}@1", 0, 12, "The minister", "Harbour", "A title", None, None, None, "")
    coverage = Coverage(2, None, None, 0)
    about = Answer("talks?", None, True, (Claim("The minister", (1,)),), (cited,), (), coverage, "none")
    kept = Feedback(tmp_path / "data")
    kept.judge(kept.remember([1], Question("talks?"), about), 7, is_right=True)
    silent = replace(about, question="port?", answered=False, claims=(), citations=())
    typed = "no other day was named for them"
    kept.judge(kept.remember([2], Question("port?"), silent), 7, is_right=False, words=typed)
    kept.close()
    assert json.loads(run("feedback", "--json").out)["answers"][1]["words"] == [typed]
    assert run("forget", id_).code == 0
    (left,) = json.loads(run("feedback", "--json").out)["answers"]
    assert (left["question"], left.get("words")) == ("port?", None)
    stored = (tmp_path / "data" / FILE).read_bytes()
    assert b"other day was named" not in stored
    assert id_.encode() not in stored
