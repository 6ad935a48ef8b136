"""Fit the weighing of a page's blocks (ingest/extraction/model.json) to pages whose body is known.

    python bench/fit_extraction.py FOLDER [--write]

FOLDER is laid out as bench/extraction.py says. Trains on the pages at even places of its sorted ids and
on no other; prints what six folds of them, cut by site, give for pages that the fold has not seen.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from extraction import Case, cases, describe, mean, measured  # takes this folder off the path
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from ingest.encoding import decode
from ingest.extraction import body, features, model
from ingest.extraction.page import Page
from ingest.readers import html

FOLDS = 6
LEAST = 0.5
"""Share of a block's words, in runs of four, that must be in the true body."""


@dataclass
class Example:
    case: Case
    page: Page
    known: features.Known
    votes: list[list[float]]
    names: list[str]
    table: Any
    true: Any
    weight: Any

    @property
    def site(self) -> str:
        return ".".join((urlsplit(self.case.url or "").hostname or self.case.name).split(".")[-2:])


def example(case: Case) -> Example:
    opened = html.open_page(decode(case.html))
    page, known = opened.blocks, opened.known
    votes = [features.shares(page.blocks, text) for text in known.votes]
    names, table = features.from_votes(page, known, votes)
    share = np.array(features.shares(page.blocks, case.body))
    words = np.array([len(block.words) for block in page.blocks])
    # Every page counts alike, a block by its words; no block for more than a third of a page.
    weight = np.minimum(np.maximum(words, 2) / max(20, float((words * share).sum())), 0.3)
    return Example(case, page, known, votes, names, table, share >= LEAST, weight)


def fit(examples: list[Example]) -> dict[str, Any]:
    """The contents of model.json."""
    names = examples[0].names
    table = np.vstack([e.table for e in examples])
    true = np.concatenate([e.true for e in examples])
    weight = np.concatenate([e.weight for e in examples])
    weight = weight / weight.mean()
    # By shape alone: without whatever trafilatura told.
    shape = [n for n, name in enumerate(names) if not name.startswith("vote") and name != "agree"]
    scaler = StandardScaler().fit(table[:, shape])
    linear = LogisticRegression(C=0.01, max_iter=3000)
    linear.fit(scaler.transform(table[:, shape]), true, sample_weight=weight)
    weights = linear.coef_[0] / scaler.scale_
    # Each page once more at half the weight, with what its shape gave for a vote: the trees are asked so
    # where trafilatura fails, and come to trust it less.
    by_shape = [linear.predict(scaler.transform(e.table[:, shape])).astype(float).tolist() for e in examples]
    again = [
        features.from_votes(e.page, e.known, [vote] * len(e.votes))[1]
        for e, vote in zip(examples, by_shape, strict=True)
    ]
    true, weight = np.concatenate([true, true]), np.concatenate([weight, weight / 2])
    boosted = GradientBoostingClassifier(
        n_estimators=160,
        learning_rate=0.06,
        max_leaf_nodes=5,
        min_samples_leaf=60,
        subsample=0.7,
        max_features=0.3,
        random_state=0,
    ).fit(np.vstack([table, *again]), true, sample_weight=weight)
    share = float(np.average(true, weights=weight))
    return {
        "trees": {
            "names": names,
            "base": float(np.log(share / (1 - share))),
            "depth": max(tree.tree_.max_depth for tree in boosted.estimators_[:, 0]),
            "nodes": [nodes(tree.tree_, boosted.learning_rate) for tree in boosted.estimators_[:, 0]],
        },
        "linear": {
            "names": [names[n] for n in shape],
            "base": float(linear.intercept_[0] - (weights * scaler.mean_).sum()),
            "weights": [round(float(w), 5) for w in weights],
        },
    }


def nodes(tree: Any, rate: float) -> dict[str, list[Any]]:
    """A tree as lists; a leaf is its own child."""
    leaf = tree.children_left < 0
    itself = np.arange(tree.node_count)
    return {
        "feature": np.where(leaf, 0, tree.feature).tolist(),
        "threshold": [round(float(t), 5) for t in np.where(leaf, 0, tree.threshold)],
        "left": np.where(leaf, itself, tree.children_left).tolist(),
        "right": np.where(leaf, itself, tree.children_right).tolist(),
        "value": [round(float(v) * rate, 5) for v in np.where(leaf, tree.value[:, 0, 0], 0)],
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    examples = [example(case) for case in cases(args.folder)[::2]]
    sites = sorted({e.site for e in examples})
    order = np.random.default_rng(0).permutation(len(sites))
    fold = {site: int(at) % FOLDS for site, at in zip(sites, order, strict=True)}
    rows: dict[str, list[tuple[float, float, float]]] = {"with votes": [], "without": []}
    for n in range(FOLDS):
        fitted = model.parsed(fit([e for e in examples if fold[e.site] != n]))
        for e in examples:
            if fold[e.site] == n:
                for name, votes in (("with votes", e.votes), ("without", [[0.0] * len(v) for v in e.votes])):
                    chosen = body.weigh(e.page, e.known, votes, fitted)
                    kept = [block for block, keep in zip(e.page.blocks, chosen, strict=True) if keep]
                    rows[name].append(measured(e.case.body, body.text_of(kept)))
    figures = {name: describe(found) for name, found in rows.items()}
    for name, found in figures.items():
        print(
            f"{name:12} F1 {found['f1']:.4f}, "
            f"precision {found['precision']:.4f}, recall {found['recall']:.4f}"
        )
    if args.write:
        written = json.dumps(fit(examples), separators=(",", ":"))
        model.FILE.write_text(written + "\n", encoding="utf-8")
    print(json.dumps({"pages": len(examples), "mean_f1": mean(rows["with votes"]), **figures}))


if __name__ == "__main__":
    main()
