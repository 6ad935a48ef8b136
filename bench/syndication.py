"""Which newswire items Dateline takes for one story, against pairs that a person looked at.

    python bench/syndication.py REUTERS_FOLDER

REUTERS_FOLDER holds Reuters-21578, whose many market notes share a shape and are not one story. Items go
in by date, one after another, as an ingest run would take them. The pairs (bench/syndication/, numbers of
items only) were drawn from what was merged, from what shared a band and was not, and from equal headlines
within a day; pairs whose later item has an even number may be tuned on, the odd ones report.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

# Else bench/ingest.py is taken for the package.
sys.path.insert(0, str(Path(__file__).parents[1]))

from rich.console import Console
from rich.table import Table

from index.article import Version
from ingest import syndication
from ingest.clean import clean
from ingest.raw import NotAnArticle
from ingest.readers import Readers
from ingest.signature import signature
from ingest.sources import discover

PAIRS = Path(__file__).parent / "syndication" / "reuters-pairs.jsonl"
_SLICES = 4


@dataclass(frozen=True, slots=True)
class Item:
    number: int
    title: str
    text: str
    published: str | None
    publisher: str | None


class Memory:
    """What `syndication.find` asks of a ledger, without the ledger's cost."""

    def __init__(self) -> None:
        self._bands: dict[int, list[str]] = defaultdict(list)
        self._versions: dict[str, Version] = {}

    def candidates(self, bands: Sequence[int]) -> list[str]:
        shared = Counter(v for band in bands for v in self._bands.get(band, ()))
        return sorted(shared, key=lambda version: (-shared[version], version))

    def version(self, id: str) -> Version | None:  # noqa: A002
        return self._versions.get(id)

    def add(self, version: Version, bands: list[int]) -> None:
        self._versions[version.id] = version
        for band in bands:
            self._bands[band].append(version.id)


def items(folder: Path) -> list[Item]:
    readers, found = Readers(1 << 26), []
    for source in discover([str(path) for path in sorted(folder.glob("*.sgm*"))]):
        for record in readers.records(source):
            try:
                raw = record.read()
                cleaned = clean(raw)
            except NotAnArticle:
                continue
            found.append(
                Item(
                    int(raw.identifier or 0),
                    cleaned.title,
                    cleaned.text,
                    cleaned.published,
                    cleaned.publisher,
                )
            )
    return sorted(found, key=lambda item: (item.published or "", item.number))


def cluster(found: list[Item]) -> tuple[dict[int, int], list[dict[str, float]]]:
    """Story of each item, named by its first; and the cost of each slice of the archive as it grows."""
    memory, story, costs = Memory(), {item.number: item.number for item in found}, []
    size = -(-len(found) // _SLICES)
    for start in range(0, len(found), size):
        signing = finding = 0.0
        part = found[start : start + size]
        for item in part:
            began = process_time()
            bands = signature(item.text, item.title)
            signing += process_time() - began
            if bands is None:
                continue
            began = process_time()
            version = _version(item)
            other = syndication.find(
                memory, bands, item.text, item.published, version.article, item.publisher
            )
            finding += process_time() - began
            if other is not None:
                story[item.number] = story[int(other.article)]
            memory.add(version, bands)
        costs.append(
            {
                "from": start,
                "sign_ms": 1000 * signing / len(part),
                "find_ms": 1000 * finding / len(part),
            }
        )
    return story, costs


def _version(item: Item) -> Version:
    name = str(item.number)
    return Version(
        id=name,
        article=name,
        n=1,
        text=item.text,
        title="",
        publisher=item.publisher,
        author=None,
        language="en",
        published=item.published,
        modified=None,
        seen="",
        reason="first",
        raw_hash="",
        cleaner=0,
    )


def judged(story: dict[int, int]) -> dict[str, Counter[str]]:
    """Of the labelled pairs of each half: found, missed, kept apart, wrongly merged."""
    halves: dict[str, Counter[str]] = {"tune": Counter(), "report": Counter()}
    for line in PAIRS.read_text(encoding="utf-8").splitlines():
        pair: dict[str, Any] = json.loads(line)
        if pair["a"] not in story or pair["b"] not in story:
            continue
        merged = story[pair["a"]] == story[pair["b"]]
        half = halves["report" if pair["b"] % 2 else "tune"]
        half[
            ("found" if merged else "missed")
            if pair["same"]
            else ("wrongly merged" if merged else "kept apart")
        ] += 1
    return halves


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    console = Console()
    found = items(folder)
    if not found:
        sys.exit(f"no item of Reuters-21578 in {folder}")
    story, costs = cluster(found)
    sizes = Counter(story.values())
    repeats = sum(n - 1 for n in sizes.values())
    console.print(
        f"{len(found):,} items, {len(sizes):,} stories, {repeats:,} items repeat one; "
        f"the largest has {max(sizes.values())}"
    )
    halves = judged(story)
    table = Table("pairs", "found", "missed", "kept apart", "wrongly merged")
    for half, counts in halves.items():
        table.add_row(
            half, *(str(counts[name]) for name in ("found", "missed", "kept apart", "wrongly merged"))
        )
    console.print(table)
    table = Table("items before", "signature, ms", "look-up, ms")
    for cost in costs:
        table.add_row(f"{cost['from']:,.0f}", f"{cost['sign_ms']:.2f}", f"{cost['find_ms']:.2f}")
    console.print(table)
    print(
        json.dumps(
            {
                "items": len(found),
                "stories": len(sizes),
                "repeats": repeats,
                "largest": max(sizes.values()),
                "pairs": {half: dict(counts) for half, counts in halves.items()},
                "cost": costs,
            }
        )
    )


if __name__ == "__main__":
    main()
