"""What an unclear question may mean, in this archive: the choices that are offered when it is asked back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from bot.answer import grammar, lexicon
from bot.answer.question.names import names_in
from bot.answer.question.unclear import Unclear
from bot.answer.types import AsksBack
from index.aliases import canonical
from index.article import Hit

MOST = 4
_CALENDAR = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july "
    "august september october november december".split()
)
_CALLED = re.compile(
    r"\b([A-Z][\w’'-]+(?: [A-Z][\w’'-]+)?) ([a-z]+)\b"
    r"|\b([a-z]+) (?:in|at|of) (?:the )?([A-Z][\w’'-]+)"
)
""""Washington talks", "talks in Washington": name and noun, or noun and name."""
_WHICH = "Which {} {} meant?"
_ASKED: dict[str, str] = {
    "person": "Who is meant by “{}”?",
    "many": "Who is meant by “{}”?",
    "thing": "What is meant by “{}”?",
    "said": "What is meant by “{}”?",
    "place": "Where is “{}”?",
}


def ask_back(unclear: Unclear, hits: Sequence[Hit]) -> AsksBack | None:
    """The question to put back, with what the archive has; None where it has just one thing that it can mean.

    Args:
        hits: what was found for the question as it stands, best first.
    """
    if unclear.candidates:
        return AsksBack(_ASKED["person"].format(unclear.word), unclear.candidates[:MOST])
    if unclear.what == "thing":
        choices = list(_things(unclear, hits))
        return (
            AsksBack(
                _WHICH.format(unclear.word, "are" if unclear.word.endswith("s") else "is"),
                tuple(choices[:MOST]),
            )
            if len(choices) > 1
            else None
        )
    if unclear.what == "nothing":
        return AsksBack("What is the question about?", tuple(_about(unclear, hits)))
    asked = _ASKED[unclear.sort].format(unclear.word)
    if unclear.sort in ("person", "many"):
        return AsksBack(asked, tuple(_named(unclear, hits)))
    return AsksBack(asked, tuple(_about(unclear, hits)))


def _things(unclear: Unclear, hits: Sequence[Hit]) -> Iterator[str]:
    """The same question of "the Washington talks", "the Berlin talks" …: each that an article writes of."""
    stem = lexicon.stem(unclear.word.lower())
    groups = lexicon.groups(stem)
    seen: set[str] = set()
    for hit in hits:
        text = f"{hit.title}. {hit.text}"
        for match in _CALLED.finditer(text):
            name, noun = (match[1], match[2]) if match[1] else (match[4], match[3])
            found = lexicon.stem(noun.lower())
            if found != stem and not (groups and groups & lexicon.groups(found)):
                continue
            words = [w for w in name.split(" ") if re.sub(r"['’]s$", "", w.lower()) not in _CALENDAR]
            name = " ".join(words)
            if not name or name.lower() in ("the", "a", "this", "its", "their", "that", "no", "after"):
                continue
            key = canonical(name) or name.lower()
            if key not in seen and not _describes(name):
                seen.add(key)
                yield f"{unclear.text[: unclear.start]}the {name} {unclear.word}{unclear.text[unclear.end :]}"


def ask_subject(since: str, hits: Sequence[Hit]) -> AsksBack:
    """What has changed in what? Offered are the names that the headlines have most."""
    counted: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for doc in grammar.parse([hit.title for hit in hits if hit.language in (None, "en")]):
        for name in names_in(doc):
            key = canonical(name.text) or name.text.lower()
            counted[key] += 1
            shown.setdefault(key, name.text)
    choices = (f"What has changed about {shown[key]} {since}?" for key, _ in counted.most_common(MOST))
    return AsksBack("What has changed in what?", tuple(choices))


def _describes(name: str) -> bool:
    """Whether a name is a people's or a person's, as in "the American talks": an archive has too many of
    those to choose by."""
    doc = grammar.parse([f"They spoke of the {name} plan."])[0]
    if any(t.pos_ == "ADJ" or t.ent_type_ == "NORP" for t in doc[4:-2]):
        return True
    if canonical(name) and re.search(r"(?:ani|ian|ean|can|ish|ese)$", name):
        return True
    return any(each.sort == "person" for each in names_in(doc))


def _named(unclear: Unclear, hits: Sequence[Hit]) -> Iterator[str]:
    """The same question with a name in the pronoun's place: those that the articles found name most."""
    wanted = ("person",) if unclear.sort == "person" else ("place",)
    counted: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for doc in grammar.parse([hit.text for hit in hits[:6] if hit.language in (None, "en")]):
        for name in {n.text: n for n in names_in(doc)}.values():
            if name.sort not in wanted:
                continue
            key = canonical(name.text.split(" ")[-1]) or name.text.split(" ")[-1].lower()
            counted[key] += 1
            if len(name.text) > len(shown.get(key, "")):
                shown[key] = name.text
    possessive = unclear.word.lower() in ("his", "their", "its")
    for key, _ in counted.most_common(MOST):
        put = f"{shown[key]}'s" if possessive else shown[key]
        yield f"{unclear.text[: unclear.start]}{put}{unclear.text[unclear.end :]}"


def _about(unclear: Unclear, hits: Sequence[Hit]) -> Iterator[str]:
    """The question put to the articles found, by their headlines."""
    stories = {hit.story or hit.article: hit for hit in reversed(hits)}
    found = sorted(stories.values(), key=lambda hit: hit.published or "", reverse=True)
    for hit in found[:MOST]:
        yield f"{unclear.text.rstrip('?')} – {hit.title}?"
