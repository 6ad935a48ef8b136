"""A question as the search understands it: what narrows it, and the terms to look for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from index.aliases import Aliases
from index.article import Window
from index.lexical_query import Term
from index.narrow import Narrow

Kind = Literal["time", "publisher", "author", "language"]
KINDS: tuple[Kind, ...] = ("time", "publisher", "author", "language")


def _listed(listing: str) -> frozenset[str]:
    return frozenset(listing.split())


_STOP_WORDS = _listed("""
    a about after again against all also am an and any are as at be because been before being between both
    but by can could did do does doing done during each for from further get gets got had has have having he
    her here hers him his how i if in into is it its just let like made make many may me might more most much
    must my no nor not now of off on once only or other our out over own per said same say says shall she
    should so some such tell than that the their them then there these they this those through to too under
    until up upon us very was we were what when where which while who whom whose why will with would you your
    s t d ll re ve
    в во и на с со к о об от по за из у а но не что кто как где когда почему зачем ли же это был была были
    быть для или
    və ki bu o ilə üçün niyə nə kim necə harada haqqında bir de da ile için neden ne nasıl nerede hakkında
    ve mi mı mu
    և է են ու ինչ ով որ ինչու երբ որտեղ ինչպես
""")


@dataclass(frozen=True, slots=True)
class Understood:
    """Something read out of a question's words, so that it can be shown and taken back."""

    kind: Kind
    words: str
    """As they stand in the question: `question[start:end]`."""
    start: int
    end: int
    shown: str
    """How a reader is told: "27 Oct – 3 Nov 2023", "CNN"."""
    leans: bool = False
    """It only leans towards what it names; else it filters."""
    leaves_out: bool = False
    """What it names isn't wanted, and all else is."""

    def as_json(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "words": self.words,
            "start": self.start,
            "end": self.end,
            "shown": self.shown,
            "leans": self.leans,
            "leaves_out": self.leaves_out,
        }


@dataclass(frozen=True, slots=True)
class Query:
    """What to search for, and where. Dates are days, both ends of the window included."""

    text: str
    window: Window = field(default_factory=Window)
    as_of: date | None = None
    """Only what was published by this day, read as it read then."""
    publishers: tuple[str, ...] = ()
    """Any of these; none is all."""
    left_out: tuple[str, ...] = ()
    """Publishers none of whose articles is wanted."""
    authors: tuple[str, ...] = ()
    """As the ledger writes them; any of these; none is all."""
    languages: tuple[str, ...] = ()
    """ISO 639-1 codes; any of these; none is all."""
    lean: Window = field(default_factory=Window)
    """A hint of time: what was published then is likelier meant, nothing is left out."""
    moment: date | None = None
    """The day that the question is asked: `as_of`, else today."""
    recent: bool = False
    """Asks about news of the moment: "latest", "this week", "now"."""
    understood: tuple[Understood, ...] = ()
    """What was read out of the question's own words, in their order."""
    aliases: Aliases | None = field(default=None, compare=False, repr=False)
    """Under which other names things may appear; None is those that Dateline brings."""

    def terms(self) -> tuple[Term, ...]:
        """What lexical search looks for: the words but the stop words, each with its other names."""
        aliases = self.aliases or Aliases.current()
        found = list(aliases.mentions(self.text))
        telling = [m for m in found if m.group or m.text not in _STOP_WORDS] or found
        return tuple(Term(m.text, aliases.other_names(m)) for m in dict.fromkeys(telling))

    @property
    def narrow(self) -> Narrow:
        """What the archive is narrowed to, by the question's words or by what was given beside it."""
        return Narrow(self.window, self.as_of, self.publishers, self.authors, self.languages, self.left_out)

    @property
    def narrows(self) -> frozenset[Kind]:
        """What the question's own words leave out articles by."""
        return frozenset(each.kind for each in self.understood if not each.leans)

    def without(self, kinds: Collection[Kind] = KINDS) -> Query:
        """The same question, where what was understood of these kinds is taken back."""
        read = {each.kind for each in self.understood} & set(kinds)
        times = "time" in read
        return replace(
            self,
            # What was given beside the question is never understood as well, so nothing given is lost.
            window=Window() if times and "time" in self.narrows else self.window,
            lean=Window() if times else self.lean,
            recent=self.recent and not times,
            publishers=() if "publisher" in read else self.publishers,
            left_out=() if "publisher" in read else self.left_out,
            authors=() if "author" in read else self.authors,
            languages=() if "language" in read else self.languages,
            understood=tuple(each for each in self.understood if each.kind not in kinds),
        )
