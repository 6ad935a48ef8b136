from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from ingest.raw import RawArticle, ReadError
from ingest.readers import Readers, recognise
from ingest.readers.reader import Head
from ingest.sources import Source

BODY = "The minister said on Thursday that the talks were off. Nobody had expected another answer."
Outcomes = Callable[..., list[RawArticle | str]]


def titles(found: list[RawArticle | str]) -> list[str | None]:
    return [one.title if isinstance(one, RawArticle) else one for one in found]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_by_the_columns(
    outcomes_of: Outcomes, seeds: ModuleType, delimiter: str
) -> None:
    found = outcomes_of(seeds.csv([1, 2], delimiter), "export")
    assert titles(found) == [seeds.title(1), seeds.title(2)]
    assert isinstance(found[0], RawArticle)
    assert (found[0].text, found[0].published, found[0].url) == (
        seeds.body(1),
        "2024-03-02",
        seeds.address(1),
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"title,text\nTalks off,{BODY}\n", "CSV"),
        (f"Headline;Body\nTalks off;{BODY}\n", "CSV"),
        (f"Source | Article\nhome | news\n\n{BODY}\n", "text"),
        (f"Title, text and date\n\n{BODY}\n{BODY}", "text"),
        (f"day,price\n2024-01-01,{BODY}\n", "text"),
    ],
)
def test_a_table_without_a_name_is_known_by_its_columns(text: str, kind: str) -> None:
    assert kind == recognise(Head(text.encode(), "file")).FORMAT


def test_line_ends_and_delimiters_in_quotes_belong_to_the_field(outcomes_of: Outcomes) -> None:
    found = outcomes_of(f'title,text\n"One, two","{BODY}\n\nThe ""port"" is closed; {BODY}"\n', "a.csv")
    assert isinstance(found[0], RawArticle)
    assert found[0].title == "One, two"
    assert found[0].text == f'{BODY}\n\nThe "port" is closed; {BODY}'


def test_broken_rows_are_named_alone(outcomes_of: Outcomes) -> None:
    rows = [
        "title,text,date",
        f"One,{BODY},2024-03-01",
        "Two,ragged",
        '"Three,never closed',
        f"Four,{BODY},,,",
        "",
        f'Five,"{BODY}",',
    ]
    found = outcomes_of("\n".join(rows), "a.csv")
    assert titles(found) == [
        "One",
        "ReadError: line 3: 2 fields where the first row has 3",
        "ReadError: line 4: ',' expected after '\"'",
        "Four",
        "Five",
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1251"])
def test_tables_in_other_encodings_are_read(outcomes_of: Outcomes, encoding: str) -> None:
    story = "Министр сообщила в четверг, что встреча не состоится. Никто не ждал другого ответа."
    rows = [f"Переговоры {n} отложены;{story};1{n}.03.2024" for n in range(4)]
    found = outcomes_of("\n".join(("заголовок;текст;дата", *rows)).encode(encoding), "a.csv")
    assert titles(found) == [f"Переговоры {n} отложены" for n in range(4)]
    assert isinstance(found[3], RawArticle)
    assert (found[3].text, found[3].published) == (story, "2024-03-13")


def test_a_row_in_another_encoding_far_down_is_read_too(outcomes_of: Outcomes) -> None:
    rows = [f"Talks {n},{BODY}" for n in range(1200)]
    data = "\n".join(("title,text", *rows)).encode() + "\nCafé,Né à la frontière.".encode("cp1252")
    found = outcomes_of(data, "a.csv")
    assert len(found) == 1201
    assert isinstance(found[-1], RawArticle)
    assert (found[-1].title, found[-1].text) == ("Café", "Né à la frontière.")


MIXED = [
    ("Ölpreis steigt", "Der Preis für Öl stieg überraschend – „so“ hieß es, größer als je.", "cp1252"),
    ("Görüşme yapılmadı", "Bakan perşembe günü görüşmenin yapılmayacağını söyledi.", "cp1254"),
    ("Rozmowy odwołane", "Minister powiedziała w czwartek, że rozmów nie będzie później.", "cp1250"),
    ("Переговоры отложены", "Министр сообщила в четверг, что встреча не состоится.", "cp1251"),
]


@pytest.mark.parametrize(("title", "text", "encoding"), MIXED)
def test_rows_in_another_encoding_do_not_spoil_those_in_utf8(
    outcomes_of: Outcomes, title: str, text: str, encoding: str
) -> None:
    row = f"{title},{text.replace(',', ' ')}"
    data = b"\n".join([b"title,text", *[row.encode()] * 3, row.encode(encoding), row.encode(encoding)])
    found = outcomes_of(data, "a.csv")
    assert titles(found) == [title] * 5
    assert {one.text for one in found if isinstance(one, RawArticle)} == {text.replace(",", " ")}


def test_of_a_row_in_two_encodings_each_field_is_read_in_its_own(outcomes_of: Outcomes) -> None:
    rows = [f"Größe {n},{BODY} Jürgen".encode() for n in range(3)]
    found = outcomes_of(
        b"\n".join([b"title,text", *rows, "Größe,".encode() + "Né à Zoë".encode("cp1252")]), "a.csv"
    )
    assert isinstance(found[-1], RawArticle)
    assert (found[-1].title, found[-1].text) == ("Größe", "Né à Zoë")


def test_a_table_shows_how_it_writes_dates(outcomes_of: Outcomes) -> None:
    found = outcomes_of(f"title,text,date\nA,{BODY},03/04/2024\nB,{BODY},25/04/2024\n", "a.csv")
    assert [one.published for one in found if isinstance(one, RawArticle)] == ["2024-04-03", "2024-04-25"]


def test_a_table_without_a_text_says_what_to_do(outcomes_of: Outcomes) -> None:
    with pytest.raises(
        ReadError, match=r"no column is known to hold a text; there are day, price.*--map text="
    ):
        outcomes_of("day,price\n2024-01-01,3\n", "a.csv")


def test_columns_can_be_given_by_number_where_none_has_a_name(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'Talks off,"{BODY}",2024-03-01\nOn again,"{BODY}",2024-03-02\n', encoding="utf-8")
    readers = Readers(1 << 20, {"title": "1", "body": "2", "published": "3"})
    found = [record.read() for record in readers.records(Source(str(path), path, 1))]
    assert [(one.title, one.published) for one in found] == [
        ("Talks off", "2024-03-01"),
        ("On again", "2024-03-02"),
    ]


def test_a_field_too_long_is_named_and_the_next_row_is_read(outcomes_of: Outcomes) -> None:
    found = outcomes_of(f"title,text\nOne,{'x' * 5000}\nTwo,{BODY}\n", "a.csv", max_bytes=1000)
    assert titles(found) == ["ReadError: line 2: longer than 0 MiB", "Two"]


def test_a_file_of_broken_rows_is_not_read_to_its_end(outcomes_of: Outcomes) -> None:
    with pytest.raises(ReadError, match="1,001 of its first 1,001 rows can't be read"):
        outcomes_of("title,text\n" + "ragged\n" * 5000, "a.csv")
    assert len(outcomes_of("title,text\n" + f"ragged\na,{BODY}\nb,{BODY}\n" * 1200, "a.csv")) == 3600
