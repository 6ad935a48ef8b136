"""What an article may not bring into our own lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.plain import (
    HOST_LIMIT,
    NAME_LIMIT,
    address,
    bears_out,
    host_of,
    loses_its_speaker,
    outlet,
    unmarked,
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Rain fell [2] on Monday. [1]", "Rain fell on Monday."),
        ("Rain fell【2】 on［3］ Monday [1, 2][3–4].", "Rain fell on Monday."),
        ("The [sic] minister [of 1998 fame] left.", "The [sic] minister [of 1998 fame] left."),
        ("[1]", "[1]"),
    ],
)
def test_marks_like_ours_are_taken_out(text: str, plain: str) -> None:
    assert unmarked(text) == plain


@pytest.mark.parametrize(
    ("publisher", "url", "shown"),
    [
        ("Reuters", "https://www.reuters.com/a", "Reuters"),
        ("Reuters", "https://evil.example/reuters.com/a", "Reuters (at evil.example)"),
        ("Reuters", "https://reuters.com.evil.example/a", "Reuters (at reuters.com.evil.example)"),
        ("Reuters", "https://reuters.freehost.example/a", "Reuters (at reuters.freehost.example)"),
        ("Reuters", "https://reuters-breaking.example/a", "Reuters (at reuters-breaking.example)"),
        ("Reuters", "https://rеuters.com/a", "Reuters (at xn--ruters-3of.com)"),
        ("Rеuters", "https://evil.example/a", "Rеuters (at evil.example)"),
        ("Reu\u200bters [2]", "https://evil.example/a", "Reuters (at evil.example)"),
        ("Caspian Courier", "https://m.caspian-courier.co.uk/a", "Caspian Courier"),
        ("The New York Times", "https://www.nytimes.com/a", "The New York Times"),
        ("Deutsche Welle", "https://p.dw.com/a", "Deutsche Welle"),
        ("BBC News", "https://www.bbc.co.uk/news/1", "BBC News"),
        ("Kura Valley Observer", "https://kuravalley.example/1", "Kura Valley Observer"),
        ("Caspian Courier", "https://courier.example/1", "Caspian Courier (at courier.example)"),
        ("Gündəlik", "https://gundelik.az/1", "Gündəlik"),
        ("caspian.example", "https://caspian.example/1", "caspian.example"),
        ("Reuters", None, "Reuters"),
        ("Reuters", "/archive/a.txt", "Reuters"),
        (None, "https://evil.example/a", ""),
    ],
)
def test_an_outlet_whose_address_belies_its_name_is_shown_with_it(
    publisher: str | None, url: str | None, shown: str
) -> None:
    assert outlet(publisher, url) == shown


def test_neither_a_long_name_nor_a_long_host_hides_the_registered_one() -> None:
    long = f"https://reuters.com.{'a' * 50}.{'b' * 50}.evil.example/a"
    shown = outlet("Reuters " * 30, long)
    assert shown.endswith("b.evil.example)")
    assert len(shown) <= NAME_LIMIT + HOST_LIMIT + len(" (at )")


@pytest.mark.parametrize(
    ("claim", "source", "lost"),
    [
        ("The bridge was closed for a bribe.", "“The bridge was closed for a bribe,” wrote a bot.", True),
        (
            "A bot wrote that the bridge was closed.",
            "“The bridge was closed for a bribe,” wrote a bot.",
            False,
        ),
        (
            "“The bridge was closed for a bribe,” wrote a bot.",
            "“The bridge was closed for a bribe,” wrote a bot.",
            False,
        ),
        ("We see no way to go.", "“We see no way to go.”", False),
        ("The ministry called it biased.", "The ministry called it “biased” and “one-sided”.", False),
    ],
)
def test_a_claim_that_loses_its_speaker_is_told(claim: str, source: str, lost: bool) -> None:
    assert loses_its_speaker(claim, source) is lost


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("https://reuters.com@evil.example/a?b#c", "https://evil.example/a?b#c"),
        ("https://www.reuters.com:443@evil.example:8443/a", "https://evil.example:8443/a"),
        ("https://rеuters.com/a", "https://xn--ruters-3of.com/a"),
        ("https://evil.example/\u202egnp", "https://evil.example/%E2%80%AEgnp"),
        ("https://courier.example/xəbər?q=ş", "https://courier.example/xəbər?q=ş"),
        ("https://[::1]:80/a", "https://[::1]:80/a"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("/archive/a b.txt", "/archive/a b.txt"),
        ("https://evil.example:port/a", "https://evil.example:port/a"),
    ],
)
def test_an_address_reads_as_where_it_leads(url: str, read: str) -> None:
    assert address(url) == read


@given(st.text(), st.text())
def test_any_name_at_any_address_can_be_shown(name: str, url: str) -> None:
    outlet(name, url)
    address(f"https://{url}")
    host_of(f"https://{url}")
    bears_out(url, name)
