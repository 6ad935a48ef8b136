"""What an archive of 10,000, 50,000 and 200,000 passages costs: as a curve.

    python bench/scale.py [--sizes 10000,50000,200000] [--keep FOLDER] [--runs 3]

Articles are made up of words in the proportions of a language; their vectors are made up too and put straight
into the vectors' file, so that only the new articles are embedded, by the real model. Each figure but those
of the building is the median of --runs. With --keep the archives stay, and the next call takes them as they
are.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from index.article import NewPassage, Window
from index.config import IndexConfig
from index.dense import build_if_due
from index.embedder import find_model, model_identity
from index.ledger import Ledger, Writer
from index.lexical import Lexical
from index.narrow import Narrow
from index.query import Query, parse
from index.search import Index
from index.vectors import Vectors

# bench/ingest.py would be taken for the package.
sys.path[:] = [path for path in sys.path if Path(path).resolve() != Path(__file__).resolve().parent]
DIM = 384
PASSAGES = 10
"""To an article."""
NEW = 100
PUBLISHERS = [f"The {name} Courier" for name in ("Baku", "Tbilisi", "Lyon", "Porto", "Oslo", "Quito", "Hull")]
FIRST_DAY = date(2005, 1, 1)
QUESTIONS = 40
WORDS = 190
"""To a passage, in sentences of 19; each a word piece of the model: passages are as long as real ones."""


@cache
def vocabulary() -> tuple[list[str], np.ndarray]:
    """Whole words of the embedding model's vocabulary, and how often each is drawn, added up."""
    folder = find_model(IndexConfig(Path()).embedding_model)
    pieces = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    words = [word for word in pieces if word.isascii() and word.isalpha() and len(word) > 2]
    random.Random(3).shuffle(words)
    return words, np.cumsum(1 / (np.arange(len(words)) + 2.7))


def article(n: int) -> dict[str, Any]:
    """Made up; the same for the same number. Its first passage holds a word of its own."""
    known, odds = vocabulary()
    chance = np.random.default_rng(n)
    drawn = np.searchsorted(odds, chance.random(PASSAGES * WORDS) * odds[-1])
    words = [known[i] for i in drawn]
    sentences = [" ".join(words[at : at + 19]).capitalize() + "." for at in range(0, len(words), 19)]
    paragraphs = [" ".join(sentences[at : at + 10]) for at in range(0, len(sentences), 10)]
    paragraphs[0] = f"Marker{n}x said so. {paragraphs[0]}"
    return {
        "title": " ".join(words[:7]).capitalize(),
        "text": "\n\n".join(paragraphs),
        "url": f"https://news.example/{n}",
        "publisher": PUBLISHERS[n % len(PUBLISHERS)],
        "date": (FIRST_DAY + timedelta(int(chance.integers(0, 7000)))).isoformat(),
    }


def passages_of(made: dict[str, Any]) -> list[NewPassage]:
    found, at = [], 0
    for paragraph in made["text"].split("\n\n"):
        found.append(NewPassage(at, at + len(paragraph), f"{made['title']}\n{made['date']}\n{paragraph}"))
        at += len(paragraph) + 2
    return found


def vectors_for(count: int, chance: np.random.Generator, centres: np.ndarray) -> np.ndarray:
    """Unit vectors around some hundred centres, as the passages of an archive lie around its subjects."""
    rows = (
        centres[chance.integers(0, len(centres), count)] + 0.9 * chance.normal(size=(count, DIM)) / DIM**0.5
    )
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def fill(data: Path, passages: int) -> dict[str, float]:
    """Seconds that each part of building an archive of this size took."""
    from ingest.signature import SCHEME, signature

    took = {}
    began = time.perf_counter()
    with Writer(data) as writer:
        run = writer.start_run(["made up"])
        writer.sign_anew(SCHEME, signature)  # notes the scheme: else the first run would sign all of it
        for first in range(0, passages // PASSAGES, 200):
            with writer.batch(run) as batch:
                for n in range(first, min(first + 200, passages // PASSAGES)):
                    made = article(n)
                    version = batch.add_version(
                        article_key=made["url"], url=made["url"], origin=f"/made/{n}", title=made["title"],
                        text=made["text"], publisher=made["publisher"], author=None, language="en",
                        published=made["date"], modified=None, raw_hash=str(n), cleaner=1, reason="first",
                        passages=passages_of(made),
                    )  # fmt: skip
                    batch.add_bands(version.id, signature(made["text"], made["title"]) or ())
                    batch.see_source(f"/made/{n}", str(n), 1, "in", version.article)
        took["articles in"] = time.perf_counter() - began
        began = time.perf_counter()
        config = IndexConfig(data)
        centres = np.random.default_rng(1).normal(size=(400, DIM)) / DIM**0.5
        with closing(Vectors(data, model_identity(config), DIM, create=True)) as vectors:
            for page in writer.iter_passages():
                rows = vectors_for(len(page), np.random.default_rng(page[0].id), centres)
                vectors.put_many([passage.vector for passage in page], rows, "made up")
            took["vectors in"] = time.perf_counter() - began
            began = time.perf_counter()
            build_if_due(writer, vectors, config)
            took["first base"] = time.perf_counter() - began
    return took


# --- measured in a process of its own: time and memory ---


def measure_reader(data: Path) -> dict[str, float]:
    watch = Watch()
    index = Index.open(IndexConfig(data))
    found = watch.seconds("index opened")
    index.warm()
    found |= watch.seconds("first question")
    asked = list(questions(index.ledger.stats()["articles"]))
    dense, lexical = index.dense(), Lexical(data)
    rows = [index.embedder.encode([query.text], "query")[0] for query in asked]
    lexical.search(asked[0].terms(), 100)
    timed = {
        "words": lambda i: lexical.search(asked[i].terms(), 100),
        "meaning": lambda i: dense.search(rows[i], 100),
        "question": lambda i: index.search(asked[i]),
        "stats": lambda _: index.ledger.stats(),
        "coverage": lambda i: index.ledger.coverage(Narrow(Window(FIRST_DAY + timedelta(i)))),
        "publishers": lambda _: index.ledger.publishers(),
    }
    for name, narrowed in narrow():
        timed[name] = lambda i, narrowed=narrowed: index.search(Query(asked[i].text, **narrowed(i)))
    for name, call in timed.items():
        found |= {f"{name} {unit}": value for unit, value in median_ms(call).items()}
    index.close()
    return found | {"reader MB": memory()}


def questions(articles: int) -> Iterator[Query]:
    chance = random.Random(5)
    for _ in range(QUESTIONS):
        words = article(chance.randrange(articles))["text"].split()
        yield parse(" ".join(chance.sample(words, 8)))


def narrow() -> list[tuple[str, Callable[[int], dict[str, Any]]]]:
    def month(i: int) -> dict[str, Any]:
        return {"window": Window(FIRST_DAY + timedelta(90 * i), FIRST_DAY + timedelta(90 * i + 30))}

    def years(i: int) -> dict[str, Any]:
        return {"window": Window(FIRST_DAY + timedelta(40 * i), FIRST_DAY + timedelta(40 * i + 3500))}

    return [
        ("one month", month),
        ("ten years", years),
        ("one outlet", lambda i: {"publishers": (PUBLISHERS[i % len(PUBLISHERS)],)}),
        ("as of", lambda i: {"as_of": FIRST_DAY + timedelta(3000 + 60 * i)}),
    ]


def median_ms(call: Callable[[int], object], times: int = QUESTIONS) -> dict[str, float]:
    """Milliseconds by the clock, and of processor time, which a busy machine doesn't stretch."""
    clock, cpu = [], []
    for i in range(times):
        began, used = time.perf_counter(), time.process_time()
        call(i)
        clock.append(1000 * (time.perf_counter() - began))
        cpu.append(1000 * (time.process_time() - used))
    return {"ms": statistics.median(clock), "cpu ms": statistics.median(cpu)}


class Watch:
    """Seconds since it was made: by the clock, and of processor time, children's included."""

    def __init__(self) -> None:
        self._began, self._used = time.perf_counter(), self._cpu()

    def seconds(self, name: str) -> dict[str, float]:
        return {
            f"{name} s": time.perf_counter() - self._began,
            f"{name} cpu s": self._cpu() - self._used,
        }

    @staticmethod
    def _cpu() -> float:
        t = os.times()
        return t.user + t.system + t.children_user + t.children_system


def measure_writer(data: Path) -> dict[str, float]:
    watch = Watch()
    with Writer(data) as writer:
        opened = watch.seconds("writer opened")
        watch = Watch()
        assert not fold(writer, IndexConfig(data)), "the archive was to be settled"
        return opened | watch.seconds("nothing due") | {"writer MB": memory()}


def measure_fold(data: Path) -> dict[str, float]:
    """A new base of the present one and what stands beside it."""
    with Writer(data) as writer:
        watch = Watch()
        assert fold(writer, IndexConfig(data, delta_limit=0)), "nothing to fold in"
        return watch.seconds("folded") | {"fold MB": memory()}


def fold(writer: Writer, config: IndexConfig) -> str | None:
    with closing(Vectors(config.data, model_identity(config), DIM, create=True)) as vectors:
        return build_if_due(writer, vectors, config)


def measure_rebuild(data: Path) -> dict[str, float]:
    shutil.rmtree(data / "lexical")
    watch = Watch()
    Writer(data).close()
    return watch.seconds("words rebuilt") | {"rebuild MB": memory()}


def measure_ingest(data: Path, source: str) -> dict[str, float]:
    from ingest.config import IngestConfig
    from ingest.job import run

    watch = Watch()
    report = run([source], IngestConfig(IndexConfig(data)))
    spent = watch.seconds("run")
    assert report.counts["new"] == NEW, report.lines()
    return {
        "commit s": report.committing_seconds,
        "read s": report.reading_seconds,
        "embedded": report.embedded,
        "embed s": report.embedding_seconds,
        "ingest MB": memory(),
        **spent,
    }


def memory() -> float:
    """The most that this process held, in MB. (What `getrusage` says begins with the parent's.)"""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


# --- by the parent ---


def in_a_process(what: str, *arguments: str) -> dict[str, float]:
    command = [sys.executable, __file__, "--measure", what, *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def add_new(data: Path, first: int, folder: Path) -> dict[str, float]:
    """NEW articles by a real run; when each way of searching finds the last of them, from its start."""
    source = folder / "new.jsonl"
    source.write_text("\n".join(json.dumps(article(n)) for n in range(first, first + NEW)))
    last = first + NEW - 1
    seen: dict[str, float] = {}
    began = time.perf_counter()
    done = threading.Event()

    def watch() -> None:
        identity = model_identity(IndexConfig(data))
        with Ledger(data) as ledger, closing(Vectors(data, identity)) as vectors:
            lexical, terms = Lexical(data), parse(f"Marker{last}x").terms()
            before = ledger.last_passage()
            while not done.is_set():
                hits = ledger.places([id_ for id_, _ in lexical.search(terms, 1)])
                if hits and "words s" not in seen:
                    seen["words s"] = time.perf_counter() - began
                if "words s" in seen and not any(
                    vectors.missing([p.vector for p in page]) for page in ledger.iter_passages(before)
                ):
                    seen["meaning s"] = time.perf_counter() - began
                    return
                time.sleep(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        return (
            in_a_process("ingest", str(data), str(source))
            | {"whole run s": time.perf_counter() - began}
            | seen
        )
    finally:
        done.set()
        watcher.join()


def medians(found: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(each[name] for each in found) for name in found[0]}


def curve(size: int, folder: Path, runs: int) -> dict[str, float]:
    data = folder / f"archive-{size}"
    note = folder / f"archive-{size}.json"
    if not note.exists():
        note.write_text(json.dumps(fill(data, size)))
    figures: dict[str, float] = json.loads(note.read_text())
    figures["disk MB"] = sum(f.stat().st_size for f in data.rglob("*") if f.is_file()) / 1e6
    in_a_process("writer", str(data))  # brings an archive of an older release up to date
    figures |= medians([in_a_process("writer", str(data)) for _ in range(runs)])
    figures |= medians([in_a_process("reader", str(data)) for _ in range(runs)])
    added = []
    for _ in range(runs):
        scratch = folder / "scratch"
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.copytree(data, scratch)
        os.sync()
        added.append(add_new(scratch, size // PASSAGES, folder))
        added[-1] |= in_a_process("fold", str(scratch)) | in_a_process("rebuild", str(scratch))
        shutil.rmtree(scratch)
    return figures | medians(added)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="10000,50000,200000")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--measure", nargs="+", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        what, data, *more = args.measure
        print(json.dumps(globals()[f"measure_{what}"](Path(data), *more)))
        return
    sizes = [int(size) for size in args.sizes.split(",")]
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        found = {}
        for size in sizes:
            found[size] = curve(size, folder, args.runs)
            print(size, json.dumps(found[size]), file=sys.stderr, flush=True)
    print(f"{'passages':18}" + "".join(f"{size:>12,}" for size in sizes))
    for name in found[sizes[0]]:
        print(f"{name:18}" + "".join(f"{found[size][name]:12,.2f}" for size in sizes))
    print(json.dumps({str(size): {k: round(v, 3) for k, v in each.items()} for size, each in found.items()}))


if __name__ == "__main__":
    main()
