"""Archives of hundreds of thousands of passages for bench/query.py, made of real ones.

    python bench/query_archive.py --real DIR [DIR …] --passages 200000 1000000 --into FOLDER

The articles of the real archives (Dateline's own data folders, embedded) come first, as they are. What is
wanted beyond them is made of two real articles each: of every passage some of the first one's sentences and
some of another's, under half of either title, and the same mixture of their two vectors, which is near what
the model makes of such a text (bench/query.py says how near). So words are as frequent as in real news, and
each passage has about the neighbours that a passage of a larger archive has.

Grows one archive in pieces, each committed, and copies it at every size: what is killed goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

# Else bench/ingest.py is taken for the package.
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np

from index.article import NewPassage, Version
from index.config import IndexConfig
from index.dense import build_if_due
from index.embedder import model_identity
from index.ledger import Ledger, Writer
from index.ledger.rows import vector_hash
from index.text import sentences
from index.vectors import Vectors

DIM = 384
PIECE = 100_000
"""Passages between two bases: what a kill may cost."""
BATCH = 100
"""Articles to a transaction."""
OTHERS = (0.35, 0.5)
"""Least and most of a made passage that is the second article's."""
PAPERS = 40
FIRST_DAY, DAYS = date(2006, 1, 1), 6_700


@dataclass(frozen=True, slots=True)
class Real:
    """An article of a real archive: where its passages stand, and their vectors (passages × DIM)."""

    version: Version
    url: str | None
    spans: list[tuple[int, int]]
    heads: list[str]
    vectors: np.ndarray


def real_articles(folders: list[Path]) -> list[Real]:
    """Every latest version whose passages all have their vectors."""
    found = []
    identity = model_identity(IndexConfig(folders[0]))
    for folder in folders:
        with Ledger(folder) as ledger, closing(Vectors(folder, identity)) as vectors:
            for page in ledger.iter_passages():
                ids = [passage.id for passage in page]
                texts = ledger.embed_text(ids)
                versions = ledger.versions_by_id({passage.version for passage in page})
                articles = ledger.articles({version.article for version in versions.values()})
                rows, there = vectors.get_many([passage.vector for passage in page])
                of: dict[str, list[int]] = {}
                for place, passage in enumerate(page):
                    of.setdefault(passage.version, []).append(place)
                for name, places in of.items():
                    version = versions[name]
                    if version.superseded_by is not None or not there[places].all():
                        continue
                    spans = [(page[place].start, page[place].end) for place in places]
                    heads = [
                        texts[page[place].id].removesuffix(version.text[start:end])
                        for place, (start, end) in zip(places, spans, strict=True)
                    ]
                    found.append(
                        Real(version, articles[version.article].url, spans, heads, rows[places].copy())
                    )
    return found


def article(real: list[Real], n: int) -> tuple[dict[str, Any], np.ndarray]:
    """The n-th article, ready for `Batch.add_version`, and its vectors; the same for the same number."""
    if n < len(real):
        return _as_it_is(real[n], n)
    return mixed(real, n)


def _as_it_is(one: Real, n: int) -> tuple[dict[str, Any], np.ndarray]:
    version = one.version
    passages = [
        NewPassage(start, end, head + version.text[start:end])
        for (start, end), head in zip(one.spans, one.heads, strict=True)
    ]
    values = {
        "article_key": f"real/{n}", "url": one.url, "origin": f"/real/{n}", "title": version.title,
        "text": version.text, "publisher": version.publisher, "author": version.author,
        "language": version.language, "published": version.published, "modified": version.modified,
        "raw_hash": str(n), "cleaner": 1, "reason": "first", "passages": passages,
    }  # fmt: skip
    return values, one.vectors


def mixed(real: list[Real], n: int) -> tuple[dict[str, Any], np.ndarray]:
    """Article n, made of the n-th real one (counted round and round) and of another drawn by lot."""
    chance = np.random.default_rng(n)
    one, other = real[n % len(real)], real[int(chance.integers(len(real)))]
    share = float(chance.uniform(*OTHERS))
    day = (FIRST_DAY + timedelta(int(chance.integers(DAYS)))).isoformat()
    # A few papers print much and many little, as in an archive.
    paper = f"Paper {int(PAPERS * chance.random() ** 2)}"
    title = _half(one.version.title, first=True) + " " + _half(other.version.title, first=False)
    text, passages, at = "", [], []
    for place, (start, end) in enumerate(one.spans):
        partner = (place + n) % len(other.spans)
        at.append(partner)
        a = _sentences(one.version.text[start:end])
        b = _sentences(other.version.text[slice(*other.spans[partner])])
        kept = max(1, round((1 - share) * len(a)))
        piece = " ".join(a[:kept] + b[: max(1, round(share * len(b)))])
        text += "\n\n" if text else ""
        passages.append(NewPassage(len(text), len(text) + len(piece), f"{title}. {day}\n{piece}"))
        text += piece
    rows = (1 - share) * one.vectors + share * other.vectors[at]
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    values = {
        "article_key": f"made/{n}", "url": f"https://news.example/{n}", "origin": f"/made/{n}",
        "title": title, "text": text, "publisher": paper, "author": None, "language": one.version.language,
        "published": day, "modified": None, "raw_hash": str(n), "cleaner": 1, "reason": "first",
        "passages": passages,
    }  # fmt: skip
    return values, rows.astype(np.float32)


def _half(title: str, *, first: bool) -> str:
    words = title.split()
    middle = (len(words) + 1) // 2
    return " ".join(words[:middle] if first else words[middle:])


def _sentences(text: str) -> list[str]:
    found = [" ".join(text[start:end].split()) for start, end in sentences(text)]
    return [sentence for sentence in found if sentence] or [" ".join(text.split()) or "."]


def grow(data: Path, real: list[Real], passages: int, note: dict[str, Any]) -> None:
    """Adds articles until the archive holds this many passages, with their vectors and a base."""
    config = IndexConfig(data, delta_limit=0)
    with Writer(data) as writer:
        run = writer.start_run(["bench/query_archive.py"])
        n = writer.stats()["articles"]
        with closing(Vectors(data, model_identity(config), DIM, create=True)) as vectors:
            while (held := writer.stats()["passages"]) < passages:
                goal = min(passages, held + PIECE)
                took, cpu = time.perf_counter(), _cpu()
                while held < goal:
                    with writer.batch(run) as batch:
                        made = [article(real, n + k) for k in range(BATCH)]
                        for values, rows in made:
                            # Vectors first: after a kill, passages without one would be left.
                            vectors.put_many(
                                [vector_hash(p.embed) for p in values["passages"]], rows, "made up"
                            )
                            batch.add_version(**values)
                            held += len(rows)
                            n += 1
                            if held >= goal:
                                break
                _add(note, "filled", took, cpu)
                took, cpu = time.perf_counter(), _cpu()
                name = build_if_due(writer, vectors, config)
                _add(note, "base", took, cpu)
                print(f"{time.strftime('%H:%M:%S')} {held:,} passages, {name}", note, flush=True)


def _add(note: dict[str, Any], what: str, took: float, cpu: float) -> None:
    for name, spent in ((f"{what} s", time.perf_counter() - took), (f"{what} cpu s", _cpu() - cpu)):
        note[name] = round(note.get(name, 0.0) + spent, 1)


def _cpu() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def build(into: Path, folders: list[Path], sizes: list[int]) -> None:
    """Leaves `archive-N` in the folder for every size, with what it took in `archive-N.json`."""
    into.mkdir(parents=True, exist_ok=True)
    wanted = [size for size in sorted(sizes) if not (into / f"archive-{size}.json").exists()]
    if not wanted:
        return
    growing, notes = into / "growing", into / "growing.json"
    real = real_articles(folders)
    print(f"{len(real):,} real articles, {sum(len(one.spans) for one in real):,} passages", flush=True)
    for size in wanted:
        note = json.loads(notes.read_text()) if notes.exists() else {}
        note |= {"real passages": sum(len(one.spans) for one in real)}
        data = into / f"archive-{size}"
        shutil.rmtree(data, ignore_errors=True)
        _grow_noting(growing, real, size, note, notes)
        if size == max(wanted):
            growing.rename(data)
            notes.unlink()
        else:
            shutil.copytree(growing, data)
        (into / f"archive-{size}.json").write_text(json.dumps(note))


def _grow_noting(growing: Path, real: list[Real], size: int, note: dict[str, Any], notes: Path) -> None:
    held = 0
    if (growing / "ledger.sqlite").exists():
        with Ledger(growing) as ledger:
            held = ledger.stats()["passages"]
    while held < size:
        held = min(size, held + PIECE)
        grow(growing, real, held, note)
        notes.write_text(json.dumps(note))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--real", type=Path, nargs="+", required=True)
    parser.add_argument("--passages", type=int, nargs="+", default=[200_000])
    parser.add_argument("--into", type=Path, required=True)
    args = parser.parse_args()
    build(args.into, args.real, args.passages)


if __name__ == "__main__":
    main()
