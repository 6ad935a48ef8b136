"""`dateline ask` before a language model's server that fails: the articles' own words, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ..answer.archive import SCRAPE
from ..answer.conftest import ingest
from ..answer.provider import Provider, serving

QUESTION = "why did Baku refuse Washington talks?"
QUOTE = "The ministry called the position of the United States one-sided and biased"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("faults")
    (folder / "scrape.txt").write_text(SCRAPE, encoding="utf-8")
    return ingest(tmp_path_factory.mktemp("faults-data"), [folder]).data


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with serving() as served:
        yield served


@pytest.fixture(params=["openai-like", "anthropic"])
def kind(request: pytest.FixtureRequest, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> str:
    kind = str(request.param)
    address = f"{provider.address}/v1" if kind == "openai-like" else provider.address
    given = {"LLM": kind, "LLM_MODEL": "test-model", "LLM_BASE_URL": address, "LLM_API_KEY": "sk-secret"}
    for name, value in (given | {"LLM_TIMEOUT": "1"}).items():
        monkeypatch.setenv(name, value)
    return kind


@pytest.mark.parametrize("mode", ["silent", "500", "nonsense"])
def test_a_reader_gets_the_articles_words_and_the_reason(
    run: Any, data: Path, provider: Provider, kind: str, mode: str
) -> None:
    provider.mode = mode
    ran = run("ask", QUESTION, "--data", str(data))
    assert ran.code == 0
    assert ran.err == ""
    assert QUOTE in ran.out
    (remark,) = (line for line in ran.out.splitlines() if line.startswith("! "))
    assert remark.lower().endswith("these are the articles' own words.")
    assert "sk-secret" not in ran.out


def test_a_program_gets_it_in_degraded(run: Any, data: Path, provider: Provider, kind: str) -> None:
    provider.mode = "cut off"
    told = json.loads(run("ask", QUESTION, "--json", "--data", str(data)).out)
    assert told["answered"]
    assert told["degraded"] == (
        "The language model test-model broke off in the middle of a sentence. "
        "These are the articles' own words."
    )
    assert {c["text"] for c in told["claims"]} == {c["quote"] for c in told["citations"]}
