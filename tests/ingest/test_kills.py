from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.config import IndexConfig
from index.ledger import Ledger
from ingest import job
from ingest.config import IngestConfig

ARTICLES = 400
SCRIPT = """
import sys
from pathlib import Path
from index.config import IndexConfig
from ingest.config import IngestConfig
from ingest.job import run
config = IngestConfig(IndexConfig(Path(sys.argv[1])), batch_articles=7, embed=sys.argv[3] == "embed")
print("ready", flush=True)
run([sys.argv[2]], config)
"""


def article(n: int) -> str:
    text = "\n\n".join(
        f"In report {n} the envoy said for the {part}th time that line {n * part} of the treaty was open. "
        f"Nobody in the hall had read page {n + part}, and the {n} interpreters were tired of it."
        for part in range(1, 9)
    )
    return json.dumps(
        {"title": f"Report {n}", "text": text, "url": f"https://h.example/{n}", "date": "2023-11-16"}
    )


@pytest.mark.slow
@pytest.mark.parametrize("embed", ["words", "embed"])
def test_whatever_is_killed_no_article_is_half_in_and_the_next_run_finishes(
    tmp_path: Path, embed: str
) -> None:
    articles = ARTICLES if embed == "words" else 60
    archive, data = tmp_path / "archive.jsonl", tmp_path / "data"
    archive.write_text("\n".join(article(n) for n in range(articles)))
    chance = random.Random(7)
    reported = 0
    for _ in range(8):
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(data), str(archive), embed], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0.1, 1.2 if embed == "words" else 6))
        process.send_signal(signal.SIGKILL)
        process.wait()
        if not (data / "ledger.sqlite").exists():
            continue
        with Ledger(data) as ledger:
            held = ledger.stats()
            assert held["articles"] >= reported, "an article that was in is gone"
            reported = held["articles"]
            assert_whole(ledger)
    config = IngestConfig(IndexConfig(data), embed=embed == "embed")
    report = job.run([str(archive)], config)
    assert (report.counts["new"], report.counts["unchanged"]) == (articles - reported, reported)
    again = job.run([str(archive)], config)
    assert again.counts["unchanged"] == articles
    assert again.embedded == 0
    with Ledger(data) as ledger:
        assert ledger.stats()["articles"] == articles
        assert_whole(ledger)


def assert_whole(ledger: Ledger) -> None:
    """Every version is covered by its passages, to the last word."""
    passages: dict[str, list[tuple[int, int]]] = {}
    for page in ledger.iter_passages():
        for passage in page:
            passages.setdefault(passage.version, []).append((passage.start, passage.end))
    assert len(passages) == ledger.stats()["versions"]
    for id_, version in ledger.versions_by_id(passages).items():
        covered = "".join(version.text[start:end] for start, end in sorted(passages[id_]))
        assert "".join(covered.split()) == "".join(version.text.split())
