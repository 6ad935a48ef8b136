"""Where the time goes that reading an archive takes: milliseconds of processor time an article, step by step.

    python bench/reading.py PATH... [--workers 1,2] [--articles 2000] [--data DIR]

Reads PATH into a new archive once for each number of processes, without embedding, and looks through it again
unchanged. Clock figures hold for a quiet machine only; the load is printed beside them.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

# Else bench/ingest.py is taken for the package.
sys.path.insert(0, str(Path(__file__).parents[1]))

from index.config import IndexConfig
from ingest.config import IngestConfig
from ingest.job import run
from ingest.passages import Cutter
from ingest.readers import Readers
from ingest.reading import read
from ingest.report import READING
from ingest.sources import discover


def steps(paths: list[str], articles: int) -> dict[str, float]:
    """Milliseconds of processor time an article by step, in this process, and articles and passages read."""
    config = IngestConfig(IndexConfig(Path("unused")))
    cutter = Cutter.for_model(config.index)
    readers = Readers(config.max_file_bytes)
    records = (
        (record, source) for source in discover(paths) if source.path for record in readers.records(source)
    )
    spent, number, passages = dict.fromkeys(READING, 0.0), 0, 0
    began = time.thread_time()
    for record, source in islice(records, articles):
        found = read(record.read, source.origin, cutter)
        for step, seconds in zip(READING, found.cpu, strict=True):
            spent[step] += seconds
        number += 1
        passages += len(found.article.spans) if found.article else 0
    total = time.thread_time() - began
    spent["find"] = total - sum(spent.values())
    return {step: 1000 * seconds / max(1, number) for step, seconds in spent.items()} | {
        "articles": number,
        "passages": passages,
    }


def ingest(paths: list[str], workers: int, data: Path) -> dict[str, float]:
    """Of a run into a new archive, and of one that finds nothing new."""
    config = IngestConfig(IndexConfig(data), embed=False, workers=workers)
    before = _spent()
    first = run(paths, config)
    own, others = (b - a for a, b in zip(before, _spent(), strict=True))
    again = run(paths, config)
    articles = max(1, first.articles)
    return {
        "workers": workers,
        "articles": first.articles,
        "passages": first.passages,
        "failed": first.counts["failed"],
        "seconds": first.seconds,
        "articles_per_second": first.articles / first.seconds,
        "passages_per_second": first.passages / first.seconds,
        "cpu_ms_an_article": 1000 * (own + others) / articles,
        "cpu_ms_an_article_of_the_run_itself": 1000 * own / articles,
        "cpu_ms_a_passage": 1000 * (own + others) / max(1, first.passages),
        "checked_per_second": again.articles / again.seconds,
        "unchanged": again.counts["unchanged"],
        "load": os.getloadavg()[0],
    }


def _spent() -> tuple[float, float]:
    """Seconds of processor time of this process, and of those that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time(), ended.ru_utime + ended.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--workers", default="1,2")
    parser.add_argument("--articles", type=int, default=2000, help="looked at for the steps")
    parser.add_argument("--data", type=Path, help="where archives are made, and removed")
    args = parser.parse_args()
    if args.data:
        args.data.mkdir(parents=True, exist_ok=True)
    by_step = steps(args.paths, args.articles)
    print(f"{'step':10} ms of processor time an article")
    for step, ms in by_step.items():
        print(f"{step:10} {ms:,.0f}" if step in ("articles", "passages") else f"{step:10} {ms:.2f}")
    runs = []
    for count in map(int, args.workers.split(",")):
        with tempfile.TemporaryDirectory(dir=args.data) as folder:
            runs.append(ingest(args.paths, count, Path(folder) / "data"))
        print()
        for name, value in runs[-1].items():
            print(f"{name:36} {value:,.2f}" if isinstance(value, float) else f"{name:36} {value:,}")
    print(json.dumps({"steps_ms": by_step, "runs": runs}))


if __name__ == "__main__":
    main()
