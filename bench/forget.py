"""What forgetting one article costs in an archive of many passages, step by step.

    python -P bench/forget.py [--sizes 10000,50000,200000] [--keep FOLDER] [--runs 3]

The archives are those of bench/scale.py; with --keep they stay and are taken as they are the next
time. Each run forgets the oldest article, so that it lies in the base and in the largest segment of
the word index. Seconds by the clock, and of the processor in brackets (of this process only: the base
is verified in another); the median.
"""

from __future__ import annotations

import argparse
import json
import os
import runpy
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

# Else bench/ingest.py is taken for the package.
sys.path.insert(0, str(Path(__file__).parents[1]))

import index.dense.erase
import index.erase
import index.lexical_erase
import index.vectors
from index.config import IndexConfig
from index.dense import base_manifest
from index.embedder import model_identity
from index.ledger import Writer
from index.vectors import Vectors
from ingest.forget import find, forget

STEPS = ("words", "vectors", "base", "ledger")


def timed(took: dict[str, float], name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    def run(*given: Any, **named: Any) -> Any:
        began, cpu = time.perf_counter(), time.process_time()
        try:
            return call(*given, **named)
        finally:
            took[name] = took.get(name, 0.0) + time.perf_counter() - began
            took[f"{name} cpu"] = took.get(f"{name} cpu", 0.0) + time.process_time() - cpu

    return run


def measure(data: Path, url: str) -> dict[str, float]:
    """Forgets one article, and looks whether it is gone."""
    took: dict[str, float] = {}
    module: Any = index.erase
    original = (
        index.vectors.erase_vectors,
        index.dense.erase.erase_from_base,
        module.vacuum,
        index.lexical_erase.erase_from_lexical,
    )
    began = time.perf_counter()
    with Writer(data) as writer:
        took["open"] = time.perf_counter() - began
        index.lexical_erase.erase_from_lexical = timed(took, "words", original[3])
        index.vectors.erase_vectors = timed(took, "vectors", original[0])
        index.dense.erase.erase_from_base = timed(took, "base", original[1])
        module.vacuum = timed(took, "ledger", original[2])
        try:
            named = find(writer, url)
            passage = next(
                passage.vector
                for page in writer.iter_passages()
                for passage in page
                if passage.version.startswith(named.articles[0].id)
            )
            began, cpu = time.perf_counter(), time.process_time()
            done = forget(writer, [named])
            took["all"], took["all cpu"] = time.perf_counter() - began, time.process_time() - cpu
        finally:
            index.vectors.erase_vectors, index.dense.erase.erase_from_base = original[:2]
            module.vacuum, index.lexical_erase.erase_from_lexical = original[2:]
        assert done.unfinished is None, done.unfinished
        assert base_manifest(data) is not None, "the base was removed"
        config = IndexConfig(data)
        with closing(Vectors(data, model_identity(config))) as vectors:
            assert vectors.missing([passage]) == [passage]
    return took


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="10000,50000,200000")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    wanted = parser.parse_args()
    fill = runpy.run_path(str(Path(__file__).with_name("scale.py")))["fill"]

    results: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = wanted.keep or Path(temporary)
        print(f"{'passages':>9} {'all':>16} " + " ".join(f"{step:>16}" for step in STEPS) + "   MB on disk")
        for size in map(int, wanted.sizes.split(",")):
            data = folder / str(size)
            if not (data / "built").exists():
                fill(data, size)
                (data / "built").touch()
            runs = []
            for _ in range(wanted.runs):
                with Writer(data) as writer:
                    first = next(writer.iter_passages(size=1))[0]
                    url = writer.articles([first.version.partition("@")[0]])[
                        first.version.partition("@")[0]
                    ].url
                assert url is not None
                runs.append(measure(data, url))
            found = {name: statistics.median(run.get(name, 0.0) for run in runs) for name in runs[0]}
            disk = sum(path.stat().st_size for path in data.rglob("*") if path.is_file()) / 1e6
            cells = [f"{found[step]:8.2f} ({found[f'{step} cpu']:5.2f})" for step in ("all", *STEPS)]
            print(f"{size:>9,} {' '.join(cells)} {disk:>12,.0f}", flush=True)
            results[str(size)] = {name: round(value, 3) for name, value in found.items()} | {
                "MB": round(disk)
            }
    print(json.dumps({"bench": "forget", "load": os.getloadavg()[0], "passages": results}))


if __name__ == "__main__":
    main()
