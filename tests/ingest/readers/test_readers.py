from __future__ import annotations

import gzip
import io
import json
import sys
from pathlib import Path

import pytest

from ingest.clean import clean
from ingest.raw import NotAnArticle, ReadError, Record
from ingest.readers import Readers, recognise
from ingest.readers.reader import Head
from ingest.sources import Source

BODY = "The minister said on Thursday that the talks were off. Nobody had expected another answer."
RECORD = json.dumps({"title": "Talks off", "text": BODY})
PAGE = f"<html><body><article><h1>Talks off now</h1><p>{BODY}</p><p>{BODY}</p></article></body></html>"


def records(path: Path, data: bytes | str, max_bytes: int = 1 << 20) -> list[Record]:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return list(Readers(max_bytes).records(Source(str(path), path, path.stat().st_size)))


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        ("<!DOCTYPE html><html>", "page", "HTML"),
        ("\ufeff  <html lang='en'>", "page.txt", "HTML"),
        ("<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x'><html>", "page.xml", "HTML"),
        ("<div class='story'><p>Text</p></div>", "page", "HTML"),
        ("---\ntitle: Talks\n---\nText", "note.txt", "Markdown"),
        ("# Talks off\n\nText", "note", "Markdown"),
        ("Plain words", "note.md", "Markdown"),
        ('{"title": "x"}\n{"title": "y"}', "dump", "JSON Lines"),
        ('{"title": "x"}', "one.jsonl", "JSON Lines"),
        ('{"title": "x"}', "one", "JSON"),
        ('{\n "articles": [', "dump", "JSON"),
        ('[{"title": "x"}]', "dump.txt", "JSON"),
        ('{"title": broken}\n{"title": "y"}', "dump", "JSON Lines"),
        ("[Photo by the harbour master] The port", "note.txt", "text"),
        ("---\nA rule, then a text.", "note.txt", "text"),
        ("Caspian Courier\nHome | Politics", "scrape.html", "text"),
    ],
)
def test_content_comes_before_name(head: str, name: str, kind: str) -> None:
    assert kind == recognise(Head(head.encode(), name)).FORMAT


@pytest.mark.parametrize(
    "plain", [BODY + "\n" + BODY, PAGE, RECORD, f"{RECORD}\n{RECORD}", f"---\ntitle: T\n---\n{BODY}"]
)
def test_gzip_is_known_by_its_first_bytes_whatever_the_name(tmp_path: Path, plain: str) -> None:
    packed, unpacked = records(tmp_path / "a", gzip.compress(plain.encode())), records(tmp_path / "b", plain)
    assert [r.raw_hash for r in packed] == [r.raw_hash for r in unpacked]
    assert [clean(r.read()).text for r in packed] == [clean(r.read()).text for r in unpacked]


def test_each_line_is_a_record_and_a_bad_one_is_named_alone(tmp_path: Path) -> None:
    found = records(tmp_path / "feed.jsonl", f'{RECORD}\n\n{{"title": "x", \n{RECORD}\n[1]\n')
    assert [Path(record.origin).name for record in found] == [f"feed.jsonl#{n}" for n in (1, 3, 4, 5)]
    assert [found[0].read().title, found[2].read().title] == ["Talks off", "Talks off"]
    for bad in (found[1], found[3]):
        with pytest.raises(ReadError, match="not a JSON object"):
            bad.read()


def test_a_file_of_lines_that_are_no_objects_is_not_read_to_its_end(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="1,001 of its first 1,001 lines are no JSON objects"):
        records(tmp_path / "feed.jsonl", "talks off\n" * 5000)
    assert len(records(tmp_path / "feed.jsonl", f"talks off\n{RECORD}\n{RECORD}\n" * 1200)) == 3600


def test_a_line_too_long_is_named_and_the_next_is_read(tmp_path: Path) -> None:
    found = records(tmp_path / "feed.jsonl", f'{{"text": "{"x" * 4000}"}}\n{RECORD}\n', max_bytes=1000)
    with pytest.raises(ReadError, match="longer than"):
        found[0].read()
    assert found[1].read().title == "Talks off"


def test_json_lists_are_found_under_the_usual_names(tmp_path: Path) -> None:
    item = {"title": "Talks off", "text": BODY}
    for document in (
        [item, item],
        {"articles": [item, item]},
        {"response": {"results": [item, item]}},
        {"1": item, "2": item},
        {"status": "ok", "veri": {"haberler": [item, item]}},
        [
            {"status": "ok", "response": {"docs": [item]}},
            {"response": {"docs": []}},
            {"response": {"docs": [item]}},
        ],
        {"title": "The Courier", "description": "All the news.", "items": [item, item]},
        {"title": "The Courier", "description": "All the news.", "artikel": [item, item]},
    ):
        found = records(tmp_path / "dump.json", json.dumps(document))
        assert [Path(record.origin).name for record in found] == ["dump.json#1", "dump.json#2"]
        assert found[1].read().text == BODY
    (single,) = records(tmp_path / "one.json", json.dumps(item, indent=1))
    assert Path(single.origin).name == "one.json"


def test_what_is_wrapped_under_any_name_is_found_and_comments_are_no_articles(tmp_path: Path) -> None:
    item = {"title": "Talks off", "text": BODY}
    (found,) = records(tmp_path / "one.json", json.dumps({"status": "ok", "result": {"story": item, "n": 1}}))
    assert found.read().title == "Talks off"

    talked_of = {"title": "Talks off", "date": "2023-11-16", "comments": [{"author": "Bo", "text": "No!"}]}
    (found,) = records(tmp_path / "one.json", json.dumps({**talked_of, "summary": BODY}))
    assert found.read().text == BODY
    unknown = {**talked_of, "kropp": BODY, "by": {"name": "Bo", "description": BODY}}
    for document in ([unknown, unknown], {**unknown, "comments": []}):
        with pytest.raises(NotAnArticle, match="no article text found"):
            [record.read() for record in records(tmp_path / "dump.json", json.dumps(document))]


def test_a_feed_shows_how_it_writes_dates(tmp_path: Path) -> None:
    lines = [
        json.dumps({"title": f"Talks {d}", "text": BODY, "date": d}) for d in ("03/04/2024", "25/04/2024")
    ]
    assert [r.read().published for r in records(tmp_path / "x.jsonl", "\n".join(lines))] == [
        "2024-04-03",
        "2024-04-25",
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"Rar!\x1a\x07 ...", "RAR"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"MZ\x00\x01\x02\x00\x00\x07" * 40, "binary"),
        (b"", "empty"),
        (b"  \n ", "empty"),
    ],
)
def test_what_is_no_text_is_refused_by_name(tmp_path: Path, data: bytes, reason: str) -> None:
    with pytest.raises(NotAnArticle, match=reason):
        records(tmp_path / "file", data)


def test_faults_of_a_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="damaged: Compressed file"):
        [r.read() for r in records(tmp_path / "a.gz", gzip.compress(BODY.encode() * 99)[:-20])]
    with pytest.raises(ReadError, match="not JSON"):
        records(tmp_path / "a.json", '{"title": ')
    with pytest.raises(ReadError, match="larger than 1 MiB"):
        [r.read() for r in records(tmp_path / "big.txt", gzip.compress(b"a " * 1_000_000))]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "koi8-r"]
)
def test_russian_in_any_usual_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    story = "Министр сообщила в четверг, что встреча не состоится. Никто не ждал другого ответа.\n"
    text = "Переговоры отложены\n\n" + story * 5
    (record,) = records(tmp_path / "note.txt", text.encode(encoding))
    assert "Министр сообщила в четверг" in clean(record.read()).text


def test_a_few_bytes_cut_off_do_not_spoil_a_text(tmp_path: Path) -> None:
    text = "Bakanlık toplantının yapılmayacağını perşembe günü duyurdu. Başka bir gün söylenmedi."
    (record,) = records(tmp_path / "note.txt", text.encode() + "ğ".encode()[:1])
    assert clean(record.read()).text == text


def test_standard_input_is_named_by_line_and_content(monkeypatch: pytest.MonkeyPatch) -> None:
    def piped(text: str) -> list[Record]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        return list(Readers(1 << 20).records(Source("-")))

    first, second = piped(f"{RECORD}\n{RECORD}\n"), piped(BODY)
    assert first[0].origin.startswith("-#1:")
    assert first[1].origin.startswith("-#2:")
    assert second[0].origin.startswith("-#1:")
    assert first[0].origin != second[0].origin
    assert first[0].read().origin == first[0].origin
