"""Text from outside shows as its own words and does nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord_app.escape import BREAK, block_quote, clean, inert, one_line

MARKUP = [
    "<@1234567890123456789>",
    "<@!12>",
    "<@&99>",
    "<#42>",
    "<:smile:123>",
    "<a:wave:9>",
    "<t:1700000000:R>",
    "</ask:12>",
    "<id:guide>",
    "@everyone",
    "@here",
    "@EVERYONE",
    "[click](https://evil.example)",
    "<https://evil.example>",
    "https://evil.example",
    "discord.gg/abc",
    "**b**",
    "__u__",
    "~~s~~",
    "||spoiler||",
    "`code`",
    "```block```",
    ":skull:",
    "\\",
    "\u202e",
    "\u2066",
    "\r\n",
    "#",
    "h\n-#",
    "small\n-",
    "item\n>",
    "quote\n>>>",
    "all\n1.",
    "one\n2)",
    "two\n+",
    "plus\n===",
    "\n",
    "",
    "",
    "##",
    "h2\n\t-",
    "tab",
]

hostile = st.lists(st.one_of(st.sampled_from(MARKUP), st.text(max_size=6), st.just("\n"))).map("".join)

LIVE = {
    "user, role or channel mention, emoji, time, command": re.compile(r"<[@#:/a-z]", re.I),
    "everyone": re.compile(r"@(everyone|here)", re.I),
    "masked link": re.compile(r"(?<!\\)\]\("),
    "address": re.compile(r"\w://"),
    "invite": re.compile(r"discord\.gg/", re.I),
    "heading": re.compile(r"^\s*#+\s", re.M),
    "subtext": re.compile(r"^\s*-#", re.M),
    "list": re.compile(r"^\s*(?:[-+*]|\d+[.)])\s", re.M),
    "quote": re.compile(r"^\s*>", re.M),
    "emoji": re.compile(r"(?<!\\):[\w+-]+:"),
    "reordering": re.compile("[\u202a-\u202e\u2066-\u2069]"),
}
UNESCAPED = re.compile(r"(?<!\\)(?:\\\\)*[*_~|`\[\]<>]")


def as_read(text: str) -> str:
    """What Discord shows: a backslash before punctuation vanishes; zero-width spaces can't be seen."""
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", text).replace(BREAK, "")


@given(hostile)
def test_nothing_in_inert_text_is_read_as_markup(text: str) -> None:
    shown = inert(text)
    for name, pattern in LIVE.items():
        assert not pattern.search(shown), name
    assert not UNESCAPED.search(shown)


@given(hostile)
def test_inert_text_reads_as_the_same_words(text: str) -> None:
    assert as_read(inert(text)).split() == clean(text).replace(BREAK, "").split()


@given(hostile)
def test_inert_text_is_at_most_three_times_as_long_in_any_piece(text: str) -> None:
    assert (
        len(inert(text).encode("utf-16-le")) // 2
        <= 3 * len(text.encode("utf-16-le", "surrogatepass")) // 2 + 2
    )


@given(hostile)
def test_a_block_quote_has_no_line_outside_the_quote(text: str) -> None:
    assert all(line.startswith("> ") for line in block_quote(text).split("\n") if line)


@given(hostile)
def test_one_line_is_one_line(text: str) -> None:
    assert "\n" not in one_line(text)


@pytest.mark.parametrize(
    "text", ["Ordinary words, 1991–2024 (so it's said).", "Əliyev — «да»; U.S. $5m, 3-4"]
)
def test_ordinary_text_is_left_as_it_is(text: str) -> None:
    assert inert(text) == text


def test_a_long_title_is_cut_at_a_word() -> None:
    assert one_line("one two three four", 12) == "one two…"
    assert len(one_line("x" * 50, 12)) == 12
