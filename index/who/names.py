"""The publishers, authors and languages that an archive holds, by every name that a question may use."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from index.errors import DatelineError
from index.text import fold, words

_SECTION = re.compile(r"\s+[|\-–—:·]\s+|:\s+|\s*\|\s*")
_PART = re.compile(
    r"(?:\s+(?:business|entertainment|health|international|money|network|online|opinion|politics|sports?|staff"
    r"|style|tech|travel|world))+$",
    re.IGNORECASE,
)
"""What a publisher's name may end in where it is a part of one: CNN Business, USA TODAY Sports."""
_HOST = re.compile(
    r"(?:https?://)?(?:(?:www|edition|m|amp|en|news)\.)*([\w-]+)\."
    r"(?:(?:com|co|org|net|gov|ac)\.[a-z]{2}|[a-z]{2,6})/?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Called:
    """What a name means in this archive."""

    publishers: frozenset[str]
    """As the ledger writes them."""
    shown: str
    """One name for them all."""
    plain: bool
    """Made of ordinary words, or of one ("Fortune", "The Week"): it must be written as a name."""


@dataclass(frozen=True)
class Names:
    publishers: Mapping[str, Called]
    """Squeezed name (`squeeze`) -> what is called so."""
    languages: frozenset[str] = frozenset()
    """ISO 639-1 codes; one is as good as none: there is nothing to choose."""
    find_authors: Callable[[], Mapping[str, frozenset[str]]] = field(default=dict)
    """Folded person -> authors as the ledger writes them, which may be several persons; asked for only when a
    question seems to name one."""
    longest: int = 1
    """Words in the longest name."""


def squeeze(name: str) -> str:
    """A name as it is looked up: folded, without what stands between its words."""
    return "".join(words(name))


def names_of(
    publishers: Iterable[str],
    languages: Iterable[str] = (),
    find_authors: Callable[[], Mapping[str, frozenset[str]]] = dict,
    groups: Sequence[Sequence[str]] = (),
) -> Names:
    """Every name of these publishers: whole, without its section ("FOX News - Health" is one of FOX News),
    its article or its domain's ending, and those that the table, and `groups` of a user's own, give it."""
    spoken: dict[str, set[str]] = {}
    shown: dict[str, str] = {}
    plain: dict[str, bool] = {}
    length = 1

    def add(name: str, publisher: str, called: str) -> None:
        nonlocal length
        key = squeeze(name)
        if len(key) < 2:
            return
        spoken.setdefault(key, set()).add(publisher)
        shown.setdefault(key, called)
        plain[key] = plain.get(key, False) or _is_plain(name)
        length = max(length, len(words(name)))

    other = _other_names(groups)
    publishers = list(publishers)
    alone = {squeeze(publisher) for publisher in publishers} | other.keys()
    for publisher in publishers:
        first = _SECTION.split(publisher.strip(), maxsplit=1)[0]
        host = _HOST.fullmatch(first)
        add(publisher, publisher, publisher)
        house = _PART.sub("", first)
        for name in {first, host.group(1) if host else first, house if squeeze(house) in alone else first}:
            for each in {name, *_article(name), *other.get(squeeze(name), ())}:
                add(each, publisher, first if name == first else publisher)
    called = {
        key: Called(frozenset(found), _shown(key, found, shown[key]), plain[key])
        for key, found in spoken.items()
    }
    return Names(called, frozenset(languages), find_authors, length)


def outlet_at(host: str) -> str | None:
    """The publisher at a host that the table that comes along names: CNN at edition.cnn.com."""
    at = _hosts()
    labels = host.lower().split(".")
    return next((at[tail] for i in range(len(labels) - 1) if (tail := ".".join(labels[i:])) in at), None)


def people(authors: Iterable[str]) -> dict[str, frozenset[str]]:
    """Folded person -> the author lines that name that person."""
    found: dict[str, set[str]] = {}
    for line in authors:
        for part in re.split(r"\s*(?:[,;&|/]|\band\b|\bvə\b|\bve\b|\bи\b)\s*", line):
            person = " ".join(words(re.sub(r"^by\s+", "", part, flags=re.IGNORECASE)))
            if " " in person:
                found.setdefault(person, set()).add(line)
    return {person: frozenset(lines) for person, lines in found.items()}


def groups_of(path: Path, text: str) -> list[list[str]]:
    """The groups of names in a table of publishers. DatelineError, which names the file, if it is none."""
    try:
        groups = tomllib.loads(text).get("publisher", [])
    except tomllib.TOMLDecodeError as error:
        raise DatelineError(f"{path} is no TOML ({error}): mend it, or move it away.") from None
    if not isinstance(groups, list):
        raise DatelineError(f'{path}: write each publisher as [[publisher]] with names = ["…", "…"].')
    out = []
    for number, group in enumerate(groups, 1):
        found = group.get("names") if isinstance(group, dict) else None
        if (
            not isinstance(found, list)
            or not found
            or not all(isinstance(n, str) and words(n) for n in found)
        ):
            raise DatelineError(
                f'{path}: publisher {number} needs names = ["…", "…"], each a name in quotes.'
            )
        out.append(found)
    return out


def _shown(key: str, publishers: set[str], otherwise: str) -> str:
    """One of the publishers for them all: of several the one that is called just so, if any."""
    just_so = [name for name in publishers if squeeze(name).removeprefix("the") == key.removeprefix("the")]
    return min(
        just_so or (publishers if len(publishers) == 1 else [otherwise]),
        key=lambda n: (-len(words(n)), len(n), n),
    )


def _article(name: str) -> tuple[str, ...]:
    """The name without its "The" where two words are left of it, and with one."""
    if not fold(name).startswith("the "):
        return (f"The {name}",)
    rest = name[4:].strip()
    return (rest,) if len(words(rest)) > 1 else ()


def _is_plain(name: str) -> bool:
    bare = name[4:] if fold(name).startswith("the ") else name
    # TechCrunch, CNN, CBSSports.com are no words of any language; two words with capitals are a name.
    return len(bare.split()) == 1 and not re.search(r"\w[A-Z]|[\d.]", bare)


def _other_names(groups: Sequence[Sequence[str]]) -> dict[str, tuple[str, ...]]:
    if not groups:
        return _well_known()
    return _by_name(groups) | {
        key: tuple(dict.fromkeys((*_by_name(groups).get(key, ()), *names)))
        for key, names in _well_known().items()
    }


@cache
def _well_known() -> dict[str, tuple[str, ...]]:
    return _by_name(_table())


@cache
def _hosts() -> dict[str, str]:
    return {name.lower(): names[0] for names in _table() for name in names[1:] if _HOST.fullmatch(name)}


@cache
def _table() -> list[list[str]]:
    text = (resources.files("index.who") / "publishers.toml").read_text(encoding="utf-8")
    return groups_of(Path("publishers.toml"), text)


def _by_name(groups: Sequence[Sequence[str]]) -> dict[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    for names in groups:
        for name in names:
            out[squeeze(name)] = (*out.get(squeeze(name), ()), *names)
    return out


@cache
def cues() -> dict[str, Any]:
    """The table of what tells a source from a topic, and of languages' names."""
    return tomllib.loads((resources.files("index.who") / "cues.toml").read_text(encoding="utf-8"))
