"""How much of what is nearest the search by meaning finds, for bench/query.py; how near made vectors are."""

from __future__ import annotations

import hashlib
import json
import statistics
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from index.article import Window
from index.config import IndexConfig
from index.embedder import load_embedder
from index.query import Query
from index.search import Index
from index.vectors import Vectors

WAYS = ("none", "window", "publisher", "as of")
WINDOWS = (7, 30, 182, 730)
NEAREST = 10
DEPTH = 100
"""Passages that the search asks of the dense side."""
_BLOCK = 100_000


def narrowing(way: str, i: int, publishers: list[str]) -> dict[str, Any]:
    """What the i-th question is narrowed by, in the words of `Query`."""
    if way == "window":
        since = date(2006, 1, 1) + timedelta((i * 397) % 6_000)
        return {"window": Window(since, since + timedelta(WINDOWS[i % len(WINDOWS)]))}
    if way == "publisher":
        return {"publishers": (publishers[i % len(publishers)],)}
    if way == "as of":
        return {"as_of": date(2010, 1, 1) + timedelta((i * 211) % 5_400)}
    return {}


def recall(data: Path, texts: list[str], kept: Path) -> dict[str, float]:
    """Of the dense side, each way: the share of the truly nearest that it finds."""
    with Index.open(IndexConfig(data)) as index:
        index.warm()
        rows = np.concatenate([index.embedder.encode([text], "query") for text in texts])
        publishers = [name for name, _ in index.ledger.publishers()][:25]
        queries = {
            way: [Query(text, **narrowing(way, i, publishers)) for i, text in enumerate(texts)]
            for way in WAYS
        }
        exact = exactly(index, queries, rows, kept)
        found = {}
        for way in WAYS:
            shares = []
            for query, row, best in zip(queries[way], rows, exact[way], strict=True):
                if not best:
                    continue
                allowed = index._allowed(index.ledger.state(), query.narrow)
                cosines = [cosine for _, cosine in index.dense().search(row, DEPTH, allowed)[:NEAREST]]
                # One that is as near as the last of the best is as good: copies have equal vectors.
                shares.append(sum(cosine >= best[-1] - 1e-4 for cosine in cosines) / len(best))
            found[way] = statistics.mean(shares)
        return found


def exactly(index: Any, queries: dict[str, list[Any]], rows: Any, kept: Path) -> dict[str, list[list[float]]]:
    """Cosines of the ten nearest passages that each query may be answered from, every vector compared.

    What may be is asked of the ledger's SQL, and vectors are read from where they were put first; so nothing
    of what is measured has a part in it. Kept in a file, as it takes minutes at a million.
    """
    asked = repr(
        [(query.text, query.window, query.as_of, query.publishers) for w in WAYS for query in queries[w]]
    )
    key = hashlib.sha256(f"{index.ledger.state()} {asked}".encode()).hexdigest()
    if kept.exists() and (noted := json.loads(kept.read_text()))["key"] == key:
        return dict(noted["exact"])
    best: dict[str, list[list[float]]] = {way: [[] for _ in rows] for way in WAYS}
    masks: dict[tuple[str, int], Any] = {}
    last = index.ledger.last_passage()
    for way in WAYS:
        for i, query in enumerate(queries[way]):
            allowed = index.ledger.allowed(query.narrow)
            if allowed is not None:
                mask = np.zeros(last + 1, dtype=np.bool_)
                mask[np.fromiter(allowed, dtype=np.int64)] = True
                masks[way, i] = np.packbits(mask)
    with closing(Vectors(index.config.data, index.embedder.identity)) as vectors:
        for page in index.ledger.iter_passages(size=_BLOCK):
            held, there = vectors.get_many([passage.vector for passage in page])
            ids = np.array([passage.id for passage in page])
            cosines = rows @ held.T
            cosines[:, ~there] = -2
            for way in WAYS:
                for i in range(len(rows)):
                    some = cosines[i]
                    if (way, i) in masks:
                        some = some[np.unpackbits(masks[way, i])[ids].astype(np.bool_)]
                    nearest = np.partition(some, -NEAREST)[-NEAREST:] if len(some) > NEAREST else some
                    best[way][i] = sorted([*best[way][i], *nearest.tolist()], reverse=True)[:NEAREST]
    kept.write_text(json.dumps({"key": key, "exact": best}))
    return best


def likeness(folders: list[Path], count: int = 200) -> float:
    """Mean cosine of made vectors to what the model makes of the same made texts."""
    from query_archive import mixed, real_articles

    real = real_articles(folders)
    embedder = load_embedder(IndexConfig(folders[0]))
    texts, rows = [], []
    for n in range(len(real), 2 * len(real), max(1, len(real) // count)):
        values, made = mixed(real, n)
        texts.append(values["passages"][0].embed)
        rows.append(made[0])
    return float((embedder.encode(texts, "query") * np.array(rows)).sum(axis=1).mean())
