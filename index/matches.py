"""Where the words of a question stand in a passage, as lexical search found them there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from index.lexical_query import Term
from index.stems import asked, is_turkic, words_of
from index.text import Folded, fold

Kind = Literal["word", "form", "name"]


@dataclass(frozen=True, slots=True)
class Match:
    """`text[start:end]` (code points) is why the term was found."""

    start: int
    end: int
    term: str
    """The word of the question, folded."""
    kind: Kind
    """As it was asked for, in another form, or by another name."""


def matches(text: str, terms: Sequence[Term], language: str | None = None) -> list[Match]:
    """Every place, in order; where one term is found in several ways, the nearest to what was asked."""
    folded = Folded(text)
    turkic = is_turkic(language, text)
    words = list(words_of(folded.text, turkic=turkic))
    found: dict[int, Match] = {}
    for term in terms:
        for name in (term.word, *term.related):
            for first, last in _places(fold(name), words, turkic=turkic):
                start, end = words[first][0], words[last][1]
                kind: Kind = "name" if name != term.word else "form"
                if kind == "form" and folded.text[start:end] == fold(name):
                    kind = "word"
                match = Match(*folded.span(start, end), term.word, kind)
                known = found.get(match.start)
                if known is None or (_NEAREST[match.kind], -match.end) < (_NEAREST[known.kind], -known.end):
                    found[match.start] = match
    return [found[start] for start in sorted(found)]


_NEAREST: dict[Kind, int] = {"word": 0, "form": 1, "name": 2}
Word = tuple[int, int, frozenset[str]]


def _places(name: str, words: Sequence[Word], *, turkic: bool) -> Iterator[tuple[int, int]]:
    """First and last word of each place where the name, folded, stands in one of its forms."""
    ways = [[frozenset(of_word) for of_word in way] for way in asked(name, turkic=turkic)]
    for at in range(len(words)):
        for way in ways:
            run = words[at : at + len(way)]
            if len(run) == len(way) and all(w & of for (_, _, w), of in zip(run, way, strict=True)):
                yield at, at + len(way) - 1
                break
