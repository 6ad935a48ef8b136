"""Line breaks where they belong: undoing those at 60 to 100 characters, as wires and old mail have them, and
finding some where a scraper has put a whole page on one line."""

from __future__ import annotations

import re

from ingest import dates
from ingest.line import SENTENCE_END

_NARROWEST, _WIDEST = 45, 100
_RULE = re.compile(r"^\W*$")


_SQUEEZED = 350
_BREAKS = re.compile(
    r"""\s+(?=(?:©|\(c\)|Copyright\s(?:©|\d{4}))\s?)
        |\s+(?=(?:Read\ also|Also\ read|Read\ more|See\ also|Related|Tags|Topics|Source|Photo)\s?:)
        |\s+(?=(?:Share\ on|Share\ this|Follow\ us\ on|Subscribe\ to\ our|Leave\ a\ Reply)\b)
        |\s+(?=(?:Etiketler|Kaynak|İlgili\ Haber\w*|Həmçinin\ oxuyun|Mənbə)\s?:)
        |\s+(?=(?:Читайте\ также|Источник|Теги|Поделиться)\s?:)
        |\s+(?=(?:Bizi\ takip\ edin|Takip\ [Ee]t|Abone\ ol|Bizi\ izləyin|Подписывайтесь\ на|Հետևեք\ մեզ)\b)
        |\s+(?=(?:Comments?|Yorumlar|Şərhlər|Комментарии)\s?\(\d+\))""",
    re.VERBOSE,
)


def unsqueeze(lines: list[str]) -> list[str]:
    """`lines`, with a page that stands on one line broken where its buttons, labels and dates begin.

    Breaks take the place of spaces only, so that no sentence is changed.
    """
    long = [line for line in lines if len(line) >= _SQUEEZED]
    full = [line for line in lines if line.strip()]
    if len(long) != 1 or len(full) > 3:
        return lines
    out: list[str] = []
    for line in lines:
        out.extend(_broken(line) if line is long[0] else (line,))
    return out


def _broken(line: str) -> list[str]:
    pieces = _BREAKS.split(line)
    head = pieces[0]
    dated = [found for found in dates.in_line(head[:600]) if len(found.iso) > 10]
    if dated and not SENTENCE_END.search(head[: dated[0].start].rstrip()):
        # Above the story: the menu and the headline, then when it was published.
        start, end = dated[0].start, dated[0].end
        above, stamp, story = head[:start].strip(), head[start:end].strip(), head[end:].strip()
        return [*_menu_apart(above), stamp, story, *pieces[1:]]
    return pieces


def _menu_apart(above: str) -> list[str]:
    """`Home | Politics | Contact Baku stays away`: the last segment holds the menu's end and the headline."""
    segments = re.split(r"\s+[|·•»]\s+", above)
    if len(segments) < 3:
        return [above]
    first = re.split(r"\s{2,}", segments[-1])
    menu_end, _, title = segments[-1].partition(" ")
    if len(first) > 1:
        menu_end, title = first[0], " ".join(first[1:])
    name, _, home = segments[0].rpartition(" ")
    return [name, " | ".join([home, *segments[1:-1], menu_end]), title]


def unwrap(lines: list[str]) -> list[str]:
    """`lines` with wrapped paragraphs on one line each; as they are where the text isn't wrapped."""
    width = _width(lines)
    if width is None:
        return lines
    out: list[str] = []
    last = ""
    for line in lines:
        stripped = line.strip()
        if out and last and _continues(last, stripped, width):
            out[-1] = f"{out[-1].rstrip()} {stripped}"
        else:
            out.append(line)
        last = "" if _RULE.match(line) else line.rstrip()
    return out


_CLOSING = tuple(",.;:!?)]”’»")
_OPENING = tuple("([“«")
# A line that ends with one of these is not at its end.
_HANGING = frozenset(
    (
        "the",
        "a",
        "an",
        "of",
        "in",
        "to",
        "and",
        "by",
        "with",
        "for",
        "on",
        "at",
        "from",
        "that",
        "as",
        "or",
        "its",
    )
)
_MENDED_FROM = 3
"""Lines that plainly go on from the one above, from which on a text counts as broken."""


def mend(lines: list[str]) -> list[str]:
    """`lines` with sentences whole that a scraper broke at every link (`talks with⏎Armenia⏎, citing`)."""
    broken = [i for i in range(1, len(lines)) if _goes_on(lines[i - 1], lines[i])]
    if len(broken) < _MENDED_FROM:
        return lines
    out: list[str] = []
    in_story = False
    for i, line in enumerate(lines):
        stripped = line.strip()
        following = lines[i + 1].strip() if i + 1 < len(lines) else ""
        if out and _is_rest(out[-1].strip(), stripped, following, in_story):
            gap = "" if stripped.startswith(_CLOSING) or out[-1].rstrip().endswith(_OPENING) else " "
            out[-1] = f"{out[-1].rstrip()}{gap}{stripped}"
            in_story = in_story or len(out[-1].split()) >= 12
        else:
            out.append(line)
    return out


def _goes_on(line: str, following: str) -> bool:
    """Whether the next line can only be the rest of this one."""
    line, following = line.strip(), following.strip()
    if not line or not following:
        return False
    if following.startswith(_CLOSING):
        return (
            len(following.split()) > 1 or following in _CLOSING or SENTENCE_END.search(following) is not None
        )
    return (
        following[0].islower()
        and not SENTENCE_END.search(line)
        and len(line.split()) + len(following.split()) > 3
    )


def _is_rest(line: str, rest: str, following: str, in_story: bool) -> bool:
    """Whether `rest` belongs to `line`: by how it begins, how the line ends, or how it goes on itself.

    Until a paragraph has been put together (`in_story`), the last is no ground: the line may be the
    headline, and `rest` the story's first word.
    """
    if not line or not rest:
        return False
    if rest.startswith(_CLOSING) or line.endswith(_OPENING):
        return True
    if SENTENCE_END.search(line) or line.endswith(":"):
        return False
    if rest in _OPENING:
        return True
    from ingest.chrome import classify

    if classify(rest).kind not in ("short", "story"):
        return False
    count = len(line.split())
    if rest[0].islower() or rest.startswith(_OPENING):
        return count + len(rest.split()) > 3
    if count >= 3 and (line.rsplit(None, 1)[-1].lower() in _HANGING or line.endswith(",")):
        return True
    return in_story and count >= 4 and any(c.islower() for c in line) and _goes_on(rest, following)


def _width(lines: list[str]) -> int | None:
    """The column at which the text was wrapped; None where it wasn't."""
    lengths = [len(line.rstrip()) for line in lines if not _RULE.match(line) and "://" not in line]
    wide = [length for length in lengths if length > _WIDEST]
    narrow = [length for length in lengths if length <= _WIDEST]
    if not narrow or sum(wide) > sum(narrow) / 4:
        return None
    width = max(narrow)
    full = [
        line
        for line in lines
        if width - 15 <= len(line.rstrip()) <= width and not SENTENCE_END.search(line.rstrip())
    ]
    return width if width >= _NARROWEST and len(full) >= 4 and len(full) * 3 >= len(narrow) else None


def _continues(last: str, line: str, width: int) -> bool:
    """Whether `line` was broken off `last`: its first word would not have fitted there."""
    if not line or _RULE.match(line) or len(last) > _WIDEST or "://" in line.split(" ", 1)[0]:
        return False
    first_word = line.split(" ", 1)[0]
    fits = len(last) + 1 + len(first_word) <= width
    return not fits and len(last) >= width * 0.6
