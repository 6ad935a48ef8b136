"""Lines that tell of an article rather than tell it: its address, its dates, who wrote it."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from index.text import words
from ingest import dates, urls
from ingest.line import Line, ends_sentence, lists

_DIGIT = re.compile(r"\d")


def take_url(line: Line) -> bool:
    """A line that is an address, with a word or two before it."""
    if "://" not in line.text:
        return False
    found = urls.in_line(line.text)
    rest = re.sub(r"https?://\S+", "", line.text)
    if len(words(rest)) <= 4 and not ends_sentence(rest.strip()):
        line.kind, line.strong = "url", True
        line.url = found[0] if len(found) == 1 else None
        return True
    return False


def take_dates(line: Line, day_first: bool | None) -> bool:
    """A line that is a date, perhaps with labels, a name, a place and a view count, and nothing else."""
    if len(line.text) > 160 or not _DIGIT.search(line.text):
        return False
    found = dates.in_line(line.text, day_first=day_first)
    if not found:
        if dates.is_dateline(line.text):
            line.kind, line.dateline = "date", line.text
        return line.kind == "date"
    known, kinds, rest, at = lists(), [], [], 0
    for date in found:
        before = line.text[at : date.start]
        at = date.end
        said = words(before)
        is_modified = any(
            " ".join(part[:n]) in known.modified for n in (1, 2, 3) for part in (said, said[-n:]) if part
        )
        is_published = any(
            " ".join(part[:n]) in known.published for n in (1, 2) for part in (said, said[-n:]) if part
        )
        line.says_when = line.says_when or is_modified or is_published
        kinds.append(("modified" if is_modified else "published", date.iso))
        rest.append(before)
    rest.append(line.text[at:])
    left = "  ".join(rest)
    count = len([word for word in words(left) if word not in _date_words()])
    line.name, line.in_words = _name_beside_date(left)
    if line.name:
        count -= len(words(line.name))
    if count > 5 or (line.ends_sentence and (count > 2 or len(words(left)) > 2)):
        line.name, line.in_words = None, False
        return False
    line.kind, line.strong, line.dates = "date", True, tuple(kinds)
    return True


_BY = re.compile(
    r"(?i)(?:^|[\s|,•·])(?:by|автор|müəllif|yazar|հեղինակ|بقلم)\s*[:՝]?\s+(?P<name>[^|•·\d,]{3,60}?)(?:\s+in\s|\s{2}|[|•·,]|$)"
)


def _name_beside_date(left: str) -> tuple[str | None, bool]:
    """`by Anahit Grigoryan`, or a name between separators, in what a date line holds besides its dates; and
    whether it is said in words that the name is its author's."""
    byline = _BY.search(left)
    if byline and _is_name(byline["name"]):
        return byline["name"].strip(), True
    known = lists()
    for segment in re.split(r"[|•·/,;]|\s{2,}|\s[-–—]\s", left):
        name = segment.strip(" :.-–—()")
        tokens = words(name)
        if not looks_like_name(name) or len(tokens) > 3:
            continue
        if not any(token in known.words or token in _date_words() for token in tokens):
            return name, False
    return None, False


@cache
def _date_words() -> frozenset[str]:
    """Words that stand beside dates without making a sentence."""
    known = lists()
    labels = known.published | known.modified | known.bylines | known.words
    extra = (
        "monday tuesday wednesday thursday friday saturday sunday et gmt utc am pm г il o clock local time"
    )
    return frozenset(word for phrase in labels for word in phrase.split()) | frozenset(extra.split())


def take_byline(line: Line) -> bool:
    """`By Leyla Hasanova`, `Автор: …`, `(Reporting by …; Editing by …)`."""
    known = lists()
    tokens = line.words
    if not 2 <= len(tokens) <= 22 or tokens[0] not in known.first_of_bylines:
        return False
    text = line.text.strip("()[]—–- ")
    for length in (3, 2, 1):
        if " ".join(tokens[:length]) not in known.bylines:
            continue
        start = re.match(rf"(?:\W*\w+){{{length}}}\W*", text)
        rest = text[start.end() :] if start else ""
        has_colon = bool(start and not {":", "՝", "："}.isdisjoint(start.group()))
        names = re.split(r"\s*(?:;|\||•|·|,\s+(?=[a-z])|\s(?:in|for|from|and edited by|editing by)\s)", rest)[
            0
        ]
        names = names.strip(" ,.()")
        if line.ends_sentence and not has_colon and length == 1 and len(tokens) > 8:
            continue  # "By Wednesday, the storm …"
        if (_is_name(names) and (has_colon or length > 1 or tokens[0] in ("by", "von", "par", "بقلم"))) or (
            _is_names(names) and (length > 1 or has_colon or tokens[0] == "by")
        ):
            line.kind, line.strong, line.name, line.in_words = "byline", True, names, True
            return True
    return False


def _is_name(text: str) -> bool:
    """One person's name, or a desk's: up to five words, each with a capital, where its script has them."""
    parts = text.replace("’", "'").split()
    small = {"de", "van", "von", "der", "bin", "al", "el", "oğlu", "qızı", "da", "di", "la"}
    return 1 <= len(parts) <= 5 and all(
        (part[0].isupper() or has_no_case(part[0]) or part in small) and not any(c.isdigit() for c in part)
        for part in parts
        if part
    )


def has_no_case(letter: str) -> bool:
    """Whether it is of a script without capitals, as the Arabic."""
    return letter.isalpha() and letter.upper() == letter.lower()


def _is_names(text: str) -> bool:
    """Several names: `A B, C D and E F`."""
    people = re.split(r",\s*|\s+(?:and|və|ve|и|և|&)\s+", text)
    return 1 <= len(people) <= 6 and all(_is_name(person) for person in people if person)


def looks_like_name(text: str) -> bool:
    """A line that may be an author's name alone: two or three capitalised words. Without capitals any two
    words might be one."""
    is_capitalised = bool(text.strip()) and not has_no_case(text.split()[0][0])
    return 2 <= len(text.split()) <= 4 and is_capitalised and _is_name(text) and not text.isupper()


def join_labels(lines: list[Line]) -> None:
    """Labels on a line of their own: `By`, then a name; `Published:`, then a date."""
    known = lists()
    full = [line for line in lines if line.kind != "blank"]
    for line, following in pairwise(full):
        if line.kind not in ("short", "chrome") or len(line.words) > 3:
            continue
        label = " ".join(line.words)
        if following.kind == "date" and (label in known.published or label in known.modified):
            line.kind, line.strong = "chrome", True
            following.says_when = True
            if label in known.modified:
                following.dates = tuple(("modified", iso) for _, iso in following.dates)
        elif (
            following.kind == "short" and label in known.bylines and _is_names(following.text.strip(" ,|-–—"))
        ):
            line.kind, line.strong = "chrome", True
            following.kind, following.strong = "byline", True
            following.name, following.in_words = following.text.strip(" ,|-–—"), True
