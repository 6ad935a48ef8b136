"""Question text to Query: when it asks about, whose articles it wants, and the terms to look for."""

from index.aliases import canonical
from index.query.query import KINDS, Kind, Query, Understood
from index.query.times import said
from index.query.understand import parse

__all__ = ["KINDS", "Kind", "Query", "Understood", "canonical", "parse", "said"]
