"""What a question asks: its kind, what it is about, and who is said to do what."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

from bot.answer import grammar, lexicon
from bot.answer.terms import MONTHS, Keys, Term, keys, language_of
from bot.answer.types import Question
from index.aliases import canonical, mentions
from index.text import fold, words

Kind = Literal["why", "who", "when", "where", "howmany", "yesno", "what"]

_YES_NO = frozenset("did does do is are was were has have had will would can could should".split())
_FOLLOW_UP = re.compile(
    r"^(and|but|so|also|what about|how about)\b"
    r"|\b(he|she|they|him|her|them|it|his|their|its|that|this|there)\b",
    re.IGNORECASE,
)
_LEAD = re.compile(r"^(and|but|so|also|ok|okay)[, ]+", re.IGNORECASE)
_LIGHT = frozenset(["explain", "justify", "give", "go", "consider", "let", "take", "name"])
"""Verbs of asking, or too light to be what is asked about unless denied."""
_CLAUSES = frozenset("ROOT xcomp ccomp conj pcomp advcl relcl acl".split())


@dataclass(frozen=True, slots=True)
class Asked:
    """A question understood. `text` is whole by itself: a follow-up carries what it leans on."""

    text: str
    language: str
    kind: Kind
    terms: tuple[Term, ...]
    deed: grammar.Deed | None = None
    """The deed asked about; None where the question names none or isn't English."""
    counted: Keys = frozenset()
    """Keys of what "how many" counts."""

    subject: Keys = frozenset()
    """Keys of whom the question is about: the doer of its main verb, where named."""
    saying: bool = False
    """Whether it asks what somebody said."""

    @property
    def doer_known(self) -> bool:
        """Whether it names who did a deed that has other words for it, so that both can be looked for."""
        return self.deed is not None and self.deed.named and any(k[0] == "+" for k in deed_keys(self.deed))

    @property
    def keys(self) -> Keys:
        return frozenset(k for t in self.terms for k in t.keys)


def understand(question: Question, capitals: Iterable[str] = ()) -> Asked:
    """Read a question. Non-English questions are read by their words alone.

    Args:
        capitals: texts that tell which words are names: a chat is typed in small letters, and the grammar
            was trained on written English.
    """
    text = " ".join(question.text.split())
    asked = _read(_LEAD.sub("", text) or text, capitals)
    before = leans_on(question)
    if before is None:
        return asked
    earlier = _read(before, capitals)
    # "And what did Yerevan say?" leaves Baku's deed behind but not what it was about.
    gone = earlier.subject if asked.subject else frozenset()
    kept = [
        Term(t.text, t.keys, 0.4 * t.weight, "word")
        for t in earlier.terms
        if t.kind != "deed" and not t.keys & (gone | asked.keys)
    ]
    subject = asked.subject or (earlier.subject if asked.kind != "who" else frozenset())
    return replace(asked, text=whole(question), terms=(*asked.terms, *kept), subject=subject)


def _read(text: str, capitals: Iterable[str]) -> Asked:
    language = language_of(text)
    kind = kind_of(text, language)
    if language != "en":
        return Asked(text, language, kind, _plain_terms(text, language))
    doc = grammar.parse([_tidy(_capitalised(text, capitals))])[0]
    deed = _deed(doc)
    saying = kind == "what" and any(
        t.dep_ == "ROOT" and "say" in lexicon.groups(lexicon.stem(t.lemma_)) for t in doc
    )
    roots = [d for d in grammar.deeds(doc) if d.verb.dep_ == "ROOT"]
    subject = frozenset(k for d in roots if d.named for k in keys(" ".join(d.agents)))
    return Asked(text, language, kind, *_english(doc, deed, kind), subject, saying)


def leans_on(question: Question) -> str | None:
    """The earlier question that a follow-up can't be understood without; None for any other."""
    text = " ".join(question.text.split())
    if question.history and (_FOLLOW_UP.search(text) or len(words(text)) <= 3):
        return " ".join(question.history[-1][0].split())
    return None


def whole(question: Question) -> str:
    """The question with what it leans on put before it: what is searched for."""
    text = " ".join(question.text.split())
    before = leans_on(question)
    return text if before is None else f"{before.rstrip('?!. ')}? {text}"


def kind_of(text: str, language: str) -> Kind:
    """What is asked for; `what` when nothing tells."""
    folded = " ".join(words(text))
    found = [
        (length, -match.start(), kind)
        for kind, patterns in _asking(language).items()
        for pattern, length in patterns
        if (match := pattern.search(folded))
    ]
    best = max(found, default=(0, 0, "what"))
    if language == "en" and folded.split(" ")[0] in _YES_NO and best[0] < 20:
        return "yesno"
    return best[2]  # type: ignore[return-value]  # the table's keys are kinds


@lru_cache
def _asking(language: str) -> dict[str, list[tuple[re.Pattern[str], int]]]:
    """Kind -> patterns with their weight: longer phrases first, a plain "what" last."""
    compiled: dict[str, list[tuple[re.Pattern[str], int]]] = {}
    for kind, phrases in _table("ask", language).items():
        compiled[kind] = [
            (
                re.compile(
                    r"\b" + r"(?: \w+){0,6} ".join(re.escape(fold(p)) for p in phrase.split(" * ")) + r"\b"
                ),
                len(phrase.split()) * 10 + (kind != "what"),
            )
            for phrase in phrases
        ]
    return compiled


@lru_cache
def _scaffold(language: str) -> frozenset[str]:
    """Words of a question that say nothing of what it is about."""
    asking = (
        {w for phrases in _table("ask", language).values() for p in phrases for w in words(p)}
        if language != "en"
        else set()
    )
    return frozenset(fold(w) for w in _table("scaffold", "")[language]) | asking


@lru_cache
def _table(name: str, language: str) -> Any:
    table = tomllib.loads((files("bot.answer") / "lexicon.toml").read_text(encoding="utf-8"))[name]
    return table.get(language, {}) if language else table


def _tidy(text: str) -> str:
    """The parser was trained on written English: a capital first and a question mark last help it."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith(("?", ".", "!")) else text + "?"


_WORD = re.compile(r"[^\W\d_][\w’']*")


def _capitalised(text: str, others: Iterable[str]) -> str:
    """`text` with a capital on each known name, and on each word that the other texts write with one and
    never without."""
    upper: dict[str, str] = {}
    lower: set[str] = set()
    for other in others:
        for match in _WORD.finditer(other):
            word = match.group().removesuffix("'s").removesuffix("’s")
            if word[0].islower():
                lower.add(word)
            elif len(word) > 1:
                upper.setdefault(word.lower(), word)

    def written(match: re.Match[str]) -> str:
        word = match.group()
        if word.islower() and canonical(word) is not None:
            return word.capitalize()  # "baku" is a name wherever it stands
        return upper[word] if word in upper and word not in lower else word

    return re.sub(r"[^\W\d_]+", written, text)


def _plain_terms(text: str, language: str) -> tuple[Term, ...]:
    out: list[Term] = []
    for token in dict.fromkeys(re.findall(r"\w+", text)):
        folded = fold(token)
        if folded in _scaffold(language) or (len(folded) < 3 and not folded.isdigit()):
            continue
        kind = "number" if folded.isdigit() else "name" if token[:1].isupper() and out else "word"
        out.append(Term(token, keys(token, language), 2.0 if kind != "word" else 1.2, kind))
    return tuple(out)


def _deed(doc: Any) -> grammar.Deed | None:
    """The deed asked about: the first, from the root down, that is more than scaffolding."""
    idle = _scaffold("en") | _LIGHT
    found = [d for d in grammar.deeds(doc) if d.verb.pos_ == "VERB" and d.verb.dep_ in _CLAUSES]
    found.sort(key=lambda d: (len(list(d.verb.ancestors)), d.verb.i))
    for deed in found:
        if deed.phrase not in idle:
            return deed
    # "Why wouldn't X go": a denied light verb is a deed too.
    return next((d for d in found if d.negated), None)


def deed_keys(deed: grammar.Deed) -> Keys:
    """What a deed is compared by. "Not attend" and "not accept" are `+refuse`; any other denied deed has
    no keys but its own word's group, marked as denied by the caller."""
    stems = " ".join(lexicon.stem(w) for w in words(deed.phrase))
    found = lexicon.groups(stems)
    if deed.negated:
        unwilling = found & {"attend", "accept"} or stems in ("go", "send", "come", "hold")
        return frozenset({"+refuse"}) if unwilling else frozenset()
    return frozenset("+" + g for g in found) | {stems}


def _english(
    doc: Any, deed: grammar.Deed | None, kind: Kind
) -> tuple[tuple[Term, ...], grammar.Deed | None, Keys]:
    named = {t.i for e in doc.ents if e.label_ not in ("CARDINAL", "ORDINAL", "DATE", "TIME") for t in e}
    per_token = align(doc)
    terms: list[Term] = []
    counted: Keys = frozenset()
    counts = kind == "howmany" and re.search(
        r"\b(many|number|share|percentage|proportion)\b", doc.text.lower()
    )
    for token in doc:
        found = per_token[token.i]
        if not found or token.is_punct or token.is_space:
            continue
        folded = fold(token.text)
        numbers = frozenset(k for k in found if k[0] == "#")
        is_deed = deed is not None and token.i == deed.verb.i
        is_name = any(k[0] == "@" for k in found) or (
            token.text[:1].isupper()
            and token.pos_ in ("PROPN", "NOUN", "ADJ")
            and (token.i in named or token.pos_ == "PROPN")
        )
        is_date = bool(numbers) or bool(found & MONTHS and token.pos_ == "PROPN")
        if (
            counts
            and not counted
            and token.pos_ in ("NOUN", "PROPN")
            and not is_date
            and folded not in ("number", "share")
        ):
            counted = found
        if not (is_deed or is_name or is_date) and (token.is_stop or folded in _scaffold("en")):
            continue
        if is_date:
            terms.append(Term(token.text, numbers or found & MONTHS, 2.0 if numbers else 1.0, "number"))
        elif is_name:
            within = kind == "where" and token.dep_ == "pobj" and token.head.lower_ in ("in", "at", "near")
            terms.append(Term(token.text, found, 2.0, "place" if within else "name"))
        elif is_deed and deed is not None:
            terms.append(Term(token.text, found | deed_keys(deed), 1.5, "deed"))
        else:
            terms.append(Term(token.text, found, 1.2 if token.pos_ in ("NOUN", "VERB") else 0.7, "word"))
    return _merge(terms), deed, counted


def align(doc: Any) -> list[Keys]:
    """Keys of each spaCy token; those of a name of several words stand at its first."""
    out = [keys(t.text) if t.text.lower() not in ("'s", "n't", "’s", "n’t") else frozenset() for t in doc]
    for mention in mentions(doc.text):
        first, _, rest = mention.text.partition(" ")
        if mention.group is None or not rest:
            continue
        for token in doc:
            if fold(token.text) == first:
                out[token.i] |= {"@" + mention.group}
    return out


def _merge(terms: list[Term]) -> tuple[Term, ...]:
    """One term for words that name the same, such as the two halves of "United States"."""
    out: list[Term] = []
    for term in terms:
        alike = {k for k in term.keys if k[0] in "@#"}
        if not alike or not any(alike & other.keys for other in out):
            out.append(term)
    return tuple(out)
