"""The ledger: SQLite, the system of record. Everything else can be rebuilt from it and the vectors."""

from index.ledger.ledger import Ledger
from index.ledger.rows import Place, SourceSeen, text_hash
from index.ledger.withdraw import Forgotten, Kind, Why, Withdrawn
from index.ledger.writer import Batch, Writer, article_id

__all__ = [
    "Batch",
    "Forgotten",
    "Kind",
    "Ledger",
    "Place",
    "SourceSeen",
    "Why",
    "Withdrawn",
    "Writer",
    "article_id",
    "text_hash",
]
