"""What the check of support is measured on, each item with the half of its file that it stands in."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bench.claims.falsify import falsify, names


@dataclass(frozen=True)
class Item:
    name: str
    """`wice`, `qags` or `archive`."""
    number: int
    """Position in its file, from 0."""
    claim: str
    evidence: tuple[str, ...]
    day: date | None
    true: bool
    change: str | None = None
    """What was changed to make it false."""
    near: bool = False

    @property
    def even(self) -> bool:
        return self.number % 2 == 0


def lines(path: Path) -> list[dict[str, object]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def wice(path: Path) -> list[Item]:
    """`supported` against the rest."""
    out = []
    for n, row in enumerate(lines(path)):
        texts = tuple(map(str, row["evidence"]))  # type: ignore[call-overload]
        stamp = re.search(r"PUBLISHED DATETIME: (\d{4}-\d\d-\d\d)", " ".join(texts[:6]))
        day = date.fromisoformat(stamp[1]) if stamp else None
        out.append(Item("wice", n, str(row["claim"]), texts, day, row["label"] == "supported"))
    return out


def qags(path: Path) -> list[Item]:
    """True is what two of three people called so."""
    out = []
    for n, row in enumerate(lines(path)):
        sentence = row["summary_sentences"][0]  # type: ignore[index]
        yes = sum(r["response"] == "yes" for r in sentence["responses"])
        out.append(Item("qags", n, sentence["sentence"], _sentences(str(row["article"])), None, yes >= 2))
    return out


def archive(path: Path, most: int) -> list[Item]:
    """Sentences of articles, true as they stand: one with a speaker or a number from every so many."""
    rows = lines(path)
    out: list[Item] = []
    for row in rows[:: max(1, len(rows) // (2 * most))]:
        texts = _sentences(str(row["text"]))[:40]
        fit = [t for t in texts[1:] if 60 < len(t) < 240 and "?" not in t and names(t)]
        said = [t for t in fit if re.search(r"[a-z”\"] said|said [A-Z]|[Aa]ccording to [A-Z]", t)]
        if len(texts) < 8 or not fit:
            continue
        chosen = (said or fit)[0] if len(out) % 4 else fit[-1]
        day = date.fromisoformat(str(row["publish_date"]).replace("/", "-"))
        out.append(Item("archive", len(out), chosen, texts, day, True))
        if len(out) == most:
            break
    return out


def falsified(items: list[Item]) -> Iterator[Item]:
    """False versions of the true ones."""
    strangers = [n for item in items for n in names(item.claim)]
    for item in items:
        if item.true:
            for made in falsify(item.claim, item.evidence, strangers, item.number):
                yield replace(item, claim=made.text, true=False, change=made.change, near=made.near)


def _sentences(text: str) -> tuple[str, ...]:
    return tuple(s.strip() for s in re.split(r"(?<=[.!?][\"”’]) |(?<=[.!?])\s+|\n+", text) if s.strip())
