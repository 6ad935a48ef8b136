"""Telling a page's own words from a story's, a line at a time: what a line looks like, and what it says.

The phrases are in chrome.toml. What a line looks like (short, no sentence's end, a row of segments)
decides together with where it stands; ingest/clean.py puts the two together.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from index.text import fold, words
from ingest import dates, urls

Kind = Literal["blank", "story", "short", "menu", "chrome", "date", "byline", "url"]

SENTENCE_END = re.compile(r"""[.!?…։。！？؟؛।]["'”’»“)\]*]*$""")
_COUNT = r"[\d.,  ]*\d\s*(?:k|m|b|bin|mln|тыс\.?)?\+?"
_SEPARATOR = re.compile(r"\s*[|·•›»▸→⋅¦/]\s+|\s+[|·•›»▸→⋅¦/]\s*|[|·•›»]|\s{2,}|\t")
_NO_LETTERS = re.compile(r"^[\W\d_]*$")
_LABEL = re.compile(r"^(?P<label>[^:：]{2,40})\s*[:：]\s*(?P<value>.*)$")
_FONT_BUTTONS = re.compile(r"^(?:[aа][+\-− ]*[|/ ]*){1,5}$")
_CAPITALISED = re.compile(r"^[^\W\d_]")


@dataclass(frozen=True)
class Lists:
    """chrome.toml, folded. Phrases hold words without punctuation, as `index.text.words` gives them."""

    words: frozenset[str]
    starts: frozenset[str]
    phrases: tuple[str, ...]
    weak_phrases: tuple[str, ...]
    comment_sections: frozenset[str]
    link_sections: frozenset[str]
    bylines: frozenset[str]
    published: frozenset[str]
    modified: frozenset[str]
    longest_start: int = field(default=1)


@cache
def lists() -> Lists:
    data = tomllib.loads((Path(__file__).parent / "chrome.toml").read_text(encoding="utf-8"))
    sets = {
        name: frozenset(" ".join(words(phrase)) for phrase in phrases)
        for name, phrases in data.items()
        if not name.endswith("phrases")
    }
    starts = sets["starts"]
    return Lists(
        phrases=tuple(fold(phrase) for phrase in data["phrases"]),
        weak_phrases=tuple(fold(phrase) for phrase in data["weak_phrases"]),
        longest_start=max(len(phrase.split()) for phrase in starts),
        **sets,
    )


@dataclass(slots=True)
class Line:
    """A line of scraped text and what it was taken for."""

    text: str
    """White space collapsed."""
    kind: Kind
    folded: str
    words: list[str]
    strong: bool = False
    """Whether what it says, not only how it looks, marks it as chrome."""
    weak: bool = False
    """Whether it may be chrome where it stands outside the story, though it reads like a sentence."""
    section: Literal["comments", "links"] | None = None
    """A heading over readers' comments, or over links to other articles."""
    name: str | None = None
    """Of a byline: who wrote."""
    dates: tuple[tuple[str, str], ...] = ()
    """Of a date line: ("published" or "modified", ISO)."""
    url: str | None = None
    label: str | None = None
    """What stands before a colon, folded."""

    @property
    def ends_sentence(self) -> bool:
        return bool(SENTENCE_END.search(self.text))


def classify(raw: str, *, day_first: bool | None = None) -> Line:
    """What one line looks like and says, wherever it stands."""
    text = " ".join(raw.split())
    folded = fold(text)
    tokens = words(text)
    line = Line(text, "short", folded, tokens)
    label = _LABEL.match(text)
    line.label = " ".join(words(label["label"])) if label else None
    if not text:
        line.kind = "blank"
    elif _NO_LETTERS.match(text) or _FONT_BUTTONS.match(folded):
        line.kind, line.strong = "chrome", bool(tokens)
        _take_dates(line, day_first)
    elif _take_url(line) or _take_dates(line, day_first) or _take_byline(line):
        pass
    elif _is_chrome(line, raw, label["value"] if label else None):
        line.kind, line.strong = "chrome", True
    elif is_menu(raw):
        line.kind = "menu"
    elif _is_story(line):
        line.kind = "story"
    line.section = _section(line)
    return line


def is_menu(raw: str) -> bool:
    """Whether a line is a row of three or more short segments, none of them a sentence."""
    segments = [segment for segment in _SEPARATOR.split(raw.strip()) if segment.strip()]
    if len(segments) < 3 or SENTENCE_END.search(raw.strip()):
        return False
    return max(len(segment.split()) for segment in segments) <= 5 and len(raw.split()) / len(segments) <= 3


def _is_story(line: Line) -> bool:
    """Reads like a paragraph, or a sentence of one, wherever it stands."""
    count = len(line.words)
    if line.ends_sentence:
        last = line.text.rstrip("\"'”’»)]*")[-1:]
        return count >= 9 or (count >= 4 and last in ".։。…!") or len(line.text) >= 60
    return count >= 14 or len(line.text) >= 100 or (line.text.endswith(":") and count >= 7)


def _is_chrome(line: Line, raw: str, value: str | None) -> bool:
    known = lists()
    if _all_known(raw, known):
        return True
    count = len(line.words)
    if (
        count <= 25
        and any(phrase in line.folded for phrase in known.phrases)
        and not _reads_like_report(line)
    ):
        return True
    if count <= 30 and any(phrase in line.folded for phrase in known.weak_phrases):
        line.weak = line.ends_sentence
        return not line.ends_sentence
    for length in range(min(known.longest_start, count), 0, -1):
        if " ".join(line.words[:length]) in known.starts:
            return _is_label(line, value, length)
    if line.text.startswith("#") and all(word.startswith("#") for word in line.text.split()):
        return True
    return bool(re.match(r"(?:©|\(c\)\s|copyright\b)", line.folded)) and count <= 30


def _is_label(line: Line, value: str | None, length: int) -> bool:
    """Whether a line that begins with such a word is a label, a button or a heading, not a sentence."""
    if value is not None and line.label is not None and len(line.label.split()) <= length + 2:
        return len(value.split()) <= 18 and value[:1] not in "\"“«'"
    return not line.ends_sentence and len(line.words) <= length + 6 and (length > 1 or len(line.words) <= 4)


def _reads_like_report(line: Line) -> bool:
    """A sentence with somebody's words in it, or long, is a story's even about cookies and copyright."""
    quoted = bool(re.search(r"[\"“”«»]", line.text))
    return line.ends_sentence and (quoted or len(line.words) > 22)


def _all_known(raw: str, known: Lists) -> bool:
    """Made of nothing but buttons and menu words, one or several of them, with their counts."""
    segments = [" ".join(words(segment)) for segment in _SEPARATOR.split(raw.strip())]
    segments = [re.sub(rf"^(?:{_COUNT} )?(.*?)(?: {_COUNT})?$", r"\1", segment) for segment in segments]
    return all(segment in known.words or _is_run_of_known(segment, known) for segment in segments if segment)


def _is_run_of_known(segment: str, known: Lists) -> bool:
    """`facebook twitter whatsapp`: greedy, longest phrase first."""
    tokens = [token for token in segment.split() if not token.isdigit()]
    at = 0
    while at < len(tokens):
        for length in range(min(6, len(tokens) - at), 0, -1):
            if " ".join(tokens[at : at + length]) in known.words:
                at += length
                break
        else:
            return False
    return bool(tokens) and len(tokens) <= 30


def _take_url(line: Line) -> bool:
    """A line that is an address, with a word or two before it."""
    found = urls.in_line(line.text) if "://" in line.text else []
    rest = re.sub(r"https?://\S+", "", line.text)
    if "://" in line.text and len(words(rest)) <= 4 and not SENTENCE_END.search(rest.strip()):
        line.kind, line.strong = "url", True
        line.url = found[0] if len(found) == 1 else None
        return True
    return False


def _take_dates(line: Line, day_first: bool | None) -> bool:
    """A line that is a date, perhaps with labels, a name, a place and a view count, and nothing else."""
    if len(line.text) > 160 or not any(c.isdigit() for c in line.text):
        return False
    found = dates.in_line(line.text, day_first=day_first)
    if not found:
        return False
    known, kinds, rest, at = lists(), [], [], 0
    for date in found:
        before = line.text[at : date.start]
        at = date.end
        tail = words(before)[-3:]
        is_modified = any(" ".join(tail[-n:]) in known.modified for n in range(1, len(tail) + 1))
        kinds.append(("modified" if is_modified else "published", date.iso))
        rest.append(before)
    rest.append(line.text[at:])
    left = "  ".join(rest)
    byline = re.search(
        r"(?i)(?:^|[\s|,•·])(?:by|автор|müəllif|yazar)\s*:?\s+(?P<name>[^|•·\d,]{3,60}?)(?:\s+in\s|\s{2}|[|•·,]|$)",
        left,
    )
    count = len([word for word in words(left) if word not in _date_words(known)])
    if byline and _is_name(byline["name"]):
        line.name = byline["name"].strip()
        count -= len(words(byline["name"]))
    if count > 5 or (SENTENCE_END.search(line.text) and count > 2):
        return False
    line.kind, line.strong, line.dates = "date", True, tuple(kinds)
    return True


@cache
def _date_words(known: Lists) -> frozenset[str]:
    """Words that stand beside dates without making a sentence."""
    labels = known.published | known.modified | known.bylines | known.words
    extra = (
        "monday tuesday wednesday thursday friday saturday sunday et gmt utc am pm г il o clock local time"
    )
    return frozenset(word for phrase in labels for word in phrase.split()) | frozenset(extra.split())


def _take_byline(line: Line) -> bool:
    """`By Leyla Hasanova`, `Автор: …`, `(Reporting by …; Editing by …)`."""
    known = lists()
    text = line.text.strip("()[]—–- ")
    tokens = words(text)
    if not 2 <= len(tokens) <= 22:
        return False
    for length in (3, 2, 1):
        if " ".join(tokens[:length]) not in known.bylines:
            continue
        start = re.match(rf"(?:\W*\w+){{{length}}}\W*", text)
        rest = text[start.end() :] if start else ""
        has_colon = bool(start and ":" in start.group())
        names = re.split(r"\s*(?:;|\||•|·|,\s+(?=[a-z])|\s(?:in|for|from|and edited by|editing by)\s)", rest)[
            0
        ]
        names = names.strip(" ,.()")
        if (_is_name(names) and (has_colon or length > 1 or tokens[0] in ("by", "von", "par"))) or (
            _is_names(names) and (length > 1 or has_colon or tokens[0] == "by")
        ):
            line.kind, line.strong, line.name = "byline", True, names
            return True
    return False


def _is_name(text: str) -> bool:
    """One person's name, or a desk's: up to five words, each with a capital."""
    parts = text.replace("’", "'").split()
    small = {"de", "van", "von", "der", "bin", "al", "el", "oğlu", "qızı", "da", "di", "la"}
    return 1 <= len(parts) <= 5 and all(
        (part[0].isupper() or part in small) and not any(c.isdigit() for c in part) for part in parts if part
    )


def _is_names(text: str) -> bool:
    """Several names: `A B, C D and E F`."""
    people = re.split(r",\s*|\s+(?:and|və|ve|и|և|&)\s+", text)
    return 1 <= len(people) <= 6 and all(_is_name(person) for person in people if person)


def looks_like_name(text: str) -> bool:
    """A line that may be an author's name alone: two or three capitalised words."""
    return 2 <= len(text.split()) <= 4 and _is_name(text) and not text.isupper()


def _section(line: Line) -> Literal["comments", "links"] | None:
    """A heading over what isn't the story, standing alone: `17 comments`, `Read also`, `Most read`."""
    if not line.words or len(line.words) > 7 or line.kind in ("date", "byline", "url"):
        return None
    bare = " ".join(word for word in line.words if not word.isdigit())
    if bare in lists().comment_sections:
        return "comments"
    return "links" if bare in lists().link_sections else None
