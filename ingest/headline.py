"""Finding the headline among what stands above a story in scraped text."""

from __future__ import annotations

import re

from index.text import fold, words
from ingest.line import Line

MAX_WORDS = 30
_STEM = 5
"""Letters by which words are compared: enough to match inflected forms in most languages."""


def stems(tokens: list[str]) -> set[str]:
    return {token[:_STEM] for token in tokens if len(token) >= 4}


def find(lines: list[Line], story: list[int], *, given: str | None, hints: str) -> int | None:
    """Index of the headline's line; None where no line is one.

    `story` are the indexes of the lines that read like paragraphs; `given` is the title that the source
    names; `hints` are the address and the file's name, whose words are often the headline's.
    """
    if given:
        return _find_given(lines, given, story)
    limit = _region_end(lines, story)
    slug = stems(words(hints))
    candidates = [i for i in range(limit) if _may_be_headline(lines, i, story)]
    scores = {i: _score(lines, i, candidates, limit, story, slug) for i in candidates}
    best = max(scores, key=lambda i: scores[i], default=None)
    if best is None or scores[best] <= 0:
        return None
    # The page may print it twice, with the summary between.
    for i in range(best - 1, max(-1, best - 12), -1):
        if lines[i].kind in ("chrome", "menu"):
            break
        if lines[i].words == lines[best].words:
            return i
    return best


_TITLE_LABELS = frozenset(("title", "headline", "baslik", "başlıq", "заголовок", "վերնագիր"))


def text_of(line: Line, publisher: str | None) -> str:
    """The headline without a label before it and the site's name after it."""
    text = line.text
    if line.label in _TITLE_LABELS:
        text = re.split(r"\s*[:：]\s*", text, maxsplit=1)[1]
    parts = re.split(r"\s+[|–—·•»›-]\s+|\s+::?\s+", text)
    if publisher and len(parts) > 1 and fold(parts[-1]) == fold(publisher):
        text = text[: text.rfind(parts[-1])].rstrip(" |–—·•»›-:")
    elif publisher and len(parts) > 1 and fold(parts[0]) == fold(publisher):
        text = text[len(parts[0]) :].lstrip(" |–—·•»›-:")
    return text


def repeats(line: Line, title: Line) -> bool:
    """Whether a line is the headline again, perhaps with the site's name after it."""
    own = words(text_of(title, None))
    return (
        line.kind in ("short", "story") and line.words[: len(own)] == own and len(line.words) <= len(own) + 5
    )


def _find_given(lines: list[Line], given: str, story: list[int]) -> int | None:
    wanted = words(given)
    limit = max(60, story[0] + 3)
    exact = [i for i, line in enumerate(lines[:limit]) if line.words == wanted]
    if exact:
        before = [i for i in exact if i <= (story[1] if len(story) > 1 else story[0])]
        return before[-1] if before else None
    # The source may have cut it ("Will Hurd drops out, throws support ..."), or added the site's name.
    for i, line in enumerate(lines[: story[0] + 1]):
        shorter, longer = sorted((line.words, wanted), key=len)
        if len(shorter) >= 4 and longer[: len(shorter)] == shorter and len(line.words) <= MAX_WORDS:
            return i
    return None


def _region_end(lines: list[Line], story: list[int]) -> int:
    """Where the head ends at the latest: the second paragraph, or a date line above a later one."""
    limit = story[1] if len(story) > 1 else story[0] + 1
    for i in range(story[0], min(len(lines), story[0] + 40)):
        above = [s for s in story if s < i]
        if lines[i].kind in ("date", "byline") and len(above) <= 3 and len(above) * 4 <= len(story):
            limit = max(limit, i)
    return limit


def _may_be_headline(lines: list[Line], i: int, story: list[int]) -> bool:
    line = lines[i]
    if line.kind == "short":
        if i > story[0] and not any(above.strong or above.kind == "menu" for above in lines[story[0] : i]):
            return False
        return 2 <= len(line.words) <= MAX_WORDS and not line.weak
    # A long headline looks like a paragraph; so does one with a question mark or a full stop.
    longest = 20 if line.ends_sentence else MAX_WORDS
    return (
        line.kind == "story"
        and story[0] <= i <= story[min(1, len(story) - 1)]
        and len(story) > 1
        and (len(line.words) <= longest)
    )


def _score(
    lines: list[Line], i: int, candidates: list[int], limit: int, story: list[int], slug: set[str]
) -> float:
    line = lines[i]
    own = stems(line.words)
    body = stems([word for j in story[:8] if lines[j].words != line.words for word in lines[j].words])
    score = 0.0
    if own:
        score += 3 * len(own & body) / len(own)
        score += 4 * len(own & slug) / len(own)
    count = len(line.words)
    score += 1.0 if 4 <= count <= 20 else -1.5 if count < 3 else 0.0
    follows = _next(lines, i)
    if line.kind == "story":
        score += _as_a_paragraph(lines, i, follows)
    if count >= 4 and any(other.words == line.words for j, other in enumerate(lines[: limit + 3]) if j != i):
        score += 1.0
    window = _window_title(lines)
    if count >= 4 and len(window) > count and line.words in (window[:count], window[-count:]):
        score += 2.0
    if re.search(r"[»›>→]", line.text):
        score -= 2.0  # a breadcrumb
    if line.label in _TITLE_LABELS:
        score += 3.0
    run = _run(lines, i, candidates)
    if len(run) >= 4:
        score -= 1.0  # a list of headlines
    elif run[0] != i and len(lines[run[0]].words) >= 4:
        score -= 1.25  # a summary under the headline
    follows = _next(lines, run[-1])
    if follows is not None and (lines[follows].kind in ("date", "byline", "story") or follows >= limit):
        score += 1.0
    if line.text.isupper() and count <= 4:
        score -= 0.5
    # A menu's long entries stand further up than a headline does.
    between = sum(other.kind in ("short", "menu", "chrome") for other in lines[i + 1 : story[0]])
    if not (window and window[: len(words(text_of(line, None)))] == words(text_of(line, None))):
        score -= min(2.5, 0.05 * max(0, between - 12))
    return score + 0.02 * i / (limit + 1)


def _window_title(lines: list[Line]) -> list[str]:
    """Words of the browser window's title, which a scrape often begins with: `Headline | Site`."""
    first = next((line for line in lines if line.kind != "blank"), None)
    if first is None or first.ends_sentence or not re.search(r"\s[|–—·•»›-]\s", first.text):
        return []
    return first.words


def _as_a_paragraph(lines: list[Line], i: int, follows: int | None) -> float:
    """What speaks for a headline in a line that reads like a paragraph: it must be set apart from one."""
    line = lines[i]
    score = -2.5 if line.text.endswith((".", "։")) else -1.0 if line.ends_sentence else 0.0
    beside = lines[i + 1] if i + 1 < len(lines) else None
    if beside is None or (beside.kind == "story" and beside.words != line.words):
        score -= 3.0 if line.ends_sentence else 1.0
    if follows is not None and lines[follows].kind in ("date", "byline"):
        score += 1.0
    return score


def _run(lines: list[Line], i: int, candidates: list[int]) -> list[int]:
    """The candidates that stand together with line `i`, but for blank lines."""
    run = [i]
    at = candidates.index(i)
    for step, order in ((-1, candidates[:at][::-1]), (1, candidates[at + 1 :])):
        edge = i
        for other in order:
            between = lines[min(edge, other) + 1 : max(edge, other)]
            if any(line.kind != "blank" for line in between):
                break
            run.insert(0, other) if step < 0 else run.append(other)
            edge = other
    return run


def _next(lines: list[Line], i: int) -> int | None:
    """The next line that says something: not blank, no button, no section's name."""
    for j in range(i + 1, len(lines)):
        if lines[j].kind not in ("blank", "chrome", "menu", "url"):
            return j
    return None
