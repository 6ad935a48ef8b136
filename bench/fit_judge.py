"""Fit the weights of the judge's marks (bot/answer/judge.toml, [marks]) to questions written for it.

    python bench/fit_judge.py [--write]

Trains on bench/judge/ (70 questions on the sample archive, 120 on twelve single scrapes) and on the even
groups of samples/questions.jsonl. Prints, from five folds by archive and question group, what the chosen
threshold does to questions that the fold has not seen. The odd groups of samples/questions.jsonl are for
`dateline eval` and are not read here.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

# Else bench/ingest.py is taken for the package.
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from bot.answer import judge
from bot.answer.answer import Answerer
from bot.answer.evidence import Sentence
from bot.answer.question import Asked
from bot.answer.types import Question
from bot.evaluate.labelled import Labelled, holds, read
from bot.llm import LLMConfig
from index.config import IndexConfig
from index.search import Index
from ingest.config import IngestConfig
from ingest.job import run

ROOT = Path(__file__).parent.parent
FALSE_ANSWERS = 0.10  # of the questions without an answer, at most this share may be answered


@dataclass
class Case:
    label: Labelled
    group: str
    asked: Asked
    ranked: list[Sentence]


def cases(folder: Path) -> list[Case]:
    """Every training question with its marked sentences."""
    out: list[Case] = []
    embedder = None
    questions = read(ROOT / "samples" / "questions.jsonl")
    groups = list(dict.fromkeys(q.group for q in questions))
    even = [q for q in questions if groups.index(q.group) % 2 == 0]
    sets = [
        ("samples", ROOT / "samples" / "archive", even + read(ROOT / "bench" / "judge" / "samples.jsonl"))
    ]
    sets += [
        (p.name, p / "article.txt", read(p / "questions.jsonl"))
        for p in sorted((ROOT / "bench" / "judge" / "scrapes").iterdir())
    ]
    for name, archive, labelled in sets:
        config = IndexConfig(data=folder / name)
        run([str(archive)], IngestConfig(index=config))
        index = Index.open(config)
        if embedder is not None:
            index._embedder = embedder
        answerer = Answerer(index, LLMConfig(kind="none"))
        for q in labelled:
            asked, ranked, _ = answerer.evidence(Question(q.question, as_of=q.as_of))
            group = name if name != "samples" else f"{name}/{q.group or q.id}"
            out.append(Case(q, group, asked, ranked))
        embedder = index.embedder
    return out


def table(all_cases: list[Case]) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray, list[int]]:
    """Feature names, X (sentences × features), y, group of each row, case of each row."""
    rows, y, groups, owner = [], [], [], []
    names: list[str] = []
    for i, case in enumerate(all_cases):
        for s in case.ranked:
            values = judge.features(case.asked, s.marks)
            names = names or list(values)
            rows.append([values[n] for n in names])
            y.append(case.label.answerable and any(holds(s.text, [g]) for g in case.label.expect))
            groups.append(case.group)
            owner.append(i)
    return names, np.array(rows), np.array(y), np.array(groups), owner


def outcome(case: Case, threshold: float) -> str:
    judge._fitted = lambda: ({}, 0.0, threshold)  # type: ignore[assignment]
    shown = judge.by_marks(case.asked, sorted(case.ranked, key=lambda s: -s.score))
    if not case.label.answerable:
        return "false" if shown else "quiet"
    if not shown:
        return "silent"
    text = " ".join(f"{s.text} {s.hit.published or ''}" for s in shown)
    return "right" if holds(text, case.label.expect) else "wrong"


def model() -> LogisticRegression:
    return LogisticRegression(C=0.1, max_iter=3000)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true", help="write bot/answer/judge.toml")
    parser.add_argument("--list", action="store_true", help="list every question that comes out wrong")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        all_cases = cases(Path(folder))
    names, x, y, groups, owner = table(all_cases)
    scale = x.std(axis=0) + 1e-9
    unseen = np.zeros(len(y))
    for train, test in GroupKFold(5).split(x, y, groups):
        unseen[test] = model().fit(x[train] / scale, y[train]).decision_function(x[test] / scale)
    for (row, i), score in zip(enumerate(owner), unseen, strict=True):
        start = owner.index(i)
        all_cases[i].ranked[row - start].score = float(score)
    best = None
    print(f"{len(all_cases)} questions, {len(y)} sentences, {int(y.sum())} of them answers")
    for threshold in np.arange(-5, 3, 0.1):
        counts = Counter(outcome(c, float(threshold)) for c in all_cases)
        false = counts["false"] / max(1, counts["false"] + counts["quiet"])
        if best is None and false <= FALSE_ANSWERS:
            best = (float(threshold), counts)
        if abs(threshold * 5 - round(threshold * 5)) < 0.01:
            print(f"  threshold {threshold:+.1f}: {dict(counts)}")
    assert best is not None
    threshold, counts = best
    if args.list:
        for case in all_cases:
            if (result := outcome(case, threshold)) not in ("right", "quiet"):
                print(f"{result:6} {case.group[:14]:14} {case.label.question}")
                shown = sorted(case.ranked, key=lambda s: -s.score)[:2]
                right = [
                    s for s in case.ranked if case.label.expect and holds(s.text, case.label.expect[:1])
                ][:1]
                for s in [*shown, *(r for r in right if r not in shown)]:
                    marks = ", ".join(
                        f"{k} {v:.2f}"
                        for k, v in judge.features(case.asked, s.marks).items()
                        if v and not k.startswith(("why", "factoid"))
                    )
                    print(f"       {'>' if s in right else ' '} {s.score:+.2f} {s.text[:110]}")
                    print(f"           {marks}")
    fitted = model().fit(x / scale, y)
    weights = {
        n: round(float(w / s), 4) for n, w, s in zip(names, fitted.coef_[0], scale, strict=True) if s > 1e-6
    }
    lines = [
        "# Fitted by bench/fit_judge.py ([marks]) and bench/fit_sure.py; not for editing by hand.",
        "[marks]",
        f"intercept = {float(fitted.intercept_[0]):.4f}",
        f"threshold = {threshold:.2f}",
        "",
        "[marks.weights]",
        *(f"{n} = {w}" for n, w in weights.items()),
    ]
    print("\n".join(lines))
    if args.write:
        file = ROOT / "bot" / "answer" / "judge.toml"
        _, mark, rest = file.read_text(encoding="utf-8").partition("\n[pick]\n")  # bench/fit_sure.py's
        file.write_text("\n".join(lines) + "\n" + mark + rest, encoding="utf-8")
    print(json.dumps({"questions": len(all_cases), "threshold": round(threshold, 2), "unseen": dict(counts)}))


if __name__ == "__main__":
    sys.exit(main())
