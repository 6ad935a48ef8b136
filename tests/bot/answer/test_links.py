from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.answer.links import link
from index.article import Hit

from .hits import a_hit


def hit(*, url: str | None = None, origin: str = "/archive/a.txt") -> Hit:
    return a_hit("-", url=url, origin=origin)


def test_a_short_quote_is_named_whole() -> None:
    assert link(hit(url="https://a.example/p"), "No talks, says Baku") == (
        "https://a.example/p#:~:text=No%20talks%2C%20says%20Baku"
    )


def test_a_long_quote_is_named_by_its_first_and_last_words() -> None:
    found = link(hit(url="https://a.example/p"), "one two three four five six seven eight nine")
    assert found == "https://a.example/p#:~:text=one%20two%20three%20four,six%20seven%20eight%20nine"


def test_the_signs_of_a_fragment_are_escaped() -> None:
    fragment = link(hit(url="https://a.example/p"), "one-sided & biased, #1").split("#:~:text=")[1]
    assert fragment == "one%2Dsided%20%26%20biased%2C%20%231"


def test_a_page_keeps_its_query_and_loses_its_own_fragment() -> None:
    found = link(hit(url="https://a.example/p?id=7&x=1#comments"), "No talks")
    assert found == "https://a.example/p?id=7&x=1#:~:text=No%20talks"


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("/archive/a b.txt", "file:///archive/a%20b.txt"),
        ("/archive/xəbər.html", "file:///archive/x%C9%99b%C9%99r.html"),
        ("/archive/feed.jsonl#3", "file:///archive/feed.jsonl"),
        ("/archive/story#2.txt", "file:///archive/story%232.txt"),
        ("/archive/part#one/feed.jsonl#12", "file:///archive/part%23one/feed.jsonl"),
        ("<stdin>#1:0123456789ab", ""),
        ("<stdin>", ""),
    ],
)
def test_without_a_page_the_link_is_the_file(origin: str, expected: str) -> None:
    assert link(hit(origin=origin), "No talks") == expected


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://a.example/p", "data:text/html,x", "", "/p"])
def test_only_a_web_page_is_linked_as_one(url: str) -> None:
    assert link(hit(url=url), "No talks") == "file:///archive/a.txt"


@given(st.text(min_size=1).filter(str.split))
@example("İstanbul'da 🚢 tahıl, Iğdır - ve e\u0301 & Əli 👩🏽‍🚒 1 2 3 4 5 6")
def test_the_words_of_a_fragment_are_those_of_the_quote(quote: str) -> None:
    found = link(hit(url="https://a.example/p"), quote)
    assert found.isascii()
    assert urlsplit(found).fragment.startswith(":~:text=")
    fragment = found.split("#:~:text=")[1]
    assert not set(fragment) & set("-&# \n")
    first, *last = (unquote(part) for part in fragment.split(","))
    plain = " ".join(quote.split())
    assert len(last) <= 1
    if last:
        assert plain.startswith(first + " ")
        assert plain.endswith(" " + last[0])
        assert len(first) + len(last[0]) < len(plain)
    else:
        assert first == plain
