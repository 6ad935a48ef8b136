from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Callable

import pytest

from ingest.raw import RawArticle, Record
from ingest.readers import recognise
from ingest.readers.json_stream import objects
from ingest.readers.reader import Head

BODY = "The minister said on Thursday that the talks were off. Nobody had expected another answer."
Outcomes = Callable[..., list[RawArticle | str]]
Reading = Callable[..., list[Record]]


def pretty(title: str, indent: int | str | None = 2) -> str:
    return json.dumps({"title": title, "tags": [{"name": "x"}, {"name": "y"}], "text": BODY}, indent=indent)


def titles(found: list[RawArticle | str]) -> list[str | None]:
    return [one.title if isinstance(one, RawArticle) else one for one in found]


@pytest.mark.parametrize("name", ["dump.jsonl", "dump.json", "dump"])
@pytest.mark.parametrize("between", ["\n", "\r\n\r\n", "", " "])
@pytest.mark.parametrize("indent", [2, 0, "\t"])
def test_objects_over_several_lines_are_read_one_after_another(
    outcomes_of: Outcomes, name: str, between: str, indent: int | str
) -> None:
    found = outcomes_of(between.join(pretty(title, indent) for title in ("One", "Two", "Three")), name)
    assert titles(found) == ["One", "Two", "Three"]


def test_a_broken_object_is_named_alone(outcomes_of: Outcomes, records_of: Reading) -> None:
    broken = pretty("Two").replace('"title": "Two', '"title": "Two } { \\" ').replace('",', ",", 1)
    data = "\n".join([pretty("One"), broken, pretty("Three")])
    found = titles(outcomes_of(data, "dump.jsonl"))
    assert [found[0], found[2]] == ["One", "Three"]
    assert "not a JSON object" in str(found[1])
    assert [record.origin.partition("#")[2] for record in records_of(data, "dump.jsonl")] == ["1", "2", "3"]


def test_one_too_large_is_named_and_the_next_is_read(outcomes_of: Outcomes) -> None:
    large = json.dumps({"title": "Two", "paragraphs": ["x" * 70] * 40}, indent=1)
    found = outcomes_of("\n".join([pretty("One"), large, pretty("Three")]), "dump.jsonl", max_bytes=1000)
    assert titles(found) == ["One", "ReadError: longer than 0 MiB", "Three"]


def test_a_stream_of_any_size_takes_the_memory_of_an_object() -> None:
    stream = io.BytesIO("\n".join(pretty(f"Talks {n}") for n in range(20_000)).encode())
    tracemalloc.start()
    assert sum(1 for _ in objects(stream, 1 << 20)) == 20_000
    assert tracemalloc.get_traced_memory()[1] < 200_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"{pretty('One')}\n{pretty('Two')}", "JSON stream"),
        (pretty("One"), "JSON"),
        (f"{pretty('One', None)}\n{pretty('Two', None)}", "JSON Lines"),
        ('{\n "a": [\n{\n "b": 1\n},\n{\n "b": 2\n}\n]\n}', "JSON"),
    ],
)
def test_a_stream_is_known_by_a_second_object(text: str, kind: str) -> None:
    assert kind == recognise(Head(text.encode(), "dump")).FORMAT


def test_objects_on_one_line_or_larger_than_what_is_looked_at_first_are_read_too(
    outcomes_of: Outcomes,
) -> None:
    assert titles(outcomes_of(pretty("One", None) + pretty("Two", None), "dump.json")) == ["One", "Two"]
    large = json.dumps({"title": "One", "text": f"{BODY}\n" * 1000}, indent=1)
    assert titles(outcomes_of(f"{large}\n{pretty('Two')}", "dump.json")) == ["One", "Two"]
