"""What a reader is told beside an answer's claims, in words that every face uses."""

from __future__ import annotations

from collections.abc import Iterator

from bot.answer.types import Answer, Part

NO_ANSWER = {"question": "The archive holds no answer to this part.", "outlet": "Nothing found on this here."}
SAID = {"yes": "Yes", "no": "No"}


def silence(oldest: str | None, newest: str | None) -> str:
    """That there is no answer, and in what: the first and the last day searched, as the face writes days."""
    if not oldest or not newest:
        return "The archive holds nothing on this."
    days = f"of {newest}" if oldest == newest else f"between {oldest} and {newest}"
    return f"The archive holds nothing on this {days}."


def read_as(answer: Answer) -> str:
    """How a follow-up, or a question in another language, was read; empty where it was taken as typed."""
    return f"Read as: {answer.read_as}" if answer.read_as else ""


def unanswered(answer: Answer) -> Iterator[tuple[Part, str]]:
    """Each part that has no answer, where another has one, and the sentence for it."""
    if answer.answered:
        yield from ((part, NO_ANSWER[part.kind]) for part in answer.parts if not part.answered)
