"""Ingest a real archive, ask it questions, and print what that took.

    python bench/archive.py ARTICLES --questions QUESTIONS.jsonl[.gz] [--ask 10] [--data DIR] [--llm embedded]

QUESTIONS has an object a line with `question_sentence` (or `question`) and `question_date`; each is asked as
of its date: of the file's even lines every n-th, n so that --ask of them are. A DATA that exists is ingested
into again, and what is there already is skipped.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import get_args

# Else bench/ingest.py is taken for the package.
sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.answer.answer import Answerer
from bot.answer.types import Question
from bot.llm import Kind, LLMConfig
from index.config import IndexConfig
from index.search import Index
from ingest.config import IngestConfig
from ingest.job import run


def questions(file: Path, count: int) -> list[Question]:
    raw = file.read_bytes()
    text = (gzip.decompress(raw) if file.suffix == ".gz" else raw).decode("utf-8")
    entries = [json.loads(line) for line in text.splitlines()][::2]
    step = max(1, len(entries) // count)
    return [
        Question(
            e.get("question_sentence") or e["question"],
            as_of=date.fromisoformat(e["question_date"].replace("/", "-"))
            if e.get("question_date")
            else None,
        )
        for e in entries[::step][:count]
    ]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("articles")
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--ask", type=int, default=10)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--llm", choices=get_args(Kind), default="embedded")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        data = args.data or Path(temporary)
        config = IndexConfig(data=data)
        report = run([args.articles], IngestConfig(index=config))
        index = Index.open(config)
        stats = index.ledger.stats()
        disk = sum(f.stat().st_size for f in data.rglob("*") if f.is_file())
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        figures: dict[str, object] = {
            **report.counts,
            "articles": stats["articles"],
            "passages": stats["passages"],
            "articles_per_second": round(report.articles_per_second, 1),
            "passages_embedded": report.embedded,
            "passages_embedded_per_second": round(report.passages_per_second, 1),
            "seconds": round(report.seconds, 1),
            "disk_mb": round(disk / 1e6),
            "peak_memory_mb": round(memory / 1e6),
        }
        for name, value in figures.items():
            print(f"{name:24} {value}")
        if args.questions:
            answerer = Answerer(index, LLMConfig(kind=args.llm))
            answerer.warm()
            seconds = []
            answered = 0
            for question in questions(args.questions, args.ask):
                start = time.perf_counter()
                answer = answerer.ask(question)
                seconds.append(time.perf_counter() - start)
                answered += answer.answered
                print(f"\n{question.text} (as of {question.as_of}, {seconds[-1]:.1f} s)")
                for claim in answer.claims:
                    sources = [c for c in answer.citations if c.n in claim.citations]
                    print(f"  {claim.text}")
                    print("".join(f"    [{c.publisher}, {c.published}] {c.title}" for c in sources))
                if not answer.answered:
                    nearest = answer.nearest[0].title if answer.nearest else "nothing"
                    print(f"  Not in the archive; nearest: {nearest}")
            figures |= {
                "asked": len(seconds),
                "answered": answered,
                "answer_seconds_median": round(statistics.median(seconds), 2),
            }
        print(json.dumps(figures))


if __name__ == "__main__":
    sys.exit(main())
