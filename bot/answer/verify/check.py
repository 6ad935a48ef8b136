"""Whether evidence supports a sentence, claim by claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.answer import grammar
from bot.answer.verify import weigh
from bot.answer.verify.finding import Finding
from bot.answer.verify.reading import read
from bot.answer.verify.signals import Signals, compare
from bot.answer.verify.sources import Encode, Evidence
from bot.answer.verify.split import claims

VETO = frozenset({"quote", "number", "day", "name", "negation", "speaker"})
"""Findings that no likelihood outweighs."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a sentence's check came to."""

    likelihood: float
    """That all of it is supported, 0 to 1."""
    findings: tuple[Finding, ...]
    near: tuple[int, ...]
    """Places of the sentences it rests on, nearest first."""
    signals: Signals

    @property
    def vetoed(self) -> bool:
        return any(f.kind in VETO for f in self.findings)

    @property
    def supported(self) -> bool:
        return not self.vetoed and self.likelihood >= weigh.shipped().supported

    @property
    def fit_to_show(self) -> bool:
        """Supported, and surely enough that a reader may see it in a language model's words."""
        return not self.findings and self.likelihood >= weigh.shipped().shown


def check(sentence: str, evidence: Evidence, encode: Encode | None, doc: Any = None) -> Verdict:
    """Hold one English sentence against the evidence.

    Args:
        encode: texts to unit vectors; None where meaning can't be compared.
        doc: the sentence parsed, where that has been done.
    """
    doc = doc if doc is not None else grammar.parse([sentence])[0]
    found = compare(read(doc, evidence.day), claims(doc), evidence, encode)
    likelihood = weigh.shipped().likelihood(found.signals)
    return Verdict(likelihood, tuple(found.findings), tuple(found.near), found.signals)
