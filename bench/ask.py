"""What an asker waits for, from the question to the first checked words and to the whole answer.

    python bench/ask.py [--data FOLDER] [--llm none,embedded] [--rounds 5] [--askers 1,4,8] [QUESTION …]

FOLDER is an archive that is there; without it samples/archive is ingested. The process is warm, as the bot's
is and `dateline chat`'s: models loaded, what every prompt begins with read. "Fresh" is a question of which
nothing is known: sentences, their vectors and the prompt's end are new. "Again" is the same question a second
time. The questions take turns, and the kinds of language model do, round by round. Seconds, median and 95th
percentile; CPU seconds beside them, as other work on the machine counts in the seconds.

Tokens are llama.cpp's own count: kept from an earlier prompt, read, written; none where the draft was left
before its end, as everything that answers had been said.

Askers: so many people at the bot's desk at once, each with a question, and beside them one with ten who came
first. Seconds until each has the whole answer, and how many of the ten were answered before the last of the
others.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Else bench/ingest.py is taken for the package.
sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.answer import grammar
from bot.answer.answer import Answerer
from bot.answer.meaning import Meanings
from bot.answer.types import Answer, CheckedClaim, Question
from bot.discord_app.desk import Desk
from bot.llm import LLMConfig
from index.config import IndexConfig
from index.search import Index

ROOT = Path(__file__).parents[1]
SAMPLE = "why did Baku refuse Washington talks?"
QUESTIONS = (
    SAMPLE,
    "why did Azerbaijan's foreign minister not go to Washington?",
    "who said that the position of the United States was biased?",
    "when did the leaders last meet in Brussels?",
    "how many people left Nagorno-Karabakh?",
    "what did Yerevan say about the refusal?",
    "where did the foreign ministers meet in February 2024?",
    "did Armenia return the four villages?",
    "what did Aliyev say about France?",
    "why was the meeting in Granada called off?",
    "who won the 2022 World Cup?",
)
MANY = 10


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds from the question on."""

    status: float
    claim: float | None
    """Until the first checked claim; None when there is none."""
    whole: float
    cpu: float
    answered: bool
    tokens: tuple[int, int, int] | None
    """Kept, read, written."""


def ask(answerer: Answerer, question: str, *, fresh: bool) -> Took:
    llm = answerer._model()
    if fresh:
        grammar._parsed.clear()
        answerer._meanings = Meanings()
        if hasattr(llm, "prime"):
            from bot.answer.write import prime

            prime(llm)  # of the prompt before, nothing but what every prompt begins with is kept
    before = getattr(llm, "spent", None)
    began, cpu = time.perf_counter(), time.process_time()
    status: float | None = None
    claim: float | None = None
    for event in answerer.stream(Question(question)):
        passed = time.perf_counter() - began
        status = passed if status is None else status
        if isinstance(event, CheckedClaim) and claim is None:
            claim = passed
        if isinstance(event, Answer):
            spent = getattr(llm, "spent", None)
            tokens = (spent.kept, spent.read, spent.written) if spent and spent is not before else None
            return Took(status or 0.0, claim, passed, time.process_time() - cpu, event.answered, tokens)
    raise AssertionError("no answer")


async def queue(answerer: Answerer, askers: int, questions: list[str]) -> dict[str, Any]:
    desk = Desk(answerer)
    ended: list[tuple[str, float]] = []

    async def one(name: str, question: str) -> None:
        began = time.perf_counter()
        async for event in desk.stream(Question(question), name):
            if isinstance(event, Answer):
                ended.append((name, time.perf_counter() - began))
                return

    grammar._parsed.clear()
    answerer._meanings = Meanings()
    many = [asyncio.create_task(one("many", questions[n % len(questions)])) for n in range(MANY)]
    await asyncio.sleep(0)
    others = [asyncio.create_task(one(f"asker {n}", questions[n % len(questions)])) for n in range(askers)]
    await asyncio.gather(*many, *others)
    await desk.close()
    waits = [seconds for name, seconds in ended if name != "many"]
    last = max(place for place, (name, _) in enumerate(ended) if name != "many")
    return {
        "askers": askers,
        "median": round(statistics.median(waits), 2),
        "longest": round(max(waits), 2),
        "many_longest": round(max(seconds for name, seconds in ended if name == "many"), 2),
        "many_before_last": sum(name == "many" for name, _ in ended[:last]),
    }


def spread(values: list[float]) -> tuple[float, float] | None:
    if not values:
        return None
    at = min(len(values) - 1, round(0.95 * (len(values) - 1)))
    return round(statistics.median(values), 3), round(sorted(values)[at], 3)


def told(values: tuple[float, float] | None) -> str:
    return f"{values[0]:6.2f} /{values[1]:6.2f}" if values else f"{'–':>14}"


def rows(took: list[Took]) -> dict[str, Any]:
    tokens = [t.tokens for t in took if t.tokens]
    return {
        "n": len(took),
        "answered": sum(t.answered for t in took),
        "status": spread([t.status for t in took]),
        "claim": spread([t.claim for t in took if t.claim is not None]),
        "whole": spread([t.whole for t in took]),
        "cpu": spread([t.cpu for t in took]),
        "tokens": [statistics.median(t[i] for t in tokens) for i in range(3)] if tokens else None,
    }


def show(name: str, row: dict[str, Any]) -> None:
    kept = " ".join(f"{n:>4.0f}" for n in row["tokens"]) if row["tokens"] else ""
    print(
        f"{name:26}{told(row['status'])}{told(row['claim'])}{told(row['whole'])}{told(row['cpu'])}   {kept}",
        flush=True,
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("questions", nargs="*", metavar="QUESTION", default=list(QUESTIONS))
    options.add_argument("--data", type=Path)
    options.add_argument("--llm", default="none,embedded")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--askers", default="1,4,8")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as made:
        data = given.data
        if data is None:
            from ingest.config import IngestConfig
            from ingest.job import run

            data = Path(made)
            run([str(ROOT / "samples" / "archive")], IngestConfig(IndexConfig(data)))
        measure(data, given.llm.split(","), given.questions, given.rounds, given.askers)


def measure(data: Path, kinds: list[str], questions: list[str], rounds: int, askers: str) -> None:
    index = Index.open(IndexConfig(data))
    answerers: dict[str, Answerer] = {}
    out: dict[str, Any] = {"cores": os.cpu_count(), "load": os.getloadavg()[0], "rounds": rounds}
    for kind in kinds:
        began = time.perf_counter()
        answerers[kind] = Answerer(index, LLMConfig(kind))  # type: ignore[arg-type]
        answerers[kind].warm()
        out[kind] = {"warming": round(time.perf_counter() - began, 2)}
    took: dict[tuple[str, str, bool], list[Took]] = {}
    for _ in range(rounds):
        for question in questions:
            for kind, answerer in answerers.items():
                for fresh in (True, False):
                    took.setdefault((kind, question, fresh), []).append(ask(answerer, question, fresh=fresh))
    print(f"{out['cores']} cores, load {out['load']:.1f}, {rounds} rounds; seconds, median / 95th percentile")
    print(f"{'':26}{'status':>14}{'first claim':>14}{'whole':>14}{'CPU':>14}   tokens kept, read, written")
    for kind in kinds:
        for fresh in (True, False):
            when = "fresh" if fresh else "again"
            first = rows(took[kind, questions[0], fresh])
            rest = rows(
                [t for q in questions[1:] for t in took[kind, q, fresh]] or took[kind, questions[0], fresh]
            )
            out[kind][when] = {"first": first, "others": rest}
            show(f"{kind}, {when}: first", first)
            show(f"{kind}, {when}: {len(questions) - 1} others", rest)
    print(
        f"\n{'at the desk at once':26}{'median':>10}{'longest':>10}   the last of ten; of these before others"
    )
    for kind, answerer in answerers.items():
        out[kind]["desk"] = []
        for number in map(int, askers.split(",")):
            row = asyncio.run(queue(answerer, number, questions))
            out[kind]["desk"].append(row)
            print(
                f"{kind}, {number} and one with ten".ljust(26)
                + f"{row['median']:>10.2f}{row['longest']:>10.2f}"
                + f"   {row['many_longest']:.2f}; {row['many_before_last']} of {MANY}"
            )
    index.close()
    print(json.dumps(out))
    sys.stdout.flush()
    os._exit(0)  # the model's server joins no thread then


if __name__ == "__main__":
    main()
