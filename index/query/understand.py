"""What a person typed, to a Query: the times and the sources that it names, and what is left to look for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from index import when, who
from index.article import Window
from index.errors import DatelineError
from index.known import Known
from index.query.query import KINDS, Kind, Query, Understood
from index.query.times import Meant, meant


def parse(
    question: str,
    window: Window | None = None,
    as_of: date | None = None,
    publishers: Sequence[str] = (),
    *,
    known: Known | None = None,
    taken_back: Collection[Kind] = (),
) -> Query:
    """A Query of what a person typed. DatelineError when there is nothing to look for.

    A window or publishers given win over any that the question names. Sources are recognised among those
    `known`, which `Index.known()` gives; without it only times are. What is `taken_back` isn't understood.
    """
    window = window or Window()
    text = " ".join(question.split())
    if not any(char.isalnum() for char in text):
        raise DatelineError("The question is empty: ask something in words.")
    if window.since and window.until and window.since > window.until:
        raise DatelineError(f"The window is empty: since {window.since} is after until {window.until}.")
    moment = as_of or date.today()
    given = tuple(name for name in publishers if name.strip())
    kinds = {kind for kind in KINDS if kind not in taken_back}
    if window:
        kinds.discard("time")
    if given:
        kinds.discard("publisher")
    times = meant(when.read(text, moment), moment) if "time" in kinds else Meant()
    sources = (
        [s for s in who.read(text, known.names) if s.kind in kinds] if known and kinds - {"time"} else []
    )
    understood = [
        *(
            Understood("time", text[t.start : t.end], t.start, t.end, shown, leans)
            for t, shown, leans in times.used
        ),
        *(
            Understood(s.kind, text[s.start : s.end], s.start, s.end, s.shown, leaves_out=s.left_out)
            for s in sources
        ),
    ]
    return Query(
        text,
        window or times.window,
        as_of,
        given or _values(sources, "publisher"),
        left_out=_values(sources, "publisher", left_out=True),
        authors=_values(sources, "author"),
        languages=_values(sources, "language"),
        lean=times.lean,
        moment=moment,
        recent=times.recent,
        understood=tuple(sorted(understood, key=lambda each: each.start)),
        aliases=known.aliases if known else None,
    )


def _values(sources: Sequence[who.Source], kind: Kind, *, left_out: bool = False) -> tuple[str, ...]:
    of_kind = (source for source in sources if source.kind == kind and source.left_out == left_out)
    return tuple(sorted({value for source in of_kind for value in source.values}))
