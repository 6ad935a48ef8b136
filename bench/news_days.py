"""Whether "Friday" in an article is given its date: hand-labelled sentences of RealTimeQA and Reuters.

    python bench/news_days.py DATA [--labels bench/news/days.jsonl] [--show]

DATA holds realtimeqa/ and reuters21578/. A label is a sentence by its article and offsets, and the days that
it names relatively: offsets in the sentence, first and last day. Nothing of the texts is kept with them.
news/days.jsonl was looked at while the rules were made, news/days_held.jsonl was not.
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import re
import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.answer import grammar
from bot.answer.news.days import days

LABELS = Path(__file__).parent / "news" / "days.jsonl"


def texts(data: Path, wanted: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """(source, id) -> text."""
    out = {}
    with gzip.open(data / "realtimeqa" / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if ("realtimeqa", record["url"]) in wanted:
                out.setdefault(("realtimeqa", record["url"]), record["text"])
    if any(source == "reuters" for source, _ in wanted):
        for path in sorted((data / "reuters21578").glob("*.sgm.gz")):
            with gzip.open(path, "rt", encoding="latin-1") as file:
                for number, item in re.findall(r'NEWID="(\d+)">(.*?)</REUTERS>', file.read(), re.S):
                    body = re.search(r"<BODY>(.*?)</BODY>", item, re.S)
                    if ("reuters", number) in wanted and body:
                        out["reuters", number] = re.sub(r"\n\s*", " ", html.unescape(body[1]))
    return out


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("data", type=Path)
    options.add_argument("--labels", type=Path, default=LABELS)
    options.add_argument("--show", action="store_true", help="print what was missed")
    given = options.parse_args()
    labels = [json.loads(line) for line in given.labels.read_text().splitlines()]
    found = texts(given.data, {(each["source"], each["id"]) for each in labels})
    right = wrong = missed = extra = 0
    for label in labels:
        text = found[label["source"], label["id"]]
        start, end = label["start"], label["end"]
        doc = grammar.parse([text[start:end]])[0]
        read = list(days(text, start, end, date.fromisoformat(label["published"]), "en", doc))
        for a, b, since, until in label["days"]:
            at = [d for d in read if d.start < start + b and d.end > start + a]
            read = [d for d in read if d not in at]
            is_right = any((str(d.window.since), str(d.window.until)) == (since, until) for d in at)
            right += is_right
            wrong += bool(at) and not is_right
            missed += not at
            if given.show and not is_right:
                got = [(d.text, d.shown) for d in at]
                print(f"{label['published']} want {since}..{until} got {got}: {text[start:end]}")
        extra += len(read)
        if given.show and read:
            print(f"{label['published']} extra {[(d.text, d.shown) for d in read]}: {text[start:end]}")
    total = right + wrong + missed
    print(
        print(
            json.dumps(
                {
                    "sentences": len(labels),
                    "days": total,
                    "right": right,
                    "wrong": wrong,
                    "missed": missed,
                    "extra": extra,
                }
            )
        )
    )
    print(
        json.dumps(
            {
                "sentences": len(labels),
                "days": total,
                "right": right,
                "wrong": wrong,
                "missed": missed,
                "extra": extra,
            }
        )
    )


if __name__ == "__main__":
    main()
