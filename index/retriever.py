"""Dateline's search as a LlamaIndex retriever, for whoever builds on LlamaIndex.

Nothing of ours imports this module: LlamaIndex takes more than a second to import.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from index.article import Hit, Window
from index.query import parse
from index.search import Index


class DatelineRetriever(BaseRetriever):
    """What `dateline search` finds, for any LlamaIndex query engine; `window`, `as_of` and `publishers`
    narrow every question as the options of that name do.

    Hits as nodes: the passage's text, and in the metadata `article`, `version`, `start`, `end` (code
    points into the version's text), `title`, `publisher`, `published` and `url`."""

    def __init__(
        self,
        index: Index,
        limit: int = 10,
        window: Window | None = None,
        as_of: date | None = None,
        publishers: Sequence[str] = (),
    ) -> None:
        self._index = index
        self._limit = limit
        self._window = window
        self._as_of = as_of
        self._publishers = tuple(publishers)
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        query = parse(
            query_bundle.query_str,
            self._window,
            self._as_of,
            self._publishers,
            known=self._index.known(),
        )
        return [_node(hit) for hit in self._index.search(query, self._limit)]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


def _node(hit: Hit) -> NodeWithScore:
    node = TextNode(
        id_=f"{hit.version}:{hit.start}-{hit.end}",
        text=hit.text,
        metadata={
            "article": hit.article,
            "version": hit.version,
            "start": hit.start,
            "end": hit.end,
            "title": hit.title,
            "publisher": hit.publisher,
            "published": hit.published,
            "url": hit.url,
        },
    )
    # A reader model needs to know whose words these are and from when, not at which offsets they stand.
    node.excluded_llm_metadata_keys = ["article", "version", "start", "end", "url"]
    node.excluded_embed_metadata_keys = list(node.metadata)
    return NodeWithScore(node=node, score=hit.score)
