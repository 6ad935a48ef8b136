"""A question as the search understands it: what narrows it, and the terms to look for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from index.aliases import canonical, mentions, other_names
from index.article import Window
from index.errors import DatelineError
from index.lexical import Term

__all__ = ["Query", "canonical", "parse"]


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
class Query:
    """What to search for, and where. Dates are days, both ends of the window included."""

    text: str
    window: Window = field(default_factory=Window)
    as_of: date | None = None
    """Only what was published by this day, read as it read then."""
    publishers: tuple[str, ...] = ()
    """Any of these; none is all."""

    def terms(self) -> tuple[Term, ...]:
        """What lexical search looks for: the words but the stop words, each with its other names."""
        found = list(mentions(self.text))
        telling = [m for m in found if m.group or m.text not in _STOP_WORDS] or found
        return tuple(Term(m.text, other_names(m)) for m in dict.fromkeys(telling))


def parse(
    question: str,
    window: Window | None = None,
    as_of: date | None = None,
    publishers: Sequence[str] = (),
) -> Query:
    """A Query of what a person typed. DatelineError when there is nothing to look for."""
    window = window or Window()
    text = " ".join(question.split())
    if not any(char.isalnum() for char in text):
        raise DatelineError("The question is empty: ask something in words.")
    if window.since and window.until and window.since > window.until:
        raise DatelineError(f"The window is empty: since {window.since} is after until {window.until}.")
    return Query(text, window, as_of, tuple(name for name in publishers if name.strip()))
