from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


def test_json_is_the_contracts_object_and_offsets_are_of_the_text(run: Any, archive: Path) -> None:
    ran = run("search", "why were the talks called off?", "--json", "--data", str(archive))
    assert ran.code == 0
    found = json.loads(ran.out)
    assert found["question"] == "why were the talks called off?"
    hit = found["hits"][0]
    assert set(hit) == {
        *("article", "version", "start", "end", "text"),
        *("publisher", "title", "published", "url", "score"),
    }
    told = json.loads(run("article", hit["article"], "--json", "--data", str(archive)).out)
    text = next(v["text"] for v in told["versions"] if v["id"] == hit["version"])
    assert text[hit["start"] : hit["end"]] == hit["text"]


def test_hits_are_shown_for_people_with_the_outlets_of_their_story(run: Any, archive: Path) -> None:
    ran = run("search", "why were the talks called off?", "--data", str(archive))
    assert ran.code == 0
    assert ran.out.startswith(
        "1. Caspian Courier (at courier.example) · Baku calls off the meeting · 16 Nov 2023\n"
    )
    assert "also printed by Midwire" in ran.out
    assert "https://courier.example/a\n" in ran.out
    assert ran.out.splitlines()[-1].startswith("4 articles, 16 Nov 2023 – 1 Feb 2024")


def test_limit_and_publisher_narrow_the_search(run: Any, archive: Path) -> None:
    one = json.loads(run("search", "bridge", "--limit", "1", "--json", "--data", str(archive)).out)
    assert len(one["hits"]) == 1
    wire = json.loads(run("search", "talks", "--publisher", "midwire", "--json", "--data", str(archive)).out)
    assert {hit["publisher"] for hit in wire["hits"]} == {"Midwire"}


def test_an_outlet_that_is_not_there_brings_the_names_of_those_that_are(run: Any, archive: Path) -> None:
    ran = run("search", "talks", "--publisher", "Caspian Post", "--data", str(archive))
    assert ran.out == "Nothing found.\nNo articles match\nOutlets in the archive: Caspian Courier, Midwire\n"


def test_a_window_that_holds_nothing_says_so(run: Any, archive: Path) -> None:
    ran = run("search", "bridge", "--since", "2030-01-01", "--data", str(archive))
    assert ran.code == 0
    assert "Nothing found." in ran.out
    assert "No articles match" in ran.out


def test_a_batch_of_searches_keeps_ids_and_order(run: Any, archive: Path) -> None:
    asked = [
        {"id": 1, "question": "bridge"},
        {"id": 2},
        {"id": 3, "question": "bridge", "as_of": "2024-02-02"},
    ]
    stdin = "\n".join(json.dumps(a) for a in asked).encode()
    ran = run("search", "--batch", "-", "--data", str(archive), stdin=stdin)
    assert ran.code == 3
    out = [json.loads(line) for line in ran.out.splitlines()]
    assert [reply["id"] for reply in out] == [1, 2, 3]
    assert "June" in out[0]["hits"][0]["text"]
    assert "error" in out[1]
    assert "May" in out[2]["hits"][0]["text"]


def test_explain_says_what_each_passage_was_ranked_by(run: Any, archive: Path) -> None:
    ran = run("search", "--explain", "--data", str(archive), "why were the talks called off by Baku?")
    assert ran.code == 0, ran.err
    assert "score " in ran.out
    assert "BM25 " in ran.out
    assert "cosine " in ran.out
    assert "in base-1" in ran.out
    assert "words: Baku" in ran.out
    assert "Looked for: " in ran.out
    ran = run("search", "--explain", "--json", "--data", str(archive), "who called the talks off?")
    found = json.loads(ran.out)
    first = found["hits"][0]
    assert first["why"]["compared_in"] == "base-1"
    assert first["why"]["bm25"] > 0
    assert round(first["why"]["score"], 4) == first["score"]
    added = sum(signal["adds"] for signal in first["why"]["signals"])
    assert first["why"]["signals"]
    assert added == pytest.approx(first["why"]["score"], abs=1e-5)
    word = first["why"]["words"][0]
    start = first["start"]
    assert first["text"][word["start"] - start : word["end"] - start] == word["text"]
    assert {term["word"] for term in found["asked"]["terms"]} >= {"talks"}
    assert found["asked"]["passages_allowed"] is None


def test_without_explain_nothing_is_explained(run: Any, archive: Path) -> None:
    found = json.loads(run("search", "--json", "--data", str(archive), "talks called off").out)
    assert "why" not in found["hits"][0]
    assert "asked" not in found


def test_explain_tells_how_much_of_the_archive_was_looked_in(run: Any, archive: Path) -> None:
    ran = run("search", "--explain", "--since", "2024-01-01", "--data", str(archive), "bridge opening")
    assert "Looked in 1 of 5 passages" in ran.out
    assert "opening" not in ran.out.split("words: ")[1].splitlines()[0].split()[0]


def test_a_marked_passage_brings_no_escape_sequence_along(run: Any, archive: Path) -> None:
    ran = run("search", "--explain", "--data", str(archive), "wheat harvest falls 2J")
    assert "\x1b" not in ran.out
    assert "wheat harvest in the north fell" in ran.out
