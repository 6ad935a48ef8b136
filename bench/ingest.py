"""Ingest against the plain recipe: LlamaIndex's SentenceSplitter, the same MiniLM, Chroma. Both in one run.

    python bench/ingest.py ARTICLES --recipe RECIPE.py [--questions QUESTIONS] [--articles 300] [--rounds 3]
    python bench/ingest.py ARTICLES --stage embed      only the ways to embed, beside the matrix limit

ARTICLES is JSON Lines (title, url, publish_date, text), gzipped or not, of which every n-th is taken.
RECIPE.py has `build(articles, folder)` and `retriever(index, k)`; it needs `pip install -e ".[bench]"`.
QUESTIONS has an object a line with `question_sentence`, `choices` and `answer`. Each side runs in a process
of its own, by turns, so that memory is measured apart and both meet the same load; the tables show medians.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def main() -> None:
    args = arguments()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        articles = folder / "articles.jsonl"
        count = sample(args.articles_file, articles, args.articles)
        print(f"{count} articles, {args.rounds} rounds, load {os.getloadavg()[0]:.1f} at the start")
        rounds = [one_round(args, articles, folder / str(n), n) for n in range(args.rounds)]
        figures = {"articles": count, "load": round(os.getloadavg()[0], 1), **summary(rounds)}
        if args.questions and args.stage is None:
            figures["retrieval"] = retrieval(args, articles, folder / str(args.rounds - 1))
        show(figures)
        print(json.dumps(figures))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("articles_file", type=Path)
    parser.add_argument("--recipe", type=Path)
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--stage", choices=["embed"])
    args = parser.parse_args()
    if args.recipe is None and args.stage is None:
        parser.error("--recipe says where the plain recipe is; --stage embed does without")
    return args


def sample(file: Path, to: Path, count: int) -> int:
    raw = file.read_bytes()
    lines = (gzip.decompress(raw) if file.suffix == ".gz" else raw).decode("utf-8").splitlines()
    step = max(1, len(lines) // count)
    chosen = lines[::step][:count]
    to.write_text("\n".join(chosen) + "\n", encoding="utf-8")
    return len(chosen)


def side(name: str, *more: object) -> dict[str, Any]:
    """What a side says on its last line."""
    # -P, or this file would be taken for the package of its name.
    script = HERE / ("ingest_embedding.py" if name in ("backends", "limit") else "ingest_sides.py")
    command = [sys.executable, "-P", str(script), name, *map(str, more)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise SystemExit(f"{name} ended with {result.returncode}:\n{result.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return found


def one_round(args: argparse.Namespace, articles: Path, folder: Path, number: int) -> dict[str, Any]:
    folder.mkdir()
    found: dict[str, Any] = {}
    if args.stage == "embed":
        found["backends"] = side("backends", articles)
    else:
        sides = [
            ("recipe", (articles, folder / "recipe", args.recipe)),
            ("dateline", (articles, folder / "dateline")),
        ]
        for name, more in sides if number % 2 == 0 else sides[::-1]:
            found[name] = side(name, *more)
    found["limit"] = side("limit")
    line = {
        name: part.get("pieces_per_second") for name, part in found.items() if "pieces_per_second" in part
    }
    print(f"round {number + 1}: {line or found['backends']}", flush=True)
    return found


def retrieval(args: argparse.Namespace, articles: Path, folder: Path) -> dict[str, Any]:
    return {
        "recipe": side("ask-recipe", articles, folder / "recipe", args.recipe, args.questions),
        "dateline": side("ask-dateline", articles, folder / "dateline", args.questions),
    }


def summary(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """The median of every number; of what isn't a number, the last."""

    def merged(values: list[Any]) -> Any:
        values = [value for value in values if value is not None]
        if values and all(isinstance(value, dict) for value in values):
            return {key: merged([value.get(key) for value in values]) for key in values[-1]}
        if values and all(isinstance(value, (int, float)) for value in values):
            return round(statistics.median(values), 5)
        return values[-1] if values else None

    figures: dict[str, Any] = merged(rounds)
    for name in ("pieces_per_second", "pieces_per_cpu_second"):
        if name in figures.get("dateline", {}) and name in figures["recipe"]:
            ratios = [round(r["dateline"][name] / r["recipe"][name], 2) for r in rounds]
            figures[f"times_the_recipe_in_{name}"] = round(statistics.median(ratios), 2)
            figures[f"by_round_in_{name}"] = ratios
    return figures


def show(figures: dict[str, Any]) -> None:
    limit = figures["limit"]
    if "dateline" in figures:
        ours, theirs = figures["dateline"], figures["recipe"]
        print(f"\n{'':32}{'recipe':>12}{'Dateline':>12}")
        for name, label in (
            ("articles_per_second", "articles a second"),
            ("pieces_per_second", "word pieces read a second"),
            ("pieces_per_cpu_second", "… a second of processor time"),
            ("share_embedded", "share of words embedded"),
            ("peak_mb", "peak memory, MB"),
            ("seconds", "seconds"),
        ):
            print(f"{label:32}{theirs.get(name, 0):>12,.2f}{ours.get(name, 0):>12,.2f}")
            times = figures.get(f"times_the_recipe_in_{name}")
            if times:
                print(f"{'  times the recipe':32}{'':12}{times:>12}")
        print("\nDateline's seconds by stage")
        for stage, seconds in ours["stages"].items():
            print(f"  {stage:30}{seconds:>12.2f}")
        cosine = (ours["choice"] or {}).get("cosine", 0.0)
        show_backends({ours["precision"]: ours["embedding"] | {"cosine": cosine}}, limit)
        if "retrieval" in figures:
            found = figures["retrieval"]
            print(
                "\nHow often the answer's words are found, of the questions whose answer's words occur at all"
            )
            for name in ("recipe", "dateline"):
                for what, part in found[name].items():
                    shares = "  ".join(f"{key} {value:,.4g}" for key, value in part.items())
                    print(f"  {name:10}{what:14}{shares}")
    else:
        show_backends(figures["backends"], limit)


def show_backends(backends: dict[str, dict[str, float]], limit: dict[str, float]) -> None:
    """GFLOP/s by the tokens that are read, and by those computed, padding too; beside a large product's."""
    print(
        f"\n{'embedding':18}{'pieces/s':>10}{'real':>8}{'padded':>8}{'limit':>8}{'share':>8}{'cosine':>9}{'recall':>8}"
    )
    for name, part in backends.items():
        precision = name.split()[-1]
        most = limit.get(precision)
        share = f"{part['gflops'] / most:.2f}" if most else ""
        print(
            f"{name:18}{part['pieces_per_second']:>10,.0f}{part['gflops']:>8.0f}{part['gflops_padded']:>8.0f}"
            f"{most or 0:>8.0f}{share:>8}{part.get('cosine', 0):>9.5f}{part.get('recall', math.nan):>8.3f}"
        )


if __name__ == "__main__":
    main()
