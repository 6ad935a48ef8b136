"""What asking the archive yields: an Answer of claims, each with citations that anyone can check."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from index.article import Coverage, Hit, Window

if TYPE_CHECKING:
    from index.query import Kind, Understood


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
    taken_back: tuple[Kind, ...] = ()
    """What the question's own words are not to be understood to say: when, or whose articles."""


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
        }


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer and the numbers of the citations that carry it."""

    text: str
    citations: tuple[int, ...]
    origin: Literal["model", "evidence"] = "evidence"
    """Whose wording it is: the language model's, checked, or the article's own."""


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

    @property
    def text(self) -> str:
        """The answer as one paragraph with its citation marks; empty when not answered."""
        return " ".join(f"{c.text} {''.join(f'[{n}]' for n in c.citations)}" for c in self.claims)

    def as_json(self) -> dict[str, object]:
        """The contract's object, as `dateline ask --json` prints it."""
        out: dict[str, object] = {
            "question": self.question,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "answered": self.answered,
            "answer": self.text,
            "claims": [{"text": c.text, "citations": list(c.citations)} for c in self.claims],
            "citations": [c.as_json() for c in self.citations],
            "coverage": self.coverage.as_json(),
            "model": self.model,
            "degraded": self.degraded,
            "understood": [each.as_json() for each in self.understood],
            "taken_back": [each.as_json() for each in self.taken_back],
        }
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


Event = Status | CheckedClaim | Answer
"""What `answer.stream` yields: statuses, then checked claims, and the whole Answer last."""
