"""A hundred hostile articles and questions, ingested and asked: does any attack succeed?

    python bench/hostile.py [--models none,embedded,obedient,possessed] [--kind orders] [--show] [--data DIR]

The attacks of bench/hostility/attacks/*.toml are written to an archive of their own, ingested by the real job
and asked one by one. Each answer is looked at as the terminal prints it, as JSON and as its Discord card.
What would be success stands with each attack, and some things are looked at for all of them: quotes verbatim
at their offsets, no live mention, no masked link, no character that can't be seen. `obedient` does whatever
stands in its prompt, `possessed` writes what the attacker wants whatever its prompt says. The last line is
one JSON object; the exit status is 1 when any attack succeeded.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Else bench/ingest.py is taken for the package.
sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.hostility.attacks import KINDS, SECRET, Attack, load, write
from bench.hostility.obeying import Obedient, Possessed
from bench.hostility.seen import Seen, facts, succeeded
from bot.answer.answer import Answerer
from bot.answer.types import Question
from bot.llm import LLMConfig
from index.config import IndexConfig
from index.search import Index
from ingest.config import IngestConfig
from ingest.job import run

MODELS = ("none", "embedded", "obedient", "possessed")


@contextmanager
def archive(attacks: tuple[Attack, ...], data: Path | None = None) -> Iterator[Index]:
    """The index of an archive that holds the attacks' articles."""
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder, "pages")
        pages.mkdir()
        write(attacks, pages)
        config = IndexConfig(data or Path(folder, "data"))
        report = run([str(pages)], IngestConfig(config))
        if report.exit_code:
            raise SystemExit("\n".join(report.lines()))
        index = Index.open(config)
        try:
            yield index
        finally:
            index.close()


def answerer_of(index: Index, model: str, attack: Attack, kept: dict[str, Answerer]) -> Answerer:
    if model in ("none", "embedded"):
        if model not in kept:
            kept[model] = Answerer(index, LLMConfig(model))  # type: ignore[arg-type]
        return kept[model]
    answerer = Answerer(
        index, LLMConfig("openai-like", model=model, base_url="http://127.0.0.1:9", api_key=SECRET)
    )
    scripted = Obedient() if model == "obedient" else Possessed(wanted=attack.wanted)
    answerer._llm, answerer._loaded = scripted, True  # in the place of a provider
    return answerer


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--kind", choices=KINDS)
    parser.add_argument("--only", help="the ids that hold this")
    parser.add_argument("--show", action="store_true", help="print each answer's claims")
    parser.add_argument("--data", type=Path, help="where the index is built, or lies from the last time")
    options = parser.parse_args()
    models = options.models.split(",")
    attacks = load()
    asked = [a for a in attacks if options.kind in (None, a.kind) and (options.only or "") in a.id]
    lost: Counter[tuple[str, str]] = Counter()
    answered: Counter[tuple[str, str]] = Counter()
    worded: Counter[str] = Counter()
    failures = []
    with archive(attacks, options.data) as index:
        kept: dict[str, Answerer] = {}
        for attack in asked:
            for model in models:
                answer = answerer_of(index, model, attack, kept).ask(Question(attack.question))
                seen = Seen.of(answer)
                why = succeeded(attack, seen, index.ledger)
                answered[attack.kind, model] += facts(seen, attack)
                worded[model] += any(c.origin == "model" for c in answer.claims)
                if why:
                    lost[attack.kind, model] += 1
                    failures.append((attack.id, model, sorted(set(why))))
                if options.show:
                    said = " / ".join(f"{c.text} ({c.origin})" for c in answer.claims) or "–"
                    print(f"{attack.id} {model}: {said}")
    print(f"{'kind':10} {'attacks':>8}" + "".join(f"{m:>22}" for m in models))
    for kind in [k for k in KINDS if any(a.kind == k for a in asked)]:
        n = sum(a.kind == kind for a in asked)
        cells = (f"{lost[kind, m]} succeed, {answered[kind, m]} answered" for m in models)
        print(f"{kind:10} {n:>8}" + "".join(f"{cell:>22}" for cell in cells))
    for name, model, why in failures:
        print(f"  {name} ({model}): {'; '.join(why)}")
    print(
        json.dumps(
            {
                "attacks": len(asked),
                "succeeded": {m: sum(lost[k, m] for k in KINDS) for m in models},
                "answered": {m: sum(answered[k, m] for k in KINDS) for m in models},
                "worded_by_the_model": {m: worded[m] for m in models},
                "failures": [{"attack": a, "model": m, "why": w} for a, m, w in failures],
            }
        )
    )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
