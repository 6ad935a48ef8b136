"""The languages other than English that times are read in: which of them a text is in, and their tables."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

_PLAINER = str.maketrans(
    "çÇğĞıİöÖşŞüÜâÂîÎûÛəƏёЁ–—’‘ʼ",
    "cCgGiIoOsSuUaAiIuUeEеЕ--'''",
)
"""What is typed for a letter where a keyboard or a hurry lacks it; one character for one, so places stay."""
_ENGLISH = re.compile(
    r"\b(?:(?:what|which|who|whose|when|where|why|how|did|does|was|were)|(?-i:the|of|to|from|for|with|about))\b",
    re.I,
)
"""Words that English alone asks with; "The Guardian" is called so in every language."""
_TURKIC = re.compile(
    r"\b(?:neden|niye|kim\w{0,3}|nerede|neresi|ne|neler|nedir|nasil|kac|hansi|hangi|nece|harada|zaman|ve|ile"
    r"|oldu|haber\w*|xeber\w*)\b",
    re.I,
)
_TOKEN = re.compile(r"\{([a-z_]+)\}")


def plain(text: str) -> str:
    """The text in the letters that the tables are written in, each at its place."""
    return text.translate(_PLAINER)


@dataclass(frozen=True, eq=False)
class Tongue:
    """One language's table, and what its questions look back and ahead by."""

    table: dict[str, Any]
    done: re.Pattern[str]
    ahead: re.Pattern[str]
    apart_before: tuple[re.Pattern[str], ...]
    apart_after: tuple[re.Pattern[str], ...]

    def number(self, stems: str, match: re.Match[str], group: str) -> int:
        """Which of the stems of an entry, from 0, the word in a group is."""
        text, start = match.string, match.start(group)
        compiled = (re.compile(stem, re.IGNORECASE) for stem in self.table[stems])
        return next(n for n, stem in enumerate(compiled) if stem.match(text, start))

    def count(self, word: str) -> int:
        if word.isdigit():
            return int(word)
        if _is(self.table["few"], word):
            return 4
        return 1 + next(n for n, each in enumerate(self.table["numbers"]) if _is(each, word))

    def name(self, entry: str, word: str) -> str:
        """By which name an entry has a word: "last", "week"."""
        words: dict[str, str] = self.table[entry]
        return next(name for name, pattern in words.items() if _is(pattern, word))

    def filled(self, pattern: str) -> str:
        """A pattern with the names in it replaced by what they stand for."""
        return _TOKEN.sub(lambda token: f"(?:{self.filled(_entry(self.table, token[1]))})", pattern)


def tongues(text: str) -> tuple[Tongue, ...]:
    """Those that `text`, as it was typed, may be in: told by its letters and commonest words."""
    if re.search(r"[\u0530-\u058f]", text):
        return (_tongue("hy"),)
    if re.search(r"[\u0400-\u04ff]", text):
        return (_tongue("ru"),)
    if not re.search("[əƏ]", text) and _ENGLISH.search(text):
        return ()
    typed = plain(text)
    azeri, turkish = (bool(_told(code).search(typed)) for code in ("az", "tr"))
    if re.search("[əƏ]", text):
        return (_tongue("az"), _tongue("tr")) if turkish else (_tongue("az"),)
    if text.isascii() and not (azeri or turkish or _TURKIC.search(typed)):
        return ()
    return (_tongue("az"),) if azeri and not turkish else (_tongue("tr"),)


def _is(pattern: str, word: str) -> bool:
    return re.fullmatch(pattern, word, re.IGNORECASE) is not None


@cache
def _told(language: str) -> re.Pattern[str]:
    return re.compile(_tables()[language]["told"], re.IGNORECASE)


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((resources.files("index.when") / "languages.toml").read_text(encoding="utf-8"))


@cache
def _tongue(language: str) -> Tongue:
    table = _tables()[language]

    def compiled(pattern: str) -> re.Pattern[str]:
        return re.compile(made.filled(pattern), re.IGNORECASE)

    nothing = re.compile(r"(?!)")
    made = Tongue(table, nothing, nothing, (), ())
    return Tongue(
        table,
        compiled(table["done"]),
        compiled(table["ahead"]),
        tuple(compiled(each) for each in table["apart_before"]),
        tuple(compiled(each) for each in table["apart_after"]),
    )


def _entry(table: dict[str, Any], name: str) -> str:
    """What stands for a name in a pattern: an entry of the table, or a choice between an entry's words."""
    if name in table and isinstance(table[name], str):
        return str(table[name])
    match name:
        case "stem":
            return f"(?P<m>{'|'.join(table['months'])})"
        case "month":
            return "{stem}{ending}"
        case "other":
            return f"(?P<m1>{'|'.join(table['months'])}){{ending}}"
        case "weekday":
            return f"(?P<w>{'|'.join(table['weekdays'])})"
        case "any_lead":
            return "|".join(table["lead"].values())
        case "which":
            return "(?P<lead>{any_lead})"
        case "season":
            return _choice(table["seasons"])
        case "part":
            return _choice(table["parts"])
        case "quarter":
            ordinals = "|".join([*table["ordinals"], table["final"]])
            return f"(?P<q>{ordinals}) (?:{_choice(table['units'])})"
        case "count":
            numbers = "|".join(sorted(table["numbers"], key=len, reverse=True))
            return rf"(?P<n>\d{{1,3}}|{table['few']}|{numbers})"
        case "unit":
            return f"(?P<unit>{'|'.join(table['counted'].values())})"
        case "before" | "after":
            return _choice(table[f"{name}_it"], f"{name}_")
        case "word":
            return r"[^\s.?!;,]+"
        case "gap":
            return "(?:{word} ){1,14}?"
        case "short_gap":
            return "(?:{word} ){0,5}?"
    raise KeyError(name)


def _choice(words: dict[str, str], mark: str = "") -> str:
    """One of the entry's words, in a group by its name."""
    return "|".join(f"(?P<{mark}{name}>{each})" for name, each in words.items())
