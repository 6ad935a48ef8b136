"""Draft -> what of it a reader may see: only what the evidence carries, and with what carries it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.answer import grammar
from bot.answer.evidence import Sentence
from bot.answer.question import Asked
from bot.answer.verify import checks, strict, weigh
from bot.answer.verify.check import check
from bot.answer.verify.judge import Judge
from bot.answer.verify.reading import read
from bot.answer.verify.repair import without
from bot.answer.verify.sources import Encode, Evidence
from bot.answer.verify.split import Claim, claims
from bot.answer.write import Drafted

LINKED = 0.6
"""Share of a claim's grammatical pairs that its source must have, where their order differs."""


TO_THE_LETTER = frozenset({"quote", "number", "name", "negation"})
"""What still speaks against a draft that one sentence carries word by word; days, doers and conditions are
compared there already, and who speaks may be named beside it."""


@dataclass(frozen=True, slots=True)
class Supported:
    """What may be shown of a drafted sentence, and the sentences that carry it: each claim has one."""

    text: str
    sources: tuple[Sentence, ...]
    repaired: bool = False
    """Whether a claim was taken out that nothing carries."""


def supported(
    drafted: Drafted,
    asked: Asked,
    evidence: Sequence[Sentence],
    encode: Encode | None = None,
    judge: Judge | None = None,
) -> Supported | None:
    """What may be shown of a drafted sentence; None when nothing.

    One sentence of the evidence carries all of it; or each of its claims is carried by one; or those that
    none carries are cut out of it. With a judge, what the weights call supported and no check speaks against
    may be shown as well when the judge says yes.

    Raises:
        ModelError: the judge was asked and failed.
    """
    if asked.language != "en" or not evidence:
        return None  # without grammar nobody can be told from anybody: only verbatim text is shown
    doc = grammar.parse([drafted.text])[0]
    named = [evidence[n - 1] for n in drafted.marks if 0 < n <= len(evidence)]
    order = [s for s in dict.fromkeys([*named, *evidence]) if s.doc is not None]
    if not strict.answers(doc, asked) or not order:
        return None
    clean = [s for s in order if not strict.foreign(drafted.text, s.text)]
    if source := next((s for s in clean if carries(doc, s, encode)), None):
        return Supported(drafted.text, (source,))
    parts = claims(doc)
    if len(parts) > 1 and clean:
        carried = [_source(part, clean) for part in parts]
        if all(carried):
            return Supported(drafted.text, tuple(dict.fromkeys(s for s in carried if s is not None)))
        rest = without(doc, parts, [n for n, s in enumerate(carried) if s is None])
        if rest is not None:
            shorter = grammar.parse([rest])[0]
            # A sentence taken apart wrongly may name a bystander: all that is left must stand in one source.
            source = next((s for s in clean if strict.holds_all(shorter, s)), None)
            if source is not None and carries(shorter, source, encode) and strict.answers(shorter, asked):
                return Supported(rest, (source,), repaired=True)
    if judge is not None and clean and (source := _judged(drafted.text, doc, clean, encode, judge)):
        return Supported(drafted.text, (source,))
    return None


def support(
    drafted: Drafted, asked: Asked, evidence: Sequence[Sentence], encode: Encode | None = None
) -> Sentence | None:
    """The one sentence of the evidence that carries a drafted one as it stands; None when none does."""
    found = supported(drafted, asked, evidence, encode)
    return found.sources[0] if found is not None and not found.repaired and len(found.sources) == 1 else None


def _source(part: Claim, order: Sequence[Sentence]) -> Sentence | None:
    doc = grammar.parse([part.text])[0]
    first = next((t for t in doc if not t.is_punct), None)
    if first is None or first.lower_ in ("he", "she", "it", "they", "this", "that", "these", "those"):
        return None  # of whom it speaks, another sentence says
    return next((s for s in order if strict.holds_all(doc, s) and strict.carries(doc, s)), None)


def carries(doc: Any, source: Sentence, encode: Encode | None) -> bool:
    """Whether one sentence carries a draft: in its own order, or in another where all else agrees."""
    in_order = strict.carries(doc, source)
    if not in_order and not strict.holds_all(doc, source):
        return False
    texts = [source.text]
    # A name may be taken from beside the source, where that says "it".
    beside = source.title.union(source.keys, *(s.keys for s in source.near))
    day = source.hit.day  # "on Friday" is counted from it
    found = checks.findings(read(doc), [read(source.doc, day)], texts, beside)
    if in_order:
        return not any(f.kind in TO_THE_LETTER for f in found)
    if found:
        return False
    verdict = check(doc.text, Evidence(texts, day), encode, doc)
    return verdict.fit_to_show and verdict.signals["linked"] >= LINKED


def _judged(
    text: str, doc: Any, order: Sequence[Sentence], encode: Encode | None, judge: Judge
) -> Sentence | None:
    evidence = Evidence([s.text for s in order])
    verdict = check(text, evidence, encode, doc)
    if verdict.findings or verdict.likelihood < weigh.shipped().supported:
        return None
    near = [order[n] for n in verdict.near]
    return near[0] if near and judge.says(text, [s.text for s in near]) else None


__all__ = ["Supported", "support", "supported"]
