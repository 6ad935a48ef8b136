"""An archive where reports differ: by outlet, by day, and by version."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answer.answer import Answerer
from bot.llm import LLMConfig
from index.search import Index

from ..conftest import ingest

COLLAPSE = (
    "Three people were killed when a bridge collapsed near Vanadzor on Saturday, the Emergency Service said. "
    "Rescuers were still searching the river in the evening. The bridge was built in 1962 and carried the "
    "road to Alaverdi.\n\nLorries had been banned from it since last autumn, the Roads Department added."
)
"""Of 2 March 2024, a Saturday; a wire story that two more outlets print."""


def record(publisher: str, published: str, title: str, text: str, **more: str) -> dict[str, str]:
    host = publisher.lower().replace(" ", "")
    path = more.pop("path", title.lower().replace(" ", "-"))
    return {
        "url": f"https://{host}.example/{path}",
        "title": title,
        "text": text,
        "publisher": publisher,
        "published": published,
        "language": "en",
        **more,
    }


FIRST = [
    record("Lori Wire", "2024-03-02", "Bridge collapses near Vanadzor", COLLAPSE),
    record("Shirak Post", "2024-03-02", "Bridge collapses near Vanadzor", COLLAPSE),
    record("Debed Times", "2024-03-03", "Bridge collapses near Vanadzor", COLLAPSE),
    record(
        "Tumanyan Gazette",
        "2024-03-04",
        "Bridge toll rises as divers find two more",
        "Five people were killed in the collapse of the bridge near Vanadzor, the Health Ministry in Yerevan "
        "said on Monday after divers had found two more bodies. It said that nobody was missing any longer.",
    ),
    record(
        "Sevan Herald",
        "2024-01-10",
        "Council of Gavar votes on the harbour",
        "The town council of Gavar approved the harbour at Noratus on Wednesday. The plan passed with 86 "
        "votes in favour and four against. Work is to begin in spring.",
        path="harbour",
    ),
]
CORRECTED = record(
    "Sevan Herald",
    "2024-01-10",
    "Council of Gavar votes on the harbour",
    "The town council of Gavar approved the harbour at Noratus on Wednesday. The plan passed with 76 votes "
    "in favour and four against. Work is to begin in spring. Correction: an earlier version gave a wrong "
    "number.",
    path="harbour",
    modified="2024-01-12",
)


@pytest.fixture(scope="session")
def differing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    """Answers in the articles' own words."""
    folder, data = tmp_path_factory.mktemp("reports"), tmp_path_factory.mktemp("data")
    for name, records in (("1.jsonl", FIRST), ("2.jsonl", [CORRECTED])):
        path: Path = folder / name
        path.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")
        config = ingest(data, [path])
    answerer = Answerer(Index.open(config), LLMConfig("none"))
    yield answerer
    answerer.close()
