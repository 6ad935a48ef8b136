"""What is understood of a question: whose articles it asks for, and which days it names.

    python bench/understanding.py ../shared/data/multihop500 [--misses] [--dateparser]

The grammar and the tables were tuned on the even questions (by their place in the file); the odd ones are
reported. Publishers: the ledger holds all outlets of the set, and the gold is the outlets of a question's
evidence that its text names at all; those that can't be answered have none. Beside it the same against
all outlets of the evidence, named or not, which is what is published of GPT-3.5. Days:
bench/multihop_dates.json, the grammar's readings corrected by hand, as asked on 31 December 2023; "about"
counts where both ends lie within a quarter. --dateparser asks that library the same. Last, what understanding
costs among 5,000 outlets.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from index import when, who
from index.aliases import Aliases
from index.known import Known
from index.query import parse
from index.who.names import squeeze

ASKED = date(2023, 12, 31)
ABOUT = 92
HALVES = ("even", "odd")
LABELS = Path(__file__).with_name("multihop_dates.json")
Days = tuple[date, date]


def read_set(folder: Path) -> tuple[list[dict[str, Any]], dict[str, set[str]]]:
    """The questions, and the outlets of each one's evidence."""
    with gzip.open(folder / "queries.json.gz", "rt", encoding="utf-8") as file:
        questions = json.load(file)["queries"]
    with gzip.open(folder / "ground-truth.json.gz", "rt", encoding="utf-8") as file:
        truth = json.load(file)
    return questions, {id_: {e["source"] for e in given["evidence_list"]} for id_, given in truth.items()}


def is_named(outlet: str, question: str) -> bool:
    """Whether the outlet's name, without section and article, stands anywhere in the question."""
    base = outlet.split(" | ")[0].split(" - ")[0].split(": ")[0]
    return squeeze(base).removeprefix("the") in squeeze(question)


def publishers(
    questions: list[dict[str, Any]], evidence: dict[str, set[str]], names: who.Names, misses: bool
) -> dict[str, dict[str, tuple[int, int]]]:
    """Per half, `named` and `evidence`: questions whose set of publishers is exactly right, and all."""
    out: dict[str, dict[str, tuple[int, int]]] = {}
    for half, label in enumerate(HALVES):
        counts = {"named": [0, 0], "evidence": [0, 0]}
        for question in questions[half::2]:
            text, gold = question["question"], evidence[question["id"]]
            found = {v for s in who.read(text, names) if s.kind == "publisher" for v in s.values}
            named = {outlet for outlet in gold if is_named(outlet, text)}
            for kind, right in (("named", named), ("evidence", gold)):
                if right:
                    counts[kind][0] += found == right
                    counts[kind][1] += 1
            if misses and named and found != named:
                print(
                    f"  {label} {question['id']}: missed {named - found or '–'}, extra {found - named or '–'}"
                )
        out[label] = {kind: (right, n) for kind, (right, n) in counts.items()}
    return out


def days_read(text: str) -> list[Days]:
    return [
        (time.named.since, time.named.until)
        for time in when.read(text, ASKED)
        if time.named.since and time.named.until
    ]


def days_by_dateparser(text: str) -> list[Days]:
    from dateparser.search import search_dates  # type: ignore[import-untyped]

    settings = {
        "RELATIVE_BASE": datetime(ASKED.year, ASKED.month, ASKED.day),
        "PREFER_DATES_FROM": "past",
    }
    found = search_dates(text, languages=["en"], settings=settings) or []
    return [(moment.date(), moment.date()) for _, moment in found]


def is_right(found: list[Days], labels: list[list[str]]) -> bool:
    if len(found) != len(labels):
        return False
    for (since, until), label in zip(found, labels, strict=True):
        first, last = date.fromisoformat(label[0]), date.fromisoformat(label[1])
        slack = ABOUT if "about" in label else 0
        if abs((since - first).days) > slack or abs((until - last).days) > slack:
            return False
    return True


def days(
    questions: list[dict[str, Any]], read: Callable[[str], list[Days]], misses: bool
) -> dict[str, tuple[int, int, int, int]]:
    """Per half: questions with days whose days are all right, and all of them; questions without any where
    some were read, and all of them."""
    labels = json.loads(LABELS.read_text(encoding="utf-8"))
    out = {}
    for half, label in enumerate(HALVES):
        right = named = wrong = unnamed = 0
        for question in questions[half::2]:
            found = read(question["question"])
            expected = labels.get(question["id"], [])
            if expected:
                named += 1
                right += is_right(found, expected)
            else:
                unnamed += 1
                wrong += bool(found)
            if misses and not is_right(found, expected):
                read_as = [[since.isoformat(), until.isoformat()] for since, until in found]
                print(f"  {label} {question['id']}: expected {expected}, read {read_as}")
        out[label] = (right, named, wrong, unnamed)
    return out


def cost(questions: list[dict[str, Any]], outlets: list[str]) -> tuple[float, float]:
    """Milliseconds of processor time a question, the median and the 95th of 100."""
    many = [f"The {city} {name} {n}" for n in range(50) for city in "ABCDEFGHIJ" for name in PAPERS]
    known = Known(who.names_of([*outlets, *many], ["en", "ru"]), Aliases.shipped())
    taken: list[float] = []
    for counts in (False, True):
        for question in questions:
            began = time.process_time()
            parse(question["question"], known=known)
            if counts:
                taken.append((time.process_time() - began) * 1000)
    taken.sort()
    return taken[len(taken) // 2], taken[len(taken) * 95 // 100]


PAPERS = ("Herald", "Gazette", "Courier", "Post", "Tribune", "Echo", "Argus", "Star", "Mail", "Record")


def share(right: int, n: int) -> str:
    return f"{right:>4} of {n:<4} {right / n:6.1%}" if n else "–"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("folder", type=Path, help="of multihop500")
    options.add_argument("--misses", action="store_true", help="name the questions that were misread")
    options.add_argument("--dateparser", action="store_true", help="what that library makes of the days")
    given = options.parse_args()
    questions, evidence = read_set(given.folder)
    outlets = sorted(set().union(*evidence.values()))
    by_publisher = publishers(questions, evidence, who.names_of(outlets), given.misses)
    by_days = days(questions, days_read, given.misses)
    theirs = days(questions, days_by_dateparser, False) if given.dateparser else None
    median, p95 = cost(questions, outlets)
    for half in HALVES:
        print(f"{half} questions")
        print(f"  publishers, of those named     {share(*by_publisher[half]['named'])}")
        print(f"  publishers, of the evidence    {share(*by_publisher[half]['evidence'])}")
        print(f"  days, where some are named     {share(*by_days[half][:2])}")
        print(f"  days, where none is: misread   {share(*by_days[half][2:])}")
        if theirs:
            print(f"  dateparser: some named, none   {share(*theirs[half][:2])}, {share(*theirs[half][2:])}")
    print(f"{median:.2f} ms of processor time a question, 95 % within {p95:.2f}, among 5,000 outlets")
    print(
        json.dumps(
            {
                half: {
                    "publishers": round(by_publisher[half]["named"][0] / by_publisher[half]["named"][1], 4),
                    "publishers_evidence": round(
                        by_publisher[half]["evidence"][0] / by_publisher[half]["evidence"][1], 4
                    ),
                    "dates": round(by_days[half][0] / by_days[half][1], 4),
                    "false_dates": round(by_days[half][2] / by_days[half][3], 4),
                }
                for half in HALVES
            }
            | {"ms": round(median, 3), "ms_p95": round(p95, 3)}
        )
    )


if __name__ == "__main__":
    main()
