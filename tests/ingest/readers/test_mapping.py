from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.config import IndexConfig
from index.ledger import Ledger
from ingest.config import IngestConfig
from ingest.job import run
from ingest.raw import RawArticle, ReadError, raw_hash
from ingest.readers import Readers
from ingest.readers.fields import parse_map
from ingest.readers.mapping import MapError
from ingest.sources import Source

BODY = "The minister said on Thursday that the talks were off. Nobody had expected another answer."


def read(path: Path, text: str, *mapped: str) -> list[RawArticle]:
    path.write_text(text, encoding="utf-8")
    readers = Readers(1 << 20, parse_map(mapped))
    return [record.read() for record in readers.records(Source(str(path), path, 1))]


def test_ours_is_written_before_theirs() -> None:
    found = parse_map(["title=Kop,text=Inhalt", "published = Dato"])
    assert found == {"title": "Kop", "body": "Inhalt", "published": "Dato"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("titel=Kop", "no field titel; ours are title, text, published"),
        ("title", "write our name, =, and theirs"),
        ("title=", "write our name, =, and theirs"),
        ("title=a,headline=b", "headline is given twice"),
    ],
)
def test_what_cannot_be_made_out_is_explained(text: str, fault: str) -> None:
    with pytest.raises(MapError, match=fault):
        parse_map([text])


def test_fields_are_found_by_the_names_given(tmp_path: Path) -> None:
    record = {"Kop": "Talks off", "Inhalt": BODY, "Dato": "2024-03-01"}
    (article,) = read(tmp_path / "a.jsonl", json.dumps(record) + "\n", "title=Kop,text=Inhalt,published=dato")
    assert (article.title, article.text, article.published) == ("Talks off", BODY, "2024-03-01")


def test_a_name_given_goes_before_the_usual_ones(tmp_path: Path) -> None:
    (article,) = read(tmp_path / "a.csv", f"title,Kop,text\nWrong,Right,{BODY}\n", "title=Kop")
    assert article.title == "Right"


def test_a_path_leads_into_nested_json(tmp_path: Path) -> None:
    rows = [
        {"h": {"t": f"Talks {n}"}, "article": {"content": {"text": BODY}}, "tags": [{"by": "A"}, {"by": "B"}]}
        for n in (1, 2)
    ]
    found = read(
        tmp_path / "a.json", json.dumps({"rows": rows}), "title=h.t,body=article.content.text,author=tags.by"
    )
    assert [(one.title, one.text, one.author) for one in found] == [
        ("Talks 1", BODY, "A, B"),
        ("Talks 2", BODY, "A, B"),
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", f"Kop,text\nTalks,{BODY}\n"),
        ("a.json", json.dumps([{"Kop": "Talks", "text": BODY}])),
        ("a.jsonl", json.dumps({"Kop": "Talks", "text": BODY}) + "\n"),
    ],
)
def test_a_name_that_nothing_has_is_one_clear_error(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(ReadError, match="no field Titel, which --map title=Titel names; there are Kop, text"):
        read(tmp_path / name, text, "title=Titel")


def test_the_raw_hash_tells_the_names_it_was_read_by() -> None:
    plain, mapped = raw_hash(b"x"), raw_hash(b"x", {"title": "Kop"})
    assert plain != mapped
    assert mapped.startswith(plain)
    assert mapped != raw_hash(b"x", {"title": "Titel"})


def test_other_names_read_an_unchanged_file_anew_and_blame_nobody(tmp_path: Path) -> None:
    source, config = tmp_path / "a.csv", IndexConfig(tmp_path / "data")
    source.write_text(
        f'title,Kop,text,url\nWrong,Right,"{BODY} {BODY}",https://courier.example/1\n', encoding="utf-8"
    )

    def ingest(fields: dict[str, str]) -> dict[str, int]:
        counts = run([str(source)], IngestConfig(config, fields=fields, embed=False)).counts
        return {outcome: n for outcome, n in counts.items() if n}

    assert ingest({}) == {"new": 1}
    assert ingest({"title": "Kop"}) == {"changed": 1}
    assert ingest({"title": "Kop"}) == {"unchanged": 1}
    with Ledger(config.data) as ledger:
        (article,) = ledger.with_address("courier.example")
        versions = ledger.versions(article.id)
    assert [(version.title, version.reason) for version in versions] == [
        ("Wrong", "first"),
        ("Right", "extraction"),
    ]
