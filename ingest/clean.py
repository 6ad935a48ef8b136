"""Scraped text to the story: chrome dropped and recorded, metadata lines read, sentences never touched.

A line goes because of where it stands and how it looks (short, without a sentence's end, above or below
the story, the same in the folder's other files), helped by what it says (ingest/chrome.toml). Within
the story only lines that plainly are chrome go.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from index.text import fold, visible, words
from ingest import chrome, dates, headline, publisher
from ingest.about import author_of, dates_of, days_by_headline, page_url
from ingest.foot import foot_start
from ingest.language import language_of
from ingest.line import Line
from ingest.metalines import join_labels
from ingest.raw import NotAnArticle, RawArticle
from ingest.wrap import mend, unsqueeze, unwrap

CLEANER = 5
"""Raised whenever cleaning or reading comes to give another text or other metadata."""

_CREDIT_WORDS = frozenset(
    (
        "with",
        "and",
        "by",
        "from",
        "the",
        "agency",
        "agencies",
        "wire",
        "wires",
        "staff",
        "reporter",
        "desk",
        "for",
    )
)
NO_TEXT = "no article text found"
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\u0085\v\f]")
_BLANK_LINES = re.compile(r"\n{3,}")
_ODD = re.compile(f"{_CONTROLS.pattern[:-1]}{_SPACES.pattern[1:-1]}\r\u2028\u2029\u0085\v\f]")
"""Whatever those three look for."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """An article ready to be compared and cut."""

    text: str
    title: str
    publisher: str | None
    author: str | None
    published: str | None
    modified: str | None
    language: str | None
    url: str | None
    dropped: tuple[str, ...]


def normalise(text: str) -> str:
    """Composed characters, plain spaces and line ends, nothing that can't be seen, no control characters or
    halves of characters."""
    if _ODD.search(text):
        text = _SPACES.sub(" ", _CONTROLS.sub("", _LINE_ENDS.sub("\n", text)))
    text = unicodedata.normalize("NFC", text)
    # What stood between a letter and its mark may be gone now.
    return unicodedata.normalize("NFC", shown) if (shown := visible(text)) != text else text


def clean(raw: RawArticle, repeated: frozenset[str] = frozenset()) -> Cleaned:
    """The story of `raw` and what is known of it. `repeated` are folded lines that many files of the same
    folder share. NotAnArticle where no text of a story is left."""
    text = normalise(raw.text)
    if raw.whole:
        return _as_it_stands(raw, text)
    language = raw.language
    if language is None and dates.is_ambiguous(text[:3000]):
        language = language_of(text)
    day_first = dates.writes_day_first(language)
    texts = text.split("\n") if raw.extracted else mend(unwrap(unsqueeze(text.split("\n"))))
    lines = chrome.classify_all(texts, day_first=day_first)
    for line in lines:
        if line.folded in repeated:
            line.weak = True
    join_labels(lines)
    story = _story(lines) or (_long_lines(lines) if raw.extracted else [])
    if not story:
        raise NotAnArticle(NO_TEXT)
    for i, line in enumerate(lines):
        if line.weak and line.kind in ("short", "menu") and not story[0] < i < story[-1]:
            line.kind, line.strong = "chrome", True
    keep, title = (_keep_of_body if raw.extracted else _keep_of_scrape)(lines, story, raw)
    for i in range(story[0]):
        keep[i] = keep[i] and not _is_credit(lines[i], raw)
    return _assemble(raw, lines, keep, title, story)


def _name(given: str | None) -> str | None:
    return (" ".join(normalise(given).split()) or None) if given else None


def _as_it_stands(raw: RawArticle, text: str) -> Cleaned:
    """All of a text that holds no chrome, with its spaces in order."""
    text = _join(" ".join(line.split()) for line in text.split("\n"))
    if not words(text):
        raise NotAnArticle(NO_TEXT)
    published = raw.published or dates.from_url(raw.url)
    if published is None:
        head = text.partition("\n")[0]
        near = [raw.modified] if raw.modified else []
        published = dates.from_dateline(text, near=near) or dates.from_dateline(f"{head} -", near=near)
    return Cleaned(
        text=text,
        title=" ".join(normalise(raw.title).split()) if raw.title else _title_from(text),
        publisher=_name(raw.publisher) or publisher.at(raw.url),
        author=_name(raw.author),
        published=published,
        modified=raw.modified if raw.modified != published else None,
        language=raw.language or language_of(text),
        url=raw.url,
        dropped=(),
    )


def _story(lines: list[Line]) -> list[int]:
    """Indexes of the lines that read like paragraphs; of any sentence, where there are none."""
    found = [i for i, line in enumerate(lines) if line.kind == "story" and not line.weak]
    if found:
        return _densest(lines, found)
    for i, line in enumerate(lines):
        is_sentence = line.ends_sentence and (len(line.words) >= 3 or len(line.text) >= 15)
        if line.kind in ("short", "story") and is_sentence:
            line.kind = "story"
            found.append(i)
    return found


def _long_lines(lines: list[Line]) -> list[int]:
    """The lines of a body that has no sentence: in a script that ends none with a mark, in verse, a list."""
    found = [i for i, line in enumerate(lines) if line.kind == "short" and len(line.text) >= 15]
    if sum(len(lines[i].text) for i in found) < 70:
        return []
    for i in found:
        lines[i].kind = "story"
    return found


_DISTANCE = 12
"""Characters of paragraph that a line which is none weighs against."""


def _densest(lines: list[Line], story: list[int]) -> list[int]:
    """The paragraphs of the article among those of the page: the run with the most text, less what stands
    between. A notice above the menu, or teasers far below, are further off than they are long. All of
    them, where that run is less than half of the text: then the page doesn't tell."""
    best = (0, story[0], story[0])
    total, begin, last = 0, story[0], story[0]
    others = [0, *accumulate(line.kind not in ("blank", "story") for line in lines)]
    for i in story:
        total -= _DISTANCE * (others[i] - others[last + 1] if i > last else 0)
        if total <= 0:
            total, begin = 0, i
        total += len(lines[i].text)
        if total > best[0]:
            best = (total, begin, i)
        last = i
    run = [i for i in story if best[1] <= i <= best[2]]
    told = sum(len(lines[i].text) for i in run)
    return run if told * 2 >= sum(len(lines[i].text) for i in story) else story


_MUCH = 40
"""Words that a body can lose as chrome, or a tenth of it; where it would lose more, it keeps them all."""


def _keep_of_body(lines: list[Line], story: list[int], raw: RawArticle) -> tuple[list[bool], int | None]:
    """A body that a reader has cut out already: plain chrome goes, and the headline if it leads."""
    title = headline.find(lines, story, given=raw.title, hints="") if raw.title else None
    keep, above = [], []
    for i, line in enumerate(lines):
        is_head, is_foot = i < story[0], i > story[-1]
        plain_chrome = line.kind == "chrome" or ((line.weak or line.kind == "url") and (is_head or is_foot))
        by_headline = is_head or i <= story[min(1, len(story) - 1)]
        metadata = (line.kind == "date" and (by_headline or (is_foot and line.says_when))) or (
            line.kind == "byline" and (by_headline or is_foot)
        )
        above.append(title is not None and i <= title and not (line.kind == "story" and i != title))
        keep.append(not (plain_chrome or metadata or above[i] or line.section == "comments"))
    lost = sum(
        len(line.words) for line, kept, head in zip(lines, keep, above, strict=True) if not kept and not head
    )
    if lost >= _MUCH and lost * 10 > sum(len(line.words) for line in lines):
        # So much chrome is none: a chronicle's dates, a list of addresses.
        keep = [not head for head in above]
    return keep, title


def _keep_of_scrape(lines: list[Line], story: list[int], raw: RawArticle) -> tuple[list[bool], int | None]:
    hints = " ".join(filter(None, (raw.url, raw.origin.rsplit("/", 1)[-1], *_own_urls(lines))))
    title = headline.find(lines, story, given=raw.title, hints=hints)
    first = title if title is not None else story[0]
    end = foot_start(lines, story, first)
    marked = max((i for i in range(story[0]) if lines[i].strong or lines[i].kind == "menu"), default=-1)
    keep = []
    for i, line in enumerate(lines):
        if i >= end:
            keep.append(False)
        elif title is not None and i < title:
            keep.append(_is_sentence_above(lines, i, title))
        elif i == title:
            # A headline that is long or has a full stop may be the story's first sentence: then it stays.
            keep.append(line.kind == "story" and (line.text.endswith((".", "։")) or len(line.text) > 110))
        elif i < story[0] and title is not None and headline.repeats(line, lines[title]):
            keep.append(False)
        elif i < story[0]:
            keep.append(_is_summary(line, i, title, marked))
        else:
            keep.append(not _is_chrome_within(lines, i, story))
    return keep, title


def _is_credit(line: Line, raw: RawArticle) -> bool:
    """`Ararat Dispatch with agencies`, `Corridor Ledger / Staff`: nothing but outlet and author."""
    if line.kind != "short" or not raw.publisher:
        return False
    known = set(words(f"{raw.publisher} {raw.author or ''}"))
    rest = [word for word in line.words if word not in known]
    return len(rest) < len(line.words) and all(word in _CREDIT_WORDS for word in rest)


def _own_urls(lines: list[Line]) -> list[str]:
    return [line.url for line in lines if line.url]


def _is_sentence_above(lines: list[Line], i: int, title: int) -> bool:
    """A sentence above the headline stays, unless something of the page's own stands between."""
    if lines[i].kind != "story" or lines[i].weak:
        return False
    return not any(line.strong or line.kind == "menu" for line in lines[i + 1 : title])


def _is_summary(line: Line, i: int, title: int | None, marked: int) -> bool:
    """A line between headline and story: a summary stays; buttons, names and sections don't."""
    if line.kind == "blank":
        return True
    if line.kind != "short" or line.weak:
        return line.kind == "story"
    if line.ends_sentence and len(line.words) > 1:
        return True
    if title is None and i < marked:
        return False
    if title is None and marked < 0:
        return True  # nothing says that this is a scraped page
    return len(line.words) >= 4


def _is_chrome_within(lines: list[Line], i: int, story: list[int]) -> bool:
    line = lines[i]
    if line.kind in ("chrome", "url"):
        return True
    if line.kind == "date":
        return line.says_when or line.name is not None or i in days_by_headline(lines, story)
    if line.kind == "byline":
        return True
    if line.kind != "short":
        return False
    # `Read also` on a line of its own, and the linked headlines under it.
    above = next((j for j in range(i - 1, max(-1, i - 5), -1) if lines[j].section == "links"), None)
    return above is not None and all(between.kind in ("short", "blank") for between in lines[above + 1 : i])


def _assemble(
    raw: RawArticle, lines: list[Line], keep: list[bool], title: int | None, story: list[int]
) -> Cleaned:
    text = _join(line.text for line, kept in zip(lines, keep, strict=True) if kept)
    if not text:
        raise NotAnArticle(NO_TEXT)
    dropped = [
        line for i, (line, kept) in enumerate(zip(lines, keep, strict=True)) if not kept and i != title
    ]
    head = lines[: story[0]] if title is None else lines[: max(title, story[0])]
    after = max(i for i, kept in enumerate(keep) if kept) + 1
    foot = lines[after:]
    url = raw.url
    if url is None and not raw.extracted:
        url = page_url(dropped, publisher.from_page(head, foot, None))
    outlet = _name(raw.publisher) or publisher.from_page(head, foot, url) or publisher.at(url)
    found = dates_of(lines, keep, title, story)
    published = raw.published or found.get("published")
    modified = raw.modified or found.get("modified")
    published = published or dates.from_url(url)
    near = [hint for hint in (modified, dates.month_in_url(url)) if hint]
    alone = next((f"{line.dateline} -" for line in dropped if line.dateline), "")
    published = published or dates.from_dateline(text, near=near) or dates.from_dateline(alone, near=near)
    author = author_of(lines, keep, title, story)
    named = raw.title or (headline.text_of(lines[title], outlet) if title is not None else None)
    return Cleaned(
        text=text,
        title=" ".join(normalise(named).split()) if named else _title_from(text),
        publisher=outlet,
        author=_name(raw.author) or (author if author and fold(author) != fold(outlet or "") else None),
        published=published,
        modified=modified if modified != published else None,
        language=raw.language or language_of(text),
        url=url,
        dropped=tuple(line.text for line in dropped if line.text),
    )


def _join(texts: Iterable[str]) -> str:
    """Lines with at most one blank line between."""
    text = "\n".join(texts)
    return (_BLANK_LINES.sub("\n\n", text) if "\n\n\n" in text else text).strip()


def _title_from(text: str) -> str:
    """The first sentence, cut to a headline's length."""
    from index.text import sentences

    start, end = sentences(text)[0]
    first = text[start:end]
    if len(first) <= 100:
        return first
    return first[:100].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + " …"
