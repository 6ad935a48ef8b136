"""Candidates to a ranking: signals, each a number a passage, and weights that were fitted to them."""

from index.rank.ranker import Candidate, promising, rank, reranked
from index.rank.reading import Readings, Text
from index.rank.recency import When
from index.rank.reranker import READ_AGAIN, WEIGHT, Reranker
from index.rank.stories import collapse, join
from index.rank.wanted import Wanted, rarity, tokens_of

__all__ = [
    "READ_AGAIN",
    "WEIGHT",
    "Candidate",
    "Readings",
    "Reranker",
    "Text",
    "Wanted",
    "When",
    "collapse",
    "join",
    "promising",
    "rank",
    "rarity",
    "reranked",
    "tokens_of",
]
