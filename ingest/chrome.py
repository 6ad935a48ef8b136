"""Telling a page's own words from a story's, a line at a time: what a line looks like, and what it says.

The phrases are in chrome.toml. What a line looks like (short, no sentence's end, a row of segments)
decides together with where it stands; ingest/clean.py puts the two together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain
from typing import Literal

from index.text import fold, words, words_by_line
from ingest.line import Line, Lists, ends_sentence, lists
from ingest.metalines import take_byline, take_dates, take_url

_COUNT = r"[\d.,  ]*\d\s*(?:k|m|b|bin|mln|тыс\.?)?\+?"
_SEPARATOR = re.compile(r"\s*[|·•›»▸→⋅¦/]\s+|\s+[|·•›»▸→⋅¦/]\s*|[|·•›»]|\s{2,}|\t")
_SEPARATORS = ("|", "·", "•", "›", "»", "▸", "→", "⋅", "¦", "/", "  ", "\t")
"""One of which is wherever `_SEPARATOR` finds something: looked for in a twentieth of the time."""
_MOST_WORDS = 40
"""Of a line that a phrase makes chrome."""
_MOST_WORDS_OF_SENTENCE = 30
_NO_LETTERS = re.compile(r"^[\W\d_]*$")
_LABEL = re.compile(r"^(?P<label>[^:：]{2,40})\s*[:：]\s*(?P<value>.*)$")
_COPYRIGHT = re.compile(r"(?:©|\(c\)\s|copyright\b)")
_FONT_BUTTONS = re.compile(r"^(?:[aа][+\-− ]*[|/ ]*){1,5}$")


def classify(raw: str, *, day_first: bool | None = None) -> Line:
    """What one line looks like and says, wherever it stands."""
    return classify_all([raw], day_first=day_first)[0]


def classify_all(raws: Sequence[str], *, day_first: bool | None = None) -> list[Line]:
    """The same of each line of a text: folded at once, and searched at once for phrases, few of which
    any text holds."""
    if not raws:
        return []
    texts = [" ".join(raw.split()) for raw in raws]
    folded = fold("\n".join(texts))
    lines = [
        Line(text, "short" if text else "blank", line, its_words)
        for text, line, its_words in zip(texts, folded.split("\n"), words_by_line(folded), strict=True)
    ]
    known = _narrowed(lists(), folded, lines)
    for raw, line in zip(raws, lines, strict=True):
        if line.text:
            _classify(line, raw, known, day_first)
    return lines


def _narrowed(known: Lists, folded: str, lines: Iterable[Line]) -> Lists:
    """`known` with those phrases only that some line of the text may hold that is short enough."""
    vocabulary = set(
        chain.from_iterable(
            line.words
            for line in lines
            if len(line.words) <= (_MOST_WORDS_OF_SENTENCE if line.ends_sentence else _MOST_WORDS)
        )
    )
    held = {
        phrase
        for word in _phrase_words().within(vocabulary)
        for phrase in known.by_word[word]
        if phrase in folded
    }
    if not held:
        return _without_phrases()
    return replace(
        known,
        phrases=tuple(phrase for phrase in known.phrases if phrase in held),
        weak_phrases=tuple(phrase for phrase in known.weak_phrases if phrase in held),
    )


@cache
def _without_phrases() -> Lists:
    return replace(lists(), phrases=(), weak_phrases=())


class _PhraseWords:
    """The longest words of the phrases, found within the words of texts, once for each word."""

    _REMEMBERED = 200_000

    def __init__(self, wanted: Iterable[str]) -> None:
        self._wanted = tuple(wanted)
        self._seen: set[str] = set()
        self._holding: dict[str, tuple[str, ...]] = {}
        """Those of the seen that hold any."""

    def within(self, vocabulary: set[str]) -> set[str]:
        """Those that are one of these words or stand inside of one."""
        new = vocabulary - self._seen
        if len(self._seen) + len(new) > self._REMEMBERED:
            self._seen.clear()
            self._holding.clear()
            new = vocabulary
        together = " ".join(new)
        found = [word for word in self._wanted if word in together] if new else []
        for word in new if found else ():
            if parts := tuple(part for part in found if part in word):
                self._holding[word] = parts
        self._seen |= new
        return set(chain.from_iterable(map(self._holding.__getitem__, vocabulary & self._holding.keys())))


@cache
def _phrase_words() -> _PhraseWords:
    return _PhraseWords(lists().by_word)


def _classify(line: Line, raw: str, known: Lists, day_first: bool | None) -> None:
    text, folded, tokens = line.text, line.folded, line.words
    label = _LABEL.match(text) if ":" in text or "：" in text else None
    line.label = " ".join(words(label["label"])) if label else None
    if _FONT_BUTTONS.match(folded):
        line.kind, line.strong = "chrome", True
    elif _NO_LETTERS.match(text):
        # A figure may be a table's; a rule is nobody's.
        if not take_dates(line, day_first):
            line.kind = "short" if tokens else "chrome"
    elif take_url(line) or take_dates(line, day_first) or take_byline(line):
        pass
    elif _is_chrome(line, raw, label["value"] if label else None, known):
        line.kind, line.strong = "chrome", True
    elif not line.ends_sentence and is_menu(raw):
        line.kind = "menu"
    elif _is_story(line):
        line.kind = "story"
    line.section = _section(line)


def is_menu(raw: str) -> bool:
    """Whether a line is a row of three or more short segments, none of them a sentence."""
    raw = raw.strip()
    if ends_sentence(raw) or not any(separator in raw for separator in _SEPARATORS):
        return False
    segments = [segment for segment in _SEPARATOR.split(raw) if segment.strip()]
    if len(segments) < 3:
        return False
    return max(len(segment.split()) for segment in segments) <= 5 and len(raw.split()) / len(segments) <= 3


def _is_story(line: Line) -> bool:
    """Reads like a paragraph, or a sentence of one, wherever it stands."""
    count = len(line.words)
    if line.ends_sentence:
        if count >= 9 or len(line.text) >= 60:
            return True
        return count >= 4 and line.text.rstrip("\"'”’»)]*")[-1:] in ".։。…!"
    return count >= 14 or len(line.text) >= 100 or (line.text.endswith(":") and count >= 7)


def _is_chrome(line: Line, raw: str, value: str | None, known: Lists) -> bool:
    if _may_be_known(line.words, known) and _all_known(raw, known):
        return True
    count = len(line.words)
    # In a story's sentence such words stand too: "the law on the use of cookies …".
    most = 25 if line.ends_sentence else _MOST_WORDS
    if count <= most and known.phrases and any(phrase in line.folded for phrase in known.phrases):
        line.weak = line.suspect = line.ends_sentence and count >= 9
        return not line.weak
    if count <= 30 and known.weak_phrases and any(phrase in line.folded for phrase in known.weak_phrases):
        line.weak = line.ends_sentence
        return not line.ends_sentence and (count <= 6 or bool(re.search(r"[|·©•]|\.\s", line.text)))
    if count <= 9 and not line.ends_sentence and _asks_to_follow(line.words):
        return True
    longest = min(known.longest_start, count) if line.words and line.words[0] in known.first_of_starts else 0
    for length in range(longest, 0, -1):
        if " ".join(line.words[:length]) in known.starts:
            return _is_label(line, value, length)
    if line.text.startswith("#") and all(word.startswith("#") for word in line.text.split()):
        return True
    return count <= 30 and _COPYRIGHT.match(line.folded) is not None


def _is_label(line: Line, value: str | None, length: int) -> bool:
    """Whether a line that begins with such a word is a label, a button or a heading, not a sentence."""
    if value is not None and line.label is not None:
        more = len(line.label.split()) - length
        # "More from New Jersey: …" is one; "Watch this space: …" and "Source of concern: …" are not.
        is_link = more == 0 or (
            more <= 3 and not line.ends_sentence and (length > 1 or line.words[0] == "more")
        )
        return is_link and len(value.split()) <= 18 and value[:1] not in "\"“«'"
    return not line.ends_sentence and len(line.words) <= length + 6 and (length > 1 or len(line.words) <= 4)


_NETWORKS = frozenset(
    (
        "facebook",
        "twitter",
        "x",
        "instagram",
        "youtube",
        "telegram",
        "whatsapp",
        "linkedin",
        "google",
        "tiktok",
        "viber",
    )
)
_ASKING = ("follow", "share", "join", "subscri", "like", "find", "takip", "abone", "paylas", "izlə", "abunə")
_ASKING_TOO = ("подпи", "подел", "следи", "читай", "հետև", "կիսվ", "տարած")


def _asks_to_follow(tokens: list[str]) -> bool:
    """`Follow Valley Review on Facebook`, `Google Haberler'den takip et`, in whichever order."""
    return any(token in _NETWORKS or token[:8] in _NETWORKS for token in tokens) and any(
        token.startswith((*_ASKING, *_ASKING_TOO)) for token in tokens
    )


_UNITS = frozenset(("k", "m", "b", "bin", "mln", "тыс"))


def _may_be_known(tokens: Iterable[str], known: Lists) -> bool:
    """Whether no word rules out `_all_known`: one that no button has, and no count."""
    for token in tokens:  # the first rules it out nearly always
        if token not in known.vocabulary and token.isalpha() and token not in _UNITS:
            return False
    return True


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


def _section(line: Line) -> Literal["comments", "links"] | None:
    """A heading over what isn't the story, standing alone: `17 comments`, `Read also`, `Most read`."""
    if not line.words or len(line.words) > 7 or line.kind in ("date", "byline", "url"):
        return None
    figures = [word for word in line.words if word.isdigit()]
    bare = " ".join(word for word in line.words if not word.isdigit())
    known = lists()
    # "17 comments", but not "9/11 comments", which heads a part of a story.
    if bare in known.comment_sections and len(figures) <= 1:
        return "comments"
    # "MORE FROM THE HARBOUR GAZETTE"
    begins = (
        [" ".join(line.words[:n]) for n in (2, 3)] if not line.ends_sentence and line.label is None else []
    )
    return "links" if bare in known.link_sections or any(b in known.link_sections for b in begins) else None
