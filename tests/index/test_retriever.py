"""Dateline's search inside somebody's LlamaIndex app."""

from __future__ import annotations

from index.retriever import DatelineRetriever
from index.search import Index

from .conftest import QUESTION, REFUSAL


async def test_llamaindex_gets_the_same_hits_by_both_roads(index: Index) -> None:
    retriever = DatelineRetriever(index, limit=3)
    nodes = retriever.retrieve(QUESTION.text)
    hits = index.search(QUESTION, 3)
    assert [node.score for node in nodes] == [hit.score for hit in hits]
    assert nodes[0].node.get_content() == REFUSAL
    expected = {"article", "version", "start", "end", "title", "publisher", "published", "url"}
    assert nodes[0].node.metadata.keys() == expected
    assert nodes[0].node.metadata["end"] == len(REFUSAL)
    again = await retriever.aretrieve(QUESTION.text)
    assert [node.node.node_id for node in again] == [node.node.node_id for node in nodes]
