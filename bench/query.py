"""What a question costs, from its words to hydrated hits, at 200,000 passages and at a million.

    python bench/query.py --real DIR [DIR …] --data FOLDER --questions FILE
        [--passages 200000 1000000] [--asked 200] [--starts 3]

FILE has an object a line with `question_sentence` (or `question`), gzipped or not. FOLDER gets an archive a
size, made of the real ones (see bench/query_archive.py), and keeps them for the next call; with archives
there, --real isn't needed. Each archive is searched by a process of its own; the sizes take turns, question
by question, and each question is asked four ways: of everything, of a window (a week, a month, half a year
and two years by turns), of one publisher, and as of a day. Every question is asked once each way, so nothing
is answered from a cache. The question's embedding is counted.

Recall@10 is that of the dense side: of the ten passages nearest to the question by comparing every stored
vector, the share among the first ten found. First question: from the start of the process, imports counted.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

# Else bench/ingest.py is taken for the package.
sys.path.insert(0, str(Path(__file__).parents[1]))

from query_recall import WAYS, likeness, narrowing, recall


def questions_of(file: Path, count: int) -> list[str]:
    raw = file.read_bytes()
    lines = (gzip.decompress(raw) if file.suffix == ".gz" else raw).decode("utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    texts = list(dict.fromkeys(each.get("question_sentence") or each["question"] for each in found))
    step = max(1, len(texts) // count)
    return texts[::step][:count]


# --- in a process of its own ---


def serve(data: Path) -> None:
    """Answers a line `[question, way, number]` with what it took; the first is read before all imports."""
    began = time.perf_counter()
    question = json.loads(sys.stdin.readline())[0]
    from index.config import IndexConfig
    from index.query import KINDS, parse
    from index.search import Index

    index = Index.open(IndexConfig(data))
    index.search(parse(question, known=index.known()).without(frozenset(KINDS)))
    print(json.dumps({"s": time.perf_counter() - began}), flush=True)
    if not sys.stdin.readline():
        return
    index.warm()
    print(json.dumps({"s": time.perf_counter() - began}), flush=True)
    publishers = [name for name, _ in index.ledger.publishers()][:25]
    for line in sys.stdin:
        question, way, number = json.loads(line)
        if question is None:
            print(json.dumps(memory()), flush=True)
            continue
        narrowed = narrowing(way, number, publishers)
        took, cpu = time.perf_counter(), time.process_time()
        # What the question itself names is read, and taken back: it is narrowed as the table says.
        query = parse(question, known=index.known()).without(frozenset(KINDS))
        hits = index.search(replace(query, **narrowed))
        spent = {
            "ms": 1000 * (time.perf_counter() - took),
            "cpu": 1000 * (time.process_time() - cpu),
            "hits": len(hits),
            "degraded": hits.degraded,
        }
        print(json.dumps(spent), flush=True)


def memory() -> dict[str, float]:
    """In MB: what the process holds by itself, and with the files that it has mapped and shares."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    kib = {line.split(":")[0]: int(line.split()[1]) for line in lines if line.endswith(" kB")}
    return {
        "own MB": kib["RssAnon"] / 1024,
        "with files MB": kib["VmRSS"] / 1024,
        "most MB": kib["VmHWM"] / 1024,
    }


class Asked:
    """A process that searches one archive."""

    def __init__(self, data: Path) -> None:
        command = [sys.executable, __file__, "--serve", str(data)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, question: str | None, way: str = "none", number: int = 0) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([question, way, number]), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("a search process ended")
        found: dict[str, Any] = json.loads(line)
        return found

    def close(self) -> None:
        self._process.communicate()


def first_question(data: Path, question: str) -> float:
    """Seconds from the start of a process to its first hits."""
    began = time.perf_counter()
    with closing(Asked(data)) as asked:
        asked.ask(question)
        return time.perf_counter() - began


# --- all of it ---


def measure(folder: Path, sizes: list[int], texts: list[str], starts: int) -> dict[str, Any]:
    archives = {size: folder / f"archive-{size}" for size in sizes}
    figures: dict[str, Any] = {}
    for size, data in archives.items():
        figures[str(size)] = json.loads((folder / f"archive-{size}.json").read_text())
        in_size = (file.stat().st_size for file in data.rglob("*") if file.is_file())
        figures[str(size)]["disk MB"] = sum(in_size) / 1e6
        firsts = [first_question(data, texts[0]) for _ in range(starts)]
        figures[str(size)]["first question s"] = statistics.median(firsts)
    spent: dict[tuple[int, str], list[dict[str, Any]]] = {(s, way): [] for s in sizes for way in WAYS}
    asked = {size: Asked(data) for size, data in archives.items()}
    try:
        for size, each in asked.items():
            each.ask(texts[0])
            figures[str(size)]["all read s"] = each.ask(texts[0])["s"]
            for i, text in enumerate(texts[1:21]):
                each.ask(text, WAYS[i % len(WAYS)], 10_000 + i)
        for i, text in enumerate(texts):
            for way in WAYS:
                for size, each in asked.items():
                    spent[size, way].append(each.ask(text, way, i))
        for size, each in asked.items():
            figures[str(size)] |= each.ask(None)
    finally:
        for each in asked.values():
            each.close()
    for size in sizes:
        figures[str(size)]["ways"] = {way: summary(spent[size, way]) for way in WAYS}
    return figures


def summary(spent: list[dict[str, Any]]) -> dict[str, Any]:
    ms = sorted(each["ms"] for each in spent)
    return {
        "p50 ms": statistics.median(ms),
        "p95 ms": ms[min(len(ms) - 1, int(0.95 * len(ms)))],
        "cpu ms": statistics.mean(each["cpu"] for each in spent),
        "cpu p95 ms": sorted(each["cpu"] for each in spent)[int(0.95 * len(spent))],
        "hits": statistics.mean(each["hits"] for each in spent),
        "degraded": sum(each["degraded"] is not None for each in spent),
    }


def show(figures: dict[str, Any], sizes: list[int]) -> None:
    heads = ("p50 ms", "p95 ms", "cpu ms", "cpu p95")
    print(
        f"\n{'passages':>10} {'narrowed by':12}"
        + "".join(f"{head:>9}" for head in heads)
        + "  recall@10   hits"
    )
    for size in sizes:
        for way, part in figures[str(size)]["ways"].items():
            print(
                f"{size:>10,} {way:12}{part['p50 ms']:>9.1f}{part['p95 ms']:>9.1f}{part['cpu ms']:>9.1f}"
                f"{part['cpu p95 ms']:>9.1f}{part['recall@10']:>11.3f}{part['hits']:>7.1f}"
            )
    names = (
        "first question s",
        "all read s",
        "own MB",
        "with files MB",
        "disk MB",
        "filled s",
        "base s",
        "base cpu s",
        "real passages",
    )
    print("\n" + f"{'':18}" + "".join(f"{size:>14,}" for size in sizes))
    for name in names:
        print(f"{name:18}" + "".join(f"{figures[str(size)].get(name, 0):>14,.1f}" for size in sizes))


def rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    return round(value, 4) if isinstance(value, float) else value


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--real", type=Path, nargs="+", default=[])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--passages", type=int, nargs="+", default=[200_000, 1_000_000])
    parser.add_argument("--asked", type=int, default=200)
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        serve(args.serve)
        return
    if not args.data or not args.questions:
        parser.error("--data and --questions say where the archives are and what is asked")
    from query_archive import build

    from index.ledger import Writer

    sizes = sorted(args.passages)
    texts = questions_of(args.questions, args.asked)
    build(args.data, args.real, sizes)
    for size in sizes:  # an archive of an older release is brought up to date
        Writer(args.data / f"archive-{size}").close()
    load = os.getloadavg()[0]
    figures = measure(args.data, sizes, texts, args.starts)
    for size in sizes:
        data, kept = args.data / f"archive-{size}", args.data / f"exact-{size}.json"
        for way, share in recall(data, texts, kept).items():
            figures[str(size)]["ways"][way]["recall@10"] = share
    show(figures, sizes)
    figures["load"] = load
    if args.real:
        figures["cosine of made vectors"] = likeness(args.real)
        print(f"\ncosine of made vectors to the model's own: {figures['cosine of made vectors']:.3f}")
    print(f"load {load:.1f} at the start, {len(texts)} questions")
    print(json.dumps(rounded(figures)))


if __name__ == "__main__":
    main()
