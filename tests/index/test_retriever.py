"""Dateline's search inside somebody's LlamaIndex app."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

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


def test_the_documented_example_runs_as_it_is_written(
    newsroom: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    docs = Path(__file__).parents[2] / "docs" / "search.md"
    section = docs.read_text(encoding="utf-8").partition("\n## From LlamaIndex\n")[2].partition("\n## ")[0]
    examples = re.findall(r"^```python\n(.*?)^```", section, re.DOTALL | re.MULTILINE)
    assert len(examples) == 2
    shutil.copytree(newsroom, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    exec(compile("\n".join(examples), str(docs), "exec"), {"__name__": "example"})
    said = capsys.readouterr().out
    assert "Wire: Meeting off" in said
    assert f"0 {len(REFUSAL)} {REFUSAL}" in said
