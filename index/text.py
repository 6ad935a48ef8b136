"""Sentences, and folding that keeps offsets. One place, so that every floor cuts and compares alike.

All offsets are Unicode code points into the text given.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left

# --- folding -----------------------------------------------------------------------------------

_SAME = {
    **dict.fromkeys("‘’‚‛′ʼʻ´＇", "'"),
    **dict.fromkeys("“”„‟«»″＂〝〞", '"'),
    **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
    "ı": "i",
    "İ": "i",
    # A letter of its own, not an accented one: the Russian stemmer needs it.
    "й": "й",
    "Й": "й",
    # Armenian stress, exclamation and question marks stand inside the word.
    **dict.fromkeys("՛՜՞", ""),
}


class _FoldTable(dict[int, str]):
    """Code point -> folded characters, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = _SAME.get(char)
        if folded is None:
            lowered = unicodedata.normalize("NFKC", char).casefold()
            folded = "".join(
                _SAME.get(c, c)
                for c in unicodedata.normalize("NFKD", lowered)
                if unicodedata.category(c) not in ("Mn", "Me", "Cf")
            )
        self[code] = folded
        return folded


_table = _FoldTable()
_beyond_ascii = re.compile(r"([^\x00-\x7f]+)")
_ASCII = bytes(range(128))
_FEW = 12
"""Different characters beyond ASCII that are exchanged one by one: what they fold to stays as it is."""


def fold(text: str) -> str:
    """`text` as it is compared: compatibility forms and case folded, accents and invisible marks
    dropped, İ and ı as i, typographic quotes and dashes as ASCII. Character by character, so that
    `Folded` can say where each came from."""
    if text.isascii():
        return text.lower()
    if "\u0306" in text:
        # A decomposed й (и and a breve) must fold like the composed one.
        text = text.replace("и\u0306", "й").replace("И\u0306", "й")
    # Looking up each character is slow, and most are ASCII.
    encoded = text.encode("utf-8", "surrogatepass")
    beyond = set(encoded.translate(None, _ASCII).decode("utf-8", "surrogatepass"))
    if len(beyond) <= _FEW:
        folded = encoded.lower().decode("utf-8", "surrogatepass")
        for char in beyond:
            folded = folded.replace(char, _table[ord(char)])
        return folded
    parts = _beyond_ascii.split(text)
    parts[::2] = [part.lower() for part in parts[::2]]
    parts[1::2] = [part.translate(_table) for part in parts[1::2]]
    return "".join(parts)


class Folded:
    """A text folded for searching, that can say where in the original a match stands."""

    __slots__ = ("_ascii", "_origins", "_source", "text")

    def __init__(self, source: str) -> None:
        self._source = source
        self._ascii = source.isascii()
        self._origins: list[int] = []
        if self._ascii:
            self.text = source.lower()
            return
        parts: list[str] = []
        for index, char in enumerate(source):
            decomposed = char in "иИ" and source[index + 1 : index + 2] == "\u0306"
            folded = "й" if decomposed else _table[ord(char)]
            parts.append(folded)
            self._origins.extend([index] * len(folded))
        self.text = "".join(parts)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original of `self.text[start:end]`, whole characters with their marks."""
        if self._ascii:
            return start, end
        if start >= end:
            at = self._origins[start] if start < len(self._origins) else len(self._source)
            return at, at
        last = self._origins[end - 1] + 1
        while last < len(self._source) and unicodedata.category(self._source[last]).startswith("M"):
            last += 1
        return self._origins[start], last

    def position(self, offset: int) -> int:
        """Where in `self.text` the original's `offset` has come to stand."""
        return offset if self._ascii else bisect_left(self._origins, offset)


_word = re.compile(r"\w+")
_spaced_lines = bytes(
    code if chr(code).isalnum() or chr(code) in "_\n" else 32 for code in range(128)
) + bytes(128)
_spaced = bytes(code if chr(code).isalnum() or chr(code) == "_" else 32 for code in range(128)) + bytes(128)
"""Byte of an ASCII text -> itself in a word, a space between words."""


def words(text: str) -> list[str]:
    """Folded words of `text`, in order."""
    return words_of(fold(text))


def words_of(folded: str) -> list[str]:
    """Words of a text that is folded already."""
    if folded.isascii():
        return folded.encode().translate(_spaced).decode().split()
    return _word.findall(folded)


# --- what can be seen -------------------------------------------------------------------------------

_FLAG = (
    "\U0001f3f4\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074"
    "|\U000e0077\U000e006c\U000e0073)\U000e007f"
)
"""England's, Scotland's or Wales's: the one use of tag characters."""
_NOTHING = (
    "[\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)
# Joiners and selectors stand where they change what is seen: between letters that join, behind an emoji or an
# ideograph, one at a time. Elsewhere they carry what no reader sees.
_IDLE = (
    "[\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]{3,}"
    r"|(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])|[\u200c\u200d](?=[\u200c\u200d])"
    r"|(?:(?<=[\x00-\x22\x24-\x29\x2b-\x2f\x3a-\x7f\ufe00-\ufe0f])|^)[\ufe00-\ufe0f]"
    "|(?<![\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])[\U000e0100-\U000e01ef]"
)
_HIDDEN = re.compile(f"({_FLAG})|{_NOTHING}|{_IDLE}")
_MAY_HIDE = re.compile(
    "[\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff9-\ufffb\U000e0000-\U000e0fff\U0001f3f4]"
)
"""Every character that `_HIDDEN` can begin with."""


def visible(text: str) -> str:
    """`text` without characters that show nothing: marks that reorder, fillers, tags, and joiners and
    selectors that have nothing to join or select. What they spell is read by machines alone."""
    if text.isascii():
        return text
    while (shown := _shown(text)) != text:
        text = shown
    return text


def _shown(text: str) -> str:
    """One pass. Looking for a single character first is twenty times as fast as trying all of `_HIDDEN` at
    every place."""
    parts: list[str] = []
    at = 0
    for place in _MAY_HIDE.finditer(text):
        if place.start() >= at and (hidden := _HIDDEN.match(text, place.start())):
            parts += text[at : place.start()], hidden[1] or ""
            at = hidden.end()
    return "".join(parts) + text[at:] if parts else text


def words_by_line(folded: str) -> list[list[str]]:
    """Words of each line of a text that is folded already."""
    if folded.isascii():
        spaced = folded.encode().translate(_spaced_lines).decode()
        return [line.split() for line in spaced.split("\n")]
    return [words_of(line) for line in folded.split("\n")]


# --- sentences ---------------------------------------------------------------------------------


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Before a name when capitalised: never the end of a sentence.
_TITLES = _listed("""
    mr mrs ms messrs dr prof rev hon st mt ft gen lt col maj capt sgt cpl pvt adm cmdr sen rep gov
    amb sec pres supt det insp fr sr doç av sn yrd öğr müh alb org korg tuğg akad dos müt
    г-н г-жа им ул пр просп пл обл акад проф ген полк""")
# In any case, never the end of a sentence.
_JOINING = _listed("vs v viz cf eg ie e.g i.e approx ca fig figs pp г-н г-жа им ул обл см ср напр тов т.е")
# The end of a sentence only where the next word plainly begins one. Days and months are capitalised.
_ABBREVIATIONS = _listed("""
    inc co corp ltd llc plc bros jr etc al est dept univ assn ave blvd rd p.m a.m
    vb vd yy mln mlrd тыс млн млрд трлн руб долл коп гг вв др т.д т.п н.э""")
_CALENDAR = _listed("jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun")
# Abbreviations before a number, ordinary words elsewhere.
_BEFORE_NUMBER = _listed("no nos art p par ch sect fig № nr ст гл п ч")
_STARTERS = _listed("""
    the a an he she it they we i you this that these those there his her its their our my in on at
    but and or so as if when while after before since for from with by to of however meanwhile earlier
    later also both some many most all no not what who why how where asked speaking under despite
    according during although though
    он она они оно это мы вы я но а и в на по как при после ранее также однако тем
    bu o onlar biz ve ama ancak həmin lakin və daha""")
_UNUSUAL = _JOINING | _TITLES | _BEFORE_NUMBER | _ABBREVIATIONS | _CALENDAR

_MARKS = "[.!?…։。！？؟]"
_COLON = r"""(?<=[\u0561-\u0587]):(?=\s+[«“"(]*[\u0531-\u0556])"""
_AFTER_MARK = r"""(?P<close>(?:["'”’»)\]}]|\[\d+\])*)(?P<gap>\s+|$|(?=[A-ZÀ-ÞА-ЯԱ-Ֆ“«"„][^\W\d_]))"""
# A pattern that begins with a set of characters is searched for many times faster than one of two ways.
_ENDS = re.compile(f"(?P<mark>{_MARKS}{_MARKS}*){_AFTER_MARK}")
_ENDS_ARMENIAN = re.compile(f"(?P<mark>{_MARKS}+|{_COLON}){_AFTER_MARK}")
_ARMENIAN = re.compile("[\u0561-\u0587]:")
_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_BEFORE_TOKEN = frozenset("([{«“„\"'‘")
_OPENING = "\"'“”„«‘(["
_TURKIC = re.compile("[ğışəĞİŞƏ]")


def sentences(text: str) -> list[tuple[int, int]]:
    """`(start, end)` of each sentence, without the white space around it, in order.

    A line break always ends one. Every character that is not white space is in exactly one.
    """
    spans: list[tuple[int, int]] = []
    ends = _ENDS_ARMENIAN if not text.isascii() and _ARMENIAN.search(text) else _ENDS
    for line in _LINE.finditer(text):
        start = line.start()
        for match in ends.finditer(text, line.start(), line.end()):
            if _is_boundary(text, start, match, line.end()):
                spans.append((start, match.end("close")))
                start = match.end()
        spans.append((start, line.end()))
    trimmed: list[tuple[int, int]] = []
    for start, end in spans:
        if start < end and (text[start].isspace() or text[end - 1].isspace()):
            start, end = _trim(text, start, end)
        if start < end:
            trimmed.append((start, end))
    return trimmed


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _is_boundary(text: str, start: int, match: re.Match[str], line_end: int) -> bool:
    at = match.end()
    if at >= line_end:
        return True
    if not match["gap"]:
        return _is_missing_space(text, start, match, _following(text, at, line_end))
    first = text[at]
    if first in _OPENING:
        first = _following(text, at, line_end)[:1]
    if first.islower():
        return False
    if match["mark"] != ".":
        return True
    token = text[max(start, text.rfind(" ", start, match.start()) + 1) : match.start()]
    if token.isalpha() and len(token) > 1 and token.casefold() not in _UNUSUAL:
        return True  # most often, and told in a third of the time
    at = _last_token(text, start, match.start())
    if at == match.start():
        return bool(text[start:at].strip())
    following = _following(text, match.end(), line_end)
    return _stop_ends_sentence(text, start, at, text[at : match.start()], following)


def _following(text: str, at: int, line_end: int) -> str:
    """What comes after a mark, quotation marks and brackets aside."""
    return text[at : min(line_end, at + 60)].lstrip(_OPENING)


def _last_token(text: str, start: int, end: int) -> int:
    """Where the word begins that ends at `end`; `end` where none does."""
    while end > start and not text[end - 1].isspace() and text[end - 1] not in _BEFORE_TOKEN:
        end -= 1
    return end


def _is_missing_space(text: str, start: int, match: re.Match[str], following: str) -> bool:
    """Scrapes glue paragraphs together: `talks.The next day`. Domains and initials look alike."""
    before = text[_last_token(text, max(start, match.start() - 40), match.start()) : match.start()]
    return (
        before.isalpha()
        and before[-3:].islower()
        and len(before) >= 3
        and (following[1:2].islower() or following[1:2].isspace())
        and match["mark"] != "…"
    )


def _is_turkic(text: str, near: int) -> bool:
    """Whether the text around `near` is Turkish or Azerbaijani, which write ordinals with a stop."""
    return _TURKIC.search(text, max(0, near - 300), near + 300) is not None


def _stop_ends_sentence(text: str, start: int, at: int, token: str, following: str) -> bool:
    """Whether the full stop behind `token`, which stands at `at`, ends the sentence begun at `start`."""
    key = token.casefold().rstrip(".")
    next_word = _word.match(following)
    starts_anew = next_word is not None and next_word.group().casefold() in _STARTERS
    capitalised = token[0].isupper()
    if key in _JOINING or (key in _TITLES and capitalised):
        return False
    if key in _BEFORE_NUMBER and following[:1].isdigit():
        return False
    if token.isdigit():
        is_marker = not text[start:at].strip()  # "1. First point"
        is_ordinal = len(token) <= 2 and _is_turkic(text, start)  # "2. Qarabağ müharibəsi"
        return not is_marker and not (is_ordinal and not starts_anew)
    if key in _ABBREVIATIONS or (key in _CALENDAR and capitalised):
        return starts_anew and not following[:1].isdigit()
    if len(token) == 1 and token.isalpha() and token != "I":
        # An initial ("J. Smith"), a year's "г." or "թ.": a name or the rest of the date follows.
        return starts_anew and token.islower()
    if "." in token and len(key.replace(".", "")) <= 4 and all(len(p) <= 2 for p in key.split(".")):
        return starts_anew  # "U.S.", "p.m.", "т.е."
    return True
