"""What is looked for: words without the stop words, and the other names of what is named."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib import resources

import pytest

from index.article import Window
from index.errors import DatelineError
from index.query import Query, canonical, parse


def asked(question: str) -> dict[str, tuple[str, ...]]:
    return {term.word: term.related for term in Query(question).terms()}


def test_stop_words_are_left_out_and_names_bring_their_other_names() -> None:
    terms = asked("why did Baku refuse Washington talks?")
    assert list(terms) == ["baku", "refuse", "washington", "talks"]
    assert {"azerbaijan", "azerbaijani", "азербаиджан"} & set(terms["baku"]) >= {"azerbaijan", "azerbaijani"}
    assert {"united states", "american", "white house", "state department", "u s"} <= set(terms["washington"])
    assert "baku" not in terms["baku"]
    assert terms["talks"] == ()


def test_a_question_of_stop_words_alone_looks_for_them() -> None:
    assert list(asked("What is it?")) == ["what", "is", "it"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Baku", "azerbaijan"),
        ("azerbaijani", "azerbaijan"),
        ("Azerbaijan’s", "azerbaijan"),
        ("Bakı", "azerbaijan"),
        ("US", "united states"),
        ("U.S.", "united states"),
        ("us", None),
        ("the", None),
        ("white house", "united states"),
        ("State Department", "united states"),
        ("Kremlin", "russia"),
        ("Москва", "russia"),
        ("Türkiye", "turkey"),
        ("Əliyev", "aliyev"),
        ("Алиев", "aliyev"),
        ("Polish", "poland"),
        ("polish", None),
        ("pace", None),
        ("talks", None),
        ("Baku and Moscow", None),
        ("", None),
    ],
)
def test_names_of_one_thing_have_one_canonical_name(name: str, expected: str | None) -> None:
    assert canonical(name) == expected


def test_the_longest_name_is_taken() -> None:
    assert list(asked("South Korea and the Holy See")) == ["south korea", "holy see"]
    assert list(asked("Nagorno-Karabakh")) == ["nagorno karabakh"]


def test_no_name_belongs_to_two_things() -> None:
    groups = tomllib.loads((resources.files("index") / "aliases.toml").read_text(encoding="utf-8"))["group"]
    names = [name for group in groups for name in group["names"]]
    assert [name for name in names if canonical(name) is None] == []
    owners: dict[str, set[str | None]] = {}
    for group in groups:
        for name in group["names"]:
            owners.setdefault(name, set()).add(canonical(group["names"][0]))
    assert {name: owner for name, owner in owners.items() if owner != {canonical(name)}} == {}


def test_a_question_without_words_and_an_empty_window_are_refused() -> None:
    with pytest.raises(DatelineError, match="empty"):
        parse(" ?! ")
    with pytest.raises(DatelineError, match="2023-02-01 is after until 2023-01-01"):
        parse("talks", Window(date(2023, 2, 1), date(2023, 1, 1)))


def test_a_question_is_parsed_with_what_narrows_it() -> None:
    query = parse("  why\n so? ", Window(date(2023, 1, 1)), date(2023, 2, 1), ["Courier", " "])
    assert query == Query(
        "why so?", Window(date(2023, 1, 1)), date(2023, 2, 1), ("Courier",), moment=date(2023, 2, 1)
    )
