"""What the lines around a story tell of it: its dates, its author, its address."""

from __future__ import annotations

from collections import Counter

from ingest import urls
from ingest.line import Line
from ingest.metalines import looks_like_name

_BY_HEADLINE = 15
"""Lines below the first paragraph, often a summary, among which the article's own date may stand."""


def days_by_headline(lines: list[Line], story: list[int]) -> set[int]:
    """Bare days near the first paragraph that are the article's own; not those of a chronology, which
    go on further down."""
    found = [i for i in range(story[0], story[-1]) if lines[i].kind == "date" and not lines[i].says_when]
    last = min(story[0] + _BY_HEADLINE, story[min(3, len(story) - 1)])
    days = {iso[:10] for i in found for _, iso in lines[i].dates}
    return set(found) if len(days) == 1 and found[-1] <= last else set()


def dates_of(lines: list[Line], keep: list[bool], title: int | None, story: list[int]) -> dict[str, str]:
    """Published and modified date of the lines that were taken for metadata.

    Those beside the headline count; further up stands the day on which the page was looked at, and
    below the story stand the days of other articles, unless a label says otherwise.
    """
    found: dict[str, str] = {}
    last = max(i for i, kept in enumerate(keep) if kept)
    for i, line in enumerate(lines):
        if keep[i] or not line.dates:
            continue
        below = lines[last + 1 : i]
        is_beside = i >= (title or 0) - 5 and (
            i <= story[min(1, len(story) - 1)]
            or (len(below) <= 2 and all(line.section is None for line in below))
        )
        if not (is_beside or line.label is not None or line.says_when):
            continue
        for kind, iso in line.dates:
            # A later line beside the headline may know the hour.
            if kind not in found or (
                len(iso) > 10 and iso.startswith(found[kind][:10]) and len(found[kind]) == 10
            ):
                found[kind] = iso
    return found


def author_of(lines: list[Line], keep: list[bool], title: int | None, story: list[int]) -> str | None:
    named = [line for line, kept in zip(lines, keep, strict=True) if line.name and not kept]
    # Beside a date stands the paper's own name too, at the head of each printed page.
    heads = Counter(line.name for line in lines if not line.in_words)
    for line in sorted(named, key=lambda line: not line.in_words):
        if line.in_words or heads[line.name] == 1:
            return line.name
    # A name alone on a line beside the date.
    for i in range(0 if title is None else max(0, title - 4), story[0]):
        beside = lines[max(0, i - 2) : i] + lines[i + 1 : i + 3]
        by_date = any(line.kind == "date" for line in beside)
        name = lines[i].text.strip(" |•·,-–—")
        if by_date and lines[i].kind == "short" and not keep[i] and i != title and looks_like_name(name):
            return name
    return None


def page_url(dropped: list[Line], outlet: str | None) -> str | None:
    """The page's own address among the lines; none that may be another outlet's."""
    found = [line.url for line in dropped if line.url]
    own = [url for url in found if outlet is None or urls.names_the_same(outlet, url)]
    return own[0] if len({urls.identity(url) for url in own}) == 1 else None
