"""Of quiz questions: answered or not, rightly or not, and what limits it.

    python bench/answers.py QUESTIONS --data DIR [--half odd|even] [--llm none,embedded]
                            [--base-url URL --model NAME | --serve] [--only N] [--chart FILE.svg]

QUESTIONS is RealTimeQA's (JSON Lines, gzipped or not), DIR `dateline ingest`'s of its articles. Each question
is asked as of its date; the four choices are looked at for scoring only. Whether the archive tells the answer
is taken from bench/answers/told.json (by eye) and, beside it, from whether the answer's words stand anywhere
in an article of that time (`--articles FILE`). With --base-url another model is asked that a server offers in
OpenAI's format; --serve starts one here, on loopback, with the model that ships, so that this road is walked.

Right is what holds the answer by the rule of bench/answered.py. The curve takes the same answers at every
threshold; the table takes the one that ships. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Else bench/ingest.py is taken for the package.
sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.answered import Gold
from bench.retrieval import asked_of, fold, iso, load
from bot.answer import sure
from bot.answer.answer import Answerer
from bot.answer.evidence import Sentence
from bot.answer.judge import by_marks
from bot.answer.question import Asked
from bot.answer.types import Answer, Question
from bot.llm import LLMConfig
from index.config import IndexConfig
from index.search import Hits, Index

TOLD = Path(__file__).with_name("answers") / "told.json"
LIMITS = ("nothing found", "not in what was found", "not picked", "not sure enough", "answered wrongly")


def answerable() -> set[str]:
    """Ids of the questions that the archive answers, by eye."""
    told = json.loads(TOLD.read_text(encoding="utf-8"))
    return {*told["even"], *told["odd"]}


def golds(entries: Sequence[dict[str, Any]], half: str) -> Iterator[tuple[dict[str, Any], Gold]]:
    """The questions of a half by their position in the file, each id once."""
    also = json.loads(TOLD.read_text(encoding="utf-8"))["also_right"]
    seen: set[str] = set()
    for number, entry in enumerate(entries):
        id_ = entry["question_id"]
        if id_ in seen:
            continue
        seen.add(id_)
        if half in ("both", ("even", "odd")[number % 2]):
            answer = entry["choices"][int(entry["answer"][0])]
            yield entry, Gold(entry["question_sentence"], answer, also.get(id_, ()))


def asked_as(entry: dict[str, Any]) -> Question:
    return Question(entry["question_sentence"], as_of=iso(entry["question_date"]))


@dataclass(frozen=True)
class Result:
    id: str
    told: bool
    """Whether the archive answers it."""
    shown: tuple[str, ...]
    """Claims and quotes, at the shipped threshold."""
    right: bool
    claims: int
    by_model: int
    surety: float
    """Log-odds by which it is shown or not; -inf where it goes by the marks alone."""
    right_if_shown: bool
    limit: str
    choice: bool | None
    """Whether the choice whose words stand most in the answer is the right one; None when silent."""
    choice_anyway: bool
    """The same of the sentences that fit best, shown or not."""
    seconds: float
    degraded: str | None


def ask(answerer: Answerer, entry: dict[str, Any], gold: Gold, told: bool) -> Result:
    looked: list[tuple[Asked, list[Sentence], Hits]] = []
    evidence = answerer.evidence

    def noted(*args: Any, **options: Any) -> tuple[Asked, list[Sentence], Hits]:
        looked.append(evidence(*args, **options))
        return looked[-1]

    answerer.evidence = noted  # type: ignore[method-assign]
    began = time.process_time()
    try:
        answer = answerer.ask(asked_as(entry))
    finally:
        answerer.evidence = evidence  # type: ignore[method-assign]
    seconds = time.process_time() - began
    titles = {c.n: c.title for c in answer.citations}
    parts = [(c.quote, c.title) for c in answer.citations]
    parts += [(c.text, titles.get(c.citations[0], "")) for c in answer.claims if c.citations]
    right = any(gold.held(text, title) for text, title in parts)
    asked, ranked, _ = looked[-1] if looked else (None, [], None)
    surety, if_shown, anyway = float("-inf"), False, False
    if asked is not None and ranked and sure.can_tell(asked, ranked):
        weights, strict = sure.fitted(), by_marks(asked, ranked)
        picks = [sure.pick(s, weights["pick"]) for s in ranked]
        surety = sure.how_sure(ranked, picks, strict, weights["sure"])
        if_shown = any(gold.held(s.text, s.hit.title) for s in sure.shown(ranked, picks, strict))
        anyway = choice_anyway(entry, [(s.text, p) for s, p in zip(ranked, picks, strict=True)])
    return Result(
        id=entry["question_id"],
        told=told,
        shown=tuple(text for text, _ in parts),
        right=right,
        claims=len(answer.claims),
        by_model=sum(c.origin == "model" for c in answer.claims),
        surety=surety,
        right_if_shown=if_shown,
        limit=_limit(answer, right, ranked, if_shown, gold),
        choice=_choice(answer, entry, parts),
        choice_anyway=anyway,
        seconds=seconds,
        degraded=answer.degraded,
    )


def _limit(answer: Answer, right: bool, ranked: Sequence[Sentence], if_shown: bool, gold: Gold) -> str:
    if right:
        return ""
    if not ranked:
        return LIMITS[0]
    if not any(gold.held(s.text, s.hit.title) for s in ranked):
        return LIMITS[1]
    if answer.answered:
        return LIMITS[4]
    return LIMITS[3] if if_shown else LIMITS[2]


def _choice(answer: Answer, entry: dict[str, Any], parts: Sequence[tuple[str, str]]) -> bool | None:
    """Of the four, the one of whose words most stand in what is shown; the first of those that tie."""
    if not answer.answered:
        return None
    there = set(fold(" ".join(text for text, _ in parts)).split())
    shares = []
    for choice in entry["choices"]:
        words = fold(choice).split()
        shares.append(sum(w in there for w in words) / max(1, len(words)))
    return shares.index(max(shares)) == int(entry["answer"][0]) and max(shares) > 0


def choice_anyway(entry: dict[str, Any], found: Sequence[tuple[str, float]]) -> bool:
    """Whether the right choice has most of its words in the sentences found, each counting by its odds."""
    scores = [0.0] * len(entry["choices"])
    for text, odds in found:
        there = set(fold(text).split())
        for number, choice in enumerate(entry["choices"]):
            words = fold(choice).split()
            scores[number] += math.exp(odds) * sum(w in there for w in words) / max(1, len(words))
    return scores.index(max(scores)) == int(entry["answer"][0])


def table(results: Sequence[Result]) -> dict[str, Any]:
    """The figures of one model."""
    told = [r for r in results if r.told]
    rest = [r for r in results if not r.told]
    answered = [r for r in told if r.shown]
    false = [r for r in rest if r.shown and not r.right]
    claims = sum(r.claims for r in results)
    chosen = [r.choice for r in results if r.choice is not None]
    every = sum(bool(r.choice) for r in results) + 0.25 * sum(r.choice is None for r in results)
    seconds = sorted(r.seconds for r in results)
    right = sum(r.right for r in answered)
    return {
        "questions": len(results),
        "told": len(told),
        "answered": len(answered),
        "right": right,
        "right_of_told": _share(right, len(told)),
        "precision_of_told": _share(right, len(answered)),
        "precision_of_shown": _share(right, len(answered) + len(false)),
        "untold": len(rest),
        "false": len(false),
        "false_of_untold": _share(len(false), len(rest)),
        "limits": dict(Counter(r.limit for r in told if r.limit)),
        "claims": claims,
        "claims_by_model": sum(r.by_model for r in results),
        "four_way_when_answered": _share(sum(map(bool, chosen)), len(chosen)),
        "four_way_guessing_when_silent": round(every / max(1, len(results)), 4),
        "four_way_anyway": _share(sum(r.choice_anyway for r in results), len(results)),
        "cpu_seconds_median": round(seconds[len(seconds) // 2], 2) if seconds else None,
        "degraded": sum(r.degraded is not None for r in results),
    }


def curve(results: Sequence[Result]) -> list[tuple[float, float, float]]:
    """At every threshold: share of the told answered rightly, of the told answered, of the untold answered
    wrongly."""
    told = sum(r.told for r in results)
    rest = len(results) - told
    right = answered = false = 0
    points = [(0.0, 0.0, 0.0)]
    for r in sorted(results, key=lambda r: -r.surety):
        if r.surety == float("-inf"):
            break
        if r.told:
            answered += 1
            right += r.right_if_shown
        else:
            false += not r.right_if_shown
        points.append((right / max(1, told), answered / max(1, told), false / max(1, rest)))
    return points


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def show(name: str, figures: dict[str, Any]) -> None:
    f = figures

    def percent(key: str) -> str:
        return f"{100 * f[key]:.1f} %"

    print(f"\n{name}: {f['questions']} questions, {f['told']} of which the archive answers")
    print(f"  answered {f['answered']} of these, rightly {f['right']}: {percent('right_of_told')} of them,")
    print(
        f"    {percent('precision_of_told')} of those answered; {percent('precision_of_shown')} of all shown"
    )
    print(
        f"  of the other {f['untold']} something wrong is shown for {f['false']}: "
        f"{percent('false_of_untold')}"
    )
    print("  what kept the rest from being answered rightly:")
    for limit, count in sorted(f["limits"].items(), key=lambda pair: -pair[1]):
        print(f"    {count:4} {limit}")
    own = f["claims"] - f["claims_by_model"]
    print(f"  claims: {f['claims_by_model']} in the model's words, {own} in the evidence's own")
    print(
        f"  the right one of four, by the answer's words: {f['four_way_when_answered']:.3f} of those "
        f"answered, {f['four_way_guessing_when_silent']:.3f} with a quarter for silence, "
        f"{f['four_way_anyway']:.3f} by the best sentences, shown or not"
    )
    print(f"  CPU seconds a question (median): {f['cpu_seconds_median']}; degraded: {f['degraded']}")


@contextmanager
def served(model: str | None) -> Iterator[str]:
    """The shipped model behind xllamacpp's own server on loopback; its address."""
    import xllamacpp

    from bot.llm import gguf_file

    params = xllamacpp.CommonParams()
    params.model.path = str(gguf_file(model))
    params.n_ctx, params.n_parallel, params.warmup, params.verbosity = 4096, 1, False, -1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(params)
    yield f"{server.listening_address}/v1"


def configured(args: argparse.Namespace, url: str | None) -> Iterator[tuple[str, LLMConfig]]:
    for kind in filter(None, args.llm.split(",")):
        yield kind, LLMConfig(kind=kind)
    if url:
        yield f"{args.model} over HTTP", LLMConfig(kind="openai-like", model=args.model, base_url=url)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("questions", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--articles", type=Path, help="to count by the answer's words, too")
    parser.add_argument("--half", choices=["odd", "even", "both"], default="odd")
    parser.add_argument("--llm", default="none")
    parser.add_argument("--base-url")
    parser.add_argument("--model", default="SmolLM2-135M-Instruct")
    parser.add_argument("--serve", action="store_true", help="serve the shipped model and ask it over HTTP")
    parser.add_argument("--only", type=int, help="the first N questions")
    parser.add_argument("--chart", type=Path)
    args = parser.parse_args()
    chosen = list(golds(load(args.questions), args.half))[: args.only]
    told = answerable()
    by_words: set[str] | None = None
    if args.articles:
        entries = load(args.questions)
        there = {a.number for a in asked_of(load(args.articles), entries)}
        by_words = {e["question_id"] for n, e in enumerate(entries) if n in there}
    result: dict[str, Any] = {"half": args.half}
    found: dict[str, list[Result]] = {}

    def run(url: str | None) -> None:
        with Index.open(IndexConfig(args.data)) as index:
            # By turns: what the first has read of a question the others needn't.
            sides = {name: Answerer(index, config) for name, config in configured(args, url)}
            for name, answerer in sides.items():
                answerer.warm()
                found[name] = []
            for entry, gold in _told(chosen):
                for name, answerer in sides.items():
                    found[name].append(ask(answerer, entry, gold, entry["question_id"] in told))
        for name, results in found.items():
            result[name] = table(results)
            show(name, result[name])
            if by_words is not None:
                result[name]["by_words"] = _by_words(results, by_words)

    if args.serve:
        with served(None) as url:
            run(url)
    else:
        run(args.base_url)
    if args.chart and found:
        from bench.answers_chart import svg

        threshold = float(sure.fitted()["sure"]["threshold"])
        first = next(iter(found.values()))
        args.chart.write_bytes(svg(curve(first), _at(first, threshold), len(first)))
    print(json.dumps(result))


def _told(chosen: Sequence[tuple[dict[str, Any], Gold]]) -> Iterator[tuple[dict[str, Any], Gold]]:
    for number, pair in enumerate(chosen, 1):
        if sys.stderr.isatty():
            print(f"\r{number} of {len(chosen)}", end="", file=sys.stderr)
        yield pair


def _by_words(results: Sequence[Result], there: set[str]) -> dict[str, Any]:
    """The same figures, with what is told taken from where the answer's words stand."""
    from dataclasses import replace

    figures = table([replace(r, told=r.id in there) for r in results])
    keys = (
        "told",
        "answered",
        "right",
        "right_of_told",
        "precision_of_told",
        "untold",
        "false",
        "false_of_untold",
    )
    print("  by the answer's words: " + ", ".join(f"{k} {figures[k]}" for k in keys))
    return {k: figures[k] for k in keys}


def _at(results: Sequence[Result], threshold: float) -> int:
    """Which point of the curve the threshold is."""
    return sum(r.surety >= threshold for r in results)


if __name__ == "__main__":
    main()
