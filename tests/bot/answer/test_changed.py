"""An answer that cites an article which its publisher has changed since."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.answer.answer import Answerer
from bot.answer.types import Question
from bot.llm import LLMConfig
from index.config import IndexConfig
from index.search import Index
from ingest.config import IngestConfig
from ingest.job import run

FIRST = "Engineers closed the Orvenna bridge because they had found cracks in two of its cables."
SECOND = "Engineers closed the Orvenna bridge because they had found cracks in nine of its cables."
REST = "A ferry will run every twenty minutes until the cables are replaced, the roads office said on Monday."
QUESTION = "Why was the Orvenna bridge closed?"

Printed = Callable[[str, str | None], None]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def printed(tmp_path: Path, data: Path) -> Printed:
    """Prints the article anew, and ingests it."""
    pages = tmp_path / "pages"
    pages.mkdir()

    def print_(text: str, modified: str | None) -> None:
        record = {
            "title": "Orvenna bridge closed",
            "text": f"{text}\n\n{REST}",
            "url": "https://orvennapost.example/bridge",
            "publisher": "Orvenna Post",
            "published": "2024-05-03",
            "modified": modified,
        }
        (pages / "bridge.json").write_text(json.dumps(record), encoding="utf-8")
        assert run([str(pages)], IngestConfig(IndexConfig(data))).exit_code == 0

    return print_


@pytest.fixture
def opened(data: Path, printed: Printed) -> Iterator[Answerer]:
    printed(FIRST, None)
    answerer = Answerer(Index.open(IndexConfig(data)), LLMConfig("none"))
    yield answerer
    answerer.close()


def test_an_old_answers_quote_resolves_and_the_change_is_known(opened: Answerer, printed: Printed) -> None:
    old = opened.ask(Question(QUESTION))
    (citation,) = (c for c in old.citations if c.quote == FIRST)
    assert citation.changed is None
    assert opened.changed(old) == {}
    printed(SECOND, "2024-05-05")
    assert opened.changed(old) == {citation.version: "2024-05-05"}
    version = opened.index.ledger.version(citation.version)
    assert version is not None
    assert version.text[citation.start : citation.end] == FIRST


def test_an_answer_as_of_a_day_before_the_change_says_so(opened: Answerer, printed: Printed) -> None:
    printed(SECOND, "2024-05-05")
    now = opened.ask(Question(QUESTION))
    assert (SECOND, None) in [(c.quote, c.changed) for c in now.citations]
    then = opened.ask(Question(QUESTION, as_of=date(2024, 5, 4)))
    assert FIRST in [c.quote for c in then.citations]
    assert {c.changed for c in then.citations} == {"2024-05-05"}
    assert '"changed": "2024-05-05"' in json.dumps(then.as_json())


def test_an_article_that_is_only_read_better_was_not_changed(opened: Answerer, data: Path) -> None:
    import sqlite3

    old = opened.ask(Question(QUESTION))
    (version,) = {c.version for c in old.citations}
    with sqlite3.connect(data / "ledger.sqlite") as db:
        columns = [row[1] for row in db.execute("PRAGMA table_info(versions)")]
        row = dict(
            zip(
                columns, db.execute("SELECT * FROM versions WHERE id = ?", (version,)).fetchone(), strict=True
            )
        )
        row |= {"id": f"{version[:-1]}2", "n": 2, "reason": "extraction"}
        marks = ", ".join("?" * len(row))
        db.execute(f"INSERT INTO versions ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
    assert opened.index.ledger.changed_versions([version]) == {}
