"""Where a story ends in scraped text, and what stands below it begins."""

from __future__ import annotations

from ingest.line import Line

_DENSE = 0.25
"""Share of plain chrome from which on what stands below a line is the page's foot: in the story's own
lists (scores, winners) a button strays now and then."""


def foot_start(lines: list[Line], story: list[int], first: int) -> int:
    """Index of the first line below the story; `len(lines)` where there is nothing below.

    `story` are the lines that read like paragraphs, `first` the headline or the first paragraph.
    """
    is_scrape = _is_scrape(lines[:first])
    last = _last_paragraph(lines, story, first, is_scrape)
    while (following := _next(lines, last)) is not None and _is_last_sentence(lines[following], is_scrape):
        last = following
    cut = _page_foot(lines, last + 1)
    if not is_scrape:
        return cut
    end = last + 1
    while end < cut and _still_story(lines, end, last):
        end += 1
    return end


def _next(lines: list[Line], i: int) -> int | None:
    """The next line that isn't blank."""
    return next((j for j in range(i + 1, len(lines)) if lines[j].kind != "blank"), None)


def _is_last_sentence(line: Line, is_scrape: bool) -> bool:
    """A sentence right below the last paragraph is the story's, though it speaks of cookies or copyright;
    on a page copied whole, one that asks the reader to follow is the page's."""
    if line.kind == "story" and line.weak:
        return not (line.suspect and is_scrape)
    return line.kind == "short" and line.ends_sentence and not line.weak and line.section is None


def _is_scrape(head: list[Line]) -> bool:
    """Whether what stands above the headline shows that the whole page was copied."""
    return sum(line.strong or line.kind == "menu" for line in head) >= 3


def _page_foot(lines: list[Line], start: int) -> int:
    """The first line from `start` on that begins the page's foot: a heading over links or comments, or
    the first of many buttons and labels."""
    below = [i for i in range(start, len(lines)) if lines[i].kind != "blank"]
    marked = [lines[i].strong or lines[i].kind == "menu" or lines[i].weak for i in below]
    for at, i in enumerate(below):
        if lines[i].section is not None:
            return i
        if marked[at] and sum(marked[at:]) >= _DENSE * len(marked[at:]):
            return i
    return len(lines)


def _last_paragraph(lines: list[Line], story: list[int], first: int, is_scrape: bool) -> int:
    below = [i for i in story if i >= first]
    total = sum(len(lines[i].text) for i in below)
    told = 0
    for at, i in enumerate(below):
        told += len(lines[i].text)
        if at + 1 == len(below):
            break
        between = [line for line in lines[i + 1 : below[at + 1]] if line.kind != "blank"]
        if not between:
            continue
        remaining = total - told
        comments_follow = any(line.section == "comments" for line in between)
        if comments_follow and (told >= remaining or (told >= 400 and is_scrape)):
            return i  # readers may say more than the story does
        if _is_page_end(between) and told >= remaining:
            return i
        links_follow = any(line.section == "links" for line in between)
        if links_follow and told >= remaining and _are_teasers(lines, below[at + 1 :]):
            return i
    return below[-1]


def _is_page_end(between: list[Line]) -> bool:
    """A copyright line: nothing of the story comes below it, but a photo's may stand near the top."""
    return any(
        line.kind == "chrome"
        and line.folded.lstrip().startswith(("©", "(c)", "copyright"))
        and len(line.words) >= 4
        for line in between
    )


def _are_teasers(lines: list[Line], rest: list[int]) -> bool:
    """Whether paragraphs below a heading for links are the teasers of other articles: each of two or
    more stands alone under a headline of its own."""
    for i in rest:
        above = next((line for line in lines[:i][::-1] if line.kind != "blank"), None)
        if above is None or above.kind not in ("short", "date"):
            return False
    return len(rest) >= 2


def _still_story(lines: list[Line], i: int, last: int) -> bool:
    """Whether a line below the last paragraph belongs to it: a list's items after a colon, or a single
    sentence that lacks its full stop."""
    line = lines[i]
    if line.kind == "blank":
        following = _next(lines, i)
        return following is not None and lines[last].text.endswith(":") and _is_item(lines[following])
    if line.kind != "short" or line.section or line.strong:
        return False
    if lines[last].text.endswith(":") or _is_item(line):
        return True
    following_line = lines[i + 1] if i + 1 < len(lines) else None
    single = i == last + 1 and (following_line is None or following_line.kind not in ("short", "story"))
    return single and len(line.words) >= 5


def _is_item(line: Line) -> bool:
    return line.text.startswith(("•", "- ", "– ", "— ", "* ", "·", "▪", "●"))
