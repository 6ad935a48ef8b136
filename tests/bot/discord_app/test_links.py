from __future__ import annotations

import pytest

from bot.discord_app.links import URL_LIMIT, button_url, file_name


def test_a_link_that_highlights_the_quote_stays_whole() -> None:
    link = "https://news.example/a?b=1#:~:text=Hajiyev%20said,was%20biased."
    assert button_url(link) == link


@pytest.mark.parametrize(
    "link",
    [
        None,
        "",
        "javascript:alert(1)",
        "file:///srv/archive/a.txt",
        "/srv/archive/a.txt",
        "discord://-/users/1",
        "data:text/html,x",
        "https://",
        "https:///path",
        "https://localhost/a",
        "https://exa mple.org/",
        "https://user@/x",
        "http://[::1",
        "https://news.example:port/",
        "//news.example/a",
        "https://-bad.example/",
    ],
)
def test_what_discord_refuses_gets_no_button(link: str | None) -> None:
    assert button_url(link) is None


def test_a_too_long_link_gives_up_the_highlight_first_and_then_the_button() -> None:
    page = "https://news.example/a"
    assert button_url(f"{page}#:~:text={'x' * URL_LIMIT}") == page
    assert button_url(f"{page}/{'x' * URL_LIMIT}#:~:text=y") is None


def test_letters_and_spaces_are_encoded() -> None:
    assert button_url("https://xəbər.example/a b/ü)(?q=é") == (
        "https://xn--xbr-dtbb.example/a%20b/%C3%BC)(?q=%C3%A9"
    )


def test_a_name_and_password_in_a_link_are_dropped() -> None:
    assert button_url("https://user:secret@news.example/a") == "https://news.example/a"


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ("/srv/archive/scrapes/page-3.txt", "page-3.txt"),
        ("file:///srv/archive/page%203.txt", "page 3.txt"),
        ("/srv/feeds/wire.jsonl#3", "wire.jsonl#3"),
        ("https://localhost/", None),
        ("", None),
        (None, None),
    ],
)
def test_a_file_is_named_without_its_folders(link: str | None, name: str | None) -> None:
    assert file_name(link) == name
