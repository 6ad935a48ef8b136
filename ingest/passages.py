"""Cutting a text into passages of whole sentences that the embedding model reads to their last word."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import date
from itertools import accumulate, pairwise

from index.article import NewPassage
from index.config import IndexConfig
from index.text import sentences
from ingest.pieces import APART, MARKS, WordPieces

MAX_WORDS = 180
"""A passage is a unit of reading too: long ones bury the sentence that answers."""
_MAX_HEAD = 64
"""Word pieces of title and date at most, so that a long headline leaves room for the text."""

Count = Callable[[list[str]], list[int]]


class Cutter:
    """Cuts texts for one embedding model.

    `count` gives the word pieces of each text, marks included, uncut; `max_tokens` is how many the model
    reads, marks included.
    """

    def __init__(self, count: Count, max_tokens: int) -> None:
        self._count = count
        self._adds: bool = getattr(count, "adds", False)
        self.max_tokens = max_tokens

    @classmethod
    def for_model(cls, config: IndexConfig) -> Cutter:
        """For the model that the settings name. ModelError when it isn't on this machine.

        Loads the tokenizer alone where it can: the model itself takes seconds.
        """
        from index.embedder import load_embedder, tokenizer_of

        tokenizer, limit = tokenizer_of(config)
        if tokenizer is None or limit is None:
            embedder = load_embedder(config)
            return cls(embedder.count_tokens, embedder.max_tokens)
        return cls(WordPieces(tokenizer), limit)

    def cut(self, text: str, title: str, published: str | None) -> list[NewPassage]:
        """Passages that hold every word of `text`, in order, each embedded with title and date before it."""
        head = self._head(title, published)
        room = self.max_tokens - self._pieces([head])[0] - MARKS
        spans = self._sentences(text, room)
        runs = _packed(spans, room)
        if self._adds and _are_apart(text, spans):
            fits = [True] * len(runs)  # as they were packed, and need no second count
        else:
            sizes = self._count([head + text[start:end] for start, end in runs]) if runs else []
            fits = [size <= self.max_tokens for size in sizes]
        passages: list[NewPassage] = []
        for (start, end), is_fit in zip(runs, fits, strict=True):
            if is_fit:
                passages.append(NewPassage(start, end, head + text[start:end]))
            else:
                passages.extend(self._halved(text, head, start, end))
        return passages

    def sizes(self, passages: Sequence[NewPassage]) -> list[int]:
        """Word pieces that the model would have to read of each, marks included."""
        return self._count([passage.embed for passage in passages]) if passages else []

    def _head(self, title: str, published: str | None) -> str:
        day = _spoken_day(published) if published else ""
        words = title.split()
        while True:
            head = " ".join(words)
            stop = "" if not head or re.search(r"[.!?…։]$", head) else "."
            head = f"{head}{stop} {day}".strip()
            if len(words) <= 1 or self._pieces([head])[0] <= min(_MAX_HEAD, self.max_tokens // 3):
                return head[:300] + "\n" if head else ""
            del words[max(1, len(words) * 3 // 4) :]

    def _pieces(self, texts: list[str]) -> list[int]:
        return [n - MARKS for n in self._count(texts)] if texts else []

    def _of_spans(self, text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """`(pieces, words)` of each of these parts of a text."""
        if isinstance(self._count, WordPieces):
            return self._count.of_spans(text, spans)
        parts = [text[start:end] for start, end in spans]
        return [(n, len(part.split())) for n, part in zip(self._pieces(parts), parts, strict=True)]

    def _sentences(self, text: str, room: int) -> list[tuple[int, int, int, int]]:
        """(start, end, pieces, words) of every sentence; one too long for a passage in parts."""
        spans = sentences(text)
        sized: list[tuple[int, int, int, int]] = []
        for (start, end), (pieces, count) in zip(spans, self._of_spans(text, spans), strict=True):
            if pieces <= room and count <= MAX_WORDS:
                sized.append((start, end, pieces, count))
            else:
                sized.extend(self._parts(text, start, end, room))
        return sized

    def _parts(self, text: str, start: int, end: int, room: int) -> list[tuple[int, int, int, int]]:
        """A sentence cut at word ends; a word that is too long itself, anywhere."""
        words = [(start + m.start(), start + m.end()) for m in re.finditer(r"\S+", text[start:end])]
        pieces = self._pieces([text[s:e] for s, e in words])
        parts: list[tuple[int, int, int, int]] = []
        at, total, count = start, 0, 0
        last = start
        for (word_start, word_end), size in zip(words, pieces, strict=True):
            if count and (total + size > room or count >= MAX_WORDS):
                parts.append((at, last, total, count))
                at, total, count = word_start, 0, 0
            if size > room:
                step = max(1, room // 4)  # no word piece is longer than the text that it stands for
                cuts = [*range(word_start, word_end, step), word_end]
                parts.extend((a, b, min(b - a, room), 1) for a, b in pairwise(cuts))
                at, total, count = word_end, 0, 0
                continue
            at = word_start if not count else at
            total, count, last = total + size, count + 1, word_end
        if count:
            parts.append((at, last, total, count))
        return parts

    def _halved(self, text: str, head: str, start: int, end: int) -> list[NewPassage]:
        """The passage, halved at a space for as long as the model wouldn't read all of it: pieces of
        parts may sum to fewer than those of the whole."""
        embed = head + text[start:end]
        if self._count([embed])[0] <= self.max_tokens or end - start < 2:
            return [NewPassage(start, end, embed)]
        middle = (start + end) // 2
        space = text.rfind(" ", start + 1, middle)
        left = right = space if space > start else middle
        while right < end and text[right].isspace():
            right += 1
        return [*self._halved(text, head, start, left), *self._halved(text, head, right, end)]


def _are_apart(text: str, spans: Sequence[tuple[int, int, int, int]]) -> bool:
    """Whether white space stands between all of them, or a mark that is a piece by itself."""
    return all(end < start or text[end - 1] in APART for (_, end, _, _), (start, _, _, _) in pairwise(spans))


def _packed(spans: Sequence[tuple[int, int, int, int]], room: int) -> list[tuple[int, int]]:
    """Runs of sentences: as few as fit, and of those ways the one with the most even runs, so that no
    passage is a mere tail."""
    # Of the first n sentences: the cost with one run more, where their last run begins, how large they are.
    costs, begins = [1.0], [0]
    whole = room * MAX_WORDS
    pieces_upto = [0, *accumulate(pieces * MAX_WORDS for _, _, pieces, _ in spans)]
    words_upto = [0, *accumulate(words * room for _, _, _, words in spans)]
    first = 0
    for end in range(1, len(spans) + 1):
        all_pieces, all_words = pieces_upto[end], words_upto[end]
        while first < end - 1 and (
            all_pieces - pieces_upto[first] > whole or all_words - words_upto[first] > whole
        ):
            first += 1
        least, begin = math.inf, first
        for start in range(first, end):
            if costs[start] >= least:
                continue
            pieces, words = all_pieces - pieces_upto[start], all_words - words_upto[start]
            left = 1 - (pieces if pieces > words else words) / whole
            cost = costs[start] + 0.5 * left * left if left > 0 else costs[start]
            if cost < least:
                least, begin = cost, start
        costs.append(least + 1)
        begins.append(begin)
    runs: list[tuple[int, int]] = []
    end = len(spans)
    while end:
        start = begins[end]
        runs.append((spans[start][0], spans[end - 1][1]))
        end = start
    return runs[::-1]


def _spoken_day(iso: str) -> str:
    """`16 November 2023`: the way that questions name a day."""
    day = date.fromisoformat(iso[:10])
    return f"{day.day} {day:%B} {day.year}"
