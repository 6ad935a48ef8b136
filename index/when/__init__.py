"""Expressions of time in a question, resolved against the moment of asking."""

from index.when.read import read
from index.when.time import Sense, Time

__all__ = ["Sense", "Time", "read"]
