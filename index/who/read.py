"""Finds whose articles a question asks for: publishers, authors and languages that are named as sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

from index.text import fold, words
from index.who.names import Called, Names, cues

_TOKEN = re.compile(r"\w+")
_BETWEEN_WORDS = re.compile(r"[\s'’‘.&|:·/,–—-]*")
_OPENING, _CLOSING = "'\"‘“«", "'\"’”»"
# What stands between names that are named alike: "The Verge and TechCrunch", "both A, B and C".
_QUOTES = r"[\s'\"‘’“”«»]*"
_CHAIN = re.compile(
    rf"{_QUOTES}(?:,|,?\s*(?:and|or|as well as|и|ve|və|և)\b|&)"
    rf"(?:\s*(?:the|both|another|an?|also|by|from|in))*{_QUOTES}"
)
_SOURCES = re.compile(
    r"\b(?:articles?|reports?|reported|reporting|coverage|covered|published|according to"
    r"|publications?|outlets?)\b",
    re.I,
)
_CAPITAL = r"(?-i:[^\W\d_a-z][\w’'.-]*)"
_PERSON = rf"({_CAPITAL}(?: (?:de|van|von|der|al|bin|el|da|di|la|le|{_CAPITAL})){{1,3}})"
_AUTHOR = (
    re.compile(
        r"\b(?:(?:articles?|stor(?:y|ies)|pieces?|reports?|columns?|reviews?|reporting|coverage|essays?|analys[ie]s)"
        r"(?: \w+){0,2} (?:by|of|from)|(?:written|reported|authored|filed|published) by"
        r"|(?:(?:by|according to) (?:the )?)?"
        r"(?:journalist|reporter|columnist|critic|writer|author|correspondent|editor):?|^by) " + _PERSON,
        re.IGNORECASE,
    ),
    re.compile(
        r"\b"
        + _PERSON
        + r"(?:['’]s (?:articles?|stor(?:y|ies)|pieces?|columns?|reports?|reviews?|reporting|essays?"
        r"|analys[ie]s|commentar(?:y|ies)|op-eds?)"
        r"|(?: \w+){0,1} (?:wrote|writes?|written|reported|reports?)\b)",
        re.IGNORECASE,
    ),
    re.compile(rf"(?<!\w)(?:стать|колонк|репортаж|материал)\w* {_PERSON}", re.IGNORECASE),
    re.compile(
        rf"(?<!\w){_PERSON} (?:haber|makale|yazı|röportaj|məqalə|xəbər|reportaj|հոդված|հրապարակ)\w*",
        re.IGNORECASE,
    ),
)


@dataclass(frozen=True, slots=True)
class Source:
    """`text[start:end]` names whose articles are asked for."""

    start: int
    end: int
    kind: Literal["publisher", "author", "language"]
    values: frozenset[str]
    """As the ledger writes them; a language as its code."""
    shown: str
    left_out: bool = False
    """Whose articles are not wanted: "everyone but the Courier"."""


@dataclass(frozen=True, slots=True)
class _Mention:
    start: int
    end: int
    called: Called
    plain: bool
    """Might be an ordinary word: it needs the company of another source, or quotation marks."""


def read(text: str, names: Names) -> list[Source]:
    """The sources named in `text`, in order."""
    found = [*_publishers(text, names), *_languages(text, names), *_authors(text, names)]
    return sorted(found, key=lambda each: each.start)


def mentioned(text: str, names: Names) -> list[Source]:
    """The publishers named in `text`, as sources or not, in order: for a question that compares them."""
    return [
        Source(each.start, each.end, "publisher", each.called.publishers, each.called.shown)
        for each in _mentions(text, names)
    ]


def _publishers(text: str, names: Names) -> Iterator[Source]:
    mentions = _mentions(text, names)
    cued = [_cue(text, mention) for mention in mentions]
    told = bool(_SOURCES.search(text))
    # A name joined to one that is a source is one too, from the left and from the right.
    for places in (range(1, len(mentions)), range(len(mentions) - 2, -1, -1)):
        step = -1 if places.step == 1 else 1
        for i in places:
            first, second = sorted((mentions[i], mentions[i + step]), key=lambda m: m.start)
            if cued[i] is None and cued[i + step] and _CHAIN.fullmatch(text[first.end : second.start]):
                cued[i] = True
    out = _left_out(text, mentions)
    cued = [False if found else cue for found, cue in zip(out, cued, strict=True)]
    asks = any(out) and bool(_left_out_cues("asks").search(text))
    for mention, cue, span in zip(mentions, cued, out, strict=True):
        called = mention.called
        if span:
            if asks:
                shown = f"without {called.shown}"
                yield Source(*span, "publisher", called.publishers, shown, left_out=True)
        elif cue or (cue is None and (any(cued) if mention.plain else told)):
            yield Source(mention.start, mention.end, "publisher", called.publishers, called.shown)


def _left_out(text: str, mentions: list[_Mention]) -> list[tuple[int, int] | None]:
    """Of each mention where it is left out, with the words that do so; None where it isn't."""
    found: list[tuple[int, int] | None] = []
    for mention in mentions:
        before = _left_out_cues("before").search(_before(text, mention))
        after = _left_out_cues("after").match(text, mention.end)
        start = before.start() if before else mention.start
        found.append((start, after.end() if after else mention.end) if before or after else None)
    # "Other than CNN and The Verge": who is joined to one that is left out is left out too, and in Turkish
    # "CNN ve The Verge dışında".
    for places in (range(1, len(mentions)), range(len(mentions) - 2, -1, -1)):
        step = -1 if places.step == 1 else 1
        for i in places:
            first, second = sorted((mentions[i], mentions[i + step]), key=lambda m: m.start)
            if found[i] or not found[i + step] or not _CHAIN.fullmatch(text[first.end : second.start]):
                continue
            by_what_follows = _left_out_cues("after").match(text, mentions[i + step].end)
            if bool(by_what_follows) == (step == 1):
                found[i] = (mentions[i].start, mentions[i].end)
    return found


@cache
def _left_out_cues(where: str) -> re.Pattern[str]:
    patterns = "|".join(cues()["left_out"][where])
    if where == "after":
        return re.compile(rf"(?:['’-]\w{{1,5}})?,?\s+(?:{patterns})\b", re.IGNORECASE)
    return re.compile(rf"\b(?:{patterns})\b" if where == "asks" else rf"\b(?:{patterns})$", re.IGNORECASE)


def _mentions(text: str, names: Names) -> list[_Mention]:
    """Names in the text, the longest of those that overlap."""
    tokens = [(match.start(), match.end(), "".join(words(match.group()))) for match in _TOKEN.finditer(text)]
    shouting = not any(c.isupper() for c in text[1:])
    joined = [bool(_BETWEEN_WORDS.fullmatch(text, a[1], b[0])) for a, b in pairwise(tokens)]
    found: list[_Mention] = []
    for at, (start, _, folded) in enumerate(tokens):
        key, last = "", at
        while last < len(tokens) and last - at < names.longest + 2 and (last == at or joined[last - 1]):
            key += tokens[last][2]
            end = tokens[last][1]
            called = names.publishers.get(key) or (_inflected(folded, names, text) if last == at else None)
            if called is not None:
                named = _written_as_name(text[start:end])
                if named or shouting or _ACCORDING.search(text[:start]):
                    quoted = text[start - 1 : start] in _OPENING and text[end : end + 1] in _CLOSING
                    found.append(
                        _Mention(start, end, called, called.plain and not (quoted and named and start > 0))
                    )
            last += 1
    found.sort(key=lambda each: each.start - each.end)
    kept: list[_Mention] = []
    for each in found:
        if all(each.end <= other.start or each.start >= other.end for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda each: each.start)


_ACCORDING = re.compile(r"\b(?:according to|as reported by|reported by|as per)(?: the)?\s+$", re.I)


def _inflected(word: str, names: Names, text: str) -> Called | None:
    """A name with an ending of Turkish, Azerbaijani, Armenian or Russian on it."""
    if text.isascii() or len(word) < 5:
        return None
    return next(
        (
            found
            for cut in range(1, 5)
            if len(word) - cut > 2 and (found := names.publishers.get(word[:-cut]))
        ),
        None,
    )


def _written_as_name(words_: str) -> bool:
    """Every word of weight has a capital (or a digit), as in the name of a paper."""
    first = re.sub(r"^the\s+", "", words_, flags=re.IGNORECASE)
    letter = next((c for c in first if c.isalpha()), "")
    return bool(letter) and (letter.isupper() or letter.lower() == letter.upper())


def _cue(text: str, mention: _Mention) -> bool | None:
    """Whether what stands beside it makes it a source (True) or a topic (False); None when nothing tells."""
    before = _before(text, mention)
    after = text[mention.end :].lstrip(_CLOSING if not re.match(r"['’]\w", text[mention.end :]) else "")
    if _topic("before").search(before) or _topic("after").match(after):
        return False
    if _pattern("after").match(after) or _pattern("before").search(before):
        return True
    return None


def _before(text: str, mention: _Mention) -> str:
    return re.sub(r"\s+the$", "", text[: mention.start].rstrip(_OPENING + " "), flags=re.IGNORECASE)


@cache
def _topic(where: str) -> re.Pattern[str]:
    patterns = "|".join(cues()["topic"][where])
    return re.compile(rf"(?:['’]s)?\s+(?:{patterns})" if where == "after" else rf"\b(?:{patterns})$", re.I)


@cache
def _pattern(where: str) -> re.Pattern[str]:
    patterns = "|".join(pattern for listed in cues()[where].values() for pattern in listed)
    if where == "before":
        return re.compile(rf"(?<!\w)(?:{patterns})$", re.IGNORECASE)
    return re.compile(rf"(?:['’-]\w{{1,5}})?,?\s+(?:{patterns})", re.IGNORECASE)


_LANGUAGE_WORD = re.compile(r"[^\W\d_]+")


def _languages(text: str, names: Names) -> Iterator[Source]:
    if len(names.languages) < 2:
        return
    table = _language_table()
    for match in _LANGUAGE_WORD.finditer(text):
        code = table.get(fold(match.group()))
        if code is None or code not in names.languages:
            continue
        start, end = match.span()
        after = _LANGUAGE_AFTER.match(text, end)
        if after is None and fold(match.group()) in _languages_alone():
            after = _PRESS_AFTER.match(text, end)
        alone = _NO_NOUN.match(text, end)
        before = _LANGUAGE_BEFORE.search(text[:start]) if alone else None
        if before is None and text[end : end + 1] in (":", ","):
            before = _LANGUAGE_FIRST.match(text[:start])
        if after or before:
            yield Source(
                before.start() if before else start,
                after.end() if after else end,
                "language",
                frozenset([code]),
                f"in {_english_names()[code]}",
            )


_LANGUAGE_AFTER = re.compile(
    r"[- ]language\b|\s+(?:dilində|dilindeki|dilli|языке|articles?)\b"
    r"|\s+(?:kaynak|haber|makale|basın|mənbə|xəbər|məqalə|mətbuat|հոդված|լրատվ|մամուլ|աղբյուր)\w*",
    re.I,
)
_PRESS_AFTER = re.compile(r"\s+(?:sources|press|media|newspapers?|outlets|coverage)\b", re.I)
_LANGUAGE_BEFORE = re.compile(
    r"\b(?:articles?|sources?|stories|reports?|reported|coverage|news|written|printed|published|press) in $"
    r"|\bна $",
    re.I,
)
_LANGUAGE_FIRST = re.compile(r"in $", re.I)
# "Reports in Turkish prisons" are in no language: no thing of its own may follow.
_NO_NOUN = re.compile(
    r"\s*(?:$|[^\w\s])|\s+(?:about|on|of|from|and|or|that|which|who|say|says|said|did|do|does|since|before"
    r"|after|in|by|for|over|last|this|today|yesterday|языке|о|об|про|и|или|за|в|с|что)\b",
    re.I,
)


@cache
def _language_table() -> dict[str, str]:
    table = cues()
    return {fold(word): code for word, code in (table["languages"] | table["languages_alone"]).items()}


@cache
def _languages_alone() -> frozenset[str]:
    return frozenset(map(fold, cues()["languages_alone"]))


@cache
def _english_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for word, code in (cues()["languages"] | cues()["languages_alone"]).items():
        names.setdefault(code, word.capitalize())
    return names


def _authors(text: str, names: Names) -> Iterator[Source]:
    for pattern in _AUTHOR:
        for match in pattern.finditer(text):
            authors = names.find_authors()
            start = match.start(1)
            tokens = match.group(1).split(" ")
            # A capital may go on into the next word: "Sarah Perez Monday".
            for length in range(len(tokens), 1, -1):
                name = re.sub(r"['’]s$", "", " ".join(tokens[:length]))
                lines = authors.get(" ".join(words(name))) or _inflected_author(name, authors)
                if lines:
                    yield Source(start, start + len(name), "author", lines, name)
                    break


def _inflected_author(name: str, authors: Mapping[str, frozenset[str]]) -> frozenset[str] | None:
    """Whose name it is with an ending on any of its words: "Selin Karaca'nın", "Тамары Кварацхелии"."""
    asked = [fold(re.sub(r"['’]\w+$", "", word)) for word in name.split(" ")]
    if name.isascii() and not re.search(r"\w['’]\w", name):
        return None
    for author, lines in authors.items():
        held = author.split(" ")
        if len(held) == len(asked) and all(map(_is_form, asked, held)):
            return lines
    return None


def _is_form(word: str, base: str) -> bool:
    stem = base if len(base) < 4 else base[:-1]
    return word == base or (word.startswith(stem) and len(word) - len(base) <= 4)
