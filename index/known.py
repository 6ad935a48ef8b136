"""What questions are read with: an archive's publishers, authors and languages, and other names of things.

The tables that Dateline brings are extended by files of a user's own in the data folder: `publishers.toml`
and `aliases.toml`, written like index/who/publishers.toml and index/aliases.toml.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index import who
from index.aliases import Aliases
from index.errors import DatelineError
from index.ledger import Ledger
from index.who.names import Names, groups_of, people

ALIASES, PUBLISHERS = "aliases.toml", "publishers.toml"


@dataclass(frozen=True)
class Known:
    names: Names
    aliases: Aliases


class Knowing:
    """Keeps `Known` in step with the ledger and with the user's files; cheap while neither changes."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()
        self._state: object = None
        self._publishers: object = None
        self._known: Known | None = None

    def now(self) -> Known:
        """DatelineError where a file of the user's can't be used: it names the file and what is wrong."""
        data = self._ledger.data
        stamps = (_stamp(data / ALIASES), _stamp(data / PUBLISHERS))
        with self._lock:
            state = (self._ledger.state(), stamps)
            if self._known is None or state != self._state:
                self._known = self._read(stamps, state)
                self._state = state
            return self._known

    def _read(self, stamps: tuple[object, object], state: object) -> Known:
        data = self._ledger.data
        publishers = tuple(name for name, _ in self._ledger.publishers())
        languages = tuple(self._ledger.languages())
        aliases = _aliases(data / ALIASES, stamps[0])
        groups = groups_of(data / PUBLISHERS, _text(data / PUBLISHERS)) if stamps[1] else []
        # Few questions ask for them: read by the first that does.
        authors = cache(lambda: people(self._ledger.authors()))
        same = (publishers, languages, stamps[1])
        if self._known is not None and same == self._publishers:
            old = self._known.names
            names = Names(old.publishers, old.languages, authors, old.longest)
        else:
            names = who.names_of(publishers, languages, authors, groups)
        self._publishers = same
        return Known(names, aliases)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DatelineError(f"{path} can't be read ({error}): mend it, or move it away.") from None


def _aliases(path: Path, stamp: object) -> Aliases:
    return Aliases.shipped() if stamp is None else Aliases.shipped().extended(path, _text(path))
