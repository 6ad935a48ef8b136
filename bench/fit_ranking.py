"""Fit the weights of index/rank on the even questions, and print what each signal is worth.

    python bench/fit_ranking.py ARTICLES QUESTIONS --data DIR [--write]

The files are those of bench/retrieval.py. Each question is searched as a user's would be; its candidates'
signals and whether a candidate has the answer's words are what the weights are fitted to, so that the
candidates that have them get the largest share of exp(score). The table is of questions left out of the
fit (five folds, by week, three times). --write puts the weights into index/rank/weights.json. The odd
questions are never searched here.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

# Else bench/ingest.py is taken for the package.
sys.path.insert(0, str(Path(__file__).parents[1]))

from retrieval import METRICS, Asked, asked_of, load, measured

import index.search
from index.config import IndexConfig
from index.query import parse
from index.rank import ranker
from index.rank.signals import reading, standing
from index.search import Index

WEIGHTS = Path(ranker.__file__).with_name("weights.json")
L2 = 5.0
Arrays = dict[str, np.ndarray]


@dataclass
class Example:
    """A question's candidates."""

    as_of: date
    answer: str
    places: list[Any]
    texts: list[str]
    gold: np.ndarray
    signals: Arrays


def examples(opened: Index, asked: Sequence[Asked]) -> list[Example]:
    """Of each question all candidates, as the first search brought them."""
    real, calls = index.search.rank, list[tuple[Any, ...]]()

    def recording(*arguments: Any) -> Any:
        calls.append(arguments)
        return real(*arguments)

    index.search.rank = recording
    found = []
    for one in asked:
        calls.clear()
        opened.search(parse(one.question, as_of=one.as_of), 10)
        places, lexical, dense, when, readings = calls[0]
        read_texts = readings.texts(places)
        held = readings.of(places)
        shown = [f"{(text := read_texts[place.passage]).title}\n{text.text}" for place in places]
        gold = np.array([measured([text], one.answer)[3] > 0 for text in shown])
        signals = standing(places, lexical, dense, when) | reading(held)
        found.append(Example(one.as_of, one.answer, list(places), shown, gold, signals))
    index.search.rank = real
    return found


def fit(some: Sequence[Example], names: Sequence[str]) -> np.ndarray:
    use = [
        (np.stack([e.signals[n] for n in names], 1), e.gold)
        for e in some
        if e.gold.any() and not e.gold.all()
    ]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = L2 / 2 * float(weights @ weights), L2 * weights
        for rows, gold in use:
            scores = rows @ weights
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            of_gold = shares * gold
            total -= float(np.log(of_gold.sum()))
            slope = slope - (of_gold / of_gold.sum() - shares) @ rows
        return total, slope

    return np.asarray(minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B").x)


def scored(example: Example, names: Sequence[str], weights: np.ndarray) -> list[float]:
    scores = np.stack([example.signals[n] for n in names], 1) @ weights
    taken: dict[str, int] = {}
    texts = []
    for at in np.argsort(-scores, kind="stable"):
        article = example.places[at].article
        taken[article] = taken.get(article, 0) + 1
        if taken[article] <= 2:
            texts.append(example.texts[at])
    return measured(texts[:40], example.answer)


def left_out(some: Sequence[Example], names: Sequence[str]) -> np.ndarray:
    weeks = sorted({e.as_of for e in some})
    rounds = []
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(weeks))
        fold = {week: order[n] % 5 for n, week in enumerate(weeks)}
        rows = []
        for k in range(5):
            weights = fit([e for e in some if fold[e.as_of] != k], names)
            rows += [scored(e, names, weights) for e in some if fold[e.as_of] == k]
        rounds.append(np.mean(rows, axis=0))
    return np.asarray(np.mean(rounds, axis=0))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("articles", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--depth", type=int, default=200, help="candidates of either search")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    index.search._DEPTH = args.depth
    even = [a for a in asked_of(load(args.articles), load(args.questions)) if a.number % 2 == 0]
    with Index.open(IndexConfig(args.data)) as opened:
        some = examples(opened, even)
    steps = {step: list(found) for step, found in ranker.weights().items()}
    print(
        f"{len(some)} even questions, left out of the fit in turn\n{'':36}"
        + "".join(f"{m:>8}" for m in METRICS)
    )
    figures: dict[str, Any] = {}
    last = steps["read"]
    tried = {
        "standing": steps["standing"],
        "read": last,
        **{f"read, without {n}": [other for other in last if other != n] for n in last},
    }
    for title, names in tried.items():
        row = left_out(some, names)
        print(f"{title:36}" + "".join(f"{value:8.3f}" for value in row), flush=True)
        figures[title] = dict(zip(METRICS, row.round(4).tolist(), strict=True))
    fitted = {
        step: dict(zip(names, fit(some, names).round(3).tolist(), strict=True))
        for step, names in steps.items()
    }
    print("\n" + json.dumps(fitted, indent=2))
    if args.write:
        by = f"python bench/fit_ranking.py --depth {args.depth}, on the even questions of RealTimeQA"
        WEIGHTS.write_text(
            json.dumps({"fitted_by": by, "weights": fitted}, indent=2) + "\n", encoding="utf-8"
        )
    print(json.dumps({"left_out": figures, "weights": fitted}))


if __name__ == "__main__":
    main()
