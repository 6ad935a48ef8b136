"""What bench/ingest.py runs in processes of their own; each prints one JSON object as its last line."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import resource
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np


def module_of(file: str | Path) -> Any:
    """A Python file as a module, though its folder is not looked into: see bench/ingest.py."""
    spec = importlib.util.spec_from_file_location(Path(file).stem, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_embedding = module_of(Path(__file__).with_name("ingest_embedding.py"))
MODEL, READ = _embedding.MODEL, _embedding.READ
WORDS = (1_500, 6_000)
"""About what ten passages of Dateline's hold, and ten chunks of the recipe's."""
HALVES = ("even", "odd")
DEPTH = 60
"""Texts asked for, so that there are enough for either number of words."""
load, counts, work = _embedding.load, _embedding.counts, _embedding.work


class Memory:
    """The most memory that this process and its children held at once, looked at five times a second: what
    they share is counted once."""

    def __init__(self) -> None:
        self.peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._ended.wait(0.2):
            self.peak = max(self.peak, sum(map(self._held, self._family())))

    def end(self) -> int:
        """In MB."""
        self._ended.set()
        self._thread.join()
        return round(self.peak / 1e6)

    def _family(self) -> list[int]:
        parents: dict[int, int] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError, ValueError, IndexError):
                parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        family = {os.getpid()}
        while more := {child for child, parent in parents.items() if parent in family} - family:
            family |= more
        return list(family)

    def _held(self, process: int) -> int:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
        return 0


def cpu_seconds() -> float:
    """Processor time of this process and of its children that have ended: other load hardly shows in it."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in used)


def recipe(articles_file: str, folder: str, file: str) -> dict[str, Any]:
    """Its libraries' import is not counted; Dateline's is."""
    module = module_of(file)
    memory = Memory()
    began, cpu = time.perf_counter(), cpu_seconds()
    articles = load(articles_file)
    index, chunks = module.build(articles, folder)
    seconds, cpu = time.perf_counter() - began, cpu_seconds() - cpu
    peak = memory.end()
    kept = index.vector_store.client.get(include=["documents", "metadatas"])
    nodes = [json.loads(m["_node_content"]) for m in kept["metadatas"]]
    texts = [
        "\n".join(f"{k}: {v}" for k, v in node["metadata"].items()) + "\n\n" + text
        for node, text in zip(nodes, kept["documents"], strict=True)
    ]
    sizes = counts(texts)
    bodies = counts([a["text"] for a in articles])
    return {
        "articles_per_second": round(len(articles) / seconds, 2),
        "pieces_per_second": round(float(np.minimum(sizes, READ).sum() / seconds)),
        "pieces_per_cpu_second": round(float(np.minimum(sizes, READ).sum() / cpu)),
        "share_embedded": round(covered(articles, nodes, kept["documents"]), 3),
        "peak_mb": peak,
        "seconds": round(seconds, 2),
        "chunks": chunks,
        "body_pieces": int(bodies.sum()),
    }


def covered(articles: list[dict[str, Any]], nodes: list[dict[str, Any]], chunks: list[str]) -> float:
    """Share of the articles' characters that stand in what the model reads of some chunk."""
    from tokenizers import Tokenizer

    from index.embedder import find_model

    tokenizer = Tokenizer.from_file(str(find_model(MODEL) / "tokenizer.json"))
    tokenizer.enable_truncation(READ)
    tokenizer.no_padding()
    spans: dict[str, list[tuple[int, int]]] = {}
    for node, chunk in zip(nodes, chunks, strict=True):
        head = "\n".join(f"{k}: {v}" for k, v in node["metadata"].items()) + "\n\n"
        encoding = tokenizer.encode(head + chunk)
        read = max(0, max(end for _, end in encoding.offsets) - len(head))
        start = node.get("start_char_idx") or 0
        spans.setdefault(node["metadata"]["url"], []).append((start, start + read))
    seen = total = 0
    for article in articles:
        total += len(article["text"])
        at = 0
        for start, end in sorted(spans.get(article["url"], [])):
            seen += max(0, end - max(start, at))
            at = max(at, end)
    return seen / total if total else 0.0


def dateline(articles_file: str, folder: str) -> dict[str, Any]:
    memory = Memory()
    began, cpu = time.perf_counter(), cpu_seconds()
    from index.config import IndexConfig
    from ingest.config import IngestConfig
    from ingest.job import run

    config = IndexConfig(Path(folder))
    timed = Timed()
    timed.watch()
    report = run([articles_file], IngestConfig(config))
    seconds, cpu = time.perf_counter() - began, cpu_seconds() - cpu
    peak = memory.end()
    from index.embedder import chosen, model_identity
    from index.ledger import Ledger
    from index.vectors import Vectors

    ledger = Ledger(config.data)
    pages = [[p.id for p in page] for page in ledger.iter_passages()]
    texts = [text for page in pages for text in ledger.embed_text(page).values()]
    sizes = counts(list(dict.fromkeys(texts)))
    vectors = Vectors(config.data, model_identity(config))
    choice = chosen(config)
    precision = vectors.precisions()[-1] if len(vectors.precisions()) == 1 else "+".join(vectors.precisions())
    return {
        "articles_per_second": round(report.articles / seconds, 2),
        "pieces_per_second": round(float(sizes.sum() / seconds)),
        "pieces_per_cpu_second": round(float(sizes.sum() / cpu)),
        "share_embedded": round(float(np.minimum(sizes, READ).sum() / sizes.sum()), 3),
        "peak_mb": peak,
        "seconds": round(seconds, 2),
        "passages": len(texts),
        "counts": report.counts,
        "stages": timed.stages(report, seconds),
        "precision": precision,
        "choice": None if choice is None else {"rates": choice.rates, "cosine": choice.cosine},
        "embedding": work(sizes, timed.seconds["encode"]),
    }


class Timed:
    """Adds up the wall time of steps of a run, by putting a clock around the functions that do them."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(("measure", "encode", "keep", "base", "commit"), 0.0)

    def watch(self) -> None:
        import index.dense
        import index.embed
        from index.ledger import Writer
        from index.lexical import LexicalWriter
        from index.vectors import Vectors

        self._around(index.embed, "prepare", "measure")
        self._around(index.embed, "_embed", "encode")
        self._around(Vectors, "put_many", "keep")
        self._around(index.dense, "build_if_due", "base")
        self._around(LexicalWriter, "commit", "commit")
        del Writer

    def _around(self, owner: Any, name: str, step: str) -> None:
        inner = getattr(owner, name)

        def clocked(*args: Any, **more: Any) -> Any:
            began = time.perf_counter()
            try:
                return inner(*args, **more)
            finally:
                self.seconds[step] += time.perf_counter() - began

        setattr(owner, name, clocked)

    def stages(self, report: Any, total: float) -> dict[str, float]:
        """Wall seconds; reading's steps are processor time, summed over the processes that read."""
        self.seconds["encode"] -= self.seconds["measure"]
        reading = {f"{step} (CPU)": seconds for step, seconds in report.cpu.items()}
        stages = {
            "read to commit, wall": report.reading_seconds,
            **reading,
            "tantivy's commit": self.seconds["commit"],
            "choose precision": self.seconds["measure"],
            "embed": self.seconds["encode"],
            "of it, keep vectors": self.seconds["keep"],
            "base": self.seconds["base"],
            "all": total,
        }
        return {name: round(seconds, 2) for name, seconds in stages.items()}


def questions(file: str, articles: list[dict[str, Any]]) -> list[tuple[int, str, str]]:
    """(line, question, answer folded) of those whose answer's words occur in some article; one a question."""
    texts = [fold(f"{a['title'] or ''} {a['text']}") for a in articles]
    chosen, ids = [], set()
    for number, entry in enumerate(load(file)):
        if entry.get("question_id") in ids:
            continue
        ids.add(entry.get("question_id"))
        answer = fold(entry["choices"][int(entry["answer"][0])])
        if answer.strip() and any(answer in text for text in texts):
            chosen.append((number, entry["question_sentence"], answer))
    return chosen


def fold(text: str) -> str:
    """Words in lower case, a space around each."""
    return " " + " ".join(re.findall(r"\w+", text.lower())) + " "


Measured = dict[str, dict[str, float]]


def scored(found: dict[int, tuple[list[str], str]]) -> Measured:
    """Of each question its texts found, best first, and its answer, all folded: how often the answer's words
    stand in the first ten, and in the first so many words, as the sides' texts are of different length."""
    reading: dict[str, Callable[[list[str]], list[str]]] = {"ten": lambda texts: texts[:10]}
    for words in WORDS:
        reading[f"{words}_words"] = lambda texts, words=words: [" ".join(" ".join(texts).split()[:words])]
    measured: Measured = {}
    for name, read in reading.items():
        hits = {
            number: any(answer in text for text in map(fold, read(texts)))
            for number, (texts, answer) in found.items()
        }
        halves = {
            "even": [h for n, h in hits.items() if n % 2 == 0],
            "odd": [h for n, h in hits.items() if n % 2],
        }
        measured[name] = {half: round(float(np.mean(part)), 4) for half, part in halves.items() if part}
        measured[name] |= {f"n_{half}": len(part) for half, part in halves.items()}
    ten = [len(" ".join(texts[:10]).split()) for texts, _ in found.values()]
    measured["words_in_ten"] = {"mean": round(float(np.mean(ten)), 1)}
    return measured


def ask_recipe(articles_file: str, folder: str, file: str, questions_file: str) -> Measured:
    module = module_of(file)
    import chromadb
    from llama_index.core import Settings, VectorStoreIndex
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.vector_stores.chroma import ChromaVectorStore

    Settings.llm = None
    Settings.embed_model = HuggingFaceEmbedding(model_name=module.minilm(), device="cpu")
    collection = chromadb.PersistentClient(folder).get_collection("recipe")
    retriever = module.retriever(
        VectorStoreIndex.from_vector_store(ChromaVectorStore(chroma_collection=collection)), DEPTH
    )
    found = {}
    for number, question, answer in questions(questions_file, load(articles_file)):
        nodes = retriever.retrieve(question)
        texts = [f"{node.metadata.get('title', '')} {node.get_content()}" for node in nodes]
        found[number] = texts, answer
    return scored(found)


def ask_dateline(articles_file: str, folder: str, questions_file: str) -> Measured:
    from index.config import IndexConfig
    from index.query import parse
    from index.search import Index

    found = {}
    with Index.open(IndexConfig(Path(folder))) as index:
        for number, question, answer in questions(questions_file, load(articles_file)):
            hits = index.search(parse(question), limit=DEPTH).hits
            found[number] = [f"{hit.title} {hit.text}" for hit in hits], answer
    return scored(found)


SIDES = {
    "recipe": recipe,
    "dateline": dateline,
    "ask-recipe": ask_recipe,
    "ask-dateline": ask_dateline,
}

if __name__ == "__main__":
    print("\n" + json.dumps(SIDES[sys.argv[1]](*sys.argv[2:])))
