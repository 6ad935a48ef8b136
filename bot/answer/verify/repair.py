"""A sentence without the claims that nothing carries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.answer.verify.split import Claim, joined, whole


def without(doc: Any, parts: Sequence[Claim], failed: Sequence[int]) -> str | None:
    """The sentence with the failed claims cut out, each with what hangs on it; None when the main claim
    failed, for what hangs on it would hang on air.

    Args:
        failed: places in `parts`.
    """
    root = next(t.i for t in doc if t.dep_ == "ROOT")
    if not failed or any(root in parts[n].own for n in failed):
        return None
    cut: set[int] = set()
    for n in failed:
        head = next(doc[i] for i in parts[n].own if doc[i].head.i not in parts[n].own)
        cut.update(t.i for t in head.subtree)
    last = doc[len(doc) - 1]
    kept = whole(doc, (t.i for t in doc if t.i not in cut or (t == last and t.is_punct)))
    text = joined(doc, kept).rstrip(" ,;")
    if len(text.split()) < 3:
        return None
    return text[:1].upper() + text[1:] + ("" if text[-1] in '.!?"”' else ".")
