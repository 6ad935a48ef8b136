"""Questions to an archive that a run is writing to, in another process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from index.config import IndexConfig
from index.query import parse
from index.search import Index

from .test_kills import SCRIPT, article

FIRST, MORE = 5, 90


@pytest.mark.slow
def test_every_question_is_answered_while_a_run_is_under_way_and_from_what_it_has_brought_in(
    tmp_path: Path,
) -> None:
    source, data = tmp_path / "archive.jsonl", tmp_path / "data"
    # A base is built while they are asked, as there is none yet.
    for count in (FIRST, FIRST + MORE):
        source.write_text("\n".join(article(n) for n in range(count)))
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(data), str(source)], stdout=subprocess.DEVNULL
        )
        if count == FIRST:
            assert process.wait() == 0
    asked, seen, remarks = 0, set[int](), set[str | None]()
    with Index.open(IndexConfig(data)) as index:
        index.warm()
        while process.poll() is None or asked == 0:
            held = index.ledger.stats()["articles"]
            seen.add(held)
            newest = index.ledger.passages_after(index.ledger.last_passage() - 1, 1)[0]
            number = number_of(index, newest.version)
            hits = index.search(parse(f"What did the envoy say in report {number}?"))
            assert newest.version in {hit.version for hit in hits}, f"{number} of {held} ({hits.degraded})"
            remarks.add(hits.degraded)
            asked += 1
        assert index.ledger.stats()["articles"] == FIRST + MORE
    assert process.returncode == 0
    assert remarks == {None}
    assert len(seen) > 2, "the run was over before it was asked"


def number_of(index: Index, version: str) -> str:
    found = index.ledger.article(version)
    assert found is not None
    assert found.url is not None
    return found.url.rpartition("/")[2]
