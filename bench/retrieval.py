"""How often the answer stands in what a search finds first: the plain recipe, words, meaning, Dateline.

    python bench/retrieval.py ARTICLES QUESTIONS --data DIR --recipe RECIPE.py --cache FOLDER

ARTICLES and QUESTIONS are RealTimeQA's (JSON Lines, gzipped or not); DIR is `dateline ingest`'s of ARTICLES.
RECIPE.py has `build(articles, folder)` and `minilm()`; what it embeds (about 11 minutes on two quiet cores)
is kept in FOLDER. Without --recipe that side is left out.

Asked is every question whose answer stands in an article published by its date, as of that date; no side is
given anything published later. Each side's texts are read in its order, title before text; the answer counts
as found where its words (casefolded, accents and punctuation dropped) stand in a row within the first 200,
700 and 2,000 words. MRR@10 is of the first text that has them. Weights were fitted on the even questions (by
position in the file): the odd ones are the result. Beside: questions of ours from articles before 2023, asked
as of the archive's last day. The last line is one JSON object: the odd half.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import sys
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

# Else bench/ingest.py is taken for the package.
sys.path.insert(0, str(Path(__file__).parents[1]))

from index.config import IndexConfig
from index.narrow import Narrow
from index.query import parse
from index.search import Index

WORDS = (200, 700, 2000)
METRICS = ("w200", "w700", "w2000", "mrr10")
DEPTH = 30
"""Texts asked for: more than 2,000 words of any side's."""
OLDER = Path(__file__).with_name("older_news.jsonl")
Side = Callable[[str, date], list[str]]


@dataclass(frozen=True)
class Asked:
    number: int
    """Position in its file."""
    question: str
    answer: str
    """Folded."""
    as_of: date


def fold(text: str) -> str:
    """Words as they are compared, a space around each."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " " + " ".join(re.findall(r"[^\W_]+", plain)) + " "


def load(file: Path) -> list[dict[str, Any]]:
    raw = file.read_bytes()
    text = (gzip.decompress(raw) if file.suffix == ".gz" else raw).decode("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def asked_of(articles: list[dict[str, Any]], questions: list[dict[str, Any]]) -> list[Asked]:
    """Of ids that repeat the first; those whose answer stands in an article published by then."""
    texts = [
        (iso(a["publish_date"]), fold(f"{a['title'] or ''} {a['text']}"))
        for a in articles
        if a["publish_date"]
    ]
    chosen, ids = [], set()
    for number, entry in enumerate(questions):
        if entry["question_id"] in ids:
            continue
        ids.add(entry["question_id"])
        answer = fold(entry["choices"][int(entry["answer"][0])])
        as_of = iso(entry["question_date"])
        if answer.strip() and any(day <= as_of and answer in text for day, text in texts):
            chosen.append(Asked(number, entry["question_sentence"], answer, as_of))
    return chosen


def older(articles: list[dict[str, Any]]) -> list[Asked]:
    """Our own questions, those whose article is in the archive, as of the archive's last day."""
    there = {hashlib.sha256(a["url"].encode()).hexdigest()[:12] for a in articles}
    last = max(iso(a["publish_date"]) for a in articles if a["publish_date"])
    return [
        Asked(number, entry["question"], fold(entry["answer"]), last)
        for number, entry in enumerate(load(OLDER))
        if entry["article"] in there
    ]


def iso(day: str) -> date:
    return date.fromisoformat(day.replace("/", "-")[:10])


def measured(texts: Sequence[str], answer: str) -> list[float]:
    """The answer found within so many words, 0 or 1, and the reciprocal rank of the first text with it."""
    context = " ".join(texts).split()
    found = [float(answer in fold(" ".join(context[:words]))) for words in WORDS]
    rank = next((n for n, text in enumerate(texts[:10], 1) if answer in fold(text)), None)
    return [*found, 1 / rank if rank else 0.0]


# --- the sides ---------------------------------------------------------------------------------


def recipe_side(articles: list[dict[str, Any]], file: Path, cache: Path) -> Side:
    """Every chunk is compared, which its own nearest-neighbour search only comes close to."""
    import importlib.util

    spec = importlib.util.spec_from_file_location("recipe", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    import chromadb
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    if not cache.exists() or not chromadb.PersistentClient(str(cache)).list_collections():
        module.build(articles, str(cache))
    kept = chromadb.PersistentClient(str(cache)).get_collection("recipe")
    found = kept.get(include=["embeddings", "documents", "metadatas"])
    assert found["embeddings"] is not None and found["documents"] and found["metadatas"]
    vectors = np.asarray(found["embeddings"], dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    days = np.array([str(m["date"] or "9999").replace("/", "-") for m in found["metadatas"]])
    texts = [f"{m['title']}\n{text}" for m, text in zip(found["metadatas"], found["documents"], strict=True)]
    model = HuggingFaceEmbedding(model_name=module.minilm(), device="cpu")

    def search(question: str, as_of: date) -> list[str]:
        vector = np.asarray(model.get_query_embedding(question), dtype=np.float32)
        scores = np.where(days <= as_of.isoformat(), vectors @ vector, -2)
        return [texts[at] for at in np.argsort(-scores)[:DEPTH] if scores[at] > -2]

    return search


def single_side(index: Index, kind: str) -> Side:
    """Dateline's own passages in the order of one search alone: no story, article or day counts."""

    def search(question: str, as_of: date) -> list[str]:
        allowed = index.ledger.allowed(Narrow(as_of=as_of))
        query = parse(question, as_of=as_of)
        if kind == "bm25":
            found = index._lexical.search(query.terms(), DEPTH, allowed)
        else:
            found = index.dense().search(index.embedder.encode([question], "query")[0], DEPTH, allowed)
        places = {place.passage: place for place in index.ledger.places(id_ for id_, _ in found)}
        versions = index.ledger.versions_by_id({place.version for place in places.values()})
        texts = []
        for id_, _ in found:
            place, version = places[id_], versions[places[id_].version]
            texts.append(f"{version.title}\n{version.text[place.start : place.end]}")
        return texts

    return search


def dateline_side(index: Index, *, lean: bool = True) -> Side:
    def search(question: str, as_of: date) -> list[str]:
        query = parse(question, as_of=as_of)
        if not lean:
            query = replace(query, moment=None)
        return [f"{hit.title}\n{hit.text}" for hit in index.search(query, DEPTH)]

    return search


# --- figures -----------------------------------------------------------------------------------


def means(rows: np.ndarray) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(METRICS, rows.mean(axis=0), strict=True)}


def bootstrap(ours: np.ndarray, theirs: np.ndarray, draws: int = 10_000) -> list[tuple[float, float, float]]:
    """Of each metric the mean difference, paired by question, and the bounds of 95 % of resamplings."""
    differences = ours - theirs
    at = np.random.default_rng(4).integers(0, len(differences), (draws, len(differences)))
    low, high = np.percentile(differences[at].mean(axis=1), [2.5, 97.5], axis=0)
    return list(zip(differences.mean(axis=0).tolist(), low.tolist(), high.tolist(), strict=True))


def show(title: str, sides: dict[str, np.ndarray]) -> None:
    print(f"\n{title}\n{'':16}" + "".join(f"{name:>9}" for name in METRICS))
    for name, rows in sides.items():
        print(f"{name:16}" + "".join(f"{value:9.3f}" for value in rows.mean(axis=0)))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("articles", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--recipe", type=Path)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--half", choices=["odd", "even", "both"], default="both")
    parser.add_argument("--reranker", help="a cross-encoder, as the setting RERANKER names it")
    args = parser.parse_args()
    if args.recipe and not args.cache:
        parser.error("--recipe needs --cache, a folder for what it embeds")
    articles = load(args.articles)
    asked, ours = asked_of(articles, load(args.questions)), older(articles)
    asked = [a for a in asked if args.half == "both" or a.number % 2 == (args.half == "odd")]
    with Index.open(IndexConfig(args.data, reranker=args.reranker)) as index:
        sides: dict[str, Side] = {}
        if args.recipe:
            sides["recipe"] = recipe_side(articles, args.recipe, args.cache)
        sides |= {"bm25": single_side(index, "bm25"), "dense": single_side(index, "dense")}
        sides["dateline"] = dateline_side(index)
        results, seconds = run(sides, asked)
        sides["without recency"] = dateline_side(index, lean=False)
        old, _ = run(sides, ours)
    is_odd = np.array([a.number % 2 == 1 for a in asked])
    for half, chosen in ("odd", is_odd), ("even (fitted on)", ~is_odd):
        if chosen.any():
            show(f"{half}: {chosen.sum()} questions", {name: rows[chosen] for name, rows in results.items()})
    if not is_odd.any():
        return
    print("\nDateline against each, odd half: difference, 95 % of paired resamplings")
    for name, rows in results.items():
        if name != "dateline":
            found = bootstrap(results["dateline"][is_odd], rows[is_odd])
            print(
                f"{name:16}"
                + "  ".join(f"{mean:+.3f} [{low:+.3f}, {high:+.3f}]" for mean, low, high in found)
            )
    show(f"older news, asked as of {ours[0].as_of}: {len(ours)} questions" if ours else "no older news", old)
    print("\nseconds: " + ", ".join(f"{name} {value:.1f}" for name, value in seconds.items()))
    figures: dict[str, Any] = {name: means(rows[is_odd]) for name, rows in results.items()}
    figures |= {"questions": int(is_odd.sum()), "older": {name: means(rows) for name, rows in old.items()}}
    print(json.dumps(figures))


def run(sides: dict[str, Side], asked: list[Asked]) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """Each side's metrics, questions x 4, and its seconds; the sides by turns."""
    rows: dict[str, list[list[float]]] = {name: [] for name in sides}
    seconds = dict.fromkeys(sides, 0.0)
    for one in asked:
        for name, search in sides.items():
            began = time.perf_counter()
            texts = search(one.question, one.as_of)
            seconds[name] += time.perf_counter() - began
            rows[name].append(measured(texts, one.answer))
    return {name: np.array(some) for name, some in rows.items()}, seconds


if __name__ == "__main__":
    main()
