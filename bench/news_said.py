"""Whether a sentence's speaker is found: sentences of RealTimeQA and Reuters-21578, labelled by hand.

    python bench/news_said.py DATA [--labels bench/news/said.jsonl] [--show]

A label is a sentence by its article and offsets, and where the article names who says it; null where the
article tells it itself. Right is a name that holds those words (letter case aside).
news/said.jsonl was looked at while the rules were made, news/said_held.jsonl was not.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.news_days import texts
from bot.answer import grammar
from bot.answer.news.speaker import speaker
from index.text import fold

LABELS = Path(__file__).parent / "news" / "said.jsonl"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("data", type=Path)
    options.add_argument("--labels", type=Path, default=LABELS)
    options.add_argument("--show", action="store_true", help="print what was missed")
    given = options.parse_args()
    labels = [json.loads(line) for line in given.labels.read_text().splitlines()]
    found = texts(given.data, {(each["source"], each["id"]) for each in labels})
    told = {"right": 0, "wrong": 0, "missed": 0, "invented": 0, "rightly none": 0}
    for label in labels:
        text, start, end = found[label["source"], label["id"]], label["start"], label["end"]
        doc = grammar.parse([text[start:end]])[0]
        read = speaker(text, start, end, "en", doc)
        wanted = text[slice(*label["speaker"])] if label["speaker"] else None
        if wanted is None:
            how = "rightly none" if read is None else "invented"
        elif read is None:
            how = "missed"
        else:
            how = "right" if fold(wanted) in fold(read.shown) else "wrong"
        told[how] += 1
        if given.show and how not in ("right", "rightly none"):
            print(f"{how}: want {wanted!r} got {read.shown if read else None!r}: {text[start:end]!r}")
    said = told["right"] + told["wrong"] + told["missed"]
    print(
        f"{len(labels)} sentences, {said} of them somebody's word: {told['right']} speakers right, "
        f"{told['wrong']} wrong, {told['missed']} missed; of {len(labels) - said} that the article tells "
        f"itself {told['invented']} given a speaker"
    )
    print(json.dumps({"sentences": len(labels), "said": said, **told}))


if __name__ == "__main__":
    main()
