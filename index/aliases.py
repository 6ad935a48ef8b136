"""Under which other names a thing asked for may appear; the names are data, in `aliases.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

from index.errors import DatelineError
from index.stems import bases_of, is_ending
from index.text import words

# Initials as one ("U.S."); a possessive's s is none.
_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|(?!(?<=['’])[sS]\b)\w+")
_TURKIC = re.compile("[ğışəĞİŞƏ]")
_HOW = 'write each thing as [[group]] with names = ["…", "…"], and cased = ["…"] where capitals matter.'


@dataclass(frozen=True, slots=True)
class Mention:
    """A word of a text, or several that are a known name, folded and joined by blanks."""

    text: str
    group: str | None
    """Canonical name of what is named; None for any other word."""


@dataclass(frozen=True, slots=True)
class Group:
    """One thing: its names, and those that count only as they are written ("US", not "us")."""

    names: tuple[str, ...]
    cased: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Aliases:
    """A table of names; compared by identity, so that it can be the key of a cache."""

    listed: tuple[Group, ...]
    groups: Mapping[str, tuple[str, ...]] = field(init=False)
    """Canonical name -> every name, folded, in the file's order."""
    _telling: Mapping[str, tuple[str, ...]] = field(init=False)
    """Of each group the names that hold no other of its names."""
    _lookup: Mapping[tuple[str, ...], str] = field(init=False)
    _cased: Mapping[tuple[str, ...], str] = field(init=False)
    """Names that are ordinary words in other letters, as they must be written (without stops)."""
    _longest: int = field(init=False)

    def __post_init__(self) -> None:
        groups: dict[str, tuple[str, ...]] = {}
        lookup: dict[tuple[str, ...], str] = {}
        cased: dict[tuple[str, ...], str] = {}
        for group in self.listed:
            keys = [tuple(words(name)) for name in group.names]
            canonical = " ".join(keys[0])
            capitals: dict[tuple[str, ...], str] = {
                (_joined(name),): name.replace(".", "") for name in group.cased
            }
            cased.update(capitals)
            for key in [*keys, *capitals]:
                lookup.setdefault(key, canonical)
            # "us" would find every "us": of the capitals only the dotted writing is searched for.
            dotted = [tuple(words(name)) for name in group.cased if "." in name]
            groups[canonical] = tuple(dict.fromkeys(" ".join(key) for key in [*keys, *dotted]))
        for name, value in (
            ("groups", groups),
            ("_telling", {canonical: _telling(names) for canonical, names in groups.items()}),
            ("_lookup", lookup),
            ("_cased", cased),
            ("_longest", max(map(len, lookup), default=1)),
        ):
            object.__setattr__(self, name, value)

    @staticmethod
    @cache
    def shipped() -> Aliases:
        """The table that Dateline brings."""
        text = (resources.files("index") / "aliases.toml").read_text(encoding="utf-8")
        return Aliases(tuple(_groups(Path("aliases.toml"), text)))

    @staticmethod
    def current() -> Aliases:
        """The table in use here: see `using`."""
        return _CURRENT.get() or Aliases.shipped()

    def extended(self, path: Path, text: str) -> Aliases:
        """This table and a user's, which adds names to a thing that is there by one of its names, or a thing.

        DatelineError, which names `path` and what is wrong in it.
        """
        listed = list(self.listed)
        places = {
            tuple(words(name)): at for at, group in enumerate(listed) for name in (*group.names, *group.cased)
        }
        for group in _groups(path, text):
            known = {name: places[key] for name in group.names if (key := tuple(words(name))) in places}
            if len(set(known.values())) > 1:
                (one, first), *_, (other, second) = known.items()
                raise DatelineError(
                    f"{path}: “{one}” is a name of {listed[first].names[0]} and “{other}” of "
                    f"{listed[second].names[0]}: a group is the names of one thing."
                )
            if known:
                at = next(iter(known.values()))
                old = listed[at]
                listed[at] = Group((*old.names, *group.names), (*old.cased, *group.cased))
            else:
                at = len(listed)
                listed.append(group)
            places |= {tuple(words(name)): at for name in (*group.names, *group.cased)}
        return Aliases(tuple(listed))

    def mentions(self, text: str) -> Iterator[Mention]:
        """The words of `text` in order; where several are a known name, the longest such name as one."""
        tokens = [
            (match.group(), _joined(match.group()))
            for match in _TOKEN.finditer(text)
            if not _is_ending(text, match)
        ]
        turkic = _TURKIC.search(text) is not None
        at = 0
        while at < len(tokens):
            for length in range(min(self._longest, len(tokens) - at), 0, -1):
                key = tuple(folded for _, folded in tokens[at : at + length])
                group = self._lookup.get(key)
                if group is None and length == 1:
                    group = self._by_base(key[0], turkic=turkic)
                written = tokens[at][0].replace(".", "")
                if group and self._cased.get(key, written) == written:
                    yield Mention(" ".join(key), group)
                    at += length
                    break
            else:
                if tokens[at][1]:
                    yield Mention(tokens[at][1], None)
                at += 1

    def _by_base(self, word: str, *, turkic: bool) -> str | None:
        """What an inflected name names: Bakıda, Пашиняна."""
        bases = bases_of(word, turkic=turkic) if turkic or not word.isascii() else ()
        return next((group for base in bases if (group := self._lookup.get((base,)))), None)

    def other_names(self, mention: Mention) -> tuple[str, ...]:
        """Every other name of what is mentioned, folded; "azerbaijani government" not, for whatever is found
        by it is found by "azerbaijani"."""
        if mention.group is None:
            return ()
        return tuple(name for name in self._telling[mention.group] if name != mention.text)


_CURRENT: ContextVar[Aliases | None] = ContextVar("aliases", default=None)


@contextmanager
def using(aliases: Aliases | None) -> Iterator[None]:
    """Names are read by this table within the block; None is the one that Dateline brings."""
    token = _CURRENT.set(aliases)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def mentions(text: str) -> Iterator[Mention]:
    """`Aliases.mentions` of the table in use."""
    return Aliases.current().mentions(text)


def canonical(name: str) -> str | None:
    """The one name of what `name` (a word or a phrase, as written) names: Baku -> azerbaijan; else None."""
    found = list(mentions(name))
    return found[0].group if len(found) == 1 else None


def other_names(mention: Mention) -> tuple[str, ...]:
    """`Aliases.other_names` of the table in use."""
    return Aliases.current().other_names(mention)


def _groups(path: Path, text: str) -> Iterator[Group]:
    try:
        listed = tomllib.loads(text).get("group", [])
    except tomllib.TOMLDecodeError as error:
        raise DatelineError(f"{path} is no TOML ({error}): mend it, or move it away.") from None
    if not isinstance(listed, list):
        raise DatelineError(f"{path}: {_HOW}")
    for number, group in enumerate(listed, 1):
        found = [group.get(key, []) if isinstance(group, dict) else None for key in ("names", "cased")]
        if (
            not all(isinstance(names, list) and all(_is_name(n) for n in names) for names in found)
            or not found[0]
        ):
            raise DatelineError(f"{path}: group {number} is no list of names: {_HOW}")
        yield Group(_tuple(found[0]), _tuple(found[1]))


def _telling(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        name for name in names if not any(other != name and f" {other} " in f" {name} " for other in names)
    )


def _tuple(names: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(names or ())


def _is_name(name: object) -> bool:
    return isinstance(name, str) and bool(words(name))


def _is_ending(text: str, match: re.Match[str]) -> bool:
    """Whether a token is what Turkish and Azerbaijani put behind a name's apostrophe: Ankara'da, Bakı’nın."""
    at = match.start()
    return at > 2 and text[at - 1] in "'’" and text[at - 2].isalpha() and is_ending(_joined(match.group()))


def _joined(token: str) -> str:
    return "".join(words(token))
