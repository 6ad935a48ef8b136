from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from index.ledger import article_id

BRIDGE = article_id("https://courier.example/d")
TALKS = article_id("https://courier.example/a")
WHEAT = article_id("/archive/c.txt")


def test_json_is_the_contracts_object(run: Any, archive: Path) -> None:
    for asked in (BRIDGE, f"{BRIDGE}@1"):
        told = json.loads(run("article", asked, "--json", "--data", str(archive)).out)
        assert (told["id"], told["url"]) == (BRIDGE, "https://courier.example/d")
        assert told["outlets"] == ["Caspian Courier"]
        first, second = told["versions"]
        assert {"id", "text", "title", "published", "publisher", "seen", "superseded_by"} <= set(first)
        assert (first["id"], first["superseded_by"]) == (f"{BRIDGE}@1", f"{BRIDGE}@2")
        assert (second["id"], second["superseded_by"]) == (f"{BRIDGE}@2", None)


def test_an_article_reads_as_its_latest_version_and_a_version_as_itself(run: Any, archive: Path) -> None:
    latest = run("article", BRIDGE, "--data", str(archive))
    assert latest.code == 0
    assert latest.out.startswith(
        "Bridge to open in June\nCaspian Courier (at courier.example) · 1 Feb 2024 · modified 3 Feb 2024"
    )
    assert f"▸ {BRIDGE}@2  changed by its publisher" in latest.out
    old = run("article", f"{BRIDGE}@1", "--data", str(archive))
    assert old.out.startswith("Bridge to open in May\n")
    assert f"▸ {BRIDGE}@1  first seen" in old.out


def test_a_quote_is_marked_in_its_place(run: Any, archive: Path) -> None:
    told = json.loads(run("article", TALKS, "--json", "--data", str(archive)).out)
    start = told["versions"][0]["text"].index("We see")
    ran = run("article", TALKS, "--quote", f"{start}:{start + 6}", "--data", str(archive))
    assert "“>>>We see<<< no possibility" in ran.out
    assert "printed by Caspian Courier, Midwire" in ran.out


def test_a_quote_on_a_terminal_is_highlighted(
    run: Any, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    ran = run("article", BRIDGE, "--quote", "4:14", "--data", str(archive))
    assert "\x1b[1;7;33mnew bridge\x1b[0m" in ran.out


@pytest.mark.parametrize(("quote", "code"), [("5", 2), ("a:b", 2), ("-1:4", 2), ("9:4", 1), ("0:9999", 1)])
def test_a_quote_outside_the_text_is_refused(run: Any, archive: Path, quote: str, code: int) -> None:
    ran = run("article", BRIDGE, f"--quote={quote}", "--data", str(archive))
    assert (ran.code, ran.out) == (code, "")
    assert ran.err


def test_an_unknown_id_is_named(run: Any, archive: Path) -> None:
    for unknown in ("nosucharticl", f"{BRIDGE}@7"):
        ran = run("article", unknown, "--data", str(archive))
        assert ran.code == 1
        assert unknown in ran.err


def test_what_an_article_holds_can_not_steer_the_terminal(run: Any, archive: Path) -> None:
    ran = run("article", WHEAT, "--data", str(archive))
    assert ran.out.startswith("Wheat harvest [bold]falls[/]\noutlet unknown · undated")
    assert "\x1b" not in ran.out


class TestWhatWasChanged:
    def test_is_in_the_object_for_machines(self, run: Any, archive: Path) -> None:
        first, second = json.loads(run("article", BRIDGE, "--json", "--data", str(archive)).out)["versions"]
        assert first["changes"] is None
        assert second["reason"] == "publisher"
        changes = second["changes"]
        assert changes["from"] == f"{BRIDGE}@1"
        assert changes["fields"] == [
            {"field": "title", "before": "Bridge to open in May", "after": "Bridge to open in June"},
            {"field": "modified", "before": None, "after": "2024-02-03"},
        ]
        (change,) = changes["text"]
        assert change["kind"] == "changed"
        for side, version in (("before", first), ("after", second)):
            span = change[side]
            assert version["text"][span["start"] : span["end"]] == span["text"]

    def test_is_marked_word_by_word(self, run: Any, archive: Path) -> None:
        ran = run("article", BRIDGE, "--changes", "--data", str(archive))
        assert ran.code == 0
        lines = ran.out.splitlines()
        assert lines[0] == f"{BRIDGE}@1 → {BRIDGE}@2"
        assert lines[1].startswith("changed by its publisher; dated 3 Feb 2024, seen ")
        assert "  ~ title: Bridge to open in [-May-]{+June+}" in lines
        assert "  ~ The new bridge will open in [-May-]{+June, the mayor said+}." in lines

    def test_is_coloured_on_a_terminal(
        self, run: Any, archive: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("FORCE_COLOR", "1")
        ran = run("article", BRIDGE, "--changes", "--data", str(archive))
        assert "\x1b[9;31mMay\x1b[0m\x1b[32mJune" in ran.out

    def test_is_shown_of_one_version_alone(self, run: Any, archive: Path) -> None:
        for asked in ((f"{BRIDGE}@2",), (BRIDGE, "--version", "2")):
            ran = run("article", *asked, "--changes", "--data", str(archive))
            assert f"{BRIDGE}@1 → {BRIDGE}@2" in ran.out
        ran = run("article", f"{BRIDGE}@1", "--changes", "--data", str(archive))
        assert ran.out == f"{BRIDGE}@1 is the first version: nothing was changed.\n"
        ran = run("article", WHEAT, "--changes", "--data", str(archive))
        assert ran.out == "There is one version: nothing was changed.\n"


class TestAQuoteOfAVersionThatItsPublisherHasChanged:
    def test_resolves_and_says_so(self, run: Any, archive: Path) -> None:
        text = json.loads(run("article", BRIDGE, "--json", "--data", str(archive)).out)["versions"][0]["text"]
        ran = run("article", f"{BRIDGE}@1", "--quote", f"0:{len(text)}", "--data", str(archive))
        assert ran.code == 0
        assert f">>>{text}<<<" in ran.out
        assert "Its publisher has changed this article since, on 3 Feb 2024." in ran.out
        assert "The words quoted no longer stand in it." in ran.out
        assert f"`dateline article {BRIDGE} --changes`" in ran.out

    def test_says_where_the_words_still_stand(self, run: Any, archive: Path) -> None:
        ran = run("article", f"{BRIDGE}@1", "--quote", "4:14", "--data", str(archive))
        assert "The words quoted still stand in it." in ran.out

    def test_says_nothing_of_the_latest_version(self, run: Any, archive: Path) -> None:
        for asked in (BRIDGE, f"{BRIDGE}@2", TALKS):
            assert "has changed this article" not in run("article", asked, "--data", str(archive)).out


def test_a_version_is_shown_by_its_number(run: Any, archive: Path) -> None:
    assert run("article", BRIDGE, "--version", "1", "--data", str(archive)).out.startswith(
        "Bridge to open in May\n"
    )
    assert run("article", BRIDGE, "--version", "3", "--data", str(archive)).code == 1
