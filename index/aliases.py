"""Under which other names a thing asked for may appear; the names are data, in `aliases.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from index.text import words

# Initials as one ("U.S."); a possessive's s is none.
_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|(?!(?<=['’])[sS]\b)\w+")


@dataclass(frozen=True, slots=True)
class Mention:
    """A word of a text, or several that are a known name, folded and joined by blanks."""

    text: str
    group: str | None
    """Canonical name of what is named; None for any other word."""


@dataclass(frozen=True)
class _Names:
    groups: dict[str, tuple[str, ...]]
    """Canonical name -> every name, folded, in the file's order."""
    lookup: dict[tuple[str, ...], str]
    cased: dict[tuple[str, ...], str]
    """Names that are ordinary words in other letters, as they must be written (without stops)."""
    longest: int


@cache
def _names() -> _Names:
    text = (resources.files("index") / "aliases.toml").read_text(encoding="utf-8")
    groups: dict[str, tuple[str, ...]] = {}
    lookup: dict[tuple[str, ...], str] = {}
    cased: dict[tuple[str, ...], str] = {}
    for group in tomllib.loads(text)["group"]:
        keys = [tuple(words(name)) for name in group["names"]]
        canonical = " ".join(keys[0])
        capitals: dict[tuple[str, ...], str] = {
            (_joined(name),): name.replace(".", "") for name in group.get("cased", ())
        }
        cased.update(capitals)
        for key in [*keys, *capitals]:
            lookup.setdefault(key, canonical)
        # "us" would find every "us": of the capitals only the dotted writing is searched for.
        dotted = [tuple(words(name)) for name in group.get("cased", ()) if "." in name]
        groups[canonical] = tuple(dict.fromkeys(" ".join(key) for key in [*keys, *dotted]))
    return _Names(groups, lookup, cased, max(len(key) for key in lookup))


def mentions(text: str) -> Iterator[Mention]:
    """The words of `text` in order; where several are a known name, the longest such name as one."""
    known = _names()
    tokens = [(match.group(), _joined(match.group())) for match in _TOKEN.finditer(text)]
    at = 0
    while at < len(tokens):
        for length in range(min(known.longest, len(tokens) - at), 0, -1):
            key = tuple(folded for _, folded in tokens[at : at + length])
            group = known.lookup.get(key)
            written = tokens[at][0].replace(".", "")
            if group and known.cased.get(key, written) == written:
                yield Mention(" ".join(key), group)
                at += length
                break
        else:
            if tokens[at][1]:
                yield Mention(tokens[at][1], None)
            at += 1


def canonical(name: str) -> str | None:
    """The one name of what `name` (a word or a phrase, as written) names: Baku -> azerbaijan; else None."""
    found = list(mentions(name))
    return found[0].group if len(found) == 1 else None


def other_names(mention: Mention) -> tuple[str, ...]:
    """Every other name of what is mentioned, folded."""
    if mention.group is None:
        return ()
    return tuple(name for name in _names().groups[mention.group] if name != mention.text)


def _joined(token: str) -> str:
    return "".join(words(token))
