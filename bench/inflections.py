"""Whether lexical search finds names in their inflected forms: Turkish, Azerbaijani, Russian, Armenian.

    python bench/inflections.py [--root FOLDER]

Each form of tests/index/inflected.toml stands in a passage of its own, all languages in one index, and each
form is asked for. Recall: how many of the passages with a form of the same name are among the first ten.
False: how many of the first n found, n being the name's forms, hold another word of the same language.
`--root` measures another checkout of Dateline with the same table.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
K = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=HERE)
    root = parser.parse_args().root
    sys.path.insert(0, str(root))
    from index.lexical import Lexical, LexicalWriter, Term
    from index.text import words

    table = tomllib.loads((HERE / "tests" / "index" / "inflected.toml").read_text(encoding="utf-8"))
    passages: list[tuple[str, int, str]] = []  # language, name's number, text
    chance = random.Random(0)
    for language, described in table.items():
        filler = described["filler"].split()
        groups = [forms.split() for forms in described["forms"]] + [[word] for word in described["others"]]
        for number, forms in enumerate(groups):
            for form in forms:
                around = chance.sample(filler, 8)
                passages.append((language, number, " ".join([*around[:4], form, *around[4:]]) + "."))
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        writer = LexicalWriter(data, "bench")
        writer.start_over()
        for id_, (language, _, text) in enumerate(passages):
            writer.add("", [(id_, text)], language)
        writer.take_over(1)
        lexical = Lexical(data)
        out: dict[str, dict[str, float]] = {}
        missed: list[str] = []
        for language, described in table.items():
            recall = false = found_in_all = asked = 0.0
            for number, forms in enumerate(described["forms"]):
                wanted = {id_ for id_, p in enumerate(passages) if p[:2] == (language, number)}
                for form in forms.split():
                    # As a question's words come: what stands behind an apostrophe is a word of its own.
                    terms = [Term(word) for word in words(form)[:1]]
                    found = [id_ for id_, _ in lexical.search(terms, K)]
                    recall += len(wanted.intersection(found)) / len(wanted)
                    first = [id_ for id_ in found[: len(wanted)] if passages[id_][0] == language]
                    false += len(set(first) - wanted)
                    found_in_all += len(first)
                    asked += 1
                    missed += [f"{language} {form} -/-> {passages[id_][2]}" for id_ in wanted - set(found)]
            out[language] = {
                "asked": int(asked),
                "recall": round(recall / asked, 3),
                "false": round(false / max(1.0, found_in_all), 3),
            }
    print(f"{'':4}{'asked':>8}{'recall@10':>12}{'false':>8}")
    for language, row in out.items():
        print(f"{language:4}{row['asked']:>8}{row['recall']:>12.3f}{row['false']:>8.3f}")
    for line in missed[:12]:
        print("missed:", line)
    print(json.dumps(out))


if __name__ == "__main__":
    main()
