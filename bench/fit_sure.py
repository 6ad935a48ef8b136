"""Fit how sure an answer is (bot/answer/judge.toml, [pick] and [sure]) to RealTimeQA's even questions and to
those that were written for the judge.

    python bench/fit_sure.py QUESTIONS --data DIR [--write]

QUESTIONS is RealTimeQA's; DIR is `dateline ingest`'s of its articles. Which of its questions the archive
answers is told by bench/answers/told.json. Also read are bench/judge/ and the even groups of
samples/questions.jsonl. The threshold is the lowest at which, in six folds that keep a question's wordings
together, at most 5 % of the even questions that the archive doesn't answer get something shown that is wrong,
and at most 11 % of the near-misses that were written. The odd questions are
not read. The last line is one JSON object: the even half, as the folds saw it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Else bench/ingest.py is taken for the package.
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from bench.answers import answerable, asked_as, golds
from bench.retrieval import load
from bot.answer import sure
from bot.answer.answer import Answerer
from bot.answer.evidence import Sentence
from bot.answer.judge import by_marks
from bot.evaluate.labelled import holds
from bot.llm import LLMConfig
from index.config import IndexConfig
from index.search import Index

FALSE, NEAR_MISSES = 0.05, 0.11
"""Of the quiz questions, and of the written ones, that have no answer: the share that may be given one."""
COVERED = 0.3
"""Share of the question that a right sentence must have near it to count as answering: the words alone may
stand anywhere."""
PICK, SURE = 0.1, 0.05
"""Inverse strength of the two regularisations."""
NOT_PICKED = frozenset("near_best dense_best known numeric terms who when where howmany size".split())
"""The same for all sentences of a question: no reason to pick one of them."""
TOML = Path(__file__).parents[1] / "bot" / "answer" / "judge.toml"


@dataclass(frozen=True)
class Case:
    told: bool
    """Whether the archive answers it."""
    quiz: bool
    """Whether it is RealTimeQA's."""
    group: str
    found: Sequence[Sentence]
    strict: Sequence[Sentence]
    right: Sequence[bool]
    """Of each sentence whether it holds the answer."""
    held: Callable[[Sequence[Sentence]], bool]
    """Whether sentences shown together hold it."""


def quiz_cases(questions: Path, data: Path) -> list[Case]:
    """RealTimeQA's even questions."""
    out = []
    told = answerable()
    with Index.open(IndexConfig(data)) as index:
        answerer = Answerer(index, LLMConfig(kind="none"))
        for entry, gold in golds(load(questions), "even"):
            asked, ranked, _ = answerer.evidence(asked_as(entry))
            if sure.can_tell(asked, ranked):
                id_ = entry["question_id"]
                held = [gold.held(s.text, s.hit.title) for s in ranked]
                of = dict(zip(map(id, ranked), held, strict=True))
                strict = by_marks(asked, ranked)
                out.append(
                    Case(
                        id_ in told,
                        True,
                        id_,
                        ranked,
                        strict,
                        held,
                        lambda s, of=of: any(of[id(x)] for x in s),
                    )
                )  # type: ignore[misc]
    return out


def written_cases(folder: Path) -> list[Case]:
    """The questions written for the judge."""
    from bench.fit_judge import cases

    out = []
    for case in cases(folder):
        if not sure.can_tell(case.asked, case.ranked):
            continue
        label = case.label
        right = [label.answerable and any(holds(s.text, [g]) for g in label.expect) for s in case.ranked]

        def held(some: Sequence[Sentence], label: Any = label) -> bool:
            text = " ".join(f"{s.text} {s.hit.published or ''}" for s in some)
            return bool(label.answerable) and holds(text, label.expect)

        strict = by_marks(case.asked, case.ranked)
        out.append(Case(label.answerable, False, case.group, case.ranked, strict, right, held))
    return out


def fitted_pick(cases: Sequence[Case]) -> dict[str, Any]:
    names = [n for n in cases[0].found[0].telling if n not in NOT_PICKED]
    rows = np.array([[s.telling[n] for n in names] for c in cases for s in c.found])
    answers = np.array(
        [
            c.told and right and (not c.quiz or s.telling["coverage"] >= COVERED)
            for c in cases
            for s, right in zip(c.found, c.right, strict=True)
        ]
    )
    return _regression(names, rows, answers, PICK)


def fitted_sure(cases: Sequence[Case], picks: Sequence[Sequence[float]]) -> dict[str, Any]:
    """From picks by weights that had not seen the case."""
    standing = [sure.standing(c.found, p, c.strict) for c, p in zip(cases, picks, strict=True)]
    names = list(standing[0])
    right = [c.told and c.held(sure.shown(c.found, p, c.strict)) for c, p in zip(cases, picks, strict=True)]
    return _regression(names, np.array([[row[n] for n in names] for row in standing]), np.array(right), SURE)


def _regression(
    names: Sequence[str], rows: np.ndarray, answers: np.ndarray, strength: float
) -> dict[str, Any]:
    middle, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    found = LogisticRegression(C=strength, max_iter=5000).fit((rows - middle) / scale, answers)
    weights = found.coef_[0] / scale
    weights[scale < 1e-6] = 0.0
    return {
        "intercept": float(found.intercept_[0] - (weights * middle).sum()),
        "weights": dict(zip(names, map(float, weights), strict=True)),
    }


def unseen(cases: Sequence[Case]) -> tuple[list[list[float]], list[float]]:
    """Of each case the picks, and how sure it is, by weights that had not seen it."""
    folds = list(GroupKFold(6, shuffle=True, random_state=2).split(cases, groups=[c.group for c in cases]))
    picks: list[list[float]] = [[] for _ in cases]
    for train, test in folds:
        weights = fitted_pick([cases[i] for i in train])
        for i in test:
            picks[i] = [sure.pick(s, weights) for s in cases[i].found]
    surety = [0.0] * len(cases)
    for train, test in folds:
        weights = fitted_sure([cases[i] for i in train], [picks[i] for i in train])
        for i in test:
            surety[i] = sure.how_sure(cases[i].found, picks[i], cases[i].strict, weights)
    return picks, surety


def counts(
    cases: Sequence[Case],
    picks: Sequence[Sequence[float]],
    surety: Sequence[float],
    threshold: float,
    quiz: bool,
) -> dict[str, int]:
    out = dict.fromkeys(("right", "wrong", "silent", "quiet", "false"), 0)
    for case, pick, how in zip(cases, picks, surety, strict=True):
        if case.quiz != quiz:
            continue
        held = how >= threshold and case.held(sure.shown(case.found, pick, case.strict))
        if case.told:
            out["right" if held else "wrong" if how >= threshold else "silent"] += 1
        else:  # a quiz answer that stands there after all isn't wrong
            out["false" if how >= threshold and not held else "quiet"] += 1
    return out


def lowest(cases: Sequence[Case], picks: Sequence[Sequence[float]], surety: Sequence[float]) -> float:
    """The threshold."""
    for threshold in np.arange(-4.0, 6.0, 0.02):
        if all(
            found["false"] <= most * (found["false"] + found["quiet"])
            for quiz, most in ((True, FALSE), (False, NEAR_MISSES))
            for found in [counts(cases, picks, surety, float(threshold), quiz=quiz)]
        ):
            return round(float(threshold), 2)
    return 6.0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("questions", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--write", action="store_true", help="write bot/answer/judge.toml")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cases = [*quiz_cases(args.questions, args.data), *written_cases(Path(folder))]
    print(json.dumps(fit(cases, write=args.write)))


def fit(cases: Sequence[Case], *, write: bool) -> dict[str, object]:
    picks, surety = unseen(cases)
    threshold = lowest(cases, picks, surety)
    print(
        f"{'':10}{'right':>8}{'wrong':>8}{'silent':>8}{'quiet':>8}{'false':>8}   (folds, at {threshold:+.2f})"
    )
    result: dict[str, object] = {"threshold": threshold}
    for name, quiz in (("quiz", True), ("written", False)):
        found = counts(cases, picks, surety, threshold, quiz)
        result[name] = found
        print(f"{name:10}" + "".join(f"{n:8}" for n in found.values()))
    lines = []
    for name, table in (("pick", fitted_pick(cases)), ("sure", fitted_sure(cases, picks))):
        lines += ["", f"[{name}]", f"intercept = {table['intercept']:.4f}"]
        lines += [f"threshold = {threshold:.2f}"] if name == "sure" else []
        lines += ["", f"[{name}.weights]", *(f"{n} = {w:.4f}" for n, w in table["weights"].items())]
    if write:
        before = TOML.read_text(encoding="utf-8").partition("\n[pick]\n")[0].rstrip()
        TOML.write_text(before + "\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return result


if __name__ == "__main__":
    main()
