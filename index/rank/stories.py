"""Of copies one, of an article its best passages, and what was cut apart in mid-thought as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from index.rank.ranker import Candidate

PASSAGES_AN_ARTICLE = 2
PASSAGES_ASKED_ABOUT = 5
"""Of the article that the question names by its title."""
_ABOUT_AS_GOOD = 0.25
"""Difference of scores within which the earliest copy of a story stands for it."""
_BETWEEN = 4
"""Characters, white space all, that may stand between two passages that follow each other."""
_ENDS = ".!?…։。！？؟\"'”’»)]"


def collapse(candidates: Sequence[Candidate], limit: int) -> list[Candidate]:
    """At most `limit` of the candidates (best first): of each story one article, of it two passages, or five
    where the question names the article.

    The earliest dated copy stands for its story among those that answer about as well as the best.
    """
    stories: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        stories.setdefault(candidate.place.story, []).append(candidate)
    chosen = [kept for story in stories.values() for kept in _first_copy(story)]
    return sorted(chosen, key=lambda c: (-c.score, c.place.passage))[:limit]


def _first_copy(copies: Sequence[Candidate]) -> list[Candidate]:
    good = [copy for copy in copies if copy.score >= copies[0].score - _ABOUT_AS_GOOD]
    first = min(good, key=lambda c: (c.place.day is None, c.place.day or 0, c.place.passage))
    its = [copy for copy in copies if copy.place.article == first.place.article]
    return its[: PASSAGES_ASKED_ABOUT if first.is_asked_about else PASSAGES_AN_ARTICLE]


def join(chosen: Sequence[Candidate], texts: Mapping[str, str]) -> list[Candidate]:
    """The same, where two follow each other and the first breaks off (at a colon, before a list, within a
    sentence) as one, at the better one's rank. `texts` are the versions' by id."""
    joined: list[Candidate] = []
    for candidate in chosen:
        for at, other in enumerate(joined):
            place = _as_one(other, candidate, texts)
            if place is not None:
                joined[at] = replace(other, place=replace(other.place, start=place[0], end=place[1]))
                break
        else:
            joined.append(candidate)
    return joined


def _as_one(one: Candidate, other: Candidate, texts: Mapping[str, str]) -> tuple[int, int] | None:
    """Start and end of both, where they belong together."""
    if one.place.version != other.place.version:
        return None
    first, second = sorted((one.place, other.place), key=lambda place: place.start)
    text = texts.get(first.version, "")
    between = text[first.end : second.start]
    if second.start < first.end or len(between) > _BETWEEN or between.strip():
        return None
    breaks_off = text[first.start : first.end].rstrip()[-1:] not in _ENDS
    goes_on = text[second.start : second.start + 1].islower()
    return (first.start, second.end) if breaks_off or goes_on else None
