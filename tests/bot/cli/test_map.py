from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ingest import job
from ingest.config import IngestConfig
from ingest.report import Report


def test_map_names_the_fields_of_the_source(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[IngestConfig] = []

    def ingest(sources: list[str], config: IngestConfig, *rest: object, **more: object) -> Report:
        given.append(config)
        return Report(sources=sources)

    monkeypatch.setattr(job, "run", ingest)
    run("ingest", "a.csv", "--map", "title=Kop,text=Inhoud", "--map", "date=Datum", "--json")
    assert given[0].fields == {"title": "Kop", "body": "Inhoud", "published": "Datum"}


def test_a_name_that_is_none_of_ours_is_explained(run: Callable[..., Any]) -> None:
    said = run("ingest", "a.csv", "--map", "titel=Kop")
    assert said.code == 1
    assert "--map titel=Kop: there is no field titel; ours are title, text, published" in " ".join(
        said.err.split()
    )
