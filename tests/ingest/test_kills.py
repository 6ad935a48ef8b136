"""Runs killed at every place: `bench/kill.py` in short, and with the real embedding model."""

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

ROOT = Path(__file__).parents[2]
ARTICLES = 60
SCRIPT = """
import sys
from pathlib import Path
from index.config import IndexConfig
from ingest.config import IngestConfig
from ingest.job import run
print("ready", flush=True)
run([sys.argv[2]], IngestConfig(IndexConfig(Path(sys.argv[1])), batch_articles=7))
"""


@pytest.mark.slow
@pytest.mark.timeout(600)  # forty seconds where nothing else runs
def test_a_run_killed_in_any_phase_loses_nothing_and_the_next_one_completes_it() -> None:
    command = [sys.executable, str(ROOT / "bench" / "kill.py"), "--kills", "7", "--seed", "5"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, cwd=ROOT)
    figures = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode, figures["failures"]) == (0, 0), done.stdout
    assert len(figures["by_phase"]) == 7
    assert figures["questions"] > 0
    assert figures["questions_failed"] == 0


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
def test_runs_killed_while_the_model_embeds_are_finished_by_the_next(tmp_path: Path) -> None:
    archive, data = tmp_path / "archive.jsonl", tmp_path / "data"
    archive.write_text("\n".join(article(n) for n in range(ARTICLES)))
    chance = random.Random(7)
    reported = 0
    for _ in range(3):
        command = [sys.executable, "-c", SCRIPT, str(data), str(archive)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0.5, 6))
        process.send_signal(signal.SIGKILL)
        process.wait()
        if not (data / "ledger.sqlite").exists():
            continue
        with Ledger(data) as ledger:
            held = ledger.stats()
            assert held["articles"] >= reported, "an article that was in is gone"
            reported = held["articles"]
            assert_whole(ledger)
    config = IngestConfig(IndexConfig(data))
    report = job.run([str(archive)], config)
    assert (report.counts["new"], report.counts["unchanged"]) == (ARTICLES - reported, reported)
    again = job.run([str(archive)], config)
    assert again.counts["unchanged"] == ARTICLES
    assert again.embedded == 0
    with Ledger(data) as ledger:
        assert ledger.stats()["articles"] == ARTICLES
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
