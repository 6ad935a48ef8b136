"""A user's own questions: read line by line, ranked, and drawn."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.evaluate.chart import svg
from bot.evaluate.expected import Expected, read
from bot.evaluate.retrieval import Result, Retrieval, _end_of_words, _words_before
from index.article import Hit
from index.errors import DatelineError


def lines(tmp_path: Path, *entries: object) -> Path:
    file = tmp_path / "mine.jsonl"
    file.write_text("\n".join(e if isinstance(e, str) else json.dumps(e) for e in entries), encoding="utf-8")
    return file


def hit(text: str, title: str = "A title") -> Hit:
    return Hit(
        *(1, "abcdefghijkl", "abcdefghijkl@1", 0, len(text), text, title),
        *("Courier", None, "en", "2023-11-16", None, "/a.txt", 1.0),
    )


def result(rank: int | None, words_before: int | None = None, words: tuple[str, ...] = ()) -> Result:
    hits = tuple(hit(f"text {n}", f"Title <{n}> & more") for n in range(50))
    expected = Expected("7", "what, and “why”?", articles=("a",), words=tuple((word,) for word in words))
    return Result(expected, rank, words_before, hits, 0.01, None)


def test_every_way_to_say_what_is_expected_is_read(tmp_path: Path) -> None:
    file = lines(
        tmp_path,
        {
            "id": "a",
            "question": "who?",
            "articles": ["abcdefghijkl", "Bridge to open"],
            "as_of": "2024-02-05",
        },
        {
            "question": "when?",
            "words": ["16 November", "Nov 16"],
            "since": "2023-01-01",
            "publisher": "Courier",
        },
        {"question": "how?", "expect": [["one", "or other"], ["and this"]], "sources": ["x/y.txt"]},
        "",
        {"question": "what else?", "answerable": False, "expect": []},
    )
    found, left_out = read(file)
    assert left_out == 1
    assert [one.id for one in found] == ["a", "2", "3"]
    assert found[0].articles == ("abcdefghijkl", "Bridge to open")
    assert str(found[0].as_of) == "2024-02-05"
    assert found[1].words == (("16 November", "Nov 16"),)
    assert (str(found[1].window.since), found[1].publishers) == ("2023-01-01", ("Courier",))
    assert found[2].words == (("one", "or other"), ("and this",))
    assert found[2].articles == ("x/y.txt",)


def test_every_line_that_is_wrong_is_named_with_what_is(tmp_path: Path) -> None:
    file = lines(
        tmp_path,
        "{broken",
        {"question": "who?"},
        {"question": "?!", "words": ["x"]},
        {"question": "who?", "words": [1]},
        {"question": "who?", "words": "x", "as_of": "5 February"},
        ["who?"],
        {"question": "who?", "words": "x"},
    )
    with pytest.raises(DatelineError) as raised:
        read(file)
    told = str(raised.value)
    for number, what in (
        (1, "Expecting"),
        (2, '"articles"'),
        (3, "no text"),
        (4, '"words"'),
        (5, "5 February"),
    ):
        assert f"line {number}: " in told
        assert what in told
    assert "line 6: not a JSON object" in told
    assert "line 7" not in told


def test_a_file_without_a_question_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match="holds no question"):
        read(lines(tmp_path, {"question": "x?", "answerable": False}))
    with pytest.raises(DatelineError, match="can't be read"):
        read(tmp_path / "none.jsonl")


def test_the_figures_are_what_they_say() -> None:
    found = Retrieval((result(1), result(2), result(11), result(None)))
    assert found.mrr == pytest.approx((1 + 1 / 2) / 4)
    assert [found.recall(k) for k in (1, 3, 10, 20)] == [0.25, 0.5, 0.5, 0.75]
    assert found.in_context(700) is None
    assert len(found.misses) == 2
    with_words = Retrieval((result(1, 150, ("x",)), result(3, None, ("x",)), result(2)))
    assert [with_words.in_context(size) for size in (100, 200)] == [0.0, 0.5]


def test_words_are_counted_up_to_the_end_of_the_answers() -> None:
    expected = Expected("1", "?", words=(("New York", "Albany"), ("twelve",)))
    assert _end_of_words(expected, "it was twelve in new york then".split()) == 6
    assert _end_of_words(expected, "it was new then york twelve".split()) is None
    hits = [hit("Nothing of it here."), hit("Twelve people met, in Albany.")]
    assert _words_before(expected, hits) == 4 + 5
    assert _words_before(expected, hits[:1]) is None


def test_the_table_has_a_row_a_question() -> None:
    found = Retrieval((result(1), result(2), result(None)))
    rows = list(csv.reader(io.StringIO(found.as_csv())))
    assert rows[0][:3] == ["id", "question", "rank"]
    assert [row[2] for row in rows[1:]] == ["1", "2", ""]
    assert [row[6] for row in rows[1:]] == ["", "Title <0> & more", "Title <0> & more"]


def test_the_chart_is_a_picture_of_the_figures_that_fetches_nothing() -> None:
    found = Retrieval((result(1, 20, ("x",)), result(None, None, ("x",))))
    content = svg(found, "Retrieval, <mine>\x07.jsonl")
    root = ElementTree.fromstring(content)
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "Retrieval, <mine>.jsonl" in texts
    assert "2 questions · MRR@10 0.500" in texts
    assert texts.count("50 %") == 5 + 3 + 1 + 1
    assert b"http" not in content.replace(b"http://www.w3.org/2000/svg", b"")
    bars = [
        float(e.attrib["width"]) for e in root.iter("{http://www.w3.org/2000/svg}rect") if "x" in e.attrib
    ]
    assert max(bars) == pytest.approx(0.5 * (640 - 190 - 70))
