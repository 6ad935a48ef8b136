"""What a follow-up leaves out, put in its place: another asking, time, thing or clause of the one before.

Each way takes the follow-up without its "and", the question before, whole, and its answer; it gives the whole
question, or None where it can't be made safely.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.answer import grammar, lexicon
from bot.answer.question.kinds import YES_NO, capitalised, tidy
from bot.answer.question.names import Name, names_in
from bot.answer.question.pronouns import Open, open_pronouns
from index import when

WHAT_ABOUT = re.compile(r"^(what|how) about\s+", re.IGNORECASE)
_BARE = re.compile(
    r"^(why not|why|when|where|how|how come|since when)\b(?: (?:so|exactly|was that|is that))?$", re.I
)
_ASKED_HOW = re.compile(rf"^(?:why|when|where|how come|how)\s+(?=(?:{'|'.join(sorted(YES_NO))})\b)", re.I)
_AROUND_TIME = re.compile(r"(?:^|\s)(?:in|on|at|by|during|for|as of|from|of|the|around|about)$", re.I)
_BACK_IN = re.compile(r",?\s+(?:(?:in|on|at|during|from|of)(?: the)?)?\s*$", re.I)
_MARK = re.compile(r"\s*\[\d+\]")
SAYING = frozenset("say tell think answer reply respond react comment write report call describe".split())
REACTING = frozenset("respond react reply answer follow happen".split())
_PREPOSITIONS = frozenset("in at on near for with from by under during after before".split())
_TALKS = re.compile(r"(?<=[a-z] )(?=[A-Z][\w-]+ talks\b)")
_DETERMINED = re.compile(
    r"\b(?:the|a|an|at|in|of|on|for|about|with|from|after|before|during|to|its|their|his|her) $", re.I
)
"""What stands before "Washington talks" where the parser needs no article to see that they are no verb."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A question that can be asked by itself."""

    text: str
    substituted: bool = False
    """Names were put in; else it is as typed, or stands behind the earlier question."""
    unresolved: str | None = None
    """A pronoun that the conversation leaves open, or that fits several."""
    candidates: tuple[str, ...] = ()
    """Those several, as questions."""


def other_asking(bare: str, before: str, said: str) -> str | None:
    """ "Why?" of what was asked before."""
    asking = _BARE.match(bare)
    if asking is None:
        return None
    word = asking[1].lower()
    first = before.split(" ")[0].lower()
    if first in YES_NO:
        rest = before[:1].lower() + before[1:]
        if word == "why not" or (word == "why" and said.startswith("No: ")):
            rest = _denied(rest)
        return f"{word.removesuffix(' not')} {rest}"
    return _ASKED_HOW.sub(f"{word} ", before) if _ASKED_HOW.match(before) else None


def _denied(asked: str) -> str:
    """ "did Baku go?" as "did Baku not go?"."""
    doc = parsed(asked)
    root = next(t for t in doc if t.dep_ == "ROOT")
    if grammar.is_negated(root) or root.i == 0:
        return asked
    return f"{doc[: root.i].text} not {doc[root.i :].text}".replace(doc[0].text, asked.split(" ")[0], 1)


def other_time(bare: str, before: str, said: str) -> str | None:
    """ "In March?": the same of another time."""
    bare = WHAT_ABOUT.sub("", bare)
    times = when.read(bare, date.today())
    if not times:
        return None
    rest = bare[: times[0].start].rstrip(), bare[times[-1].end :].strip()
    if rest[1] or (rest[0] and not _AROUND_TIME.fullmatch(rest[0])):
        return None
    kept = before.rstrip("?!. ")
    earlier = when.read(kept, date.today())
    years = re.findall(r"\b(?:19|20)\d\d\b", " ".join(kept[t.start : t.end] for t in earlier))
    if years and not times[0].relative and not re.search(r"\d{4}", bare):
        bare += f" {years[-1]}"
    for time in reversed(earlier):
        kept = _BACK_IN.sub("", kept[: time.start]) + kept[time.end :]
    said_when = bare if rest[0] or times[0].start else f"in {bare}" if bare[:1].isupper() else bare
    return f"{kept} {said_when}?"


def same_time(made: str, before: str) -> str:
    """`made` with the last time that the question before named, where it names none itself."""
    earlier = when.read(before, date.today())
    if not earlier or when.read(made, date.today()):
        return made
    start, end = earlier[-1].start, earlier[-1].end
    led = _BACK_IN.search(before[:start])
    return f"{made.rstrip('?!. ')} {before[led.start() if led else start : end].strip(' ,')}?"


def other_thing(bare: str, before: str, said: str) -> str | None:
    """ "And Yerevan?", "what about the Berlin talks?": the same of another name or thing."""
    bare = capitalised(WHAT_ABOUT.sub("", bare), ())
    asked = parsed(before)
    if (preposition := bare.split(" ")[0].lower()) in _PREPOSITIONS:
        return _behind(asked, preposition, bare)
    doc = _phrase(bare)
    if any(t.pos_ in ("VERB", "AUX", "PRON") for t in doc) or not any(
        t.pos_ in ("PROPN", "NOUN") for t in doc
    ):
        return None
    new = names_in(doc)
    root = next(t for t in doc if t.head == t)
    telling = [t for t in doc if not t.is_punct and not t.is_stop]
    if new and (open_ := open_pronouns(asked)):
        return _put(asked, open_[0].at, open_[0].at + 1, bare)  # asked back whom "he" was, and told
    if len(new) == 1 and new[0].last - new[0].first >= len(telling):
        old = _counterpart(new[0], names_in(asked))
        return _put(asked, old.first, old.last, new[0].text) if old else None
    span = _same_thing(asked, root)
    if span is None:
        return None
    opened = asked[span[0]].pos_ == "DET" and doc[0].pos_ != "DET"
    return _put(asked, span[0] + opened, span[1], bare)


def _phrase(bare: str) -> Any:
    """A noun phrase parsed; in a sentence, for by itself "Berlin talks" is a town that talks."""
    opening = "They spoke of"
    the = "the " if re.fullmatch(r"[A-Z].* [a-z]+", bare) else ""
    doc = grammar.parse([f"{opening} {the}{bare}."])[0]
    return doc[3 + bool(the) : len(doc) - 1].as_doc()


def _counterpart(new: Name, old: list[Name]) -> Name | None:
    """The name in whose place another is put: of its sort, the subject before others."""
    alike = [name for name in old if name.sort == new.sort and name.text != new.text]
    if len(alike) > 1 and new.known != all(name.known for name in alike):
        # A city that isn't known takes the place of what says where, not of who did it.
        alike = [name for name in alike if not name.subject] or alike
    subjects = [name for name in alike if name.subject]
    for group in (subjects, alike):
        if len(group) == 1:
            return group[0]
    return None


def _behind(asked: Any, preposition: str, text: str) -> str:
    """ "In Geneva": in the place of what stands behind the same preposition, else at the end."""
    found = [t for t in asked if t.dep_ == "prep" and t.lower_ == preposition]
    if found:
        span = list(found[-1].subtree)
        return _put(asked, span[0].i, span[-1].i + 1, text)
    return f"{asked.text.rstrip('?!. ')} {text}?"


def _same_thing(asked: Any, new: Any) -> tuple[int, int] | None:
    """The noun phrase of a question whose head is the same word, or one that stands for it."""
    mine = lexicon.groups(lexicon.stem(new.lemma_.lower())) | {lexicon.stem(new.lemma_.lower())}
    found = []
    for chunk in asked.noun_chunks:
        stem = lexicon.stem(chunk.root.lemma_.lower())
        if mine & (lexicon.groups(stem) | {stem}) and chunk[0].tag_ not in ("WDT", "WP", "WRB"):
            last = chunk.end
            # "the meeting of Pashinyan and Aliyev": who met belongs to the one meeting.
            for prep in chunk.root.children:
                if prep.dep_ == "prep" and prep.lower_ in ("of", "between", "with", "in", "at", "on"):
                    last = max(last, max(t.i for t in prep.subtree) + 1)
            found.append((chunk.start, last))
    return found[0] if len(found) == 1 else None


def other_clause(bare: str, before: str, said: str) -> str | Whole | None:
    """ "What did Yerevan say?", "who said that?": a question of its own about the same matter."""
    doc, asked = parsed(bare), parsed(before)
    if not any(t.pos_ in ("VERB", "AUX") for t in doc):
        return None
    topic = _topic(asked)
    places: dict[int, str] = {}
    for pronoun in open_pronouns(doc):
        found = _meant(pronoun, asked, topic, said)
        if len(found) > 1:
            choices = tuple(_written(doc, {**places, pronoun.at: name}) for name in found)
            return Whole(bare, unresolved=pronoun.text, candidates=choices)
        if not found:
            return None
        places[pronoun.at] = f"{found[0]}'s" if pronoun.possessive else found[0]
    root = next(t for t in doc if t.dep_ == "ROOT")
    made = _written(doc, places)
    if topic and not objects(doc) and root.lemma_.lower() in SAYING - REACTING:
        return made if topic in made or "“" in made else f"{made.rstrip('?')} about {topic}?"
    return made if places else None


def _meant(pronoun: Open, asked: Any, topic: str | None, said: str) -> list[str]:
    """Whom or what a pronoun may stand for: one, several, or none that is sure."""
    names = names_in(asked)
    match pronoun.sort:
        case "person":
            people = _once([n.text for n in names if n.sort == "person"])
            return people or _once([n.text for n in _people_of(said)])
        case "said":
            sentence = _MARK.sub("", said).strip()
            first = re.split(r"(?<=[.!?])\s", sentence, maxsplit=1)[0].rstrip(".")
            first = re.sub(r"^(?:Yes|No): ", "", first)
            return [f"“{first}”"] if first and not pronoun.of_happening else [topic] if topic else []
        case "thing":
            if pronoun.of_happening or (not pronoun.subject and not pronoun.possessive):
                return [topic] if topic else []
            subjects = [n.text for n in names if n.subject and n.sort != "person"]
            return _once(subjects) if len(subjects) == 1 else []
        case "many":
            subjects = [n.text for n in names if n.subject]
            if subjects and (pronoun.subject or pronoun.possessive):
                return [" and ".join(_once(subjects))]
            return [topic] if topic and not pronoun.subject else []
        case "place":
            places = [n.text for n in names if n.sort == "place" and not n.subject]
            return [f"in {places[0]}"] if len(set(places)) == 1 else []
    return []


def _people_of(said: str) -> list[Name]:
    text = _MARK.sub("", said).strip()
    return [n for n in names_in(grammar.parse([text])[0]) if n.sort == "person"] if text else []


def _once(names: list[str]) -> list[str]:
    """Each person once: "Ilham Aliyev" is Aliyev."""
    out: list[str] = []
    for name in names:
        last = name.split(" ")[-1]
        at = next((i for i, other in enumerate(out) if other.split(" ")[-1] == last), None)
        if at is None:
            out.append(name)
        elif len(name) > len(out[at]):
            out[at] = name
    return out


def _topic(asked: Any) -> str | None:
    """What a question is about, beside who did it: the object of its verb, as a phrase."""
    root = next(t for t in asked if t.dep_ == "ROOT")
    heads = [t for t in asked if t.pos_ in ("NOUN", "PROPN") and not _asking(t)]
    for wanted in (("dobj",), ("pobj",), ("nsubjpass",), ("nsubj",), ("attr",)):
        for head in heads:
            verb = head.head if head.dep_ != "pobj" else head.head.head
            if head.dep_ in wanted and verb in (root, *root.children):
                span = asked[head.left_edge.i : _right_edge(head) + 1]
                text = span.text
                bare = (
                    head.pos_ == "NOUN"
                    and span[0].pos_ not in ("DET", "PRON", "NUM")
                    and span[0].dep_ != "poss"
                )
                return f"the {text}" if bare else text
    return None


def _asking(token: Any) -> bool:
    return any(t.tag_ in ("WDT", "WP", "WRB", "WP$") for t in token.subtree)


def _right_edge(head: Any) -> int:
    last = head.i
    for child in head.children:
        if child.i > head.i and child.dep_ in ("prep", "compound", "flat", "conj", "cc"):
            last = max(last, max(t.i for t in child.subtree))
    return int(last)


def _written(doc: Any, places: dict[int, str]) -> str:
    """A question with words put in the places of tokens."""
    text = "".join(places.get(t.i, t.text) + t.whitespace_ for t in doc)
    return re.sub(r"’s’s|'s's", "'s", text)


def _put(doc: Any, first: int, last: int, text: str) -> str:
    """A question with a phrase in the place of `doc[first:last]`."""
    start = doc[first].idx
    end = doc[last - 1].idx + len(doc[last - 1])
    return f"{doc.text[:start]}{text}{doc.text[end:]}"


def parsed(text: str) -> Any:
    text = tidy(capitalised(text, ()))
    for match in reversed(list(_TALKS.finditer(text))):
        if not _DETERMINED.search(text[: match.start()]):
            text = f"{text[: match.start()]}the {text[match.start() :]}"
    return grammar.parse([text])[0]


def objects(doc: Any) -> list[Any]:
    """Nouns of a question beside its subject and what is asked for itself."""
    asked_for = {
        t.i
        for t in doc
        if any(c.tag_ in ("WDT", "WP", "WP$") or c.lower_ in ("many", "much") for c in t.children)
    }
    held = [
        t
        for t in doc
        if t.pos_ in ("NOUN", "PROPN", "NUM")
        and t.dep_ not in ("nsubj", "nsubjpass", "compound", "poss", "conj", "nummod")
    ]
    return [t for t in held if t.i not in asked_for]
