from __future__ import annotations

import pytest

from ingest import urls

SAME = "https://harbour.example/2023/11/talks-off"


@pytest.mark.parametrize(
    "url",
    [
        "http://www.harbour.example/2023/11/talks-off/",
        "https://m.harbour.example/2023/11/talks-off#comments",
        "https://amp.harbour.example/2023/11/talks-off",
        "https://harbour.example/2023/11/talks-off/amp/",
        "https://harbour.example/2023/11/talks-off?amp=1",
        "https://HARBOUR.example:443/2023/11/talks-off/index.html",
        "https://harbour.example/2023/11/talks-off?utm_source=x&utm_medium=y&fbclid=z",
        "https://harbour-example.cdn.ampproject.org/c/s/harbour.example/2023/11/talks-off",
        "https://www.google.com/amp/s/harbour.example/2023/11/talks-off",
        "https://web.archive.org/web/20231117101010/https://harbour.example/2023/11/talks-off",
        "https://harbour.example//2023/11/talks%2Doff",
    ],
)
def test_one_page_has_one_identity_however_it_is_linked(url: str) -> None:
    assert urls.identity(url) == urls.identity(SAME)


@pytest.mark.parametrize(
    "url",
    [
        "https://harbour.example/2023/11/talks-on",
        "https://other.example/2023/11/talks-off",
        "https://harbour.example/2023/11/talks-off?page=2",
        "https://harbour.example/article.php?12345",
        "https://harbour.example/?p=17",
    ],
)
def test_other_pages_have_another(url: str) -> None:
    assert urls.identity(url) != urls.identity(SAME)


def test_pages_told_apart_by_their_parameters_alone_stay_apart() -> None:
    assert urls.identity("https://a.example/?p=17") != urls.identity("https://a.example/?p=18")
    assert urls.identity("https://a.example/x.php?17") != urls.identity("https://a.example/x.php?18")
    assert urls.identity("https://a.example/x?b=1&a=2") == urls.identity("https://a.example/x?a=2&b=1")


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        "harbour",
        "ftp://a.example/x",
        "javascript:alert(1)",
        "https:///x",
        "http://[",
        "https://a b/x",
    ],
)
def test_what_is_no_web_address_is_none(text: str | None) -> None:
    assert urls.clean(text) is None


def test_an_address_without_a_scheme_gets_one() -> None:
    assert urls.clean("//a.example/x") == "https://a.example/x"
    assert urls.clean(" www.a.example/x ") == "https://www.a.example/x"


def test_addresses_in_a_line_leave_out_networks_and_front_pages() -> None:
    line = "See https://harbour.example/x, https://t.me/harbour, https://harbour.example/ (https://harbour.example/y)."
    assert urls.in_line(line) == ["https://harbour.example/x", "https://harbour.example/y"]


@pytest.mark.parametrize(
    ("name", "url", "may_be"),
    [
        ("Harbour Times", "https://harbourtimes.example/x", True),
        ("BBC News", "https://www.bbc.co.uk/x", True),
        ("The New York Times", "https://www.nytimes.com/x", True),
        ("Перевал", "https://pereval.example/x", True),
        ("Reuters", "https://harbourtimes.example/x", False),
    ],
)
def test_a_name_is_compared_with_an_address(name: str, url: str, may_be: bool) -> None:
    assert urls.names_the_same(name, url) is may_be
