"""Where reports differ: outlets that disagree, later reports, and what a publisher has corrected.

Nothing is blended: each report is cited by itself, and the answer shows them side by side.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from bot.answer import grammar
from bot.answer.amounts import amounts
from bot.answer.news.counts import Count, counts
from bot.answer.news.types import Difference, Report
from bot.answer.terms import Keys, keys, names
from index.text import fold, sentences, words

if TYPE_CHECKING:
    from bot.answer.evidence import Sentence
    from bot.answer.question import Asked
    from bot.answer.types import Citation
    from index.article import Version

SAME_EVENT = 30  # days within which reports are of one event
MOST = 4  # reports shown side by side
ALIKE = 0.6  # share of words that an older version's sentence keeps

Cite = Callable[["Sentence", int, int, str], int]
"""Adds a citation of a sentence's article, start and end and words of the quote given; returns its number."""

_TOKEN = re.compile(r"\w+(?:[.,'’-]\w+)*|%")
_GROUPS = frozenset({"+kill", "+wound", "+arrest", "+free", "+elect"})
_DENIALS = frozenset("not no never none neither nor without n't cannot".split())


def differing(
    asked: Asked, cited: Sequence[Citation], ranked: Sequence[Sentence], cite: Cite
) -> list[Difference]:
    """Reports of other stories that count what the answer counts, and come to another number."""
    own = {(c.version, c.start): c for c in cited}
    shown = [s for s in ranked if (s.hit.version, s.start) in own]
    if not shown or not cited:
        return []
    out = []
    for about in _counted(asked, shown):
        found = _reports(asked, about, ranked, shown)
        if len({value for _, _, value in found}) > 1:
            out.append(_difference(about, found, cite, own))
    return out


def _counted(asked: Asked, shown: Sequence[Sentence]) -> list[tuple[Keys, Keys]]:
    """What is counted, (what, by which deed): as the question asks, else as the answer tells of the dead and
    wounded."""
    if asked.kind == "howmany":
        deeds = frozenset(k for k in asked.keys if k in _GROUPS)
        return [(asked.counted, deeds)] if asked.counted or deeds else []
    found = [
        (frozenset[str](), frozenset({group}))
        for s in shown
        for c in _counts(s)
        for group in c.deed & {"+kill", "+wound"}
    ]
    return list(dict.fromkeys(found))


def _reports(
    asked: Asked,
    about: tuple[Keys, Keys],
    ranked: Sequence[Sentence],
    shown: Sequence[Sentence],
) -> list[tuple[Sentence, Count, float]]:
    """Each report of the count, of a story one: first that of the articles which the answer cites."""
    given = frozenset(k for k in asked.keys if k[0] == "#")
    days = [d for s in shown if (d := s.hit.day) is not None]
    title = shown[0].title.union(*(s.keys for s in shown))
    out: list[tuple[Sentence, Count, float]] = []
    stories: set[str] = set()
    # Beside what is cited may stand the number itself: "Four were killed at the post. One was wounded."
    beside = [n for s in shown for n in s.near if n not in shown]
    for sentence in [*shown, *beside, *(s for s in ranked if s not in shown and s not in beside)]:
        day = sentence.hit.day
        if sentence not in shown and sentence not in beside:
            near = day is not None and any(abs((day - d).days) <= SAME_EVENT for d in days)
            if sentence.marks.missing or not near or not _same_place(sentence, asked, title):
                continue
        for count in _counts(sentence):
            if f"#{count.value:g}" in given:
                continue
            if not _is_of(count, about, asked.kind == "howmany"):
                continue
            story = sentence.hit.story or sentence.hit.article
            if story in stories:
                continue
            stories.add(story)
            out.append((sentence, count, count.value))
    if not out or out[0][0] not in [*shown, *beside]:
        return []
    return out[:MOST]


def _is_of(count: Count, about: tuple[Keys, Keys], strictly: bool) -> bool:
    """Whether it counts what it is about. "Two civilians were wounded" counts no soldiers, but "two more were
    wounded" may."""
    counted, deeds = about
    told = count.deed | count.unit
    if not (deeds & told if deeds else counted & told):
        return False
    is_other = strictly and counted and deeds and count.unit and not counted & count.unit
    return not is_other or bool(count.unit & _ANYBODY)


_ANYBODY: Keys = frozenset({"peopl", "person", "more", "other"})


def _same_place(sentence: Sentence, asked: Asked, shown: Keys) -> bool:
    """Whether it tells of the same matter: all that the question names, or else names in common with the
    answer's own sentences."""
    theirs = sentence.title.union(sentence.keys, *(s.keys for s in sentence.near))
    if names(asked.keys) or any(t.kind in ("name", "place") for t in asked.terms):
        return True  # nothing that it names is missing, which has been seen to
    return len(names(theirs) & names(shown)) >= 2


def _counts(sentence: Sentence) -> list[Count]:
    language = sentence.hit.language
    doc = sentence.doc
    if doc is None and language in (None, "en"):
        doc = grammar.parse([sentence.text])[0]
    return counts(sentence.text, sentence.hit.day, language, doc)


def _difference(
    about: tuple[Keys, Keys],
    found: Sequence[tuple[Sentence, Count, float]],
    cite: Cite,
    own: dict[tuple[str, int], Citation],
) -> Difference:
    reports = []
    in_order = sorted(
        found, key=lambda f: ((f[0].hit.published or "")[:10], (f[0].hit.version, f[0].start) not in own)
    )
    for sentence, count, _ in in_order:
        there = own.get((sentence.hit.version, sentence.start))
        number = there.n if there else cite(sentence, sentence.start, sentence.end, sentence.text)
        says = sentence.text[count.start : count.end]
        reports.append(Report(says, number, (sentence.hit.published or "")[:10] or None))
    days = {r.day for r in reports}
    name = next((k[1:] for k in sorted(about[1]) if k in _GROUPS), "")
    return Difference("later" if len(days) > 1 else "outlets", _NAMED.get(name, ""), tuple(reports))


_NAMED = {
    "kill": "the dead",
    "wound": "the wounded",
    "arrest": "those detained",
    "free": "those freed",
    "elect": "the votes",
}


# --- what a publisher corrected -------------------------------------------------------------------


def corrected(
    cited: Sequence[Citation],
    shown: Iterable[Sentence],
    versions_of: Callable[[str], list[Version]],
    cite: Cite,
) -> list[Difference]:
    """Cited sentences that an earlier version of the same article had with another number, name or denial."""
    out: list[Difference] = []
    by_place = {(s.hit.version, s.start): s for s in shown}
    for citation in cited:
        sentence = by_place.get((citation.version, citation.start))
        if sentence is None or citation.version.endswith("@1"):
            continue
        versions = {v.id: v for v in versions_of(citation.article)}
        now = versions.get(citation.version)
        if now is None or now.reason != "publisher":
            continue
        for old in sorted(versions.values(), key=lambda v: -v.n):
            if old.n >= now.n:
                continue
            span = _counterpart(citation.quote, old.text)
            changed = span and _changed(old.text[slice(*span)], citation.quote)
            if not span or not changed:
                continue
            hit = replace(sentence.hit, version=old.id, title=old.title, published=old.published)
            before = cite(replace(sentence, hit=hit), *span, old.text[slice(*span)])
            reports = (
                Report(changed[0], before, (old.dated or "")[:10] or None),
                Report(changed[1], citation.n, (now.dated or "")[:10] or None),
            )
            out.append(Difference("corrected", "", reports))
            break
    return out


def _counterpart(quote: str, text: str) -> tuple[int, int] | None:
    """The sentence of an older text that became this one, as start and end."""
    mine = words(quote)
    best, found = ALIKE, None
    for start, end in sentences(text):
        theirs = words(text[start:end])
        if abs(len(theirs) - len(mine)) > max(4, 0.6 * len(mine)):
            continue
        ratio = SequenceMatcher(None, mine, theirs, autojunk=False).ratio()
        if ratio > best:
            best, found = ratio, (start, end)
    return found


def _changed(old: str, new: str) -> tuple[str, str] | None:
    """The words that differ, with the word after them; None where no number, name or denial does."""
    a, b = list(_TOKEN.finditer(old)), list(_TOKEN.finditer(new))
    matcher = SequenceMatcher(None, [fold(m[0]) for m in a], [fold(m[0]) for m in b], autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            continue
        differ = [*a[i:j], *b[k:m]]
        if not any(_telling(t[0], t.start()) for t in differ):
            continue
        before = old[a[i].start() : a[min(j, len(a) - 1)].end()] if i < len(a) else ""
        after = new[b[k].start() : b[min(m, len(b) - 1)].end()] if k < len(b) else ""
        if before and after:
            return before, after
    return None


def _telling(word: str, at: int) -> bool:
    return (
        bool(amounts(word))
        or fold(word) in _DENIALS
        or (at > 0 and word[:1].isupper())
        or bool(names(keys(word)))
    )
