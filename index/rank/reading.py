"""What a passage holds of what a question wants, read from its text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.ledger import Place
from index.rank.wanted import BREAK, Kind, Wanted
from index.stems import is_turkic, without_endings
from index.text import fold, words_of

_CAPITAL = "A-ZÀ-ÖØ-ÞĞİŞƏА-ЯЁԱ-Ֆ"
# A set of letters that a pattern begins with is looked for fast: so it is behind it that \b is asked for.
_NAME = re.compile(rf"[{_CAPITAL}](?<=\b.)[\w’'-]+(?:\s+(?:of|the|de|von|van)?\s*[{_CAPITAL}][\w’'-]+)*")
_NUMBER = re.compile(
    r"\d[\d,.]*|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundreds?|thousands?"
    r"|millions?|billions?|half|quarter|third)\b"
)
_TIME = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b|\b(?:19|20)\d\d\b"
)
_SENTENCE_END = re.compile(r"[.!?։\"]\s+|\n\s*")
"""In a folded text."""


def _mark(char: str) -> str:
    if char in '.!?"':
        return "."
    if char.isalnum() or char == "\n":
        return char
    return " " if char.isspace() else "\x1f"


_MARKED = bytes(ord(_mark(chr(code))) for code in range(128)) + bytes(128)
"""Byte of a folded ASCII text -> itself in a word or a line's end, a full stop where a sentence may end, a
space for white space, and for the rest what separates words, but is none of these."""
_SPACED = bytes(32 if code in b".\x1f\t\r\v\f" else code for code in range(256))
_WORD = re.compile(rb"[a-z0-9]+")
_BROKEN = f" {BREAK} ".encode()
_TOLD_TITLE = 3, 0.7
"""Words of a title, and the share of them, that a question must name to be about its article."""


@dataclass(frozen=True, slots=True)
class Text:
    """A passage to be read."""

    title: str
    text: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """What a passage has; larger is likelier to answer."""

    together: float
    """Share of the question's words, by rarity, that the best two sentences in a row have."""
    fits: int
    """Names, numbers or dates, as asked for, that the question doesn't give itself."""
    is_asked_about: bool
    """Whether the question names the article by its title."""


Texts = Callable[[Sequence[Place]], Mapping[int, Text]]
"""Places -> passage id -> its text; what is gone since is left out."""


class Readings:
    """What passages hold of what a question wants, each read once."""

    def __init__(self, wanted: Wanted, texts: Texts) -> None:
        self.wanted = wanted
        self.texts = texts
        self._held: dict[int, Held] = {}

    def of(self, places: Sequence[Place]) -> list[Held | None]:
        """In the order of the places; None where the text is gone."""
        self.ahead(places, lambda: False)
        return [self._held.get(place.passage) for place in places]

    def ahead(self, places: Sequence[Place], is_over: Callable[[], bool]) -> None:
        """Reads them, in their order, until it is over."""
        new = [place for place in places if place.passage not in self._held]
        if not new or is_over():
            return
        for passage, text in self.texts(new).items():
            if is_over():
                return
            self._held[passage] = read(self.wanted, text)


def read(wanted: Wanted, passage: Text) -> Held:
    turkic = is_turkic(passage.language, passage.text)

    def bits_in(folded: str) -> Iterator[int | None]:
        text = without_endings(folded) if turkic else folded
        return wanted.bits_in(_words(text), turkic=turkic, is_ascii=text.isascii())

    title_words = [bits for bits in bits_in(fold(passage.title)) if bits != -1]
    asked = sum(map(bool, title_words))
    folded = fold(passage.text)
    by_place = folded.isascii() and not turkic
    pairs = _pairs_by_place(wanted, folded) if by_place else _pairs(bits_in(folded))
    return Held(
        together=max(map(wanted.share, pairs)),
        fits=fitting(wanted.kind, passage.text, wanted.own_words),
        is_asked_about=asked >= _TOLD_TITLE[0] and asked >= _TOLD_TITLE[1] * len(title_words),
    )


def _words(folded: str) -> list[str]:
    """Its words in order, a `BREAK` between two sentences."""
    if not folded.isascii():
        return words_of(_SENTENCE_END.sub(f" {BREAK} ", folded.replace(BREAK, " ")))
    # The same by bytes, in a quarter of the time.
    return _sentences(folded).replace(b"\n", _BROKEN).decode().split()


def _sentences(folded: str) -> bytes:
    """The words of a text in ASCII, white space before each, and a line's end between two sentences."""
    marked = folded.encode().translate(_MARKED)
    if b"\n" in marked:
        marked = b"\n".join(filter(None, map(bytes.strip, marked.split(b"\n"))))
    return marked.replace(b". ", b"\n").translate(_SPACED)


def _pairs_by_place(wanted: Wanted, folded: str) -> set[int]:
    """`_pairs` of a text in ASCII in neither Turkish nor Azerbaijani, less those that hold less than another.

    Only words that begin as one asked for are looked at, found by searching bytes: half of the time.
    """
    text = b" " + _sentences(folded).replace(b"\n", b" \n ") + b" "
    held: dict[int, int] = {}
    for beginning in wanted.beginnings:
        at = text.find(b" " + beginning)
        while at >= 0:
            word = _WORD.match(text, at + 1)
            assert word is not None
            bits = wanted.bits_of(word[0].decode())
            if bits:
                sentence = text.count(b"\n", 0, at)
                held[sentence] = held.get(sentence, 0) | bits
            at = text.find(b" " + beginning, word.end())
    return {bits | held.get(sentence + 1, 0) for sentence, bits in held.items()} or {0}


def _pairs(words: Iterable[int | None]) -> set[int]:
    """What each two sentences in a row hold together. `words` are the text's, -1 between two sentences."""
    pairs = set()
    before = sentence = 0
    for bits in filter(None, words):
        if bits < 0:
            pairs.add(before | sentence)
            before, sentence = sentence, 0
        else:
            sentence |= bits
    pairs.add(before | sentence)
    return pairs


def fitting(kind: Kind, text: str, own_words: frozenset[str]) -> int:
    """How many things of this kind the text names, those in the question's own words left out."""
    if kind == "number":
        return len(_NUMBER.findall(text))
    if kind == "time":
        return len(_TIME.findall(text))
    if kind == "name":
        return sum(own_words.isdisjoint(name.lower().split()) for name in set(_NAME.findall(text)))
    return 0
