"""Metrics over labelled questions."""

from bot.evaluate.answers import Report, evaluate

__all__ = ["Report", "evaluate"]
