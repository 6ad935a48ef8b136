"""Counting the word pieces that a model reads a text as, a word at a time: one met before costs a look-up,
and those of a text in ASCII are looked up together."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.numbers import Array, Kinds, characters, numbered, runs

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MARKS = 2
"""Word pieces that the model adds around a text; counts include them."""
_REMEMBERED = 400_000
"""Words kept with their counts, about 50 MB: with capitals and marks, 4,000 articles have 300,000."""
# White space to Python; to BERT control characters, which it drops without parting the words around them.
_JOINING = re.compile("[\x0b\x0c\x1c-\x1f\x85]")
_RUN = re.compile("[a-z0-9]+")
_SPACE, _LETTER, _MARK, _OTHER = 1, 2, 3, 4
"""Kinds of characters: ASCII's letters and digits; marks that are a piece each; others, asked about."""
_MARKS_BEYOND = frozenset("‘’‚‛“”„‟‐‑‒–—―…«»")
APART = frozenset(string.punctuation) | _MARKS_BEYOND
"""Marks that are a piece each, whatever stands beside them."""
_SLOTS = 1 << 18
"""Of runs by their numbers, with their counts: 3 MB."""
_SLOT_BITS = np.uint64(64 - 18)


class WordPieces:
    """Word pieces of each text, marks included, uncut. A call takes and gives lists, as `Cutter` wants it."""

    def __init__(self, file: Path) -> None:
        """`file` is a tokenizer.json."""
        from tokenizers import Tokenizer

        self._tokenizer: Tokenizer = Tokenizer.from_file(str(file))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        described = json.loads(file.read_text(encoding="utf-8"))
        self.adds = _is_bert(described)
        """Whether texts with white space between them come to the sum of their pieces."""
        self._runs = _Runs(self._tokenizer, described["model"] if self.adds else {})
        self._words = _Words(self._runs)
        self._slots = np.zeros(_SLOTS, dtype=np.uint64)
        self._counts = np.zeros(_SLOTS, dtype=np.int32)

    def __call__(self, texts: list[str]) -> list[int]:
        if not self.adds or any(_JOINING.search(text) for text in texts):
            return [len(encoding.ids) for encoding in self._tokenizer.encode_batch(texts)]
        count = self._words.__getitem__
        return [MARKS + sum(map(count, text.split())) for text in texts]

    def of_spans(self, text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """`(pieces, words)` of each of these parts of a text, marks left out. In order, they hold all of it
        but white space; between two of them stands some, or a mark before or after."""
        if not self.adds or _JOINING.search(text):
            parts = [text[start:end] for start, end in spans]
            return [(n - MARKS, len(part.split())) for n, part in zip(self(parts), parts, strict=True)]
        codes = characters(text)
        kinds = _kinds()(codes)
        begins = np.array([start for start, _ in spans], dtype=np.intp)
        is_text = kinds != _SPACE
        is_first = is_text.copy()  # of a word
        is_first[1:] &= ~is_text[:-1]
        is_first[begins] = True
        pieces = np.where(kinds == _MARK, 1, 0)
        inside = kinds == _LETTER
        starts, ends = runs(inside)
        pieces[starts] = self._of_runs(text, codes, inside, starts, ends)
        if (kinds == _OTHER).any():
            self._others(text, kinds, is_text, is_first, pieces)
        both = pieces | is_first.astype(np.int64) << 32
        sums = np.add.reduceat(both, begins).tolist() if len(begins) else ()
        return [(both & 0xFFFFFFFF, both >> 32) for both in sums]

    def _of_runs(self, text: str, codes: Array, inside: Array, starts: Array, ends: Array) -> Array:
        numbers = numbered(codes | 0x20, inside, starts)  # as if in small letters
        slots = (numbers >> _SLOT_BITS).view(np.int64)
        counts = self._counts[slots]
        for i in np.flatnonzero(self._slots[slots] != numbers).tolist():
            counts[i] = self._runs[text[starts[i] : ends[i]].lower()]
            self._slots[slots[i]], self._counts[slots[i]] = numbers[i], counts[i]
        return counts

    def _others(self, text: str, kinds: Array, is_text: Array, is_first: Array, pieces: Array) -> None:
        """Counts words anew that hold what the tokenizer is to be asked about."""
        firsts = np.flatnonzero(is_first)
        holds = np.logical_or.reduceat(kinds == _OTHER, firsts)
        upto = np.append(firsts[1:], len(kinds))
        for start, end in zip(firsts[holds].tolist(), upto[holds].tolist(), strict=True):
            pieces[start:end] = 0
            pieces[start] = self._words[text[start:end].rstrip()]


@cache
def _kinds() -> Kinds:
    return Kinds(_kind)


def _kind(character: str) -> int:
    if character.isspace():
        return _SPACE
    if not character.isascii():
        return _MARK if character in _MARKS_BEYOND else _OTHER
    if character.isalnum():
        return _LETTER
    return _MARK if character.isprintable() and character != "[" else _OTHER  # "[SEP]" is one piece


class _Runs(dict[str, int]):
    """Text without white space -> its word pieces, counted when it is met first."""

    def __init__(self, tokenizer: Tokenizer, model: Mapping[str, Any]) -> None:
        """`model` is described as in tokenizer.json."""
        self._tokenizer = tokenizer
        self._vocabulary: Mapping[str, int] = model.get("vocab", {})
        self._inside: str = model.get("continuing_subword_prefix", "##")
        self._longest: int = model.get("max_input_chars_per_word", 100)

    def __missing__(self, run: str) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
        if _RUN.fullmatch(run):
            count = self._greedy(run)  # a third of the time that the tokenizer takes for one word
        else:
            count = len(self._tokenizer.encode(run, add_special_tokens=False).ids)
        self[run] = count
        return count

    def _greedy(self, run: str) -> int:
        """As WordPiece does it: the longest piece first. What can't be taken apart is one, the unknown."""
        if run in self._vocabulary:
            return 1
        at = count = 0
        while at < len(run) <= self._longest:
            prefix = self._inside if at else ""
            end = len(run)
            while end > at and prefix + run[at:end] not in self._vocabulary:
                end -= 1
            if end == at:
                return 1
            at, count = end, count + 1
        return count or 1


class _Words(dict[str, int]):
    """The same. A word of ASCII is its runs of letters and digits, and a piece for each other character."""

    def __init__(self, runs: _Runs) -> None:
        self._runs = runs

    def __missing__(self, word: str) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
        if word.isascii() and word.isprintable() and "[" not in word:  # "[SEP]" is one piece
            runs = _RUN.findall(word.lower())
            count = len(word) - sum(map(len, runs)) + sum(self._runs[run] for run in runs)
        else:
            count = self._runs[word]
        self[word] = count
        return count


def _is_bert(described: dict[str, Any]) -> bool:
    """Whether no word's pieces depend on the words around it: BERT's way of taking a text apart, and no
    added token that holds or swallows white space."""
    kinds = [(described.get(part) or {}).get("type") for part in ("normalizer", "pre_tokenizer", "model")]
    normalizer = described.get("normalizer") or {}
    return (
        kinds == ["BertNormalizer", "BertPreTokenizer", "WordPiece"]
        and bool(normalizer.get("lowercase"))
        and bool(normalizer.get("clean_text"))
        and not any(
            token["lstrip"]
            or token["rstrip"]
            or token["single_word"]
            or not token["content"].startswith("[")
            or len(token["content"].split()) != 1
            for token in described.get("added_tokens") or ()
        )
    )
