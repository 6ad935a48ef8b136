"""What asking the archive yields: an Answer of claims, each with citations that anyone can check."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from bot.answer.news.sources import sources_of
from bot.answer.news.types import Dated, Day, Difference, Sources, Speaker, Standing
from index.article import Coverage, Hit, Window
from index.text import visible

if TYPE_CHECKING:
    from index.query import Kind, Understood


Verdict = Literal["yes", "no"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what narrows it. Windows are in days, both ends included."""

    text: str
    window: Window = field(default_factory=Window)
    as_of: date | None = None
    """Answer as if asked on this day: nothing published later exists."""
    publishers: tuple[str, ...] = ()
    history: tuple[tuple[str, str], ...] = ()
    """Earlier (question, answer) pairs of the conversation, oldest first."""
    timeline: bool = False
    """Ask for the dated events of a subject rather than for an answer."""
    taken_back: tuple[Kind, ...] = ()
    """What the question's own words are not to be understood to say: when, or whose articles."""

    def __post_init__(self) -> None:
        # As the archive's texts are: a system may write é as two characters, a page a soft hyphen in a word.
        object.__setattr__(self, "text", unicodedata.normalize("NFC", visible(self.text)))


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote: `version.text[start:end] == quote`, in Unicode code points."""

    n: int
    article: str
    version: str
    start: int
    end: int
    quote: str
    publisher: str | None
    title: str
    author: str | None
    published: str | None
    url: str | None
    link: str
    """Where a click goes: the page with a text fragment that highlights the quote, else the file."""
    outlets: tuple[str, ...] = ()
    story: str = ""
    """What its printings share; empty where it isn't known."""
    speaker: Speaker | None = None
    """Who says it; None where the article does."""
    days: tuple[Day, ...] = ()
    """Days that it counts from the day of publication, with their dates."""
    standing: Standing = "reported"
    changed: str | None = None
    """When its publisher changed the article since, ISO 8601; None where this is its last wording."""

    def as_json(self) -> dict[str, object]:
        return {
            "n": self.n,
            "article": self.article,
            "version": self.version,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
            "publisher": self.publisher,
            "title": self.title,
            "author": self.author,
            "published": self.published,
            "url": self.url,
            "link": self.link,
            "outlets": list(self.outlets),
            "speaker": self.speaker.as_json() if self.speaker else None,
            "days": [each.as_json() for each in self.days],
            "standing": self.standing,
            "changed": self.changed,
        }


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer and the numbers of the citations that carry it."""

    text: str
    citations: tuple[int, ...]
    origin: Literal["model", "evidence"] = "evidence"
    """Whose wording it is: the language model's, checked, or the article's own."""
    part: str = ""
    """Which part of the question it answers, or whose report it is; empty where the question is one."""
    speaker: str = ""
    """Who says it, where its text doesn't name them; words of the article."""
    days: tuple[Day, ...] = ()
    """Days that its text counts from the day of publication, with their dates."""
    standing: Standing = "reported"


@dataclass(frozen=True, slots=True)
class Part:
    """One of the questions that a question was taken apart into, or one of the outlets compared."""

    text: str
    """As `Claim.part` has it."""
    kind: Literal["question", "outlet"]
    answered: bool
    verdict: Verdict | None = None

    def as_json(self) -> dict[str, object]:
        return {"text": self.text, "kind": self.kind, "answered": self.answered, "verdict": self.verdict}


@dataclass(frozen=True, slots=True)
class AsksBack:
    """What the bot asks of whoever asked an unclear question."""

    text: str
    choices: tuple[str, ...] = ()
    """Whole questions, each of which can be asked as it is; what the archive has."""

    def as_json(self) -> dict[str, object]:
        return {"text": self.text, "choices": list(self.choices)}


@dataclass(frozen=True, slots=True)
class Answer:
    question: str
    as_of: date | None
    answered: bool
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[Hit, ...]
    """When not answered: the passages that come nearest."""
    coverage: Coverage
    model: str
    """The language model that drafted, `none` for verbatim passages only."""
    degraded: str | None = None
    """Why less was done than was set up to be done, in a sentence for the asker; None when all went well."""
    understood: tuple[Understood, ...] = ()
    """What was read out of the question's words: when it asks about, and whose articles."""
    taken_back: tuple[Understood, ...] = ()
    """What was read out of them too, but left nothing to be found: it was looked for without."""
    verdict: Verdict | None = None
    """To a question for yes or no, where the evidence decides it."""
    parts: tuple[Part, ...] = ()
    """What the question was taken apart into; empty where it is one."""
    asks_back: AsksBack | None = None
    """Where the question can't be answered before it is clear what is meant."""
    read_as: str | None = None
    """The whole question that a follow-up was taken for; None where it was taken as typed."""
    differences: tuple[Difference, ...] = ()
    """Where reports don't agree; each report is among the citations."""
    timeline: tuple[Dated, ...] = ()
    """Of a timeline, the day of each claim; empty for any other answer."""
    note: str | None = None
    """What a reader should know beside the claims, in a sentence: that an article was never changed."""

    @property
    def sources(self) -> Sources:
        """Where the claims come from."""
        told = {n for claim in self.claims for n in claim.citations}
        return sources_of(c for c in self.citations if c.n in told)

    @property
    def stands(self) -> str | None:
        """ISO day as of which it stands: the one asked for, else that of the newest article searched."""
        return self.as_of.isoformat() if self.as_of else self.coverage.newest

    @property
    def text(self) -> str:
        """The answer as one paragraph with its citation marks; empty when not answered."""
        return " ".join(
            f"{lead}{c.text} {''.join(f'[{n}]' for n in c.citations)}"
            for lead, c in zip(self.leads(), self.claims, strict=True)
        )

    def leads(self) -> Iterator[str]:
        """What is put before each claim: its part where a new one begins, and yes or no."""
        verdicts = {part.text: part.verdict for part in self.parts} | {"": self.verdict}
        before: str | None = None
        for claim in self.claims:
            begins = claim.part != before
            before = claim.part
            said = (
                claim.part.rstrip("?") if begins else "",
                (verdicts.get(claim.part) or "") if begins else "",
            )
            yield "".join(f"{each[:1].upper()}{each[1:]}: " for each in said if each)

    def as_json(self) -> dict[str, object]:
        """The contract's object, as `dateline ask --json` prints it."""
        out: dict[str, object] = {
            "question": self.question,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "answered": self.answered,
            "answer": self.text,
            "claims": [
                {
                    "text": c.text,
                    "citations": list(c.citations),
                    "part": c.part or None,
                    "speaker": c.speaker or None,
                    "days": [each.as_json() for each in c.days],
                    "standing": c.standing,
                }
                for c in self.claims
            ],
            "citations": [c.as_json() for c in self.citations],
            "coverage": self.coverage.as_json(),
            "model": self.model,
            "degraded": self.degraded,
            "understood": [each.as_json() for each in self.understood],
            "taken_back": [each.as_json() for each in self.taken_back],
            "verdict": self.verdict,
            "parts": [each.as_json() for each in self.parts],
            "asks_back": self.asks_back.as_json() if self.asks_back else None,
            "read_as": self.read_as,
            "note": self.note,
            "stands": self.stands,
            "sources": self.sources.as_json(),
            "differences": [each.as_json() for each in self.differences],
        }
        if self.timeline:
            out["timeline"] = [each.as_json() for each in self.timeline]
        if not self.answered:
            out["nearest"] = [hit.as_json() for hit in self.nearest]
        return out


@dataclass(frozen=True, slots=True)
class Status:
    """A line for the asker while the answer is made, such as "Reading 6 passages"."""

    text: str


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """A claim as soon as it has been checked, with the citations that it brings in."""

    claim: Claim
    citations: tuple[Citation, ...]
    verdict: Verdict | None = None
    """Yes or no, with the first claim that says so."""


Event = Status | CheckedClaim | Answer
"""What `answer.stream` yields: statuses, then checked claims, and the whole Answer last."""
