"""Where a story ends in scraped text, and what stands below it begins."""

from __future__ import annotations

from ingest.chrome import Line


def foot_start(lines: list[Line], story: list[int], first: int) -> int:
    """Index of the first line below the story; `len(lines)` where there is nothing below.

    `story` are the lines that read like paragraphs, `first` the headline or the first paragraph.
    """
    last = _last_paragraph(lines, story, first)
    end = last + 1
    while end < len(lines) and _still_story(lines, end, last):
        end += 1
    return end


def _last_paragraph(lines: list[Line], story: list[int], first: int) -> int:
    below = [i for i in story if i >= first]
    total = sum(len(lines[i].text) for i in below)
    told = 0
    for at, i in enumerate(below):
        told += len(lines[i].text)
        if at + 1 == len(below):
            break
        between = lines[i + 1 : below[at + 1]]
        remaining = total - told
        if any(line.section == "comments" for line in between) and (told >= 400 or told >= remaining):
            return i  # what follows is what readers say
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
    pairs = 0
    for i in rest:
        above = next((line for line in lines[:i][::-1] if line.kind != "blank"), None)
        if above is None or above.kind not in ("short", "date"):
            return pairs >= 2
        pairs += 1
    return pairs >= 2


def _still_story(lines: list[Line], i: int, last: int) -> bool:
    """Whether a line below the last paragraph belongs to it: a list's items after a colon, or a single
    sentence that lacks its full stop."""
    line = lines[i]
    if line.kind == "blank":
        following = next((j for j in range(i + 1, len(lines)) if lines[j].kind != "blank"), None)
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
