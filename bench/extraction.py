"""How much of the bodies of web pages is read, and nothing else, beside trafilatura on its own.

    python bench/extraction.py FOLDER

FOLDER holds `html/ID.html.gz` and `ground-truth.json.gz`, an object of ID to `articleBody` and `url`: the
layout of scrapinghub's article-extraction-benchmark. The truth has no headline in it, so Dateline's text is
measured as it is stored, where the headline stands apart from the text.

For each page, multisets of runs of four tokens (`\\w+`) of truth and reading; what is in both, in the
reading alone and in the truth alone, as shares of their sum; the means over pages of precision and recall;
F1 of the two means. “tuned” are the pages at even places of the sorted ids, on which
bench/fit_extraction.py fits the model; “other” are the rest.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

# This folder holds an ingest.py, which is not the package.
sys.path[:] = [path for path in sys.path if Path(path).resolve() != Path(__file__).resolve().parent]

Row = tuple[float, float, float]


@dataclass(frozen=True)
class Case:
    name: str
    html: bytes
    body: str
    url: str | None


def cases(folder: Path) -> list[Case]:
    """Every page, by id."""
    truth = json.loads(gzip.decompress((folder / "ground-truth.json.gz").read_bytes()))
    return [
        Case(
            name,
            gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()),
            truth[name]["articleBody"],
            truth[name].get("url"),
        )
        for name in sorted(truth)
    ]


def runs(text: str, length: int = 4) -> Counter[tuple[str, ...]]:
    tokens = re.findall(r"\w+", text)
    return Counter(tuple(tokens[i : i + length]) for i in range(max(1, len(tokens) - length + 1)) if tokens)


def measured(truth: str, reading: str) -> Row:
    """What is in both, in the reading alone, in the truth alone; their sum is 1."""
    true, read = runs(truth), runs(reading)
    both = sum((true & read).values())
    counts = (both, sum(read.values()) - both, sum(true.values()) - both)
    total = sum(counts)
    return tuple(count / total for count in counts) if total else (1.0, 0.0, 0.0)  # type: ignore[return-value]


def mean(rows: Sequence[Row]) -> float:
    """F1 of the mean precision and the mean recall."""
    precision, recall = (statistics.fmean(ratio(row, n) for row in rows) for n in (1, 2))
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def ratio(row: Row, other: int) -> float:
    return row[0] / (row[0] + row[other]) if row[0] else 0.0


def describe(rows: Sequence[Row], draws: int = 1000) -> dict[str, float]:
    """F1, precision and recall, with F1's interval of 95 % over pages drawn anew."""
    chance = random.Random(0)
    spread = sorted(mean(chance.choices(rows, k=len(rows))) for _ in range(draws))
    return {
        "f1": round(mean(rows), 4),
        "low": round(spread[int(0.025 * draws)], 4),
        "high": round(spread[int(0.975 * draws)], 4),
        "precision": round(statistics.fmean(ratio(row, 1) for row in rows), 4),
        "recall": round(statistics.fmean(ratio(row, 2) for row in rows), 4),
    }


def dateline(html: bytes) -> str:
    from ingest.clean import clean
    from ingest.raw import NotAnArticle
    from ingest.readers import html as reader

    try:
        return clean(reader.read("/page.html", "", html)).text
    except NotAnArticle:
        return ""


def trafilatura(**options: bool) -> Callable[[bytes], str]:
    def extract(html: bytes) -> str:
        import trafilatura

        from ingest.encoding import decode

        return trafilatura.extract(decode(html), **options) or ""

    return extract


SIDES: dict[str, Callable[[bytes], str]] = {
    "dateline": dateline,
    "trafilatura": trafilatura(),
    "  without comments": trafilatura(include_comments=False),
    "  favor_precision": trafilatura(include_comments=False, favor_precision=True),
    "  favor_recall": trafilatura(include_comments=False, favor_recall=True),
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    pages = cases(args.folder)
    for page in pages[:10]:  # load what they need, which a run does once
        for side in SIDES.values():
            side(page.html)
    rows: dict[str, list[Row]] = {name: [] for name in SIDES}
    seconds = dict.fromkeys(SIDES, 0.0)
    for page in pages:
        for name, side in SIDES.items():
            start = time.process_time()
            reading = side(page.html)
            seconds[name] += time.process_time() - start
            rows[name].append(measured(page.body, reading))
    figures: dict[str, object] = {"pages": len(pages)}
    print(f"{'':20} {'half':6} {'F1':>6} {'95 %':>14} {'prec.':>6} {'recall':>6} {'ms':>6}")
    for name, found in rows.items():
        side_figures: dict[str, object] = {"ms": round(1000 * seconds[name] / len(pages), 1)}
        for half, of in (("all", found), ("tuned", found[::2]), ("other", found[1::2])):
            told = describe(of)
            side_figures[half] = told
            time_spent = f"{side_figures['ms']:6}" if half == "all" else ""
            print(
                f"{name if half == 'all' else '':20} {half:6} {told['f1']:6.3f}"
                f" {told['low']:6.3f} – {told['high']:5.3f} {told['precision']:6.3f} {told['recall']:6.3f}"
                f" {time_spent}"
            )
        figures[name.strip()] = side_figures
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
