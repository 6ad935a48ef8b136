"""What a question asks: its kind, what it is about, and who is said to do what."""

from bot.answer.question.asked import Asked, Kind, deed_keys
from bot.answer.question.changed import changed
from bot.answer.question.compare import comparison
from bot.answer.question.followup import completed, leans_on, made_whole, whole
from bot.answer.question.kinds import kind_of
from bot.answer.question.parts import taken_apart
from bot.answer.question.read import align, understand
from bot.answer.question.unclear import unclear

__all__ = [
    "Asked",
    "Kind",
    "align",
    "changed",
    "comparison",
    "completed",
    "deed_keys",
    "kind_of",
    "leans_on",
    "made_whole",
    "taken_apart",
    "unclear",
    "understand",
    "whole",
]
