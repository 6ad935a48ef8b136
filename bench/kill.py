"""Kill runs at every place, and see what stands: nothing that was reported in lost, nothing half in.

    python bench/kill.py [--kills 200] [--seed 1] [--keep FOLDER]

Articles come in by real runs (SQLite, tantivy, Chroma; the embedding model is a stub) that are killed: at
named places, by hooks (bench/killed.py), and at any moment; two thirds by SIGKILL, the others by SIGTERM once
or twice. A reader asks throughout. Another archive takes the same articles in undisturbed, to compare with.
Exit 1 when a check fails.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Else bench/ingest.py is taken for the package.
sys.path.insert(0, str(Path(__file__).parents[1]))

import killed
import numpy as np

from index.article import Passage, Version
from index.config import IndexConfig
from index.dense import Dense
from index.dense.base import chroma_folder, current_name, read_manifest, segment_hashes
from index.ledger import Ledger
from index.lexical import Lexical, Term
from index.query import parse
from index.search import Index
from index.vectors import Vectors
from ingest import job
from ingest.config import IngestConfig

HERE = Path(__file__).parent
NEW = 12
"""Articles that come to the source before each kill; each run commits them in batches of 5."""
SHORT, LONG = (0.0, 0.0005, 0.002, 0.006, 0.015), (0.02, 0.1, 0.3, 0.7, 1.2)
PHASES: dict[str, list[tuple[str, tuple[float, ...]]]] = {
    "reading": [("before a source is looked up", SHORT), ("after a source is looked up", SHORT)],
    "the ledger's transaction": [("before an article is added", SHORT), ("after an article is added", SHORT)],
    "tantivy's commit": [("before tantivy commits", SHORT), ("after tantivy commits", (0.0,))],
    "the ledger's commit": [("before the ledger commits", SHORT), ("after the ledger commits", SHORT)],
    "embedding": [
        ("before a batch is embedded", SHORT),
        ("before vectors are committed", SHORT),
        ("after vectors are committed", SHORT),
    ],
    "copying a base": [("before a base is copied", SHORT), ("after a base is copied", (0.0, 0.05, 0.2))],
    "adding to a base": [
        ("before a base is added to", SHORT),
        ("after a base is added to", SHORT),
        ("before a base is hashed", SHORT),
        ("before the manifest is written", SHORT),
        ("after the manifest is written", (0.0,)),
    ],
    "verifying": [("before a base is verified", (0.0, *LONG)), ("after a base is verified", (0.0,))],
    "rename": [
        ("before a base is synced", SHORT),
        ("before a base is renamed", (0.0, 0.0005)),
        ("after a base is renamed", (0.0, 0.0005)),
    ],
    "flip": [
        ("before the flip", SHORT),
        ("before CURRENT is replaced", (0.0, 0.0005)),
        ("after CURRENT is replaced", (0.0, 0.0005)),
        ("before old bases are swept", SHORT),
    ],
    "rebuilding words": [
        ("after words are rebuilt", SHORT),
        ("before rebuilt words take over", SHORT),
        ("before words are moved aside", (0.0,)),
        ("after words are moved aside", (0.0,)),
    ],
    "any moment": [("any moment", tuple(i / 10 for i in range(1, 40)))],
}
MANY = {
    "reading": 20,
    "the ledger's transaction": 10,
    "the ledger's commit": 3,
    "tantivy's commit": 3,
    "embedding": 2,
}


@dataclass
class Tally:
    kills: Counter[str] = field(default_factory=Counter)
    signals: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, str]] = field(default_factory=list)
    asked: int = 0
    remarks: Counter[str] = field(default_factory=Counter)
    articles: int = 0
    runs_compared: int = 0

    def check(self, phase: str, what: str, is_so: bool, told: object = None) -> None:
        self.checks[phase] += 1
        if not is_so:
            self.failures.append((phase, what))
            print(f"FAILED after {phase}: {what}{'' if told is None else f': {told}'}", flush=True)


def article(n: int, edition: int = 1) -> str:
    paragraphs = [
        f"In report {n} of edition {edition} the council of marker{n}x said for the {part}th time that "
        + " ".join(f"line {n * part + i} of treaty {i * part} was open" for i in range(22))
        + "."
        for part in range(1, 4)
    ]
    found = {"title": f"Report {n}", "text": "\n\n".join(paragraphs), "url": f"https://h.example/{n}"}
    return json.dumps(found | {"date": f"2023-11-{1 + n % 28:02}", "modified": f"2024-01-0{edition}"})


class Round:
    """One archive, its source, its undisturbed twin, and a reader that asks throughout."""

    def __init__(self, folder: Path, tally: Tally) -> None:
        self.data, self.twin, self.source = folder / "data", folder / "twin", folder / "source"
        self.source.mkdir(parents=True)
        self._known, self._told = folder / "known.json", folder / "tally.json"
        self._tally = tally
        self._reader: subprocess.Popen[bytes] | None = None
        self.reported: set[str] = set()
        self.articles = 0

    def write_more(self) -> None:
        lines = [article(n) for n in range(self.articles, self.articles + NEW)]
        (self.source / f"{self.articles:05}.jsonl").write_text("\n".join(lines))
        self.articles += NEW
        self._run_twin()

    def rewrite_some(self) -> None:
        """The publisher changes the articles of the first file."""
        (self.source / "00000.jsonl").write_text("\n".join(article(n, 2) for n in range(NEW)))
        self._run_twin()

    def _run_twin(self) -> None:
        job.run([str(self.source)], IngestConfig(IndexConfig(self.twin), embed=False))

    def run(self, place: str, nth: int, delay: float, signals: str) -> tuple[bool, dict[str, Any] | None]:
        """Whether the run reached the place and was signalled there; its report if it ended by itself."""
        arguments = [place, str(nth), str(delay), signals, str(self.data), str(self.source)]
        command = [sys.executable, str(HERE / "killed.py"), "run", *arguments]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, timeout=300)
        reached, report = False, None
        for line in done.stdout.splitlines(keepends=True):
            what, _, told = line.partition(" ")
            if not line.endswith("\n"):
                continue
            if what == "in":
                self.reported.update(json.loads(told))
            elif what.strip() == "trap":
                reached = True
            elif what == "done":
                report = json.loads(told)
        return reached and (done.returncode < 0 or "TERM" in signals), report

    # --- the reader ---

    def let_reader_know(self) -> None:
        if not self.reported:
            return
        markers = [f"marker{n}x" for n in self._numbers(self.reported)]
        fresh = self._known.with_suffix(".new")
        fresh.write_text(json.dumps(markers))
        fresh.rename(self._known)
        if self._reader is None:
            arguments = ["reader", str(self.data), str(self._known), str(self._told)]
            self._reader = subprocess.Popen([sys.executable, str(HERE / "killed.py"), *arguments])

    def _numbers(self, versions: set[str]) -> list[int]:
        with Ledger(self.twin) as ledger:
            found = ledger.articles({version.partition("@")[0] for version in versions})
            return sorted(int(a.key.rpartition("/")[2]) for a in found.values())

    def end(self) -> None:
        if self._reader is None:
            return
        self._tally.check("reader", "the reader has ended by itself", self._reader.poll() is None)
        time.sleep(0.3)
        self._reader.send_signal(signal.SIGTERM)
        self._reader.wait(60)
        asked, failures, remarks = json.loads(self._told.read_text())
        self._tally.asked += asked
        self._tally.remarks += Counter(remarks)
        for failure in failures:
            self._tally.check("reader", failure, False)

    # --- what must hold ---

    def check(self, phase: str) -> None:
        def so(what: str, is_so: bool) -> None:
            self._tally.check(phase, what, is_so)

        if not (self.data / "ledger.sqlite").exists():
            so("an article was reported in before there was a ledger", not self.reported)
            return
        with closing(sqlite3.connect(self.data / "ledger.sqlite")) as db:
            so("the ledger is whole", db.execute("PRAGMA quick_check").fetchone()[0] == "ok")
            if db.execute("PRAGMA user_version").fetchone()[0] == 0:
                so("an article was reported in before there were tables", not self.reported)
                return
        with Ledger(self.data) as ledger, Ledger(self.twin) as twin:
            held, wanted = contents(ledger), contents(twin)
            so("what was reported in is there", self.reported <= held.keys())
            so("every version has its text and all its passages", all(held[v] == wanted.get(v) for v in held))
            ids = [passage.id for page in ledger.iter_passages() for passage in page]
            if ids:
                found = Lexical(self.data).scores([Term("council")], ids)
                so("every passage is found by words", found.keys() == set(ids))
            self._tally.articles += len(held)
        name = current_name(self.data)
        if name is not None:
            folder = chroma_folder(self.data) / name
            so("the base in use is as it was built", segment_hashes(folder) == read_manifest(folder).segments)
        if self.reported:
            number = random.choice(self._numbers(self.reported))
            with Index.open(IndexConfig(self.data)) as index:
                hits = index.search(parse(f"what did the council say of marker{number}x?"))
                so("a new process answers", bool(hits) and f"marker{number}x" in hits[0].text)
                so("and not from a damaged base", "base can't" not in (hits.degraded or ""))

    def finish(self) -> None:
        """An undisturbed run completes what the killed ones left, and leaves what the twin has."""
        _, report = self.run("nowhere", 1, 0, "KILL")
        so, phase = self._tally.check, "the run after"
        so(phase, "the next run completes", report is not None and report["exit_code"] == 0, report)
        self.check(phase)
        with Ledger(self.data) as ledger, Ledger(self.twin) as twin:
            so(phase, "the archive is that of an undisturbed run", contents(ledger) == contents(twin))
            passages = [passage for page in ledger.iter_passages() for passage in page]
            with (
                closing(Vectors(self.data, killed.Stub.identity)) as vectors,
                closing(Dense(ledger, vectors)) as dense,
            ):
                rows, found = vectors.get_many([passage.vector for passage in passages])
                texts = ledger.embed_text(passage.id for passage in passages)
                right = killed.Stub().encode([texts[passage.id] for passage in passages], "passage")
                so(phase, "every passage has its vector", bool(found.all()))
                so(phase, "and it is its text's", bool(np.allclose(rows, right, atol=2e-3)))
                near = dense.search(rows[0], len(passages) + 9)
                so(phase, "base and delta hold each passage once", sorted(i for i, _ in near) == list(texts))
                so(phase, "the base is in use", dense._base is not None and dense.degraded is None)
        left = [path.name for path in self.data.rglob("*") if path.suffix in (".tmp", ".old")]
        so(phase, f"nothing is left lying about: {left}", not left)
        _, again = self.run("nowhere", 1, 0, "KILL")
        counts = again["counts"] if again else {}
        so(phase, f"a further run finds nothing to do: {counts}", counts.get("unchanged") == self.articles)
        so(phase, "nor to embed", again is not None and again["embedded"] == 0)
        self._tally.runs_compared += 1


def contents(ledger: Ledger) -> dict[str, tuple[object, ...]]:
    """Version id -> all that a run wrote of it but ids and times."""
    passages: dict[str, list[tuple[object, ...]]] = {}
    for page in ledger.iter_passages():
        for p in page:
            passages.setdefault(p.version, []).append(_facts_of(p))
    with closing(sqlite3.connect(ledger.path)) as db:
        ids = [row[0] for row in db.execute("SELECT id FROM versions")]
    articles = ledger.articles({id_.partition("@")[0] for id_ in ids})
    return {
        id_: (*_facts(version), articles[version.article].story, tuple(sorted(passages.get(id_, []))))
        for id_, version in ledger.versions_by_id(ids).items()
    }


def _facts_of(passage: Passage) -> tuple[object, ...]:
    return passage.n, passage.start, passage.end, passage.vector


def _facts(version: Version) -> tuple[object, ...]:
    return version.text, version.title, version.published, version.reason, version.raw_hash


def one_kill(current: Round, phase: str, chance: random.Random, tally: Tally) -> None:
    """Brings new articles and kills the run that takes them in; counts when it was met."""
    place, delays = chance.choice(PHASES[phase])
    signals = chance.choice(["KILL", "KILL", "KILL", "KILL", "TERM", "TERM,TERM"])
    if phase == "rebuilding words" and (current.data / "lexical" / "STATE").exists():
        (current.data / "lexical" / "STATE").unlink()
    current.write_more()
    met, _ = current.run(place, chance.randint(1, MANY.get(phase, 1)), chance.choice(delays), signals)
    if met:
        tally.kills[phase] += 1
        tally.signals[signals] += 1
    current.check(phase)
    current.let_reader_know()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    args = parser.parse_args()
    chance, tally, began = random.Random(args.seed), Tally(), time.monotonic()
    random.seed(args.seed)
    killed.use_stub()
    with tempfile.TemporaryDirectory() as temporary:
        number = 0
        while sum(tally.kills.values()) < args.kills:
            number += 1
            current = Round((args.keep or Path(temporary)) / f"round-{number}", tally)
            try:
                for is_second in (False, True):
                    if is_second:
                        current.rewrite_some()
                    for _ in range(min(10, args.kills - sum(tally.kills.values()))):
                        fewest = min(tally.kills[phase] for phase in PHASES)
                        one_kill(
                            current,
                            chance.choice([p for p in PHASES if tally.kills[p] == fewest]),
                            chance,
                            tally,
                        )
                    current.finish()
                    done = sum(tally.kills.values())
                    print(
                        f"{done} kills, {len(tally.failures)} failures, {time.monotonic() - began:.0f} s",
                        flush=True,
                    )
            finally:
                current.end()
    show(tally, time.monotonic() - began)
    sys.exit(1 if tally.failures else 0)


def show(tally: Tally, seconds: float) -> None:
    failed = Counter(phase for phase, _ in tally.failures)
    print(f"\n{'killed while':28}{'kills':>8}{'checks':>8}{'failures':>10}")
    for phase in [*PHASES, "the run after", "reader"]:
        print(f"{phase:28}{tally.kills[phase]:8}{tally.checks[phase]:8}{failed[phase]:10}")
    print(f"{tally.asked:,} questions to the reader that stayed, {failed['reader']} failed")
    print(f"its remarks: {dict(tally.remarks)}")
    figures = {
        "kills": sum(tally.kills.values()),
        "by_phase": dict(tally.kills),
        "by_signal": dict(tally.signals),
        "checks": sum(tally.checks.values()),
        "failures": len(tally.failures),
        "versions_looked_at": tally.articles,
        "questions": tally.asked,
        "questions_failed": failed["reader"],
        "archives_compared": tally.runs_compared,
        "seconds": round(seconds),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
