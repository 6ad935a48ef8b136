"""Looking for words on the server, in the same request: Chroma Cloud's hybrid search.

A server of one's own has neither sparse vectors nor the Search request (chromadb 1.5.9 refuses both), so
nothing of this is asked of it. Words are looked for in tantivy all the same: this adds what Cloud's own
index finds to the candidates that are scored.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
SPARSE_KEY = "words"
"""Name of the metadata that holds a document's words, weighted."""
_DEEP = 200
"""Of each ranking, how many are fused."""


def hybrid_schema() -> dict[str, Any]:
    """For a collection that is to be made: cosine, and an index of words with BM25's weights."""
    from chromadb import Schema
    from chromadb.api.types import SparseVectorIndexConfig, VectorIndexConfig

    schema = Schema()
    schema.create_index(config=VectorIndexConfig(space="cosine"))
    schema.create_index(config=SparseVectorIndexConfig(bm25=True), key=SPARSE_KEY)
    return dict(schema.serialize_to_json())


def sparse(text: str, *, is_query: bool = False) -> dict[str, Any] | None:
    """The words of a text as Chroma's own BM25 function weighs them, ready to be sent; None without any."""
    function = _function()
    vector = (function.embed_query if is_query else function)([text])[0]
    return dict(vector.to_dict()) if len(vector.indices) else None


@cache
def _function() -> Any:
    from chromadb.utils.embedding_functions import ChromaBm25EmbeddingFunction

    return ChromaBm25EmbeddingFunction()


def hybrid_search(
    vector: Floats, words: str, limit: int, where: dict[str, Any] | None
) -> dict[str, Any] | None:
    """One request of two searches: the nearest, scored by their distance, and the best by reciprocal ranks of
    nearness and words. None when there is no word to look for."""
    found = sparse(words, is_query=True)
    if found is None:
        return None
    from chromadb import Knn, Rrf, Search
    from chromadb.base_types import SparseVector

    deep = max(_DEEP, limit)
    query = SparseVector(indices=found["indices"], values=found["values"])
    # With `default`, one that only the other ranking has is ranked, too.
    more: dict[str, Any] = {"limit": deep, "default": float(10 * deep), "return_rank": True}
    ranks = [Knn(query=vector.tolist(), **more), Knn(query=query, key=SPARSE_KEY, **more)]
    searches = [
        Search(where=where, rank=Knn(query=vector.tolist(), limit=limit), limit=limit, select=["#score"]),
        Search(where=where, rank=Rrf(ranks=ranks), limit=limit),
    ]
    return {"searches": [search.to_dict() for search in searches], "read_level": "index_and_wal"}
