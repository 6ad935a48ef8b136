from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bot.answer import grammar
from bot.answer.meaning import Meanings

SENTENCE = "Baku called off the talks in Washington on Monday."


class Counting:
    """An embedder that remembers what it was given."""

    identity = "counting"

    def __init__(self) -> None:
        self.given: list[str] = []

    def encode(self, texts: list[str], kind: str) -> Any:
        self.given += texts
        rows = np.array([[len(text), 1.0] for text in texts], dtype=np.float32).reshape(-1, 2)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_sentence_met_before_is_not_embedded_again_and_its_cosine_is_the_same() -> None:
    embedder, meanings = Counting(), Meanings()
    first = meanings.similarities(embedder, "why?", ["one", "three", "one"])  # type: ignore[arg-type]
    assert embedder.given == ["why?", "one", "three"]
    again = meanings.similarities(embedder, "why?", ["three", "seven", "one"])  # type: ignore[arg-type]
    assert embedder.given[3:] == ["seven"]
    assert (again[0], again[2]) == (first[1], first[0])
    embedder.identity = "another"
    meanings.similarities(embedder, "why?", ["one"])  # type: ignore[arg-type]
    assert embedder.given[4:] == ["why?", "one"]


def test_of_more_than_are_kept_the_oldest_goes() -> None:
    embedder, meanings = Counting(), Meanings(kept=2)
    for text in ("one", "three", "seven", "one"):
        meanings.similarities(embedder, text, [])  # type: ignore[arg-type]
    assert embedder.given == ["one", "three", "seven", "one"]


def test_a_sentence_parsed_before_is_the_same_and_gets_its_entities_when_they_are_wanted() -> None:
    grammar._parsed.clear()
    (plain,) = grammar.parse([SENTENCE], entities=False)
    assert not plain.ents
    named, twice = grammar.parse([SENTENCE, SENTENCE])
    assert named is plain
    assert twice is plain
    assert [e.label_ for e in named.ents if e.text == "Monday"] == ["DATE"]


def test_no_more_parsed_sentences_are_kept_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammar, "KEPT", 2)
    texts = [f"The minister said {n} words." for n in range(5)]
    assert [doc.text for doc in grammar.parse(texts, entities=False)] == texts
    assert list(grammar._parsed) == texts[3:]
