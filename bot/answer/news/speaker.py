"""Who says what a sentence of an article tells: named in it, or in the sentences that it goes on from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.answer import grammar
from bot.answer.news.phrases import fits, heads, is_bare, named, noun_phrase, possessor, says, subjects
from bot.answer.news.types import Span, Speaker
from bot.answer.news.words import exact, listed
from index.text import sentences

LOOK_BACK = 4  # sentences in which a pronoun may find whom it means
FULLER_BACK = 8  # the same for "the ministry", which is named in full once
NEAR = 3000  # characters around a sentence that are read

_ARTICLE = re.compile(r"(?:the|an?|its|his|her|their|one|our)\s+", re.I)
_ABOUT = 4  # sentences after an open quote within which it is said whose it is


def speaker(text: str, start: int, end: int, language: str | None = "en", doc: Any = None) -> Speaker | None:
    """Who says what `text[start:end]`, a sentence, tells; None where the article tells it itself.

    Args:
        doc: the sentence parsed, where it has been.
    """
    if language not in (None, "en"):
        return _by_pattern(text, start, end, language)
    return _Article(text, start).speaker(start, end, doc)


class _Article:
    """A text around one place, its sentences parsed as they are needed."""

    def __init__(self, text: str, near: int) -> None:
        self._text = text
        begin = max(0, text.rfind("\n", 0, max(0, near - NEAR)) + 1) if near > NEAR else 0
        self._spans = [(begin + a, begin + b) for a, b in sentences(text[begin : near + NEAR])]
        self._docs: dict[int, Any] = {}

    def speaker(self, start: int, end: int, doc: Any = None) -> Speaker | None:
        at = self._place(start)
        if at is None:
            return None
        if doc is None:
            doc, start = self._doc(at), self._spans[at][0]
        else:
            self._docs.setdefault(at, doc) if start == self._spans[at][0] else None
        subject = says(doc, is_open=self._is_open(start))
        if subject is not None:
            return self._resolved(at, start, doc, subject)
        if self._in_quotation(at, start):
            return self._of_quotation(at)
        return None

    def _resolved(self, at: int, start: int, doc: Any, subject: Any) -> Speaker | None:
        """A speaker as the sentence names them, or as those before it do."""
        if subject.pos_ == "PRON" or subject.lower_ in listed("said", "en", "pronouns"):
            if subject.lower_ in ("i", "we"):
                return self._of_quotation(at)
            inside = self._named_within(doc, start, subject)
            return inside or self._meant(at, subject)
        name = self._name(doc, start, subject)
        if is_bare(doc, subject) and (fuller := self._fuller(at, start, doc, subject)):
            return fuller
        if is_bare(doc, subject) and subject.lemma_.lower() in listed("said", "en", "bodies"):
            return self._meant(at, subject) or Speaker(name)
        return Speaker(name, self._owner(at, start, doc, subject))

    def _named_within(self, doc: Any, start: int, pronoun: Any) -> Speaker | None:
        """ "Bayramov, who spoke in Baku, said he …": whoever the sentence named before its pronoun."""
        wants_person = pronoun.lower_ in listed("said", "en", "persons")
        for token in doc[: pronoun.i]:
            if (
                token.dep_ in ("nsubj", "nsubjpass")
                and named(token)
                and fits(token, wants_person)
                and (pronoun.lower_ != "they" or token.tag_ in ("NNS", "NNPS"))
                and token.head in list(pronoun.ancestors)
            ):
                return Speaker(self._name(doc, start, token))
        return None

    def _meant(self, at: int, pronoun: Any) -> Speaker | None:
        """Whom a pronoun means: who spoke last before it, else whom the last sentence is about."""
        wants_person = pronoun.lower_ in listed("said", "en", "persons")
        plural = pronoun.lower_ == "they"
        for place in range(at - 1, max(-1, at - 1 - LOOK_BACK), -1):
            doc, (start, end) = self._doc(place), self._spans[place]
            about = subjects(doc)
            candidates = [t for t in (says(doc), *about) if t is not None and t.pos_ != "PRON"]
            if about and about[0].lower_ == pronoun.lower_:
                continue
            for token in candidates:
                if fits(token, wants_person) or (plural and token.tag_ in ("NNS", "NNPS")):
                    if is_bare(doc, token) and (fuller := self._fuller(place, start, doc, token)):
                        return fuller
                    owner = self._owner(place, start, doc, token)
                    return Speaker(self._name(doc, start, token), owner, self._span(start, end))
            people = {e.root.text: e for e in doc.ents if e.label_ == "PERSON"}
            if wants_person and len(people) == 1:
                entity = next(iter(people.values()))
                return Speaker(self._name(doc, start, entity.root), None, self._span(start, end))
        return None

    def _fuller(self, at: int, start: int, doc: Any, subject: Any) -> Speaker | None:
        """The full name of "the ministry": the last noun phrase before it of the same head that has one."""
        wanted = heads(subject)
        for place in range(at, max(-1, at - 1 - FULLER_BACK), -1):
            other = doc if place == at else self._doc(place)
            begin, end = (start, 0) if place == at else self._spans[place]
            for token in reversed(list(other)):
                if place == at and token.i >= subject.left_edge.i:
                    continue
                if token.lemma_.lower() not in wanted or token.pos_ not in ("NOUN", "PROPN"):
                    continue
                head = token.head if token.dep_ in ("compound", "appos", "nmod") else token
                if named(head) or possessor(head) is not None:
                    owner = self._owner(place, begin, other, head)
                    sentence = None if place == at else self._span(begin, end)
                    return Speaker(self._name(other, begin, head), owner, sentence)
        return None

    def _owner(self, at: int, start: int, doc: Any, subject: Any) -> Span | None:
        """Whom the "its" of "its Foreign Ministry" means, where its sentence is about them."""
        owner = possessor(subject)
        if owner is None or owner.pos_ != "PRON":
            return None
        for place in (at, at - 1):
            if place < 0:
                break
            other = doc if place == at else self._doc(place)
            begin = start if place == at else self._spans[place][0]
            for token in subjects(other):
                if token != subject and named(token) and token.pos_ != "PRON":
                    return self._name(other, begin, token)
        return None

    def _in_quotation(self, at: int, start: int) -> bool:
        """Whether the sentence is somebody's words without saying whose."""
        own_start, own_end = self._spans[at]
        own = self._text[min(own_start, start) : own_end].strip()
        # Most of it: "a “terrible” day" is the reporter's.
        quoted = sum(len(m) for m in re.findall(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)|«[^»]*(?:»|$)", own))
        return self._is_open(start) or quoted > 0.7 * len(own)

    def _is_open(self, start: int) -> bool:
        """Whether the paragraph has opened a quotation before this place."""
        before = self._text[self._text.rfind("\n", 0, start) + 1 : start]
        return (
            before.count("“") > before.count("”")
            or before.count("«") > before.count("»")
            or before.count('"') % 2 == 1
        )

    def _of_quotation(self, at: int) -> Speaker | None:
        """Who is quoted: it is told in the same paragraph, after the words or before them."""
        line_start = self._text.rfind("\n", 0, self._spans[at][0]) + 1
        after = [p for p in range(at + 1, min(len(self._spans), at + 1 + _ABOUT)) if self._same_line(at, p)]
        before = [p for p in range(at - 1, -1, -1) if self._spans[p][0] >= line_start]
        earlier = [p for p in range(at - 1, max(-1, at - 1 - LOOK_BACK), -1) if p not in before]
        for place in (*self._while_open(at, after), *before, *earlier):
            doc, (start, end) = self._doc(place), self._spans[place]
            subject = says(doc, is_open=self._is_open(start))
            if subject is None or subject.lower_ in ("i", "we"):
                continue
            found = self._resolved(place, start, doc, subject)
            if found is not None and found.sentence is None:
                found = Speaker(found.name, found.owner, self._span(start, end))
            return found
        return None

    def _while_open(self, at: int, places: list[int]) -> Iterator[int]:
        """Of the sentences after one, those to the end of the quotation that it stands in."""
        opened = self._text[self._spans[at][0] : self._spans[at][1]].rstrip()
        if opened.endswith(("”", '"', "»")):
            return
        for place in places:
            yield place
            if re.search('[”"»]', self._text[self._spans[place][0] : self._spans[place][1]]):
                return

    def _same_line(self, at: int, other: int) -> bool:
        return "\n" not in self._text[self._spans[at][1] : self._spans[other][0]]

    def _name(self, doc: Any, start: int, token: Any) -> Span:
        words = noun_phrase(token)
        first, last = words[0], words[-1]
        a, b = first.idx, last.idx + len(last.text)
        if match := _ARTICLE.match(doc.text, a, b):
            a = match.end()
        if doc.text[a:b].endswith(("'s", "’s")):
            b -= 2
        return Span(start + a, start + b, self._text[start + a : start + b])

    def _span(self, start: int, end: int) -> Span:
        return Span(start, end, self._text[start:end])

    def _place(self, start: int) -> int | None:
        return next((i for i, (a, b) in enumerate(self._spans) if a <= start < b), None)

    def _doc(self, at: int) -> Any:
        if at not in self._docs:
            start, end = self._spans[at]
            self._docs[at] = grammar.parse([self._text[start:end]])[0]
        return self._docs[at]


def _by_pattern(text: str, start: int, end: int, language: str | None) -> Speaker | None:
    """Languages without a grammar: the phrases of words.toml."""
    language = language or ""
    sentence = text[start:end]
    goes_on = any(p.search(sentence) for p in exact("said", language, "again"))
    if not goes_on:
        return _matched(text, start, end, language)
    begin = max(0, start - NEAR)
    for a, b in reversed(sentences(text[begin:start])[-LOOK_BACK:]):
        found = _matched(text, begin + a, begin + b, language)
        if found is not None:
            return Speaker(found.name, None, Span(begin + a, begin + b, text[begin + a : begin + b]))
    return None


def _matched(text: str, start: int, end: int, language: str) -> Speaker | None:
    for pattern in exact("said", language, "named"):
        if match := pattern.search(text, start, end):
            a, b = match.span("who")
            return Speaker(Span(a, b, text[a:b]))
    return None
